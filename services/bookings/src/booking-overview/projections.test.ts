import { DatabaseSync } from 'node:sqlite';
import { DeliveryId, HelperId } from '@adempauze/contracts';
import type { Projection, SourceEvent, Statement } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { arrangementListProjection } from '../arrangement/arrangement-list.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import { endingListProjection } from '../ending/ending-list.ts';
import {
  about,
  at,
  fatima,
  mandateIdOf,
  personIdOf,
  proposalIdOf,
  requestData,
  resourceIdOf,
  seriesIdOf,
  signalIdOf,
  stayIdOf,
  taskIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { householdsByAccountProjection } from '../households/households-by-account.ts';
import type { Stored } from '../integration/stored.ts';
import { onBehalfProjection } from '../on-behalf/on-behalf-list.ts';
import { fastLaneProjection } from '../palliative/fast-lane-list.ts';
import { proposalListProjection } from '../proposal/proposal-list.ts';
import { seriesListProjection } from '../series/series-list.ts';
import { signalListProjection } from '../signal/signal-list.ts';
import { stayListProjection } from '../stay/stay-list.ts';
import { taskListProjection } from '../task/task-list.ts';
import { unmetBySourceProjection } from '../unmet-demand/unmet-by-source.ts';
import { unmetDemandProjection } from '../unmet-demand/unmet-demand.ts';
import { urgentListProjection } from '../urgent/urgent-list.ts';
import { waitingListsProjection } from '../waiting/waiting-lists.ts';
import { wishListProjection } from '../wish/wish-list.ts';
import { bookingOverviewProjection } from './booking-overview.ts';

const moment = at('2027-05-01T08:05:00Z');
const { householdId } = about;
const caregiverId = personIdOf('fatima-caregiver');
const later = { from: at('2027-05-04T11:00:00Z'), until: at('2027-05-04T15:00:00Z') };
const sealed = { $sealed: `${caregiverId}.abc`, $place: 'booking-1|e|purpose' };
const { purpose: _purpose, quote, heldUntil, ...request } = requestData();
const end = { ...about, resourceId: resourceIdOf('worker') };
const contactPerson = { accountId: 'account-lead', organisation: 'Steunpunt', caregiverId, name: sealed };

const urgent = { urgentId: derivedId('urgent'), householdId, number: 0, escalatesAt: moment };

/** Every type of event that there is, as it stands in the log: personal fields are sealed. */
const examples: { readonly [T in Stored['type']]: object } = {
  HouseholdRegistered: {
    householdId,
    caregiver: { personId: caregiverId, accountId: 'account-fatima', municipality: '0503', profile: sealed },
    recipient: { personId: personIdOf('fatima-recipient'), municipality: '0603', profile: sealed },
    ...{ relation: 'parent', careHoursPerWeek: 30, languages: ['nl'], registeredBy: fatima().registeredBy },
    contactPerson: { ...contactPerson, accountId: 'account-fatima' },
    mandates: [{ mandateId: mandateIdOf('auto'), accountId: 'account-broker' }],
    registeredAt: moment,
  },
  CareNeedChanged: { householdId, languages: ['ar'], changedBy: 'account-fatima', changedAt: moment },
  BriefConsentSaid: { householdId, given: false, by: 'account-fatima', saidAt: moment },
  TaskAgreed: { agreementId: taskIdOf('agreement'), householdId, reviewOn: '2027-08-01', act: sealed },
  InstructionRecorded: { agreementId: taskIdOf('agreement'), householdId, outcome: 'given', recordedAt: moment },
  TaskReviewDue: { agreementId: taskIdOf('agreement'), householdId, dueAt: moment },
  TaskDeclined: { agreementId: taskIdOf('agreement'), householdId, declinedAt: moment },
  TaskWithdrawn: { agreementId: taskIdOf('agreement'), householdId, withdrawnAt: moment },
  ActLimitsSet: { providerId: about.providerId, workers: [], volunteers: [], setAt: moment },
  HandOverAnnounced: { householdId, announcedAt: moment },
  ContactPersonChanged: { householdId, contactPerson, changedAt: moment },
  MandateGranted: { householdId, mandateId: mandateIdOf('one'), accountId: 'account-one', grantedAt: moment },
  MandateWithdrawn: { householdId, mandateId: mandateIdOf('auto'), accountId: 'account-broker', withdrawnAt: moment },
  PersonForgotten: { personId: caregiverId, forgottenAt: moment },
  BookingRequested: { ...request, purpose: sealed, quote, heldUntil, requestedAt: moment },
  BookingRefused: { ...request, reason: 'place-taken', facts: {}, refusedAt: moment },
  AcceptanceAsked: { ...about, answerBy: at('2027-05-03T08:00:00Z'), askedAt: moment },
  HelperWanted: { ...about, languages: ['nl'], answerBy: at('2027-05-03T08:00:00Z'), wantedAt: moment },
  MoveAsked: { ...about, to: later, placeOfService: 'caregiver-home', toMunicipality: '0503', askedAt: moment },
  BookingMoved: {
    ...{ ...about, span: later, municipality: '0503' },
    ...{ movedFrom: about.span, placeOfService: 'caregiver-home', movedAt: moment },
  },
  AccompanimentChanged: { ...about, caregiverJoins: true, changedAt: moment },
  MoveRefused: { ...about, code: 'place-taken', facts: {}, refusedAt: moment },
  CareNotGiven: { ...end, reason: 'family-could-not', recordedAt: moment },
  RecordOverdue: { ...about, overdueAt: moment },
  BookingReserved: { ...about, answerBy: about.span.from, reservedAt: moment },
  GateOpened: { ...about, openedAt: moment },
  BookingConfirmed: { ...about, helperId: HelperId.parse(derivedId('helper')), confirmedAt: moment },
  BookingDeclined: { ...end, reason: 'closed', declinedAt: moment },
  BookingExpired: { ...end, awaited: 'provider', expiredAt: moment },
  BookingCancelled: { ...end, by: 'operator', forgottenId: caregiverId, cancelledAt: moment },
  CareDelivered: {
    ...{ ...about, caregiverId, deliveryId: DeliveryId.parse(derivedId('delivery')), deliveredOn: '2027-05-03' },
    ...{ unit: 'hour', quantity: 350, unitPriceCents: 4000, bearer: 'own', vat: 'exempt', ownCostCents: 0 },
    recordedAt: moment,
  },
  SeriesRequested: { seriesId: seriesIdOf('one'), householdId, providerId: about.providerId },
  SeriesDatesAnswered: {},
  SeriesConfirmed: {},
  SeriesDatesAgreed: {},
  SeriesAccepted: {},
  SeriesDatesAccepted: {},
  SeriesDeclined: {},
  SeriesDatesDeclined: {},
  SeriesExtended: {},
  SeriesEnded: {},
  SeriesDatesCancelled: {},
  StayPlanned: {
    ...{ stayId: stayIdOf('one'), householdId, providerId: about.providerId, resourceId: resourceIdOf('beds') },
    steps: [
      { kind: 'part-day', span: { from: at('2027-05-02T08:00:00Z'), until: at('2027-05-02T12:00:00Z') } },
      { kind: 'night', span: { from: at('2027-05-03T13:00:00Z'), until: at('2027-05-04T09:00:00Z') } },
      { kind: 'stay', span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') } },
    ],
  },
  StayHeld: {},
  StayRefused: {},
  StayConfirmed: {},
  StayAgreed: { stayId: stayIdOf('one') },
  OutcomeSaid: {},
  StepPassed: { stayId: stayIdOf('one'), step: 0 },
  StayGateOpened: {},
  StayRostered: {},
  OutcomeOverdue: { stayId: stayIdOf('one') },
  StayEnded: { stayId: stayIdOf('one') },
  StayReleased: {},
  StayGivenRecorded: {},
  StayGivenSaid: {},
  WaitingJoined: { waitingId: waitingIdOf('one'), offerId: about.offerId, householdId, joinedAt: moment },
  WaitingLeft: { waitingId: waitingIdOf('one') },
  WaitingRaised: { waitingId: waitingIdOf('one'), householdId },
  PlaceFreed: {},
  PlaceOffered: {},
  OfferHeld: {},
  OfferTaken: {},
  OfferPassed: {},
  RefusalsLifted: {},
  PlaceClosed: {},
  NothingFound: { searchId: derivedId('search'), forms: [], municipality: '0603', month: '2027-05' },
  WishMade: {
    ...{ wishId: derivedId('wish'), householdId, forms: ['F12', 'F01'], homeMunicipality: '0603', madeAt: moment },
    window: about.span,
  },
  ListsFound: {},
  ListJoined: {},
  PlaceClaimed: {},
  ClaimEnded: {},
  WishEnded: { wishId: derivedId('wish') },
  ListLeft: {},
  TaskSet: {
    ...{ taskId: taskIdOf('one'), householdId, kind: 'stay-untenable', dueAt: at('2027-05-02T08:00:00Z') },
    ...{ partOf: { kind: 'stay', id: stayIdOf('one') }, setAt: moment },
  },
  TaskDone: { taskId: taskIdOf('one'), doneAt: moment },
  UrgentOpened: { ...urgent, need: sealed, openedAt: moment },
  UrgentEscalated: urgent,
  UrgentHandedOver: urgent,
  UrgentOptionChosen: { ...urgent, bookingId: about.bookingId },
  UrgentOptionAsked: { ...urgent, bookingId: about.bookingId },
  UrgentOptionConfirmed: { ...urgent, bookingId: about.bookingId },
  UrgentOptionLost: { ...urgent, bookingId: about.bookingId },
  UrgentResolved: urgent,
  UrgentReopened: urgent,
  FastLaneGiven: { householdId, words: sealed, confirmBy: moment, givenAt: moment },
  FastLaneLate: { householdId, ofBooking: about.bookingId, lateAt: moment },
  FastLaneEnded: { householdId, why: 'lifted', endedAt: moment },
  CareEnded: { householdId, number: 0, ending: 'death', on: '2027-05-01', from: moment, completeAt: moment },
  CareReleased: { householdId, number: 0, bookingIds: [about.bookingId] },
  CareEndingCompleted: { householdId, number: 0, completedAt: moment },
  ProposalMade: { proposalId: proposalIdOf('one'), householdId, until: moment },
  ProposalPartHeld: {},
  ProposalPartRefused: {},
  ProposalAccepted: { proposalId: proposalIdOf('one') },
  ProposalPartAgreed: {},
  ProposalPartLost: {},
  ProposalDeclined: {
    ...{ proposalId: proposalIdOf('one'), round: 1, reason: 'other-time', forms: ['F01'], declinedAt: moment },
    homeMunicipality: '0603',
  },
  ProposalExpired: { proposalId: proposalIdOf('one') },
  ProposalEnded: { proposalId: proposalIdOf('one') },
  ProposedAgain: { proposalId: proposalIdOf('one'), until: moment },
  ProposalPartReleased: {},
  CaregiverSignalled: {
    ...{ signalId: signalIdOf('one'), caregiverId, referredBy: 'account-school', dueAt: moment },
    contactPerson: { accountId: 'account-lead' },
  },
  SignalOverdue: { signalId: signalIdOf('one') },
  SignalTakenUp: { signalId: signalIdOf('one'), householdId },
  SignalClosed: { signalId: signalIdOf('one') },
  UndoAsked: {},
  UndoDone: {
    ...{ entryId: derivedId('e'), householdId, ref: { kind: 'booking', id: about.bookingId } },
    ...{ whole: true, by: 'account-fatima', doneAt: moment },
  },
  UndoRefused: {},
  ArrangementPlanned: {
    ...{ arrangementId: derivedId('arrangement'), householdId, caregiverId, purpose: sealed, plannedAt: moment },
    parts: [{ partId: derivedId('part', 1), thingId: derivedId('thing', 1) }],
  },
  ArrangedPartsAdded: {
    ...{ arrangementId: derivedId('arrangement'), householdId },
    parts: [{ partId: derivedId('part', 2), thingId: derivedId('thing', 2) }],
    addedAt: moment,
  },
  ArrangedPartHeld: {},
  ArrangedPartRefused: {},
  ArrangedPartsConfirmed: {},
  ArrangedPartAgreed: {},
  ArrangedPartsHeldBack: {},
  ArrangedPartLost: {},
  ArrangedPartsEnded: { parts: [] },
  ArrangedPartReleased: {},
  ArrangedPartFellAway: {},
  TripsToMove: {},
  TripMoved: {},
  BackupsNamed: {},
  NetworkNoted: {},
  BackupActivated: {},
  BackupFound: {},
  BackupNotFree: {},
  BackupFellAway: {},
};

const projections = [
  bookingOverviewProjection,
  householdsByAccountProjection,
  unmetDemandProjection,
  seriesListProjection,
  stayListProjection,
  taskListProjection,
  waitingListsProjection,
  wishListProjection,
  unmetBySourceProjection,
  proposalListProjection,
  signalListProjection,
  onBehalfProjection,
  arrangementListProjection,
  urgentListProjection,
  fastLaneProjection,
  endingListProjection,
];

/** What the tables hold after these events, each applied twice. */
const after = (...types: (Stored['type'] | { type: BookingEvent['type']; data: object })[]) => {
  const db = new DatabaseSync(':memory:');
  for (const { tables } of projections) db.exec(tables);
  const run = (statements: ReturnType<Projection<SourceEvent>['project']>) => {
    if (statements === undefined) return;
    const list = typeof statements[0] === 'string' ? [statements as Statement] : (statements as Statement[]);
    for (const [sql, ...parameters] of list) db.prepare(sql).run(...parameters);
  };
  types.forEach((it, revision) => {
    const { type, data } = typeof it === 'string' ? { type: it, data: examples[it] } : it;
    const event = { id: 'e', type, data: data as SourceEvent['data'], stream: 's', revision, position: '1' };
    for (let time = 0; time < 2; time += 1) {
      for (const { project } of projections) run(project({ ...event, metadata: { v: 1, at: moment } }));
    }
  });
  const all = (sql: string) => db.prepare(sql).all();
  return {
    booking: all('SELECT * FROM bookings')[0],
    accounts: all('SELECT accountId, role FROM household_accounts ORDER BY 1, 2').map((it) =>
      Object.values(it).join(' '),
    ),
    persons: all('SELECT role, forgotten FROM household_persons ORDER BY 1').map((it) => Object.values(it).join(' ')),
    parts: all('SELECT partId FROM arrangement_parts ORDER BY 1').length,
    arrangements: all('SELECT arrangementId, householdId FROM arrangements'),
    unmet: all('SELECT * FROM unmet'),
    stay: all('SELECT stayId, passed, deadlineAt FROM stays')[0],
    waiting: all('SELECT waitingId, offerId FROM waiting_lists'),
    tasks: all('SELECT dueAt, doneAt, fixed FROM tasks'),
    series: all('SELECT seriesId, householdId, providerId FROM series'),
  };
};

test('a request is there with what it is, and its purpose sealed', () => {
  const { booking, unmet } = after('BookingRequested');
  expect(booking).toMatchObject({
    ...{ status: 'held', actor: 'caregiver', heldUntil, deadlineAt: heldUntil, requestedAt: moment, revision: 0 },
    purpose: `booking-1|e|purpose ${caregiverId}.abc`,
    ...{ spanFrom: about.span.from, spanUntil: about.span.until, resourceId: resourceIdOf('worker') },
  });
  expect(JSON.parse(String(booking?.fixed))).toMatchObject({ terms: request.terms, quote });
  expect(unmet).toEqual([]);
});
test('a refused request is there, without a deadline, and counted where the recipient lives', () => {
  const { booking, unmet } = after('BookingRefused');
  expect(booking).toMatchObject({ status: 'refused', actor: 'nobody', deadlineAt: null, heldUntil: null });
  expect(unmet).toEqual([{ bookingId: about.bookingId, municipality: '0603', form: 'F01', month: '2027-05' }]);
});
test.each([
  ['AcceptanceAsked', { status: 'awaiting-acceptance', actor: 'provider', deadlineAt: '2027-05-03T08:00:00.000Z' }, 0],
  ['HelperWanted', { status: 'awaiting-helper', actor: 'coordinator', answerBy: '2027-05-03T08:00:00.000Z' }, 0],
  [
    'BookingConfirmed',
    { status: 'confirmed', confirmedAt: moment, helperId: derivedId('helper'), deadlineAt: null },
    0,
  ],
  ['BookingReserved', { status: 'reserved', actor: 'caregiver', deadlineAt: about.span.from }, 0],
  ['CareNotGiven', { status: 'not-given', recordBy: null, deadlineAt: null }, 0],
  ['BookingDeclined', { status: 'declined', deadlineAt: null }, 1],
  ['BookingExpired', { status: 'expired', deadlineAt: null }, 1],
  ['BookingCancelled', { status: 'cancelled', cancelledFor: caregiverId, deadlineAt: null }, 0],
  ['CareDelivered', { status: 'delivered', delivery: expect.stringContaining('"quantity":350') }, 0],
] as const)('%s moves it on', (type, row, unmet) => {
  const found = after('BookingRequested', type);
  expect(found.booking).toMatchObject({ ...row, heldUntil: null, since: moment, revision: 1 });
  expect(found.unmet).toHaveLength(unmet);
});
test('a caregiver who let it go asked for nothing more', () => {
  const { unmet } = after('BookingRequested', {
    type: 'BookingExpired',
    data: { ...examples.BookingExpired, awaited: 'caregiver' },
  });
  expect(unmet).toEqual([]);
});
test('whoever may see a household is listed, as long as they may', () => {
  const registered = after('HouseholdRegistered');
  expect(registered.accounts).toEqual(['account-broker mandate', 'account-fatima caregiver', 'account-fatima contact']);
  expect(registered.persons).toEqual(['caregiver 0', 'recipient 0']);
  expect(after('HouseholdRegistered', 'ContactPersonChanged', 'MandateGranted', 'MandateWithdrawn').accounts).toEqual([
    'account-fatima caregiver',
    'account-lead contact',
    'account-one mandate',
  ]);
});
test('a forgotten person leaves no words and no way in; a request that comes later is due at once', () => {
  const forgotten = after('HouseholdRegistered', 'BookingRequested', 'PersonForgotten');
  expect(forgotten.booking).toMatchObject({ purpose: null, status: 'held', deadlineAt: heldUntil });
  expect(forgotten.accounts).toEqual(['account-broker mandate', 'account-fatima contact']);
  expect(forgotten.persons).toEqual(['caregiver 1', 'recipient 0']);
  const late = after('HouseholdRegistered', 'PersonForgotten', 'BookingRequested');
  expect(late.booking).toMatchObject({ deadlineAt: moment, heldUntil });
});
test.each(['AcceptanceAsked', 'HelperWanted', 'BookingConfirmed'] as const)(
  'a booking of a forgotten person that goes on all the same is due at once: %s',
  (type) => {
    const late = after('HouseholdRegistered', 'PersonForgotten', 'BookingRequested', type);
    expect(late.booking).toMatchObject({ deadlineAt: moment });
    expect(after('HouseholdRegistered', 'BookingRequested', 'BookingConfirmed').booking).toMatchObject({
      deadlineAt: null,
    });
  },
);
test('a series is listed once, for its household and its provider', () => {
  const row = { seriesId: seriesIdOf('one'), householdId, providerId: about.providerId };
  expect(after('SeriesRequested', 'SeriesConfirmed', 'SeriesEnded').series).toEqual([row]);
});
test('an outcome is awaited for two days, but not after the next step begins, and no more once nobody waits', () => {
  const planned = { stayId: stayIdOf('one'), passed: 0, deadlineAt: null };
  expect(after('StayPlanned').stay).toEqual(planned);
  expect(after('StayPlanned', 'StayAgreed').stay).toEqual({ ...planned, deadlineAt: '2027-05-03T13:00:00.000Z' });
  const passed = after('StayPlanned', 'StayAgreed', 'StepPassed').stay;
  expect(passed).toEqual({ ...planned, passed: 1, deadlineAt: '2027-05-06T09:00:00.000Z' });
  for (const type of ['OutcomeOverdue', 'StayEnded'] as const) {
    expect(after('StayPlanned', 'StayAgreed', type).stay).toEqual(planned);
  }
});
test('a task is there once, until it is done', () => {
  expect(after('TaskSet', 'TaskSet').tasks).toMatchObject([{ dueAt: '2027-05-02T08:00:00.000Z', doneAt: null }]);
  expect(after('TaskSet', 'TaskDone').tasks).toMatchObject([{ doneAt: moment }]);
});
test('a booking moves in time and place, and what it is stays as it was', () => {
  const { booking } = after('BookingRequested', 'BookingConfirmed', 'MoveAsked', 'BookingMoved');
  expect(booking).toMatchObject({ spanFrom: later.from, spanUntil: later.until, status: 'confirmed', revision: 3 });
  expect(booking?.recordBy).toBe('2027-05-06T15:00:00.000Z');
  const fixed = { terms: request.terms, quote, placeOfService: 'caregiver-home', municipality: '0503' };
  expect(JSON.parse(String(booking?.fixed))).toMatchObject(fixed);
  expect(after('BookingRequested', 'MoveAsked', 'MoveRefused').booking).toMatchObject({
    ...{ spanFrom: about.span.from, status: 'held', recordBy: null, revision: 2 },
  });
});
test('care is to be recorded within two days of its end; after that somebody else looks after it', () => {
  const confirmed = after('BookingRequested', 'BookingConfirmed').booking;
  expect(confirmed).toMatchObject({ recordBy: '2027-05-05T15:00:00.000Z', overdueSince: null });
  const overdue = after('BookingRequested', 'BookingConfirmed', 'RecordOverdue').booking;
  expect(overdue).toMatchObject({ status: 'confirmed', overdueSince: moment, revision: 2 });
  expect(after('BookingRequested', 'BookingConfirmed', 'CareDelivered').booking).toMatchObject({ recordBy: null });
});
test('who waits is listed until they are served or leave', () => {
  expect(after('WaitingJoined', 'PlaceOffered').waiting).toEqual([
    { waitingId: waitingIdOf('one'), offerId: about.offerId },
  ]);
  expect(after('WaitingJoined', 'WaitingLeft').waiting).toEqual([]);
});
test('an arrangement is listed for its household, and knows its parts by what they became', () => {
  const found = after('ArrangementPlanned', 'ArrangedPartsAdded', 'ArrangedPartsEnded');
  expect(found.arrangements).toEqual([{ arrangementId: derivedId('arrangement'), householdId }]);
  expect(found.parts).toBe(2);
});
