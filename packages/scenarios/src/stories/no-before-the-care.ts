import { Month } from '@adempauze/contracts';
import { type Day, instantOn, monthOf, plusDays, plusMonths } from '@adempauze/kernel';
import {
  confirmBooking,
  findAtProvider,
  findBooking,
  findClaim,
  findCostOfCare,
  rescheduleBooking,
} from '../api/care.ts';
import { declineFunding, findDeclines } from '../api/funding.ts';
import type { Booking, FundingLine } from '../api/shapes.ts';
import { book, deliver, hours, household, open, providerOf, publish, request, type Wish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Account, Story, World } from '../world.ts';
import { bill, expectInvoices } from './billing.ts';
import { insure } from './insuring.ts';
import { award, entitlementNow, newScheme } from './schemes.ts';
import { statusInWords, sumOf, tellSplit } from './tell.ts';

const form = 'F03';

/** Who bears EUR 180.00 in the end. */
type Borne = {
  readonly own?: number;
  readonly municipality?: number;
  readonly insurer?: number;
  readonly pot?: number;
};

/**
 * R03, R04, R46: a funder says no before the care: while the caregiver still thinks about it, and to what was agreed. Neither
 * the caregiver nor who gives the care has to do anything, or can do less: it is confirmed, moved and given as if nobody had
 * said anything. What it costs goes to the next source and then to the guarantee, never beyond what was shown.
 */
export const noBeforeTheCare: Story = {
  id: 'R04',
  title: { nl: 'De betaler zegt nee, en de hulp komt', en: 'The payer says no, and help comes' },
  async play(world) {
    const monday = world.calendar.weekday('2026-05-11');
    const start = { nl: 'een week tevoren', en: 'a week ahead' };
    if (!(await world.until(instantOn(plusDays(monday, -7), '09:00'), start))) return;
    const vliet = await providerOf(world, 'de-vliet');
    // What no source takes is the caregiver's, up to what was shown: the guarantee steps in for a no alone.
    const offerId = await publish(world, vliet, {
      ...{ form, title: `Thuis overgenomen (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk' },
      ...{ priceCents: 45_00, bearer: 'OWN' },
    });
    const days = [0, 1, 2, 3, 4].map((it) => hours(plusDays(monday, it), '09:00', 4));
    const resourceId = await open(world, vliet, [offerId], days);
    const [jan, fatima] = [await world.as('jan'), await world.as('fatima')];
    const ofJan = await household(world, jan);
    const ofFatima = await household(world, fatima);
    const entitlementId = await sources(world, monday, { ofJan, ofFatima });
    const on = (householdId: string, day: number): Wish => ({
      ...{ householdId, offerId, resourceId, placeOfService: 'RECIPIENT_HOME' },
      span: hours(plusDays(monday, day), '09:00', 4),
    });

    const thought = await request(world, jan, on(ofJan, 0));
    shown(thought, { municipality: 180_00 });
    await saysNo(world, 'rijswijk', thought.id, 'NOT_ENTITLED', 'terwijl Jan nog nadenkt', 'while Jan still thinks');
    await nothingChanged(jan, thought, 'HELD');
    const refused = await (await world.as('hillegom')).order(declineFunding, {
      ...{ bookingId: thought.id, reason: 'NOT_COVERED' },
    });
    equals(refused.accepted ? 'accepted' : refused.rejection.code, 'claim-not-found', {
      nl: 'Het nee van wie er niet in staat',
      en: 'The no of who has no part in it',
    });
    await world.step(
      'jan',
      { nl: 'weet van niets, en bevestigt', en: 'knows nothing of it, and confirms' },
      async () => yes(await jan.order(confirmBooking, { bookingId: thought.id })),
      ({ status }) => ({
        nl: `${statusInWords(status).nl}; hij betaalt niets`,
        en: `${statusInWords(status).en}; he pays nothing`,
      }),
    );
    await nothingChanged(jan, thought, 'CONFIRMED');

    const agreed = await book(world, jan, on(ofJan, 1));
    shown(agreed, { municipality: 180_00 });
    await saysNo(world, 'rijswijk', agreed.id, 'OTHER_PAYER', 'tegen een dag die vaststaat', 'to a day that is agreed');
    await nothingChanged(jan, agreed, 'CONFIRMED');
    await asProvider(world, vliet, agreed.id);
    await world.step(
      'jan',
      { nl: 'verzet die dag naar woensdag', en: 'moves that day to Wednesday' },
      async () => {
        yes(await jan.order(rescheduleBooking, { bookingId: agreed.id, span: on(ofJan, 2).span }));
        return waitUntil(
          () => jan.ask(findBooking, { id: agreed.id }),
          (it) => it?.span.from === on(ofJan, 2).span.from,
          { nl: 'De afspraak is verzet', en: 'The booking is moved' },
        );
      },
      () => ({ nl: 'het staat vast, voor dezelfde prijs', en: 'it stands, at the same price' }),
    );
    await nothingChanged(jan, agreed, 'CONFIRMED');

    // A no is to one booking: the next is the municipality's again.
    const untouched = await book(world, jan, on(ofJan, 3));
    shown(untouched, { municipality: 180_00 });
    const partly = await book(world, fatima, on(ofFatima, 4));
    shown(partly, { own: 45_00, insurer: 135_00 });
    await saysNo(world, 'zekerzorg', partly.id, 'NOT_COVERED', 'tegen Fatima’s dag', 'to Fatima’s day');
    await nothingChanged(fatima, partly, 'CONFIRMED');

    const given = instantOn(plusDays(monday, 4), '14:00');
    if (!(await world.until(given, { nl: 'de zorg en de verrekening', en: 'the care and the settlement' }))) return;
    const deliveries = await world.step(
      'de-vliet',
      { nl: 'geeft en schrijft op, vier keer', en: 'gives and records, four times' },
      () => Promise.all([thought, agreed, untouched, partly].map((it) => deliver(world, vliet, it))),
      () => ({
        nl: 'wat het kost staat vast; wie het draagt is niet haar zaak',
        en: 'what it costs is certain; who bears it is not her concern',
      }),
    );
    await borne(world, jan, thought, { insurer: 135_00, pot: 45_00 });
    await borne(world, jan, agreed, { insurer: 135_00, pot: 45_00 });
    await borne(world, jan, untouched, { municipality: 180_00 });
    await borne(world, fatima, partly, { own: 45_00, pot: 135_00 });
    equals(
      (await jan.ask(findDeclines, { bookingId: thought.id }))?.declines?.map(noOf),
      ['MUNICIPALITY NOT_ENTITLED'],
      {
        nl: 'Wie er nee zei, zoals Jan het ziet',
        en: 'Who said no, as Jan sees it',
      },
    );
    await saysNo(
      world,
      'zekerzorg',
      agreed.id,
      'NOT_COVERED',
      'na de zorg, tegen de woensdag',
      'after the care, to Wednesday',
    );
    await borne(world, jan, agreed, { pot: 180_00 });
    equals((await jan.ask(findDeclines, { bookingId: agreed.id }))?.declines?.map(noOf), both, {
      nl: 'Wie er nee zei tegen de woensdag',
      en: 'Who said no to Wednesday',
    });
    // What the municipality would not bear is room for other care.
    await waitUntil(
      () => entitlementNow(jan, entitlementId),
      ({ usedCents }) => usedCents === 180_00,
      { nl: 'De regeling houdt ruimte over', en: 'The scheme has room left' },
    );

    const monthEnd = instantOn(firstOfNext(monday), '09:00');
    if (!(await world.until(monthEnd, { nl: 'de facturen', en: 'the invoices' }))) return;
    const month = Month.parse(monthOf(monday));
    await bill(world, [month]);
    await expectInvoices(world, await world.as('rijswijk'), new Map([[month, 180_00]]), deliveries);
    await expectInvoices(world, await world.as('zekerzorg'), new Map([[month, 135_00]]), deliveries);
    await expectInvoices(world, fatima, new Map([[month, 45_00]]), deliveries, ofFatima);
  },
};

const both = ['MUNICIPALITY OTHER_PAYER', 'INSURER NOT_COVERED'];
const noOf = ({ payer, reason }: { readonly payer: { readonly kind: string }; readonly reason: string }) =>
  `${payer.kind} ${reason}`;
const firstOfNext = (day: Day): Day => plusMonths(plusDays(day, 1 - Number(day.slice(8))), 1);

/** Jan has a scheme and a policy behind it, Fatima the policy alone. Gives the entitlement. */
const sources = async (
  world: World,
  monday: Day,
  { ofJan, ofFatima }: { readonly ofJan: string; readonly ofFatima: string },
): Promise<string> => {
  const from = plusDays(monday, -30);
  const entitlement = await world.step(
    'rijswijk',
    { nl: 'kent Jan vervangende zorg toe', en: 'awards Jan replacement care' },
    async () => {
      const rijswijk = await world.as('rijswijk');
      const schemeId = await newScheme(world, rijswijk, {
        ...{ name: 'Vervangende zorg thuis', source: 'S04', validFrom: from },
        rules: {
          ...{ coveredForms: [form], countedForms: [form], capMultiplier: 52, periodMonths: 6 },
          ...{ contributionCentsPerMonth: 0, extendable: false },
        },
      });
      return award(rijswijk, { schemeId, householdId: ofJan, startsOn: from });
    },
    () => ({ nl: 'toegekend', en: 'awarded' }),
  );
  for (const [householdId, name] of [
    [ofJan, 'Jan'],
    [ofFatima, 'Fatima'],
  ] as const)
    await insure(world, householdId, form, monday, name);
  return entitlement.id;
};

/** What the caregiver is shown before the yes. */
const shown = ({ quote }: Awaited<ReturnType<typeof request>>, expected: Borne): void => {
  equals(sumsOf(quote.lines), sums(expected), { nl: 'De offerte', en: 'The quote' });
  equals(quote.ownCostCents, expected.own ?? 0, { nl: 'Het eigen deel vooraf', en: 'The own share first' });
};

const sums = ({ own = 0, municipality = 0, insurer = 0, pot = 0 }: Borne) => [own, municipality, insurer, pot];
const sumsOf = (lines: readonly FundingLine[]) => [
  sumOf(lines, 'OWN', 'CONTRIBUTION'),
  sumOf(lines, 'SCHEME'),
  sumOf(lines, 'INSURANCE'),
  sumOf(lines, 'GUARANTEE'),
];

/** A funder says no; the same no sent twice is one. */
const saysNo = (
  world: World,
  funder: Account,
  bookingId: string,
  reason: 'NOT_ENTITLED' | 'NOT_COVERED' | 'OTHER_PAYER',
  nl: string,
  en: string,
) =>
  world.step(
    funder,
    { nl: `zegt nee, ${nl}`, en: `says no, ${en}` },
    async () => {
      const session = await world.as(funder);
      const key = world.ids.next();
      const first = yes(await session.order(declineFunding, { bookingId, reason }, key));
      const again = yes(await session.order(declineFunding, { bookingId, reason }, key));
      equals(again, first, { nl: 'Het antwoord op hetzelfde nee', en: 'The answer to the same no' });
      return first;
    },
    ({ claim }) =>
      claim === null
        ? { nl: 'het telt zodra er iets te betalen is', en: 'it counts once there is something to pay' }
        : { nl: 'de kosten zijn opnieuw verdeeld', en: 'the cost is divided anew' },
  );

/** The family sees the same booking and the same price, and no cost before there was care. */
const nothingChanged = async (
  family: Session,
  { id, quote }: Awaited<ReturnType<typeof request>>,
  status: Booking['status'],
): Promise<void> => {
  const found = await family.ask(findBooking, { id });
  equals([found?.status, found?.quote], [status, quote], {
    nl: 'De afspraak en de prijs',
    en: 'The booking and the price',
  });
  equals(await family.ask(findClaim, { bookingId: id }), null, { nl: 'De kosten', en: 'The cost' });
};

/** Who gives the care sees a booking that stands, and nothing of money. */
const asProvider = async (world: World, provider: Session, id: string): Promise<void> => {
  const seen = await world.step(
    'de-vliet',
    { nl: 'kijkt wat er dinsdag staat', en: 'looks what there is on Tuesday' },
    async () => ({
      booking: await provider.ask(findAtProvider, { id }),
      cost: await provider.ask(findCostOfCare, { bookingId: id }),
    }),
    ({ booking }) => ({
      nl: `${statusInWords(booking?.status).nl}, en niets over geld`,
      en: `${statusInWords(booking?.status).en}, and nothing of money`,
    }),
  );
  equals([seen.booking?.status, seen.booking?.quote, seen.cost], ['CONFIRMED', null, null], {
    nl: 'Wat De Vliet ziet',
    en: 'What De Vliet sees',
  });
};

/** Once the cost is divided as everybody said. @throws StoryError */
const borne = async (world: World, family: Session, { id }: Booking, expected: Borne): Promise<void> => {
  const claim = await waitUntil(
    () => family.ask(findClaim, { bookingId: id }),
    (it) => JSON.stringify(sumsOf(it?.lines ?? [])) === JSON.stringify(sums(expected)),
    {
      nl: `De kosten worden verdeeld als ${JSON.stringify(expected)}`,
      en: `The cost is divided as ${JSON.stringify(expected)}`,
    },
  );
  holds(claim !== null, 'Er zijn geen kosten.', 'There is no cost.');
  const { costCents, fundingStatus } = claim;
  equals([costCents, fundingStatus], [180_00, expected.pot === undefined ? 'SPLIT' : 'GUARANTEED'], {
    nl: 'De kosten',
    en: 'The cost',
  });
  const atProvider = await (await world.as('de-vliet')).ask(findCostOfCare, { bookingId: id });
  equals(atProvider?.costCents, 180_00, { nl: 'Wat De Vliet krijgt', en: 'What De Vliet is owed' });
  tellSplit(world, claim.lines ?? []);
};
