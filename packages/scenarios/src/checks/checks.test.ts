import type { JsonObject } from '@adempauze/event-store';
import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import type { Told } from '../simulation/caller.ts';
import { checkAnswers } from '../simulation/check-answers.ts';
import { checkCapacity } from './check-capacity.ts';
import { checkHelpers } from './check-helpers.ts';
import { checkLives } from './check-lives.ts';
import { checkMoney } from './check-money.ts';
import { checkSchemes } from './check-schemes.ts';
import { checkSteps } from './check-steps.ts';
import type { Fact } from './history.ts';

/* Histories that are well, each broken on purpose in one place. */

type Said = readonly [stream: string, type: string, data: JsonObject, commandId?: string];

const log = (...said: readonly Said[]): Fact[] =>
  said.map(([stream, type, data, commandId], at) => ({
    ...{ stream, type, data, revision: 0, position: String(at).padStart(4, '0'), id: `event-${at}` },
    metadata: { v: 1, at: '', ...(commandId === undefined ? {} : { commandId }) },
  }));
const broken = (history: readonly Said[], at: number, ...instead: Said[]): Fact[] =>
  log(...history.toSpliced(at, 1, ...instead));

const hour = (count: number) => `2027-05-03T${String(count).padStart(2, '0')}:00:00.000Z`;
const now = Instant.parse('2027-05-03T07:00:00Z');
const late = Instant.parse('2027-05-03T20:00:00Z');
const span = { from: hour(10), until: hour(12) };
const resource = 'resource-r';
const opened: Said = [resource, 'ResourceOpened', { capacity: 1, bufferMinutes: 30 }];
const held = (bookingId: string, more: JsonObject = {}): Said => [
  resource,
  'PlaceHeld',
  { bookingId, span, expiresAt: hour(8), heldAt: hour(6), ...more },
];
const taken = (bookingId: string, takenAt = hour(7)): Said => [resource, 'PlaceTaken', { bookingId, takenAt }];
const released = (bookingId: string): Said => [resource, 'PlaceReleased', { bookingId, releasedAt: hour(7) }];

test('capacity: more than fits, a place that was lost, a place that was never held', () => {
  const after = { span: { from: '2027-05-03T12:30:00.000Z', until: hour(14) } };
  const well = [opened, held('a'), taken('a'), held('b', after), taken('b')];
  expect(checkCapacity(log(...well))).toEqual([]);
  expect(checkCapacity(log(opened, held('a'), held('b', { heldAt: hour(8) })))).toEqual([]);
  expect(checkCapacity(broken(well, 3, held('b', { span: { from: hour(12), until: hour(14) } })))).not.toEqual([]);
  expect(checkCapacity(broken(well, 2, taken('a', hour(8))))).not.toEqual([]);
  expect(checkCapacity(broken(well, 1))).not.toEqual([]);
});

const booking = (type: string, more: JsonObject = {}): Said => [
  'booking-a',
  type,
  { bookingId: 'a', householdId: 'h', span, ...more },
];
const requested = booking('BookingRequested', { resourceId: 'r', heldUntil: hour(8) });
const confirmed = booking('BookingConfirmed', { confirmedAt: hour(7) });
const cancelled = booking('BookingCancelled', { cancelledAt: hour(7) });
const asked = booking('AcceptanceAsked', { answerBy: hour(9) });
const household: Said = [
  'household-h',
  'HouseholdRegistered',
  { householdId: 'h', caregiver: { personId: 'p' }, recipient: { personId: 'q' } },
];

test('bookings and places: leaks, promises without a place, ends too early, deadlines that passed', () => {
  const well = [opened, held('a'), requested, taken('a'), confirmed];
  expect(checkLives(log(...well), now)).toEqual([]);
  expect(checkLives(log(...well, cancelled, released('a')), now)).toEqual([]);
  expect(checkLives(log(...well, cancelled), now)).toEqual([expect.stringContaining('is taken by booking a')]);
  expect(checkLives(log(...well, cancelled, confirmed, released('a')), now)).not.toEqual([]);
  expect(checkLives(broken(well, 3), now)).not.toEqual([]);
  expect(checkLives(broken(well, 1, held('a', { expiresAt: '2027-05-03T07:59:00.000Z' })), now)).not.toEqual([]);
  expect(checkLives(log(opened, held('a'), requested), late)).not.toEqual([]);
  expect(checkLives(log(opened, held('a'), requested, asked), now)).toEqual([
    expect.stringContaining('AcceptanceAsked'),
  ]);
  const extended: Said = [resource, 'HoldExtended', { bookingId: 'a', expiresAt: hour(9), extendedAt: hour(7) }];
  expect(checkLives(log(opened, held('a'), requested, extended, asked), now)).toEqual([]);
  const expired = booking('BookingExpired', { expiredAt: hour(7) });
  expect(checkLives(log(opened, held('a'), requested, expired, released('a')), now)).not.toEqual([]);
});

test('a booking that was to move did, or was refused: also when it ended meanwhile', () => {
  const well = [opened, held('a'), requested, taken('a'), confirmed, booking('MoveAsked')];
  const ended = [cancelled, released('a')];
  expect(checkLives(log(...well, booking('BookingMoved')), now)).toEqual([]);
  expect(checkLives(log(...well, booking('MoveRefused'), ...ended), now)).toEqual([]);
  expect(checkLives(log(...well), now)).toEqual([expect.stringContaining('was to move')]);
  expect(checkLives(log(...well, ...ended), now)).toEqual([expect.stringContaining('was to move')]);
});

test('a forgotten person has nothing to come', () => {
  const forgotten: Said = ['person-q', 'PersonForgotten', { personId: 'q' }];
  const well = [household, opened, held('a'), requested, taken('a'), confirmed, forgotten];
  expect(checkLives(log(...well), now)).toEqual([expect.stringContaining('forgotten')]);
  expect(checkLives(log(...well, cancelled, released('a')), now)).toEqual([]);
  expect(checkLives(log(...well), late)).toEqual([]);
});

const match = (type: string, more: JsonObject = {}): Said => [
  'match-m',
  type,
  { matchId: 'm', bookingId: 'a', ...more },
];
const assigned: Said = ['helper-n', 'HelperAssigned', { helperId: 'n', matchId: 'm', bookingId: 'a', span }];
const helped = [
  booking('BookingRequested', { heldUntil: hour(8) }),
  booking('HelperWanted', { answerBy: hour(9) }),
  match('MatchOpened'),
  assigned,
  match('HelperMatched', { helperId: 'n' }),
  booking('BookingConfirmed', { helperId: 'n', confirmedAt: hour(7) }),
];

test('helpers: an appointment without its match or booking, and a match that nobody knows of', () => {
  expect(checkLives(log(...helped), now)).toEqual([]);
  expect(checkLives(broken(helped, 3), now)).not.toEqual([]);
  expect(checkLives(broken(helped, 4), now)).not.toEqual([]);
  expect(checkLives(broken(helped, 5), now)).not.toEqual([]);
  expect(checkLives(log(...helped, cancelled, match('MatchCancelled')), now)).not.toEqual([]);
  const over: Said = ['helper-n', 'HelperReleased', { helperId: 'n', matchId: 'm', bookingId: 'a' }];
  expect(checkLives(log(...helped, cancelled, match('MatchCancelled'), over), now)).toEqual([]);
});

test('helpers: nobody is asked before the family said yes to them', () => {
  const life = (...steps: Said[]) => checkSteps(log(match('MatchOpened'), ...steps));
  const toFamily = match('HelperProposed', { helperId: 'n', awaits: 'family' });
  const atOnce = match('HelperProposed', { helperId: 'n' });
  const [approved, matched] = [match('HelperApproved', { helperId: 'n' }), match('HelperMatched', { helperId: 'n' })];
  expect(life(toFamily, approved, matched)).toEqual([]);
  expect(life(atOnce, matched)).toEqual([]);
  expect(life(toFamily, match('HelperNotWanted'), atOnce, match('ProposalRefused'))).toEqual([]);
  expect(life(toFamily, matched)).toEqual([expect.stringContaining('HelperMatched after HelperProposed')]);
  expect(life(toFamily, match('ProposalRefused'))).not.toEqual([]);
  expect(life(atOnce, approved)).not.toEqual([]);
});

test('helpers: two places at once, and more hours than offered', () => {
  const registered = (maxHoursPerWeek: number): Said => ['helper-n', 'HelperRegistered', { maxHoursPerWeek }];
  const next = (from: string): Said => [
    'helper-n',
    'HelperAssigned',
    { matchId: 'o', span: { from, until: hour(14) } },
  ];
  expect(checkHelpers(log(registered(4), assigned, next('2027-05-03T12:30:00.000Z')))).toEqual([]);
  expect(checkHelpers(log(registered(4), assigned, next(hour(12))))).toEqual([expect.stringContaining('two places')]);
  expect(checkHelpers(log(registered(3), assigned, next('2027-05-03T12:30:00.000Z')))).not.toEqual([]);
});

const entitlement = (type: string, data: JsonObject): Said => ['entitlement-e', type, data];
const rules = {
  ...{ coveredForms: ['F01'], countedForms: ['F01'], cap: { kind: 'money', multiplier: 2 }, maxHoursPerWeek: 5 },
  contributionCentsPerMonth: 500,
};
const room = (bookingId: string, more: JsonObject = {}): Said =>
  entitlement('RoomReserved', {
    ...{ bookingId, form: 'F01', unit: 'hour', on: '2027-05-03', coveredQuantity: 200, coveredCents: 4000 },
    ...{ contributionCents: 500, reservedUntil: hour(8), reservedAt: hour(6), ...more },
  });
const kept = (bookingId: string): Said => entitlement('RoomKept', { bookingId, keptAt: hour(7) });
const consumed = (bookingId: string, contributionCents: number): Said =>
  entitlement('RoomConsumed', {
    ...{ bookingId, coveredQuantity: 200, coveredCents: 4000, contributionCents, deliveredOn: '2027-05-03' },
    consumedAt: hour(13),
  });
const award: Said[] = [
  ['funding-h', 'SchemeAwarded', { entitlementId: 'e', until: '2027-11-01' }],
  entitlement('EntitlementOpened', { rules, rateCents: 4000, from: '2027-05-01', until: '2027-11-01' }),
];
const nobody = () => false;
const everybody = () => true;

test('schemes: caps, weeks, periods, contributions, and room for what is not to be', () => {
  const check = (history: readonly Fact[], isOn = everybody) => checkSchemes(history, late, isOn, isOn);
  expect(check(log(...award, room('a'), kept('a'), room('b'), kept('b')))).toEqual([]);
  expect(check(log(...award, room('a'), kept('a'), room('b', { coveredCents: 4001 })))).not.toEqual([]);
  expect(check(log(...award, room('a', { coveredCents: 8000 }), room('b', { reservedAt: hour(8) })))).toEqual([]);
  expect(check(log(...award, room('a'), room('b', { coveredQuantity: 301 })))).not.toEqual([]);
  expect(check(log(...award, room('a', { on: '2027-11-01' })))).not.toEqual([]);
  expect(check(log(...award, room('a', { form: 'F02' })))).not.toEqual([]);
  expect(check(log(...award, room('a'), kept('a')), nobody)).toEqual([expect.stringContaining('keeps room')]);
  expect(check(log(...award, room('a')), nobody)).toEqual([]);
  expect(check(log(...award, room('a', { reservedUntil: hour(23) })), nobody)).not.toEqual([]);
  const both = [...award, room('a'), room('b'), consumed('a', 500)];
  expect(check(log(...both, consumed('b', 0)))).toEqual([]);
  expect(check(log(...both, consumed('b', 1)))).not.toEqual([]);
  const extended: Said = ['funding-h', 'AwardExtended', { entitlementId: 'e', until: '2028-05-01' }];
  expect(check(log(...award, extended))).toEqual([expect.stringContaining('ends on 2027-11-01')]);
});

const payer = { kind: 'caregiver', id: 'h' };
const delivery: Said = ['booking-a', 'CareDelivered', { bookingId: 'a', deliveryId: 'd', ownCostCents: 500 }];
const line = { kind: 'own', payer, amountCents: 500 };
const settled = (lines: JsonObject[], costCents = 500, creditCents = 500): Said => [
  'claim-d',
  'ClaimSettled',
  { deliveryId: 'd', costCents, month: '2027-05', lines, entries: [{ debitCents: 500 }, { creditCents }] },
];
const billed: Said[] = [
  ['invoice-i', 'InvoiceDrafted', { payer }],
  ['invoice-i', 'InvoiceLinesAdded', { lines: [{ deliveryId: 'd', kind: 'own' }] }],
  ['invoice-i', 'InvoiceIssued', { number: '1', payer }],
];

test('money: a delivery that is not settled, or twice; sums; the own cost shown; bills; budgets', () => {
  const well = [delivery, settled([line]), ...billed];
  expect(checkMoney(log(...well), '2027-06')).toEqual([]);
  expect(checkMoney(log(delivery), '2027-06')).toEqual(['Delivery d is not settled.']);
  expect(checkMoney(log(...well, settled([line])), '2027-06')).toEqual(['Delivery d is settled twice.']);
  expect(checkMoney(broken(well, 1, settled([line], 501)), '2027-06')).not.toEqual([]);
  expect(checkMoney(broken(well, 1, settled([line], 500, 499)), '2027-06')).not.toEqual([]);
  expect(checkMoney(broken(well, 1, settled([{ ...line, amountCents: 501 }], 501)), '2027-06')).not.toEqual([]);
  expect(checkMoney(broken(well, 3), '2027-06')).toEqual([expect.stringContaining('is not billed')]);
  expect(checkMoney(broken(well, 3), '2027-05')).toEqual([]);
  expect(checkMoney(log(...well, ...billed.slice(1, 2)), '2027-06')).toEqual([expect.stringContaining('twice')]);
  expect(checkMoney(log(...well, ...billed.slice(2)), '2027-06')).toEqual([expect.stringContaining('Number 1')]);

  const anew = (number: number, month: string, amountCents: number): Said => [
    'claim-d',
    'ClaimReallocated',
    { deliveryId: 'd', costCents: 500, month, number, lines: [line], changes: [{ ...line, amountCents }], entries: [] },
  ];
  const never = [delivery, settled([line]), anew(1, '2027-06', -500)];
  expect(checkMoney(log(...never), '2027-07')).toEqual([]);
  // Given up in a month that is not over; and taken on once more, which is billed when that month is.
  expect(checkMoney(log(...never), '2027-06')).toEqual([]);
  expect(checkMoney(log(...never, anew(2, '2027-07', 300)), '2027-07')).toEqual([]);
  for (const owed of [
    [...never, anew(2, '2027-07', 300)],
    [...well, anew(1, '2027-06', -500), anew(2, '2027-07', 300)],
    [delivery, settled([line]), anew(1, '2027-08', -300)],
    [...well, anew(1, '2027-06', -500), anew(2, '2027-09', 400)],
  ]) {
    expect(checkMoney(log(...owed), '2027-08')).toEqual([expect.stringContaining('is not billed')]);
  }
  // By itself the correction is billed: the line before it was.
  const corrected: Said = [
    'invoice-i',
    'InvoiceLinesAdded',
    { lines: [{ deliveryId: 'd', kind: 'own', correction: 1 }] },
  ];
  expect(checkMoney(log(...well, anew(1, '2027-06', -500), corrected), '2027-08')).toEqual([]);

  const spend = (spendId: string): Said => ['budget-b', 'BudgetSpent', { spendId, amountCents: 6 }];
  const budget: Said = ['budget-b', 'BudgetOpened', { amountCents: 12 }];
  expect(checkMoney(log(budget, spend('x'), spend('y')), '2027-06')).toEqual([]);
  expect(checkMoney(log(budget, spend('x'), spend('x')), '2027-06')).toEqual([expect.stringContaining('twice')]);
  expect(checkMoney(log(budget, spend('x'), spend('y'), spend('z')), '2027-06')).toEqual([
    expect.stringContaining('overspent'),
  ]);
});

test('answers: what was acknowledged and is lost, done twice, or refused and done all the same', () => {
  const told = (answer: Told['answer'], operation = 'cancelBooking', value: unknown = {}): Told => ({
    ...{ key: 'key', operation, about: { bookingId: 'a' }, answer, value },
    again: () => Promise.reject(new Error('Nobody asks again here.')),
  });
  const [stream, type, data] = cancelled;
  const done: Said = [stream, type, data, 'key'];
  expect(checkAnswers(log(done), [told('accepted')])).toEqual([]);
  expect(checkAnswers(log(), [told('accepted')])).toEqual([expect.stringContaining('has no BookingCancelled')]);
  expect(checkAnswers(log(done, done), [told('accepted')])).toEqual([expect.stringContaining('2 times')]);
  expect(checkAnswers(log(done), [told('rejected')])).toEqual([expect.stringContaining('all the same')]);
  expect(checkAnswers(log(done), [told('rejected'), told('accepted')])).toEqual([]);
  expect(checkAnswers(log(done), [told('unknown')])).toEqual([]);
  expect(checkAnswers(log(requested), [told('accepted', 'confirmBooking', { status: 'confirmed' })])).not.toEqual([]);
});
