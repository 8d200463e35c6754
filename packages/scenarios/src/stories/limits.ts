import { Month } from '@adempauze/contracts';
import { type Day, instantOn, monthOf, plusDays } from '@adempauze/kernel';
import { extendEntitlement } from '../api/funding.ts';
import type { Booking, Quote } from '../api/shapes.ts';
import { findViewer } from '../api/supply.ts';
import { book, cancel, deliver, hours, household, open, providerOf, publish, settled, type Wish } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { award, entitlementNow, expectRefusal, letDecide, newScheme } from './schemes.ts';
import { both, sumOf, tellSplit } from './tell.ts';

const rijswijk = '0603';

/** A07, scheme S02: three limits at once, help in the municipality only, a contribution a month, and a hard stop. */
export const limits: Story = {
  id: 'A07',
  title: {
    nl: 'Hulp in het huishouden in Rijswijk: drie grenzen tegelijk',
    en: 'Household help in Rijswijk: three limits at once',
  },
  async play(world) {
    const monday = world.calendar.weekday('2026-01-05');
    const week = (number: number) => plusDays(monday, 7 * (number - 1));
    const fatima = await world.as('fatima');
    const { householdId, entitlementId } = await awarded(world, fatima, monday);
    const provider = await providerOf(world, 'de-vliet');
    const wish = await publishHelp(
      world,
      provider,
      householdId,
      Array.from({ length: 14 }, (_, it) => week(it + 1)),
    );

    const delft = await world.step(
      'fatima',
      { nl: 'vraagt 3 uur hulp bij haar moeder in Delft', en: "asks for 3 hours of help at her mother's in Delft" },
      () => expectRefusal(world, fatima, wish(monday, 3, 'RECIPIENT_HOME'), 'scheme-outside-area'),
      ({ reason }) => ({ nl: reason.nl, en: reason.en }),
    );
    await cancel(fatima, delft.booking.id);
    const bookings = await world.step(
      'fatima',
      {
        nl: 'boekt 13 weken lang 3 uur per week, thuis in Rijswijk',
        en: 'books 3 hours a week for 13 weeks, at home in Rijswijk',
      },
      async () => {
        const all: Booked[] = [];
        for (let number = 1; number <= 13; number += 1) all.push(await book(world, fatima, wish(week(number), 3)));
        return all;
      },
      () => ({
        nl: '39 uur bevestigd; eigen bijdrage EUR 21 per maand',
        en: '39 hours confirmed; own contribution EUR 21 a month',
      }),
    );
    equals(
      bookings.map((it) => it.quote.coverage),
      Array(13).fill('COVERED'),
      { nl: 'De dekking', en: 'The cover' },
    );

    const fourth = await world.step(
      'fatima',
      { nl: 'vraagt in week 2 een vierde uur', en: 'asks for a fourth hour in week 2' },
      () => expectRefusal(world, fatima, wish(plusDays(week(2), 2), 1), 'scheme-week-full'),
      ({ reason }) => ({ nl: reason.nl, en: reason.en }),
    );
    await cancel(fatima, fourth.booking.id);
    const last = await lastHour(world, fatima, entitlementId, wish(week(14), 3), wish(week(14), 1));
    await refusedExtension(world, entitlementId);
    const { contributionCents } = await entitlementNow(fatima, entitlementId);
    costs(contributionCents, 84_00, { nl: 'De eigen bijdrage, vier maanden', en: 'The own contribution, four months' });

    await settle(world, provider, fatima, householdId, [...bookings, last]);
  },
};

type Booked = Booking & { readonly quote: Quote };

/** The nurse decides: the municipality gave her a mandate (R06), and the family made her its contact person. */
const awarded = async (world: World, fatima: Session, startsOn: Day) => {
  const municipality = await world.as('rijswijk');
  const nora = await world.as('nora');
  const { accountId } = await nora.ask(findViewer, {});
  const contactPerson = { accountId, name: 'Nora Visser', organisation: 'Wijkverpleging De Vliet' };
  const householdId = await household(world, fatima, { caregiver: 'Rijswijk', recipient: 'Delft', contactPerson });
  const schemeId = await newScheme(world, municipality, {
    ...{ name: 'Huishoudelijke hulp voor mantelzorgers', source: 'S02', validFrom: plusDays(startsOn, -365) },
    rules: {
      ...{ coveredForms: ['F19'], countedForms: ['F19'], capHours: 40, maxHoursPerWeek: 3, periodMonths: 6 },
      ...{ serviceArea: [rijswijk], contributionCentsPerMonth: 21_00, extendable: false },
    },
  });
  await letDecide(municipality, { schemeId, accountId, holder: 'Wijkverpleegkundige', startsOn });
  const entitlement = await world.step(
    'nora',
    {
      nl: `kent Fatima hulp in het huishouden toe vanaf ${startsOn}`,
      en: `awards Fatima household help from ${startsOn}`,
    },
    () => award(nora, { schemeId, householdId, startsOn }),
    ({ leftHours }) => ({
      nl: `${leftHours} uur in 6 maanden, 3 uur per week`,
      en: `${leftHours} hours in 6 months, 3 hours a week`,
    }),
  );
  return { householdId, entitlementId: entitlement.id };
};

/** Help at EUR 33.00 an hour, weekdays from nine to five. Gives a wish for some hours on a day. */
const publishHelp = async (world: World, provider: Session, householdId: string, mondays: readonly Day[]) => {
  const offerId = await publish(world, provider, {
    ...{ form: 'F19', title: 'Hulp in het huishouden', place: 'Rijswijk', priceCents: 33_00, bearer: 'OWN' },
    minMinutes: 60,
  });
  const days = mondays.flatMap((it) => [it, plusDays(it, 2)]);
  const resourceId = await open(
    world,
    provider,
    [offerId],
    days.map((it) => hours(it, '09:00', 8)),
    4,
  );
  return (day: Day, count: number, placeOfService: Wish['placeOfService'] = 'CAREGIVER_HOME'): Wish => ({
    ...{ householdId, offerId, resourceId, span: hours(day, '09:00', count), placeOfService },
  });
};

/** Week 14: of three hours asked, the scheme pays the fortieth only. She takes that hour. */
const lastHour = async (
  world: World,
  fatima: Session,
  entitlementId: string,
  three: Wish,
  one: Wish,
): Promise<Booked> => {
  const asked = await world.step(
    'fatima',
    { nl: 'vraagt in week 14 weer 3 uur', en: 'asks for 3 hours again in week 14' },
    () => expectRefusal(world, fatima, three, 'scheme-hours-used'),
    ({ reason, booking }) =>
      both(
        booking.quote.ownCostCents,
        (it) => `${reason.nl} Zelf zou zij ${it} betalen`,
        (it) => `${reason.en} She would pay ${it} herself`,
      ),
  );
  equals(asked.booking.quote.coverage, 'PARTLY', { nl: 'De dekking', en: 'The cover' });
  costs(sumOf(asked.booking.quote.lines, 'SCHEME', 'CONTRIBUTION'), 33_00, { nl: 'Eén uur', en: 'One hour' });
  await cancel(fatima, asked.booking.id);
  const left = { nl: 'Het uur komt weer vrij', en: 'The hour is free again' };
  await waitUntil(
    () => entitlementNow(fatima, entitlementId),
    (it) => it.leftHours === 1,
    left,
  );
  return world.step(
    'fatima',
    { nl: 'boekt dat ene uur', en: 'books that one hour' },
    () => book(world, fatima, one),
    ({ quote }) =>
      both(
        quote.ownCostCents,
        (it) => `bevestigd, 40 uur vol; eigen bijdrage ${it}`,
        (it) => `confirmed, 40 hours full; own contribution ${it}`,
      ),
  );
};

const refusedExtension = async (world: World, entitlementId: string): Promise<void> => {
  const outcome = await world.step(
    'rijswijk',
    { nl: 'vraagt om verlenging', en: 'asks for an extension' },
    async () => (await world.as('rijswijk')).order(extendEntitlement, { entitlementId }),
    (it) => (it.accepted ? { nl: 'verlengd', en: 'extended' } : it.rejection.message),
  );
  const code = outcome.accepted ? 'accepted' : outcome.rejection.code;
  equals(code, 'scheme-not-extendable', { nl: 'Het antwoord op verlenging', en: 'The answer to an extension' });
};

const settle = async (
  world: World,
  provider: Session,
  fatima: Session,
  householdId: string,
  bookings: readonly Booked[],
): Promise<void> => {
  const last = bookings.at(-1);
  holds(last !== undefined, 'Er zijn geen afspraken.', 'There are no bookings.');
  const after = instantOn(world.calendar.date('2026-05-01'), '09:00');
  const rest = { nl: 'de levering, de verrekening en de facturen', en: 'delivery, settlement and invoices' };
  if (!(await world.until(after, rest))) return;
  const deliveries = await world.step(
    'de-vliet',
    { nl: 'legt alle 40 uren vast als gegeven', en: 'records all 40 hours as given' },
    () => Promise.all(bookings.map((it) => deliver(world, provider, it))),
    () => ({ nl: 'vastgelegd', en: 'recorded' }),
  );
  const claims = await Promise.all(bookings.map((it) => settled(fatima, it.id)));
  const lines = claims.flatMap((it) => it.lines ?? []);
  tellSplit(world, lines);
  costs(sumOf(lines, 'CONTRIBUTION'), 84_00, { nl: 'De eigen bijdrage', en: 'The own contribution' });
  costs(sumOf(lines, 'SCHEME'), 1_236_00, { nl: 'Wat de gemeente betaalt', en: 'What the municipality pays' });
  costs(sumOf(lines, 'OWN', 'INSURANCE', 'GUARANTEE'), 0, { nl: 'Wat anderen betalen', en: 'What others pay' });

  const months = new Map<Month, { scheme: number; own: number }>();
  for (const { deliveredOn, lines: mine } of claims.toSorted((a, b) => (a.deliveredOn < b.deliveredOn ? -1 : 1))) {
    const month = Month.parse(monthOf(deliveredOn));
    const { scheme = 0, own = 0 } = months.get(month) ?? {};
    months.set(month, {
      scheme: scheme + sumOf(mine ?? [], 'SCHEME'),
      own: own + sumOf(mine ?? [], 'CONTRIBUTION'),
    });
  }
  equals(
    [...months.values()].map((it) => it.own),
    [21_00, 21_00, 21_00, 21_00],
    {
      nl: 'De eigen bijdrage per maand, in centen',
      en: 'The own contribution a month, in cents',
    },
  );
  if (world.calendar.year === 2026) {
    const told = { nl: 'De bedragen per maand, in centen', en: 'The amounts a month, in cents' };
    equals(
      [...months.values()].map((it) => it.scheme),
      [375_00, 375_00, 474_00, 12_00],
      told,
    );
  }
  await bill(world, [...months.keys()]);
  const of = (kind: 'scheme' | 'own') => new Map([...months].map(([month, it]) => [month, it[kind]]));
  await expectInvoices(world, await world.as('rijswijk'), of('scheme'), deliveries);
  await expectInvoices(world, fatima, of('own'), deliveries, householdId);
};
