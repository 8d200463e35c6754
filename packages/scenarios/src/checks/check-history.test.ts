import type { JsonObject } from '@adempauze/event-store';
import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { checkHistory } from './check-history.ts';
import type { Fact, History, Told } from './history.ts';

const now = Instant.parse('2027-03-02T12:00:00Z');
const about = { bookingId: 'b1', resourceId: 'r1' };
const span = { from: '2027-03-01T09:00:00.000Z', until: '2027-03-01T11:00:00.000Z' };
const heldUntil = '2027-02-01T09:15:00.000Z';

/** Events as `[stream, type, data, commandId]`, made into a log in this order. */
type Happened = readonly [stream: string, type: string, data: JsonObject, commandId?: string];
const logOf = (happened: readonly Happened[]): Fact[] => {
  const revisions = new Map<string, number>();
  return happened.map(([stream, type, data, commandId], index) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const position = String(index + 1).padStart(16, '0');
    const metadata = { v: 1, at: heldUntil, commandId: commandId ?? `command-${index}` };
    return { stream, revision, position, id: `event-${index}`, type, data, metadata };
  });
};

/** One booking from request to settled cost, one that a volunteer does, one that was cancelled, and two spends. */
const good: readonly Happened[] = [
  ['resource-r1', 'ResourceOpened', { resourceId: 'r1', capacity: 1, bufferMinutes: 30 }],
  ['household-h1', 'HouseholdRegistered', { householdId: 'h1' }],
  ['resource-r1', 'PlaceHeld', { ...about, span, expiresAt: heldUntil, heldAt: '2027-02-01T09:00:00.000Z' }],
  ['entitlement-e1', 'EntitlementOpened', { rules: { cap: { kind: 'money', multiplier: 2 } }, rateCents: 5000 }],
  ['entitlement-e1', 'RoomReserved', { bookingId: 'b1', coveredCents: 6000 }],
  ['booking-b1', 'BookingRequested', { ...about, span, heldUntil }],
  ['resource-r1', 'PlaceTaken', { ...about, takenAt: '2027-02-01T09:01:00.000Z' }],
  ['booking-b1', 'BookingConfirmed', { bookingId: 'b1' }],
  ['entitlement-e1', 'RoomKept', { bookingId: 'b1' }],
  ['booking-b1', 'CareDelivered', { bookingId: 'b1', deliveryId: 'd1' }],
  ['claim-d1', 'ClaimOpened', { deliveryId: 'd1', bookingId: 'b1' }],
  ['entitlement-e1', 'RoomConsumed', { bookingId: 'b1', coveredCents: 6000 }],
  [
    'claim-d1',
    'ClaimSettled',
    {
      costCents: 6000,
      lines: [{ amountCents: 5000 }, { amountCents: 1000 }],
      entries: [
        { account: 'a', debitCents: 6000, creditCents: 0 },
        { account: 'b', debitCents: 0, creditCents: 6000 },
      ],
    },
  ],
  ['booking-b2', 'BookingRequested', { bookingId: 'b2', span, heldUntil }],
  ['booking-b2', 'HelperWanted', { bookingId: 'b2', answerBy: '2027-03-09T09:00:00.000Z' }],
  ['helper-v1', 'HelperAssigned', { helperId: 'v1', matchId: 'm2', bookingId: 'b2', span }],
  ['match-m2', 'HelperMatched', { matchId: 'm2', helperId: 'v1' }],
  ['booking-b2', 'BookingConfirmed', { bookingId: 'b2', helperId: 'v1' }],
  ['booking-b3', 'BookingRequested', { bookingId: 'b3', resourceId: 'r1', span, heldUntil }],
  ['booking-b3', 'BookingCancelled', { bookingId: 'b3' }],
  ['budget-p1', 'BudgetOpened', { budgetId: 'p1', amountCents: 10_000 }],
  ['budget-p1', 'BudgetSpent', { budgetId: 'p1', spendId: 's1', amountCents: 4000 }],
  ['budget-p1', 'BudgetSpent', { budgetId: 'p1', spendId: 's2', amountCents: 5000 }],
];

const yes = (operation: Told['operation'], aggregate: string, more: Partial<Told> = {}): Told => ({
  key: `${operation} ${aggregate} ${more.detail ?? ''}`,
  ...{ operation, about: aggregate, answer: 'accepted', sent: 1 },
  ...more,
});
const told: readonly Told[] = [
  yes('openResource', 'r1'),
  yes('registerHousehold', 'h1'),
  yes('requestBooking', 'b1', { status: 'HELD' }),
  yes('confirmBooking', 'b1', { status: 'CONFIRMED' }),
  yes('recordDelivery', 'b1', { detail: 'd1' }),
  yes('requestBooking', 'b2', { status: 'HELD' }),
  yes('confirmBooking', 'b2', { status: 'AWAITING_HELPER' }),
  yes('answerProposal', 'm2', { status: 'MATCHED', detail: 'v1' }),
  yes('requestBooking', 'b3', { answer: 'unknown' }),
  yes('cancelBooking', 'b3'),
  yes('openBudget', 'p1'),
  yes('spendBudget', 'p1', { detail: 's1', amountCents: 4000 }),
  yes('spendBudget', 'p1', { detail: 's2', amountCents: 5000, answer: 'unknown' }),
  yes('spendBudget', 'p1', { detail: 's3', amountCents: 5000, answer: 'refused', status: 'budget-exceeded' }),
];

const check = (happened: readonly Happened[], said = told) => checkHistory({ told: said, log: logOf(happened) }, now);
const without = (type: string, stream = '') => good.filter((it) => it[1] !== type || !it[0].includes(stream));
const withMore = (...more: Happened[]) => [...good, ...more];

test('a history in which everything holds has nothing to say', () => {
  expect(check(good)).toEqual([]);
});

test('what was sent without an answer may be there, or not', () => {
  expect(check(good.filter((it) => it[2].spendId !== 's2'))).toEqual([]);
});

const broken: readonly [string, History | readonly Happened[], RegExp][] = [
  ['a confirmation that was acknowledged is lost', without('BookingConfirmed', 'b1'), /Lost: confirmBooking/],
  ['a household that was acknowledged is lost', without('HouseholdRegistered'), /Lost: registerHousehold/],
  ['a cancellation that was acknowledged is lost', without('BookingCancelled'), /Lost: cancelBooking/],
  [
    'a delivery stands under another id',
    { told: [...told, yes('recordDelivery', 'b1', { detail: 'd2' })], log: logOf(good) },
    /Lost: recordDelivery/,
  ],
  [
    'a spend stands with another amount',
    { told: told.map((it) => (it.detail === 's1' ? { ...it, amountCents: 1 } : it)), log: logOf(good) },
    /Lost: spendBudget/,
  ],
  [
    'a spend happened twice',
    withMore(['budget-p1', 'BudgetSpent', { spendId: 's1', amountCents: 4000 }]),
    /Spend s1 stands 2 times/,
  ],
  [
    'a budget is overspent',
    withMore(['budget-p1', 'BudgetSpent', { spendId: 's2', amountCents: 5000 }]),
    /overspent by 4000/,
  ],
  [
    'a spend was refused and is there',
    withMore(['budget-p1', 'BudgetSpent', { spendId: 's3', amountCents: 1 }]).map(
      (it): Happened => (it[2].spendId === 's3' ? [it[0], it[1], { ...it[2], amountCents: 5000 }] : it),
    ),
    /was refused \(budget-exceeded\)/,
  ],
  [
    'nobody asked for it',
    withMore(['booking-b9', 'BookingRequested', { bookingId: 'b9', heldUntil: '2028-01-01T00:00:00.000Z' }]),
    /nobody asked/,
  ],
  [
    'a booking is cancelled for somebody whom nobody asked to forget',
    good.map((it): Happened => (it[1] === 'BookingCancelled' ? [it[0], it[1], { ...it[2], forgottenId: 'q1' }] : it)),
    /BookingCancelled stands in booking-b3 and nobody asked/,
  ],
  [
    'a booking was confirmed twice',
    withMore(['booking-b1', 'BookingConfirmed', { bookingId: 'b1' }]),
    /BookingConfirmed happened twice/,
  ],
  [
    'a command wrote twice',
    [
      ...good.slice(0, -2),
      ['budget-p1', 'BudgetSpent', { spendId: 's1', amountCents: 4000 }, 'same'],
      ['budget-p1', 'BudgetSpent', { spendId: 's2', amountCents: 1 }],
      ['budget-p1', 'BudgetSpent', { spendId: 's2', amountCents: 1 }, 'same'],
    ],
    /Command same wrote to budget-p1/,
  ],
  ['an event stands twice', { told, log: [...logOf(good), ...logOf(good).slice(0, 1)] }, /Event event-0 stands twice/],
  [
    'a revision is missing',
    { told, log: logOf(good).filter(({ type }) => type !== 'PlaceHeld') },
    /has revision 2 where 1 should be/,
  ],
  [
    'a cancelled booking comes to life',
    withMore(['booking-b3', 'BookingConfirmed', { bookingId: 'b3' }]),
    /was cancelled and then confirmed/,
  ],
  ['a deadline passed and nothing came of it', without('BookingCancelled'), /b3 is held since its deadline passed/],
  ['a confirmed booking has no place', without('PlaceTaken'), /b1 is delivered and has no place/],
  ['a confirmed booking has no helper', without('HelperAssigned'), /b2 is confirmed and has no helper/],
  [
    'a cancelled booking keeps its place',
    withMore(
      ['resource-r2', 'ResourceOpened', { capacity: 1, bufferMinutes: 0 }],
      ['resource-r2', 'PlaceHeld', { bookingId: 'b3', span, expiresAt: heldUntil, heldAt: heldUntil }],
      ['resource-r2', 'PlaceTaken', { bookingId: 'b3', takenAt: heldUntil }],
    ),
    /b3 is cancelled and occupies a place/,
  ],
  [
    'a place is given away twice',
    withMore([
      'resource-r1',
      'PlaceHeld',
      { bookingId: 'b4', span, expiresAt: '2028-01-01T00:00:00.000Z', heldAt: heldUntil },
    ]),
    /2 bookings at one moment where 1 fit/,
  ],
  [
    'the time kept free after a booking is given away',
    withMore([
      'resource-r1',
      'PlaceHeld',
      {
        bookingId: 'b4',
        span: { from: '2027-03-01T11:15:00.000Z', until: '2027-03-01T12:00:00.000Z' },
        expiresAt: '2028-01-01T00:00:00.000Z',
        heldAt: heldUntil,
      },
    ]),
    /2 bookings at one moment/,
  ],
  [
    'a helper is at two places at a time',
    withMore(['helper-v1', 'HelperAssigned', { bookingId: 'b1', span }]),
    /helper-v1 has two appointments/,
  ],
  [
    'a cap is overspent',
    withMore(
      ['entitlement-e1', 'RoomReserved', { bookingId: 'b2', coveredCents: 5000 }],
      ['entitlement-e1', 'RoomKept', { bookingId: 'b2' }],
    ),
    /gave 11000 of 10000/,
  ],
  ['a delivery is never settled', without('ClaimSettled'), /claim-d1 is not settled/],
  [
    'a delivery is claimed twice',
    withMore(['claim-d2', 'ClaimOpened', { deliveryId: 'd2', bookingId: 'b1' }]),
    /has claims claim-d1 and claim-d2/,
  ],
  [
    'lines do not add up',
    good.map((it): Happened => (it[1] === 'ClaimSettled' ? [it[0], it[1], { ...it[2], costCents: 6001 }] : it)),
    /lines of 6000 cents for a cost of 6001/,
  ],
  [
    'a posting does not balance',
    good.map(
      (it): Happened =>
        it[1] === 'ClaimSettled' ? [it[0], it[1], { ...it[2], entries: [{ debitCents: 1, creditCents: 0 }] }] : it,
    ),
    /debits 1, credits 0/,
  ],
];

test.each(broken)('the check sees it when %s', (_what, history, seen) => {
  const found = 'told' in history ? checkHistory(history, now) : check(history);
  expect(found.join('\n')).toMatch(seen);
});

test('a yes may be a no later only when the booking has ended', () => {
  const again = (aggregate: string, status: string) =>
    yes('confirmBooking', aggregate, { status, key: 'again', thenRefused: 'booking-not-held' });
  const confirmed: Happened = ['booking-b3', 'BookingConfirmed', { bookingId: 'b3' }];
  const happened = good.flatMap((it): Happened[] => (it[1] === 'BookingCancelled' ? [confirmed, it] : [it]));
  expect(check(happened, [...told, again('b3', 'CONFIRMED')])).toEqual([]);
  expect(check(good, [...told, again('b1', 'CONFIRMED')]).join()).toMatch(
    /refused \(booking-not-held\) when asked again/,
  );
});

test('a no to what was in doubt is fair once what it had led to has ended, and only then', () => {
  const confirmed: Happened = ['booking-b3', 'BookingConfirmed', { bookingId: 'b3' }];
  const happened = good.flatMap((it): Happened[] => (it[1] === 'BookingCancelled' ? [confirmed, it] : [it]));
  const no = (aggregate: string, sent: number) =>
    yes('acceptBooking', aggregate, { answer: 'refused', status: 'booking-not-awaiting-acceptance', sent });
  expect(check(happened, [...told, no('b3', 2)])).toEqual([]);
  expect(check(happened, [...told, no('b3', 1)]).join()).toMatch(/stands in booking-b3 all the same/);
  expect(check(good, [...told, no('b1', 2)]).join()).toMatch(/stands in booking-b1 all the same/);
});

test('a repeat that hears of the end of a booking was a yes all the same', () => {
  const asked: Happened = ['booking-b3', 'AcceptanceAsked', { bookingId: 'b3', answerBy: '2027-03-09T09:00:00.000Z' }];
  const happened = good.flatMap((it): Happened[] => (it[1] === 'BookingCancelled' ? [asked, it] : [it]));
  const late = yes('confirmBooking', 'b3', { status: 'CANCELLED' });
  expect(check(happened, [...told, late])).toEqual([]);
  expect(check(good, [...told, late]).join()).toMatch(/Lost: confirmBooking was accepted \(CANCELLED\)/);
});

test('places that touch share nothing', () => {
  const next = { from: '2027-03-01T11:30:00.000Z', until: '2027-03-01T12:00:00.000Z' };
  const held: Happened = [
    'resource-r1',
    'PlaceHeld',
    { bookingId: 'b4', span: next, expiresAt: heldUntil, heldAt: heldUntil },
  ];
  expect(check(withMore(held))).toEqual([]);
});

test('a hold that has passed keeps nobody out', () => {
  const late = '2027-02-02T09:00:00.000Z';
  const opened: Happened = ['resource-r3', 'ResourceOpened', { capacity: 1, bufferMinutes: 0 }];
  const first: Happened = [
    'resource-r3',
    'PlaceHeld',
    { bookingId: 'b4', span, expiresAt: heldUntil, heldAt: heldUntil },
  ];
  const second: Happened = ['resource-r3', 'PlaceHeld', { bookingId: 'b5', span, expiresAt: now, heldAt: late }];
  expect(check(withMore(opened, first, second))).toEqual([]);
});
