import { Month } from '@adempauze/contracts';
import { dayOf, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { changePayerTariff } from '../api/supply.ts';
import { book, deliver, hours, household, open, providerOf, publish, settled, yes } from '../cast.ts';
import { costs, equals } from '../story-error.ts';
import type { Story } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { insureFatima } from './insuring.ts';
import { ownPricesOf } from './own-prices.ts';
import { both, sumOf, tellSplit } from './tell.ts';

/**
 * A price per payer and date (S48): what search shows somebody is what the booking then costs them, what is settled and what
 * is billed; and nobody else has that price (R46).
 */
export const priceForMe: Story = {
  id: 'S48',
  title: { nl: 'De prijs voor mij', en: 'The price for me' },
  async play(world) {
    const monday = world.calendar.weekday('2026-02-02');
    const tuesday = hours(plusDays(monday, 1), '13:00', 4);
    const thursday = hours(plusDays(monday, 3), '13:00', 4);
    const saskia = await providerOf(world, 'bij-saskia');
    const offerId = await publish(world, saskia, {
      ...{ form: 'F05', title: 'Een vaste hulp aan huis', place: 'Rijswijk' },
      ...{ priceCents: 23_00, vat: 'STANDARD', bearer: 'OWN', minMinutes: 60 },
    });
    const resourceId = await open(world, saskia, [offerId], [tuesday, thursday], 2);
    await world.step(
      'bij-saskia',
      {
        nl: 'spreekt met verzekeraars een eigen prijs af, die vanaf woensdag geldt',
        en: 'agrees on a price of their own with insurers, from Wednesday on',
      },
      async () => {
        const tariff = { payer: 'INSURER', from: plusDays(monday, 2), priceCents: 21_00, vat: 'STANDARD' } as const;
        return yes(await saskia.order(changePayerTariff, { offerId, tariff }));
      },
      () => ({ nl: 'EUR 21,00 per uur', en: 'EUR 21.00 per hour' }),
    );

    const fatima = await world.as('fatima');
    const insured = await household(world, fatima);
    await insureFatima(world, insured, 'F05', monday);
    const jan = await world.as('jan');
    const uninsured = await household(world, jan);
    const begins = [tuesday.from, thursday.from];
    const [first, second] = await world.step(
      'fatima',
      {
        nl: 'zoekt vier uur hulp, en ziet per dag wat zij zelf betaalt',
        en: 'searches, and sees her own cost per day',
      },
      () =>
        ownPricesOf(
          fatima,
          { household: insured, offerId, form: 'F05', monday },
          begins,
          (found) => found[1]?.pricedFor === 'INSURER',
        ),
      (found) => ({ nl: found.map(({ nl }) => nl).join(' / '), en: found.map(({ en }) => en).join(' / ') }),
    );
    costs(first?.ownCostCents ?? 0, 23_00, { nl: 'Het eigen deel op dinsdag', en: 'The own share on Tuesday' });
    equals(first?.pricedFor ?? null, null, { nl: 'De prijs van dinsdag is van', en: "Tuesday's price is that of" });
    costs(second?.priceCents ?? 0, 84_00, { nl: 'De prijs op donderdag', en: 'The price on Thursday' });
    costs(second?.ownCostCents ?? 0, 21_00, { nl: 'Het eigen deel op donderdag', en: 'The own share on Thursday' });

    const others = await world.step(
      'jan',
      { nl: 'zoekt hetzelfde; hij heeft geen polis', en: 'searches the same; he has no policy' },
      () => ownPricesOf(jan, { household: uninsured, offerId, form: 'F05', monday }, begins),
      (found) => ({ nl: found.map(({ nl }) => nl).join(' / '), en: found.map(({ en }) => en).join(' / ') }),
    );
    for (const { ownCostCents, pricedFor, coverage } of others) {
      costs(ownCostCents, 92_00, { nl: 'Het hoogste bedrag voor Jan', en: 'The maximum for Jan' });
      equals(`${pricedFor} ${coverage}`, 'null UNKNOWN', { nl: 'Wiens prijs Jan ziet', en: 'Whose price Jan sees' });
    }

    const bookAs = (session: typeof fatima, householdId: string) =>
      book(world, session, {
        ...{ householdId, offerId, resourceId, span: thursday, placeOfService: 'RECIPIENT_HOME' },
      });
    const booked = await world.step(
      'fatima',
      { nl: 'boekt de donderdag', en: 'books the Thursday' },
      () => bookAs(fatima, insured),
      ({ quote }) =>
        both(
          quote.ownCostCents,
          (amount) => `bevestigd; u betaalt hoogstens ${amount}`,
          (amount) => `confirmed; you pay at most ${amount}`,
        ),
    );
    costs(booked.terms.priceCents, second?.priceCents ?? 0, { nl: 'De prijs', en: 'The price' });
    costs(booked.quote.ownCostCents, second?.ownCostCents ?? 0, { nl: 'Het eigen deel', en: 'The own share' });
    equals(booked.quote.pricedFor, 'INSURER', { nl: 'De prijs is die van', en: 'The price is that of' });
    tellSplit(world, booked.quote.lines);
    const paysAll = await world.step(
      'jan',
      { nl: 'boekt dezelfde middag', en: 'books the same afternoon' },
      () => bookAs(jan, uninsured),
      ({ terms }) =>
        both(
          terms.priceCents,
          (amount) => `bevestigd voor ${amount}`,
          (amount) => `confirmed for ${amount}`,
        ),
    );
    costs(paysAll.terms.priceCents, 92_00, { nl: 'De prijs voor Jan', en: 'The price for Jan' });

    const after = instantOn(plusMonths(monday, 1), '09:00');
    const rest = { nl: 'de levering, de verrekening en de facturen', en: 'delivery, settlement and invoices' };
    if (!(await world.until(after, rest))) return;
    const deliveries = await world.step(
      'bij-saskia',
      { nl: 'legt vast dat beide blokken zijn gegeven', en: 'records that both blocks were given' },
      () => Promise.all([booked, paysAll].map((booking) => deliver(world, saskia, booking))),
      () => ({ nl: 'vastgelegd', en: 'recorded' }),
    );
    const lines = (await settled(fatima, booked.id)).lines ?? [];
    costs(sumOf(lines, 'INSURANCE'), 63_00, { nl: 'Wat de verzekeraar betaalt', en: 'What the insurer pays' });
    costs(sumOf(lines, 'OWN'), 21_00, { nl: 'Wat Fatima betaalt', en: 'What Fatima pays' });
    tellSplit(world, lines);
    costs(sumOf((await settled(jan, paysAll.id)).lines ?? [], 'OWN'), 92_00, {
      nl: 'Wat Jan betaalt',
      en: 'What Jan pays',
    });
    const month = Month.parse(monthOf(dayOf(thursday.from)));
    await bill(world, [month]);
    await expectInvoices(world, await world.as('zekerzorg'), new Map([[month, 63_00]]), deliveries);
    await expectInvoices(world, fatima, new Map([[month, 21_00]]), deliveries, insured);
    await expectInvoices(world, jan, new Map([[month, 92_00]]), deliveries, uninsured);
  },
};
