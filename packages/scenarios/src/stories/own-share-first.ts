import { Month } from '@adempauze/contracts';
import { type Day, dayOf, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { findBooking } from '../api/care.ts';
import { findNow, type Hit, type Search, searchOffers } from '../api/supply.ts';
import { book, confirm, deliver, hours, household, open, providerOf, publish, request, settled } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds, StoryError } from '../story-error.ts';
import type { Story } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { insureFatima } from './insuring.ts';
import { ownPricesOf } from './own-prices.ts';
import { both, statusInWords, sumOf, tellSplit } from './tell.ts';

/** A13, supplier rules S48: the own share is shown before the yes, and cover that is not known stops nobody (R44, R46). */
export const ownShareFirst: Story = {
  id: 'A13',
  title: { nl: 'Een blok van vier uur, met het eigen deel vooraf', en: 'A four-hour block, with the own share first' },
  async play(world) {
    const monday = world.calendar.weekday('2026-01-05');
    const tuesday = hours(plusDays(monday, 1), '13:00', 4);
    const wednesday = hours(plusDays(monday, 2), '13:00', 4);
    const saskia = await providerOf(world, 'bij-saskia');
    const offerId = await publish(world, saskia, {
      ...{ form: 'F05', title: 'Gezelschap en zorg aan huis', place: 'Rijswijk' },
      ...{ priceCents: 23_00, vat: 'STANDARD', bearer: 'OWN', minMinutes: 60 },
    });
    await open(world, saskia, [offerId], [tuesday, wednesday]);
    const fatima = await world.as('fatima');
    const insured = await household(world, fatima);
    await insureFatima(world, insured, 'F05', monday);

    const hit = await world.step(
      'fatima',
      {
        nl: 'zoekt vier uur aanvullende mantelzorg bij Rijswijk',
        en: 'searches four hours of supplementary care near Rijswijk',
      },
      () => findOffer(fatima, offerId, monday),
      ({ offer, times }) =>
        both(
          times[0]?.priceCents ?? 0,
          (amount) => `${offer.providerName}, ${times.length} vrije tijden, ${amount}`,
          (amount) => `${offer.providerName}, ${times.length} free times, ${amount}`,
        ),
    );
    const time = hit.times.find((it) => it.span.from === tuesday.from);
    holds(time !== undefined, 'De gezochte tijd is niet gevonden.', 'The time searched for was not found.');
    costs(time.priceCents, 92_00, { nl: 'De prijs van vier uur', en: 'The price of four hours' });

    const [shown] = await world.step(
      'fatima',
      { nl: 'ziet bij het aanbod wat zij zelf zou betalen', en: 'sees with the offer what she would pay herself' },
      () => ownPricesOf(fatima, { household: insured, offerId, form: 'F05', monday }, [tuesday.from]),
      (found) => ({ nl: found[0]?.nl ?? '', en: found[0]?.en ?? '' }),
    );
    costs(shown?.ownCostCents ?? 0, 23_00, { nl: 'Het eigen deel bij het zoeken', en: 'The own share in search' });

    const held = await world.step(
      'fatima',
      { nl: 'vraagt die tijd aan, en ziet eerst wat zij zelf betaalt', en: 'asks for it, and first sees her own cost' },
      () =>
        request(world, fatima, {
          ...{ householdId: insured, offerId, resourceId: time.resourceId, span: time.span },
          placeOfService: 'RECIPIENT_HOME',
        }),
      ({ quote }) =>
        both(
          quote.ownCostCents,
          (amount) => `vastgehouden; u betaalt hoogstens ${amount}`,
          (amount) => `held; you pay at most ${amount}`,
        ),
    );
    tellSplit(world, held.quote.lines);
    costs(held.quote.ownCostCents, 23_00, { nl: 'Het eigen deel vooraf', en: 'The own share shown first' });
    costs(sumOf(held.quote.lines, 'INSURANCE'), 69_00, {
      nl: 'Het deel van de verzekeraar',
      en: "The insurer's share",
    });
    const beforeYes = await fatima.ask(findNow, {});
    await world.step(
      'fatima',
      { nl: 'bevestigt', en: 'confirms' },
      () => confirm(fatima, held.id),
      ({ status }) => statusInWords(status),
    );

    const jan = await world.as('jan');
    const uninsured = await household(world, jan);
    const unknown = await world.step(
      'jan',
      {
        nl: 'boekt ook vier uur; niemand weet wat zijn polis dekt',
        en: 'books four hours too; nobody knows what his policy covers',
      },
      () =>
        book(world, jan, {
          ...{ householdId: uninsured, offerId, resourceId: time.resourceId, span: wednesday },
          placeOfService: 'RECIPIENT_HOME',
        }),
      ({ quote }) =>
        both(
          quote.ownCostCents,
          (amount) => `bevestigd; hoogstens ${amount}`,
          (amount) => `confirmed; at most ${amount}`,
        ),
    );
    equals(unknown.quote.coverage, 'UNKNOWN', { nl: 'De dekking', en: 'The cover' });
    costs(unknown.quote.ownCostCents, 92_00, { nl: 'Het hoogste bedrag', en: 'The maximum shown' });

    const after = instantOn(plusMonths(monday, 1), '09:00');
    const rest = { nl: 'de levering, de verrekening en de facturen', en: 'delivery, settlement and invoices' };
    if (!(await world.until(after, rest))) return;
    const deliveries = await world.step(
      'bij-saskia',
      { nl: 'legt vast dat beide blokken zijn gegeven', en: 'records that both blocks were given' },
      () => Promise.all([held, unknown].map((booking) => deliver(world, saskia, booking))),
      () => ({ nl: 'vastgelegd', en: 'recorded' }),
    );
    const first = (await settled(fatima, held.id)).lines ?? [];
    costs(sumOf(first, 'INSURANCE'), 69_00, { nl: 'Wat de verzekeraar betaalt', en: 'What the insurer pays' });
    costs(sumOf(first, 'OWN'), 23_00, { nl: 'Wat Fatima betaalt', en: 'What Fatima pays' });
    tellSplit(world, first);
    const second = (await settled(jan, unknown.id)).lines ?? [];
    costs(sumOf(second, 'OWN'), 92_00, { nl: 'Wat Jan betaalt', en: 'What Jan pays' });
    tellSplit(world, second);

    const month = Month.parse(monthOf(dayOf(tuesday.from)));
    await bill(world, [month]);
    await expectInvoices(world, await world.as('zekerzorg'), new Map([[month, 69_00]]), deliveries);
    await expectInvoices(world, fatima, new Map([[month, 23_00]]), deliveries, insured);
    await expectInvoices(world, jan, new Map([[month, 92_00]]), deliveries, uninsured);
    const then = await world.step(
      'fatima',
      { nl: 'kijkt terug: wat stond er voordat zij ja zei?', en: 'looks back: what was shown before she said yes?' },
      () => fatima.ask(findBooking, { id: held.id, asOf: beforeYes }),
      (it) =>
        both(
          it?.quote?.ownCostCents ?? 0,
          (amount) => `vastgehouden, hoogstens ${amount}`,
          (amount) => `held, at most ${amount}`,
        ),
    );
    equals(then?.status, 'HELD', { nl: 'De stand van toen', en: 'The status of then' });
  },
};

/** This offer among what the search finds, however many others there are. */
const findOffer = async (session: Session, offerId: string, monday: Day): Promise<Hit> => {
  const week = { from: instantOn(monday), until: instantOn(plusDays(monday, 7)) };
  const search: Search = {
    ...{ near: 'Rijswijk', forms: ['F05'], ...week, minutes: 240, conditions: ['FRAILTY'] },
    ...{ first: 50, timesPerOffer: 5 },
  };
  let after: string | null = null;
  do {
    const page: { items: Hit[]; hasNextPage: boolean; endCursor: string | null } = await session.ask(searchOffers, {
      ...search,
      after,
    });
    const hit = page.items.find((it) => it.offer.id === offerId);
    if (hit) return hit;
    after = page.hasNextPage ? page.endCursor : null;
  } while (after !== null);
  throw new StoryError({ nl: 'Het aanbod is niet gevonden.', en: 'The offer was not found.' });
};
