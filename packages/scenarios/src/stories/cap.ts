import { Month } from '@adempauze/contracts';
import { type Day, instantOn, monthOf, plusDays } from '@adempauze/kernel';
import type { Booking, Quote } from '../api/shapes.ts';
import { findViewer } from '../api/supply.ts';
import {
  book,
  cancel,
  confirm,
  deliver,
  hours,
  household,
  open,
  providerOf,
  publish,
  request,
  settled,
  type Wish,
} from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story, World } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { award, entitlementNow, expectRefusal, letDecide, newScheme } from './schemes.ts';
import { both, sumOf, tellSplit } from './tell.ts';

/** How many bookings race for the last two hours that fit. */
const racers = 8;

/** A06, scheme S01: a cap in money shared by several forms, frozen at award, holding when bookings race (R42). */
export const cap: Story = {
  id: 'A06',
  title: {
    nl: 'De Adempauzeregeling: het maximum, tot op de cent',
    en: 'The Adempauze scheme: the cap, to the cent',
  },
  async play(world) {
    const { calendar } = world;
    const jan = await world.as('jan');
    const startsOn = calendar.date('2026-03-01');
    const lastDay = plusDays(calendar.date('2027-03-01'), -1);
    const { householdId, entitlementId } = await awarded(world, jan, startsOn);
    const team = await publishTeam(world, calendar.weekday('2026-03-10'), calendar.date('2027-03-01'));
    const wish = ({ offerId, resourceId, placeOfService }: Offer, span: Wish['span']): Wish => ({
      ...{ householdId, offerId, resourceId, span, placeOfService },
    });
    const used = async (cents: number) => {
      const { usedCents, contributionCents } = await entitlementNow(jan, entitlementId);
      costs(usedCents, cents, { nl: 'Wat van de regeling is gebruikt', en: 'What was used of the scheme' });
      costs(contributionCents, 0, { nl: 'De eigen bijdrage', en: 'The own contribution' });
    };
    const series = async (offer: Offer, spans: readonly Wish['span'][]): Promise<Booked[]> => {
      const bookings: Booked[] = [];
      for (const span of spans) bookings.push(await book(world, jan, wish(offer, span)));
      for (const { quote } of bookings) costs(quote.ownCostCents, 0, { nl: 'De eigen kosten', en: 'The own cost' });
      return bookings;
    };
    const told = (cents: number) =>
      both(
        cents,
        (it) => `bevestigd, EUR 0 voor Jan; gebruikt: ${it}`,
        (it) => `confirmed, EUR 0 for Jan; used: ${it}`,
      );

    const help = await world.step(
      'jan',
      { nl: 'boekt 13 keer 2 uur hulp in het huishouden', en: 'books household help, 13 times 2 hours' },
      () => series(team.help, team.tuesdays),
      () => told(858_00),
    );
    await used(858_00);
    const care = await world.step(
      'jan',
      { nl: 'boekt 5 keer 4 uur vervangende zorg thuis', en: 'books replacement care at home, 5 times 4 hours' },
      () => series(team.care, team.thursdays),
      () => told(1_548_00),
    );
    await used(1_548_00);
    const coaching = await world.step(
      'jan',
      { nl: 'boekt een gesprek met een coach', en: 'books a session with a coach' },
      () => series(team.coach, [team.firstSession]),
      () => told(1_633_00),
    );
    await used(1_633_00);

    const over = await world.step(
      'jan',
      { nl: 'vraagt een tweede gesprek met de coach', en: 'asks for a second session with the coach' },
      () => expectRefusal(world, jan, wish(team.coach, team.secondSession), 'scheme-cap-reached'),
      ({ reason }) => ({ nl: reason.nl, en: reason.en }),
    );
    equals(over.reason.facts.overCents, '200', { nl: 'Hoeveel het te veel is', en: 'How much too much it is' });
    costs(over.booking.quote.ownCostCents, 85_00, { nl: 'De eigen kosten', en: 'The own cost' });
    await cancel(jan, over.booking.id);

    const last = await raceForTheRest(world, jan, wish(team.help, team.raceTime));
    await used(1_699_00);
    costs((await entitlementNow(jan, entitlementId)).leftCents ?? 0, 17_00, {
      nl: 'Wat er over is',
      en: 'What is left',
    });
    const late = await world.step(
      'jan',
      { nl: 'vraagt 2 uur hulp op de dag na de regeling', en: 'asks for 2 hours of help on the day after the scheme' },
      () => expectRefusal(world, jan, wish(team.help, team.dayAfter), 'scheme-period-over'),
      ({ reason }) => ({ nl: reason.nl, en: reason.en }),
    );
    equals(late.reason.facts.lastDay, lastDay, { nl: 'De laatste dag', en: 'The last day' });
    await cancel(jan, late.booking.id);

    await settle(world, team.provider, jan, [...help, ...care, ...coaching, last]);
  },
};

type Booked = Booking & { readonly quote: Quote };
type Offer = Pick<Wish, 'offerId' | 'placeOfService'> & { readonly resourceId: string };

const awarded = async (world: World, jan: Session, startsOn: Day) => {
  const municipality = await world.as('hillegom');
  const anke = await world.as('anke');
  const { accountId } = await anke.ask(findViewer, {});
  const contactPerson = { accountId, name: 'Anke Bos', organisation: 'Mantelzorgadvies' };
  const householdId = await household(world, jan, { caregiver: 'Hillegom', contactPerson });
  const schemeId = await newScheme(world, municipality, {
    ...{ name: 'Adempauzeregeling', source: 'S01', validFrom: plusDays(startsOn, -365) },
    rules: {
      coveredForms: ['F19', 'F05', 'F23', 'F22'],
      countedForms: ['F19', 'F05', 'F23'],
      ...{ capMultiplier: 52, periodMonths: 12, contributionCentsPerMonth: 0, extendable: false },
    },
  });
  await letDecide(municipality, { schemeId, accountId, holder: 'Mantelzorgadviseur', startsOn });
  const entitlement = await world.step(
    'anke',
    { nl: `kent Jan de Adempauzeregeling toe vanaf ${startsOn}`, en: `awards Jan the scheme from ${startsOn}` },
    () => award(anke, { schemeId, householdId, startsOn }),
    ({ capCents }) =>
      both(
        capCents ?? 0,
        (it) => `52 x EUR 33,00: hoogstens ${it}`,
        (it) => `52 x EUR 33.00: at most ${it}`,
      ),
  );
  costs(entitlement.capCents ?? 0, 1_716_00, { nl: 'Het maximum', en: 'The cap' });
  return { householdId, entitlementId: entitlement.id };
};

const publishTeam = async (world: World, firstTuesday: Day, dayAfter: Day) => {
  const provider = await providerOf(world, 'de-vliet');
  const weeks = (first: Day, count: number, from: string, length: number) =>
    Array.from({ length: count }, (_, week) => hours(plusDays(first, 7 * week), from, length));
  const times = {
    tuesdays: weeks(firstTuesday, 13, '09:00', 2),
    thursdays: weeks(plusDays(firstTuesday, 2), 5, '13:00', 4),
    firstSession: hours(plusDays(firstTuesday, 1), '10:00', 1),
    secondSession: hours(plusDays(firstTuesday, 8), '10:00', 1),
    raceTime: hours(plusDays(firstTuesday, 7 * 14), '09:00', 2),
    dayAfter: hours(dayAfter, '09:00', 2),
  };
  const offer = async (
    it: Parameters<typeof publish>[2],
    placeOfService: Offer['placeOfService'],
    spans: readonly Wish['span'][],
  ): Promise<Offer> => {
    const offerId = await publish(world, provider, it);
    return { offerId, placeOfService, resourceId: await open(world, provider, [offerId], spans, racers) };
  };
  const common = { place: 'Hillegom', bearer: 'OWN' } as const;
  const helpTimes = [...times.tuesdays, times.raceTime, times.dayAfter];
  return {
    provider,
    ...times,
    help: await offer(
      { ...common, form: 'F19', title: 'Hulp in het huishouden', priceCents: 33_00 },
      'RECIPIENT_HOME',
      helpTimes,
    ),
    care: await offer(
      { ...common, form: 'F05', title: 'Vervangende zorg thuis', priceCents: 34_50 },
      'RECIPIENT_HOME',
      times.thursdays,
    ),
    coach: await offer({ ...common, form: 'F23', title: 'Gesprek met een coach', priceCents: 85_00 }, 'PROVIDER', [
      times.firstSession,
      times.secondSession,
    ]),
  };
};

/** EUR 83.00 is left and two hours cost EUR 66.00: of all who ask at the same moment, the scheme pays for exactly one. */
const raceForTheRest = async (world: World, jan: Session, wish: Wish): Promise<Booked> => {
  const asked = await world.step(
    'jan',
    {
      nl: `vraagt op ${racers} schermen tegelijk 2 uur hulp; er past er nog één`,
      en: `asks for 2 hours of help on ${racers} screens at once; one more fits`,
    },
    () => Promise.all(Array.from({ length: racers }, () => request(world, jan, wish))),
    (all) => {
      const paid = all.filter((it) => it.quote.coverage === 'COVERED').length;
      return {
        nl: `${paid} betaald door de regeling, ${all.length - paid} alleen op eigen kosten`,
        en: `${paid} paid by the scheme, ${all.length - paid} at own cost only`,
      };
    },
  );
  const covered = asked.filter((it) => it.quote.coverage === 'COVERED');
  const others = asked.filter((it) => it.quote.coverage !== 'COVERED');
  equals(covered.length, 1, { nl: 'Het aantal betaald door de regeling', en: 'The number paid by the scheme' });
  for (const { quote } of others) {
    equals(quote.refusals[0]?.reason.code, 'scheme-cap-reached', { nl: 'De reden', en: 'The reason' });
    costs(quote.ownCostCents, 66_00, {
      nl: 'De eigen kosten van wie te laat is',
      en: 'The own cost of who is too late',
    });
  }
  const [winner] = covered;
  holds(winner !== undefined, 'Er is niets betaald.', 'Nothing was paid.');
  await world.step(
    'jan',
    { nl: 'bevestigt die ene en zegt de andere af', en: 'confirms that one and cancels the others' },
    () => Promise.all([confirm(jan, winner.id), ...others.map((it) => cancel(jan, it.id))]),
    () => ({ nl: 'gebruikt: EUR 1.699,00, nog EUR 17,00', en: 'used: EUR 1,699.00, EUR 17.00 left' }),
  );
  return winner;
};

const settle = async (world: World, provider: Session, jan: Session, bookings: readonly Booked[]): Promise<void> => {
  const after = instantOn(plusDays(world.calendar.date('2026-07-01'), 1), '09:00');
  const rest = { nl: 'de levering, de verrekening en de facturen', en: 'delivery, settlement and invoices' };
  if (!(await world.until(after, rest))) return;
  const deliveries = await world.step(
    'de-vliet',
    {
      nl: `legt alle ${bookings.length} afspraken vast als gegeven`,
      en: `records all ${bookings.length} bookings as given`,
    },
    () => Promise.all(bookings.map((it) => deliver(world, provider, it))),
    () => ({ nl: 'vastgelegd', en: 'recorded' }),
  );
  const claims = await Promise.all(bookings.map((it) => settled(jan, it.id)));
  const lines = claims.flatMap((it) => it.lines ?? []);
  costs(sumOf(lines, 'SCHEME'), 1_699_00, { nl: 'Wat de gemeente betaalt', en: 'What the municipality pays' });
  costs(sumOf(lines, 'OWN', 'CONTRIBUTION', 'INSURANCE', 'GUARANTEE'), 0, {
    nl: 'Wat anderen betalen',
    en: 'What others pay',
  });
  tellSplit(world, lines);

  const perMonth = new Map<Month, number>();
  for (const { deliveredOn, costCents } of claims.toSorted((a, b) => (a.deliveredOn < b.deliveredOn ? -1 : 1))) {
    const month = Month.parse(monthOf(deliveredOn));
    perMonth.set(month, (perMonth.get(month) ?? 0) + costCents);
  }
  if (world.calendar.year === 2026) {
    const told = { nl: 'De bedragen per maand, in centen', en: 'The amounts a month, in cents' };
    equals([...perMonth.values()], [763_00, 540_00, 264_00, 132_00], told);
  }
  await bill(world, [...perMonth.keys()]);
  await expectInvoices(world, await world.as('hillegom'), perMonth, deliveries);
};
