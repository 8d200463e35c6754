import { type HostileCase, hostileCases, schema, wrongWith } from '@adempauze/gateway/testing';
import { Day, plusMs } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moveClock } from './api/funding.ts';
import type { Span } from './api/shapes.ts';
import { findNow, publishTimes } from './api/supply.ts';
import { hours, yes } from './cast.ts';
import { countEvents } from './log-head.ts';
import { type PlayedHouse, playHouse } from './played-house.fixtures.ts';
import type { Account } from './world.ts';

/*
 * Bad input for every mutation, made from the schema, against the real marketplace: no answer is a failure of ours, and
 * whatever is refused leaves no trace in the log.
 */

let house: PlayedHouse;
beforeAll(async () => {
  house = await playHouse('hostile');
}, 60_000);
afterAll(() => house?.stop(), 30_000);

const span = { from: '2026-09-07T08:00:00Z', until: '2026-09-07T11:00:00Z' };
/** Open on the calendar, for who asks for it. */
const bookable: Span = hours(Day.parse('2026-09-08'), '10:00', 3);
const period = { from: '2026-01-01', until: '2027-01-01' };
const tariff = { from: '2026-12-01', priceCents: 35_00, vat: 'EXEMPT' };
const contactPerson = { accountId: 'een-account', name: 'Iemand' };
/** By mutation: who asks, and what would do if nothing were wrong with it. */
const ordinary = (id: (type: string) => string): Readonly<Record<string, readonly [Account, object]>> => {
  const household = { householdId: id('Household') };
  const booking = { bookingId: id('Booking') };
  const match = { matchId: id('Match') };
  const helper = { helperId: id('Helper') };
  const series = { seriesId: id('Series') };
  const stay = { stayId: id('Stay') };
  return {
    registerProvider: ['beheer', { kind: 'HOME_CARE', name: 'Een aanbieder', place: 'Rijswijk' }],
    publishOffer: [
      'de-vliet',
      {
        ...{ providerId: null, minMinutes: 60, maxMinutes: 240, needsHelper: false },
        form: 'F01',
        title: 'Vier uur',
        place: 'Rijswijk',
        travelKm: 10,
        conditionsServed: ['DEMENTIA'],
        unit: 'HOUR',
        tariff,
        bearer: 'GUARANTEE',
        instant: true,
      },
    ],
    changeTariff: ['de-vliet', { offerId: id('Offer'), tariff }],
    withdrawOffer: ['bij-saskia', { offerId: id('Offer') }],
    openResource: ['de-vliet', { providerId: null, offerIds: [id('Offer')], capacity: 1 }],
    publishTimes: ['de-vliet', { resourceId: id('Resource'), spans: [span] }],
    withdrawTimes: ['de-vliet', { resourceId: id('Resource'), spans: [span] }],
    changeOffer: ['de-vliet', { offerId: id('Offer'), title: 'Een andere titel' }],
    changePayerTariff: [
      'de-vliet',
      { offerId: id('Offer'), tariff: { payer: 'INSURER', from: '2027-01-04', priceCents: 3500, vat: 'EXEMPT' } },
    ],
    confirmOffer: ['de-vliet', { offerId: id('Offer') }],
    setCapacity: ['de-vliet', { resourceId: id('Resource'), capacity: 3, span }],
    setAvailability: [
      'de-vliet',
      {
        resourceId: id('Resource'),
        rules: [{ kind: 'WEEKLY', weekday: 1, opensAt: '09:00', closesAt: '12:00', startsOn: '2027-01-04' }],
      },
    ],
    closeDays: ['de-vliet', { resourceId: id('Resource'), from: '2027-12-25', until: '2027-12-27' }],
    reopenDays: ['de-vliet', { resourceId: id('Resource'), from: '2027-12-25', until: '2027-12-27' }],
    rosterWorker: ['de-vliet', { resourceId: id('Resource'), workerId: '01980000-0000-7000-8000-000000000002', span }],
    unrosterWorker: [
      'de-vliet',
      { resourceId: id('Resource'), workerId: '01980000-0000-7000-8000-000000000003', span },
    ],
    readCalendar: ['de-vliet', { resourceId: id('Resource'), text: 'BEGIN:VCALENDAR' }],
    // Out of reach, so that a no stays a no: a place that is held says yes to whoever asks for it again.
    overrideCapacity: [
      'de-vliet',
      {
        ...{ resourceId: id('Resource'), bookingId: '01980000-0000-7000-8000-000000000004', offerId: id('Offer') },
        ...{ ...household, span: bookable, at: 'Maastricht', step: null, placeOfService: null, reason: 'EMERGENCY' },
      },
    ],
    registerHousehold: [
      'jan',
      {
        caregiver: { name: 'Iemand', place: 'Rijswijk' },
        recipient: { name: 'Iemand', birthYear: 1941, conditions: [], place: 'Rijswijk' },
        relation: 'PARTNER',
        careHoursPerWeek: 20,
        contactPerson,
      },
    ],
    changeContactPerson: ['fatima', { ...household, contactPerson }],
    grantMandate: ['fatima', { ...household, accountId: 'een-account' }],
    // Another than the generator grants, so that a no stays a no.
    withdrawMandate: ['fatima', { ...household, mandateId: '01980000-0000-7000-8000-000000000009' }],
    requestBooking: [
      'fatima',
      {
        ...household,
        offerId: id('Offer'),
        resourceId: id('Resource'),
        span: bookable,
        placeOfService: 'CAREGIVER_HOME',
      },
    ],
    confirmBooking: ['fatima', booking],
    acceptBooking: ['de-vliet', booking],
    declineBooking: ['de-vliet', { ...booking, reason: 'NO_STAFF' }],
    cancelBooking: ['fatima', booking],
    recordDelivery: ['de-vliet', { ...booking, quantity: 300 }],
    rescheduleBooking: ['fatima', { ...booking, span: bookable }],
    recordNoCare: ['de-vliet', { ...booking, reason: 'FAMILY_COULD_NOT' }],
    requestSeries: [
      'fatima',
      {
        ...{ ...household, offerId: id('Offer'), placeOfService: 'CAREGIVER_HOME' },
        rule: {
          ...{ from: '2027-05-04', until: '2027-06-01', startsAt: '13:00', endsAt: '17:00', everyWeeks: 1 },
          ...{ weekdays: [2], endsDaysLater: 0, exceptions: ['2027-05-11'] },
        },
      },
    ],
    confirmSeries: ['fatima', series],
    acceptSeries: ['de-vliet', series],
    extendSeries: ['fatima', { ...series, until: '2027-07-01' }],
    endSeries: ['fatima', { ...series, from: '2027-05-20' }],
    planStay: ['fatima', { ...household, offerId: id('Offer'), resourceId: id('Resource'), span: bookable }],
    confirmStay: ['fatima', stay],
    sayOutcome: ['fatima', { ...stay, step: 0, voice: 'CAREGIVER', word: 'GO_ON' }],
    endStay: ['fatima', { ...stay, reason: 'UNTENABLE' }],
    finishTask: ['nora', { taskId: 'no such task' }],
    joinWaitingList: [
      'fatima',
      { ...household, offerId: id('Offer'), placeOfService: 'CAREGIVER_HOME', window: bookable },
    ],
    leaveWaitingList: ['fatima', { offerId: id('Offer'), waitingId: 'no such place in line' }],
    forgetPerson: ['els', { personId: null }],
    registerHelper: [
      'carla',
      { name: 'Iemand', place: 'Delft', availability: [{ weekday: 1, from: '09:00', until: '12:00' }] },
    ],
    proposeHelper: ['carla', { ...match, ...helper }],
    answerProposal: ['carla', { ...match, ...helper, answer: 'NO' }],
    closeMatch: ['carla', { matchId: 'no such match' }],
    publishScheme: [
      'rijswijk',
      {
        name: 'Een regeling',
        source: 'S01',
        validFrom: '2026-01-01',
        rules: {
          coveredForms: ['F01'],
          countedForms: ['F01'],
          capHours: 40,
          capMultiplier: null,
          periodMonths: 6,
          contributionCentsPerMonth: 2100,
          extendable: false,
        },
      },
    ],
    grantSchemeMandate: [
      'rijswijk',
      { schemeId: id('Scheme'), accountId: 'een-account', holder: 'casemanager', ...period },
    ],
    awardScheme: ['nora', { ...household, schemeId: id('Scheme'), startsOn: '2027-01-04', rateCents: 33_00 }],
    extendEntitlement: ['rijswijk', { entitlementId: id('Entitlement') }],
    registerPolicy: [
      'zekerzorg',
      { ...household, insurerId: 'zekerzorg', shares: [{ form: 'F05', percent: 75 }], ...period },
    ],
    openBudget: ['hillegom', { holderAccountId: 'een-account', name: 'Vrij budget', amountCents: 1000, ...period }],
    spendBudget: ['anke', { budgetId: id('Budget'), amountCents: 100, bookingId: null }],
    openPot: ['beheer', { name: 'Pot', municipalityCodes: ['0603'], amountCents: 1000 }],
    billMonth: ['beheer', { month: '2026-01' }],
    replayParked: ['beheer', { messageId: 'invoicing:1' }],
    discardParked: ['beheer', { messageId: 'invoicing:1', reason: 'dubbel' }],
    moveClock: ['beheer', { to: '2026-01-01T00:00:00Z' }],
  };
};

type Sent = { readonly it: HostileCase; readonly status: number; readonly body: string };

/** Sends them all, some at a time, and gives what came back. */
const send = async (cases: readonly HostileCase[], askers: ReturnType<typeof ordinary>): Promise<Sent[]> => {
  const sent: Sent[] = [];
  const waiting = [...cases];
  const worker = async () => {
    for (let it = waiting.pop(); it; it = waiting.pop()) {
      const session = await house.client.as(askers[it.mutation]?.[0] ?? 'beheer');
      sent.push({ it, ...(await session.post(it.body)) });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return sent;
};

const complaints = (sent: readonly Sent[]): string[] =>
  sent.flatMap(({ it, status, body }) => {
    const wrong = wrongWith(it, status, body);
    return wrong === undefined ? [] : [`${it.mutation} ${it.what}: ${wrong}: ${body.slice(0, 300)}`];
  });

test('bad input for every mutation is answered clearly, and what is refused leaves no trace', async () => {
  const askers = ordinary(house.idOf);
  const planner = await house.client.as('de-vliet');
  yes(await planner.order(publishTimes, { resourceId: house.idOf('Resource'), spans: [bookable] }));
  const inputs = Object.entries(askers).map(([name, [, input]]) => [
    name,
    { idempotencyKey: 'een-gewone-sleutel', ...input },
  ]);
  const cases = [...hostileCases(schema, Object.fromEntries(inputs))];
  expect(new Set(cases.map((it) => it.mutation))).toEqual(new Set(Object.keys(askers)));
  const hopeless = cases.filter((it) => it.mustRefuse);
  expect(hopeless.length).toBeGreaterThan(1000);

  const before = countEvents(house.folder);
  expect(complaints(await send(hopeless, askers))).toEqual([]);
  expect(countEvents(house.folder)).toBe(before);

  // What is only odd may be accepted. What was not, is refused again when nothing else goes on, and leaves no trace either.
  const odd = await send(
    cases.filter((it) => !it.mustRefuse),
    askers,
  );
  expect(complaints(odd)).toEqual([]);
  const refused = odd.filter(({ body }) => !body.includes('Accepted"'));
  const operator = await house.client.as('beheer');
  // Answers when everything that follows from what was accepted has been done.
  yes(await operator.order(moveClock, { to: plusMs(await operator.ask(findNow, {}), 1000) }));
  const settled = countEvents(house.folder);
  expect(
    complaints(
      await send(
        refused.map(({ it }) => it),
        askers,
      ),
    ),
  ).toEqual([]);
  expect(countEvents(house.folder)).toBe(settled);
}, 120_000);
