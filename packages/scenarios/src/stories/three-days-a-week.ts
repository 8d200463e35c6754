import { Month } from '@adempauze/contracts';
import { type Day, dayOf, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { findClaim, findEnd, withdrawBooking } from '../api/care.ts';
import { confirmSeries, endSeries, findEndCost, findSeries, requestSeries, type Series } from '../api/plans.ts';
import { findResource } from '../api/supply.ts';
import {
  deliver,
  hours,
  household,
  open,
  patiently,
  providerOf,
  publish,
  refusedForNow,
  settled,
  yes,
} from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { both, sumOf, tellSplit } from './tell.ts';

const weeks = 52;
/** Three hours at EUR 31.45; 40% of that for a date that is cancelled within a week of it. */
const priceCents = 94_35;
const lateCents = 37_74;

/**
 * R17, ADR 37: three days a week for a year in one action, with two dates left out. One date is lost and the rest stands; and
 * when it ends early that costs what the terms say, said first: nothing for what was given, for what the provider took back,
 * or for what is a week away or more.
 */
export const threeDaysAWeek: Story = {
  id: 'R17b',
  title: { nl: 'Drie vaste dagen, en eerder gestopt', en: 'Three fixed days, and ended early' },
  async play(world) {
    const monday = world.calendar.weekday('2026-01-12');
    const [wednesday, friday] = [plusDays(monday, 2), plusDays(monday, 4)];
    const away = [plusDays(wednesday, 14), plusDays(friday, 14)];
    const vliet = await providerOf(world, 'de-vliet');
    const offerId = await publish(world, vliet, {
      ...{
        form: 'F01',
        title: `Drie dagen per week (${world.ids.next().slice(0, 8)})`,
        place: 'Rijswijk',
        bearer: 'OWN',
      },
      ...{ priceCents: 31_45, cancellation: { freeUntilHours: 168, lateSharePercent: 40 } },
    });
    const days = [monday, wednesday, friday].flatMap((day) =>
      Array.from({ length: weeks }, (_, week) => plusDays(day, 7 * week)),
    );
    const resourceId = await open(
      world,
      vliet,
      [offerId],
      days.map((day) => hours(day, '12:00', 6)),
    );
    const jan = await world.as('jan');
    const householdId = await household(world, jan);
    const seriesId = world.ids.next();
    const held = await world.step(
      'jan',
      {
        nl: 'vraagt drie middagen per week, een jaar lang, behalve twee dagen waarop zij weg zijn',
        en: 'asks for three afternoons a week for a year, but for two dates on which they are away',
      },
      async () =>
        yes(
          await patiently(world, jan, requestSeries, {
            ...{ seriesId, householdId, offerId, resourceId, placeOfService: 'RECIPIENT_HOME' },
            rule: {
              ...{ from: monday, until: plusDays(friday, 7 * (weeks - 1)), weekdays: [1, 3, 5] },
              ...{ startsAt: '13:00', endsAt: '16:00', exceptions: away },
            },
          }),
        ),
      ({ dates, ownCostCents }) =>
        both(
          ownCostCents ?? 0,
          (amount) => `${dates.length} dagen vast, samen ${amount}`,
          (amount) => `${dates.length} dates held, ${amount} together`,
        ),
    );
    equals(
      held.dates.map(({ on }) => on),
      days.filter((day) => !away.includes(day)).toSorted(),
      { nl: 'De dagen, zonder wat was uitgezonderd', en: 'The dates, without what was left out' },
    );
    costs(held.ownCostCents ?? -1, 154 * priceCents, { nl: 'Het eigen deel van alles', en: 'The own cost of it all' });
    const agreed = await world.step(
      'jan',
      { nl: 'bevestigt alles in één keer', en: 'confirms all of it at once' },
      async () => yes(await patiently(world, jan, confirmSeries, { seriesId })),
      (it) => ({ nl: `${count(it, 'CONFIRMED')} afspraken`, en: `${count(it, 'CONFIRMED')} bookings` }),
    );
    equals([count(agreed, 'CONFIRMED'), agreed.dates.length], [154, 154], { nl: 'De afspraken', en: 'The bookings' });

    const tuesday = instantOn(plusDays(monday, 1), '09:00');
    if (!(await world.until(tuesday, { nl: 'de eerste middag', en: 'the first afternoon' }))) return;
    const bookingOn = (on: Day): string => agreed.dates.find((it) => it.on === on)?.bookingId ?? '';
    const deliveryId = await deliver(world, vliet, { id: bookingOn(monday), terms: { quantity: 300 } });
    const lost = await world.step(
      'de-vliet',
      { nl: 'heeft vrijdag niemand, en zegt dat', en: 'has nobody on Friday, and says so' },
      async () => {
        yes(await vliet.order(withdrawBooking, { bookingId: bookingOn(friday), reason: 'NO_STAFF' }));
        return seriesOnce(jan, seriesId, (it) => count(it, 'CONFIRMED') === 152);
      },
      (it) => ({
        nl: `één dag minder; ${count(it, 'CONFIRMED')} staan nog vast`,
        en: `one date less; ${count(it, 'CONFIRMED')} still stand`,
      }),
    );
    equals([lost.status, statusOn(lost, monday), statusOn(lost, friday)], ['CONFIRMED', 'DELIVERED', 'CANCELLED'], {
      nl: 'De reeks, de maandag en de vrijdag',
      en: 'The series, the Monday and the Friday',
    });
    const end = await jan.ask(findEnd, { id: bookingOn(friday) });
    equals([end?.endReason, end?.cancelCostCents], ['no-staff', 0], {
      nl: 'Wat Jan van de vrijdag leest',
      en: 'What Jan reads of the Friday',
    });

    await endsEarly(world, jan, seriesId, plusDays(monday, 1));
    const nextMonday = plusDays(monday, 7);
    const late = [wednesday, nextMonday].map(bookingOn);
    const claims = await Promise.all(late.map((id) => settled(jan, id)));
    equals(
      claims.map(({ costCents, lines }) => [costCents, sumOf(lines ?? [], 'OWN')]),
      [
        [lateCents, lateCents],
        [lateCents, lateCents],
      ],
      { nl: 'Wat de twee dagen kosten', en: 'What the two dates cost' },
    );
    tellSplit(
      world,
      claims.flatMap(({ lines }) => lines ?? []),
    );
    for (const day of [friday, plusDays(wednesday, 7), plusDays(friday, 7 * (weeks - 1))])
      equals(await jan.ask(findClaim, { bookingId: bookingOn(day) }), null, {
        nl: `De kosten van ${day}`,
        en: `The cost of ${day}`,
      });
    const left = await waitUntil(
      () => vliet.ask(findResource, { id: resourceId }),
      (it) => it?.occupied.every(({ span }) => dayOf(span.from) <= monday) ?? false,
      { nl: 'Alle dagen zijn weer vrij', en: 'All dates are free again' },
    );
    holds(left !== null, 'De agenda is weg.', 'The calendar is gone.');

    const month = Month.parse(monthOf(monday));
    const monthEnd = instantOn(plusMonths(plusDays(monday, 1 - Number(monday.slice(8))), 1), '09:00');
    if (!(await world.until(monthEnd, { nl: 'de factuur', en: 'the invoice' }))) return;
    await bill(world, [month]);
    const onIt = [deliveryId, ...claims.map((it) => it.deliveryId)];
    await expectInvoices(world, jan, new Map([[month, priceCents + 2 * lateCents]]), onIt, householdId);
  },
};

/** He reads what it costs, and a cent less is not enough. */
const endsEarly = async (world: World, jan: Session, seriesId: string, from: Day): Promise<void> => {
  const shown = await world.step(
    'jan',
    { nl: 'wil stoppen, en leest wat dat kost', en: 'wants to end it, and reads what that costs' },
    async () => (await jan.ask(findEndCost, { id: seriesId }))?.endCostCents ?? -1,
    (cents) =>
      both(
        cents,
        (amount) => `${amount}: voor twee dagen van deze week`,
        (amount) => `${amount}: for two dates within the week`,
      ),
  );
  costs(shown, 2 * lateCents, { nl: 'Wat stoppen kost', en: 'What ending costs' });
  for (const acceptCostCents of [undefined, 2 * lateCents - 1]) {
    const accepted = acceptCostCents === undefined ? {} : { acceptCostCents };
    const { code, facts } = await refusedForNow(world, jan, endSeries, { seriesId, from, ...accepted });
    equals([code, facts.ownCostCents], ['ending-costs', '7548'], {
      nl: 'Stoppen zonder ja op het bedrag',
      en: 'Ending without a yes to the amount',
    });
  }
  const ended = await world.step(
    'jan',
    { nl: 'zegt ja tegen dat bedrag, en stopt', en: 'says yes to that amount, and ends it' },
    async () => {
      yes(await patiently(world, jan, endSeries, { seriesId, from, acceptCostCents: 2 * lateCents }));
      return seriesOnce(jan, seriesId, (it) => count(it, 'CONFIRMED') === 0);
    },
    (it) => ({ nl: `${count(it, 'CANCELLED')} dagen afgezegd`, en: `${count(it, 'CANCELLED')} dates cancelled` }),
  );
  equals([ended.status, count(ended, 'CANCELLED'), count(ended, 'DELIVERED')], ['ENDED', 153, 1], {
    nl: 'De reeks',
    en: 'The series',
  });
};

const count = ({ dates }: Series, status: string): number => dates.filter((it) => it.status === status).length;
const statusOn = ({ dates }: Series, day: Day) => dates.find(({ on }) => on === day)?.status;

/** What it is made of is carried out date by date. */
const seriesOnce = async (session: Session, id: string, willDo: (it: Series) => boolean): Promise<Series> => {
  const found = await waitUntil(
    () => session.ask(findSeries, { id }),
    (it) => it !== null && willDo(it),
    { nl: 'De reeks is bijgewerkt', en: 'The series is up to date' },
  );
  holds(found !== null, 'De reeks is weg.', 'The series is gone.');
  return found;
};
