import { Month } from '@adempauze/contracts';
import { type Day, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import { recordCostSharing } from '../api/funding.ts';
import type { FundingLine } from '../api/shapes.ts';
import { findViewer, type OwnCost } from '../api/supply.ts';
import { book, deliver, hours, household, open, providerOf, publish, settled, type Wish, yes } from '../cast.ts';
import { costs, equals } from '../story-error.ts';
import type { Account, Story, World } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { ownPricesOf } from './own-prices.ts';
import { award, newScheme } from './schemes.ts';
import { both, sumOf, tellSplit } from './tell.ts';

const hillegom = '0534';
const form = 'F27';

/** What a family of the story pays itself of three hours at EUR 34.55, and who bears the rest. */
type Shares = { readonly own: number; readonly municipality: number; readonly insurer: number };
/** Of EUR 103.65 the insurer bears 45%, EUR 46.6425; the odd cent is the municipality's (A09). */
const shared: Shares = { own: 0, municipality: 57_01, insurer: 46_64 };
/** Two hours under a scheme, EUR 69.10 of which EUR 21.00 is the contribution; the third hour is shared: EUR 19.01 and 15.54. */
const withScheme: Shares = { own: 21_00, municipality: 67_11, insurer: 15_54 };

/**
 * S24, S25, R46: insurer and municipality agreed to share what guidance at home costs. The caregiver meets it as a price: in
 * search, in the quote and in what is settled, each the same to the cent. What was agreed later makes it less than was shown,
 * never more; and a week after the agreement it is the whole price again.
 */
export const sharedOwnShare: Story = {
  id: 'S24',
  title: { nl: 'Wat ik betaal als anderen samen betalen', en: 'What I pay when others pay together' },
  async play(world) {
    const monday = world.calendar.weekday('2026-07-06');
    const tuesdays = [hours(plusDays(monday, 1), '13:00', 3), hours(plusDays(monday, 8), '13:00', 3)] as const;
    const summer = { nl: 'twee weken tevoren', en: 'two weeks ahead' };
    if (!(await world.until(instantOn(plusDays(monday, -15), '09:00'), summer))) return;
    const vliet = await providerOf(world, 'de-vliet');
    const offerId = await publish(world, vliet, {
      ...{ form, title: `Begeleiding thuis (${world.ids.next().slice(0, 8)})`, place: 'Hillegom' },
      ...{ priceCents: 34_55, bearer: 'OWN' },
    });
    const resourceId = await open(world, vliet, [offerId], tuesdays, 3);
    const wish = (householdId: string): Wish => ({
      ...{ householdId, offerId, resourceId, span: tuesdays[0], placeOfService: 'RECIPIENT_HOME' },
    });
    const [els, fatima, jan] = [
      await familyOf(world, 'els'),
      await familyOf(world, 'fatima'),
      await familyOf(world, 'jan'),
    ];

    const early = await world.step(
      'els',
      { nl: 'boekt drie uur; er is nog niets afgesproken', en: 'books three hours; nothing was agreed yet' },
      () => book(world, els.session, wish(els.householdId)),
      ({ quote }) => atMost(quote.ownCostCents),
    );
    equals([early.quote.ownCostCents, early.quote.coverage], [103_65, 'UNKNOWN'], {
      nl: 'Wat Els zag',
      en: 'What Els was shown',
    });
    await agree(world, monday);
    await twoHoursOfScheme(world, jan.householdId, monday);
    // Every replica knows of it by then.
    const nextDay = { nl: 'de dag daarna', en: 'the day after' };
    if (!(await world.until(instantOn(plusDays(monday, -14), '09:00'), nextDay))) return;

    const looked = { offerId, form, monday, minutes: 180, days: 14 } as const;
    const search = (of: Family, ownCents: number) =>
      world.step(
        of.account,
        {
          nl: 'zoekt drie uur begeleiding, en ziet per dag wat er zelf te betalen is',
          en: 'searches, and sees per day what is left to pay',
        },
        () =>
          ownPricesOf(
            of.session,
            { household: of.householdId, ...looked },
            tuesdays.map(({ from }) => from),
            (found) => found[0]?.ownCostCents === ownCents,
          ),
        (found) => ({ nl: found.map(({ nl }) => nl).join(' / '), en: found.map(({ en }) => en).join(' / ') }),
      );
    shows(await search(fatima, shared.own), [0, 103_65], ['COVERED', 'UNKNOWN']);
    // Of the second Tuesday two hours are the scheme's as well, and the third is his own.
    shows(await search(jan, withScheme.own), [21_00, 55_55], ['COVERED', 'PARTLY']);

    const bookAs = (of: Family, expected: Shares) =>
      world.step(
        of.account,
        { nl: 'boekt de eerste dinsdag', en: 'books the first Tuesday' },
        async () => {
          const booked = await book(world, of.session, wish(of.householdId));
          bears(booked.quote.lines, expected, { nl: 'De offerte', en: 'The quote' });
          costs(booked.quote.ownCostCents, expected.own, { nl: 'Het eigen deel vooraf', en: 'The own share first' });
          return booked;
        },
        ({ quote }) => atMost(quote.ownCostCents),
      );
    const booked = [await bookAs(fatima, shared), await bookAs(jan, withScheme)] as const;

    const after = instantOn(plusDays(plusMonths(monday, 1), 1 - dayInMonth(monday)), '09:00');
    const rest = { nl: 'de levering, de verrekening en de facturen', en: 'delivery, settlement and invoices' };
    if (!(await world.until(after, rest))) return;
    const deliveries = await world.step(
      'de-vliet',
      { nl: 'legt vast dat alle drie zijn gegeven', en: 'records that all three were given' },
      () => Promise.all([early, ...booked].map((it) => deliver(world, vliet, it))),
      () => ({ nl: 'vastgelegd', en: 'recorded' }),
    );
    const claims = [
      [els, early.id, shared],
      [fatima, booked[0].id, shared],
      [jan, booked[1].id, withScheme],
    ] as const;
    for (const [{ session }, id, expected] of claims) {
      const { costCents, lines } = await settled(session, id);
      costs(costCents, 103_65, { nl: 'De kosten', en: 'The cost' });
      bears(lines ?? [], expected, { nl: 'De verrekening', en: 'The settlement' });
      tellSplit(world, lines ?? []);
    }
    const month = Month.parse(monthOf(monday));
    await bill(world, [month]);
    const total = (of: keyof Shares) => claims.reduce((sum, [, , it]) => sum + it[of], 0);
    await expectInvoices(world, await world.as('hillegom'), new Map([[month, total('municipality')]]), deliveries);
    await expectInvoices(world, await world.as('zekerzorg'), new Map([[month, total('insurer')]]), deliveries);
    await expectInvoices(world, jan.session, new Map([[month, 21_00]]), deliveries, jan.householdId);
  },
};

const dayInMonth = (day: Day): number => Number(day.slice(8));
const atMost = (cents: number) =>
  cents === 0
    ? { nl: 'bevestigd; er is niets te betalen', en: 'confirmed; nothing to pay' }
    : both(
        cents,
        (amount) => `bevestigd; u betaalt hoogstens ${amount}`,
        (amount) => `confirmed; you pay at most ${amount}`,
      );

type Family = Awaited<ReturnType<typeof familyOf>>;
const familyOf = async (world: World, account: Account) => {
  const session = await world.as(account);
  return { account, session, householdId: await household(world, session, { caregiver: 'Hillegom' }) };
};

/** @throws StoryError unless the lines are these, to the cent. */
const bears = (lines: readonly FundingLine[], expected: Shares, what: { readonly nl: string; readonly en: string }) => {
  const { own, municipality, insurer } = expected;
  equals(
    [sumOf(lines, 'OWN', 'CONTRIBUTION'), sumOf(lines, 'SCHEME'), sumOf(lines, 'INSURANCE'), sumOf(lines, 'GUARANTEE')],
    [own, municipality, insurer, 0],
    what,
  );
};

const shows = (found: readonly OwnCost[], cents: readonly number[], coverage: readonly OwnCost['coverage'][]) => {
  equals([found.map((it) => it.ownCostCents), found.map((it) => it.coverage)], [cents, coverage], {
    nl: 'Het eigen deel bij het zoeken',
    en: 'The own share in search',
  });
  equals([...new Set(found.map((it) => it.priceCents))], [103_65], { nl: 'De hele prijs', en: 'The whole price' });
};

/** For one week, whatever other sources leave of it. */
const agree = async (world: World, monday: Day): Promise<void> => {
  const { organisation: insurerId } = await (await world.as('zekerzorg')).ask(findViewer, {});
  const { organisation: providerId } = await (await world.as('de-vliet')).ask(findViewer, {});
  await world.step(
    'beheer',
    {
      nl: 'legt vast wat verzekeraar, gemeente en thuiszorg tekenden: 45% en de rest, voor één week',
      en: 'records what insurer, municipality and home care signed: 45% and the rest, for one week',
    },
    async () =>
      yes(
        await (await world.as('beheer')).order(recordCostSharing, {
          ...{ costSharingId: world.ids.next(), name: 'Begeleiding in Hillegom', municipalityCode: hillegom },
          ...{ insurerId: insurerId ?? '', insurerPercent: 45, forms: [form], providerIds: [providerId ?? ''] },
          ...{ from: monday, until: plusDays(monday, 7) },
        }),
      ),
    () => ({ nl: 'vastgelegd', en: 'recorded' }),
  );
};

/** An award of the municipality: two hours a week, with a contribution of EUR 21 a month. */
const twoHoursOfScheme = (world: World, householdId: string, monday: Day) =>
  world.step(
    'hillegom',
    { nl: 'kent Jan twee uur per week toe', en: 'awards Jan two hours a week' },
    async () => {
      const municipality = await world.as('hillegom');
      const schemeId = await newScheme(world, municipality, {
        ...{ name: 'Begeleiding thuis', source: 'S02', validFrom: plusDays(monday, -60) },
        rules: {
          ...{ coveredForms: [form], countedForms: [form], capHours: 40, maxHoursPerWeek: 2, periodMonths: 6 },
          ...{ contributionCentsPerMonth: 21_00, extendable: false },
        },
      });
      return award(municipality, { schemeId, householdId, startsOn: plusDays(monday, -60) });
    },
    () => ({ nl: 'eigen bijdrage EUR 21,00 per maand', en: 'own contribution EUR 21.00 a month' }),
  );
