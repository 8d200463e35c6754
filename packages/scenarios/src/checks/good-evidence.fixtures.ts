import type { IntegrationEvent } from '@adempauze/event-bus';
import type { Standing } from '@adempauze/event-bus/kafka-inspect';
import type { JsonObject } from '@adempauze/event-store';
import { derivedId, Instant } from '@adempauze/kernel';
import type { Evidence, Replica } from './evidence.ts';
import type { Fact, Told } from './history.ts';

/* Evidence in which everything holds: a small marketplace after its faults, for tests that break it in one place. */

/** Events as `[stream, type, data]`; one with the same number behind it is of the same command. */
export type Happened = readonly [stream: string, type: string, data: JsonObject];

const at = (day: number, hour: number) =>
  `2027-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const span = (day: number, from: number, until: number) => ({ from: at(day, from), until: at(day, until) });
export const now = Instant.parse('2027-04-02T12:00:00Z');
const ahead = '2027-04-03T09:00:00.000Z';

const municipality = { kind: 'municipality', id: '0603' };
const caregiver = { kind: 'caregiver', id: 'h1' };
const about = (bookingId: string, householdId = 'h1', more: JsonObject = {}) => ({ bookingId, householdId, ...more });
const award = {
  ...{ entitlementId: 'e1', householdId: 'h1', from: '2027-03-01', until: '2028-03-01', rateCents: 4000 },
  rules: {
    ...{ coveredForms: ['F01'], countedForms: ['F01'], contributionCentsPerMonth: 2000, extendable: false },
    cap: { kind: 'money', multiplier: 9 },
  },
};
const amounts = { coveredQuantity: 200, coveredCents: 8000, contributionCents: 1000 };
const lines = [
  { kind: 'scheme', payer: municipality, amountCents: 7000 },
  { kind: 'contribution', payer: caregiver, amountCents: 1000 },
];
const posting = (debits: readonly number[], creditCents: number) => [
  ...debits.map((debitCents, index) => ({ account: `debit:${index}`, debitCents, creditCents: 0 })),
  { account: 'credit', debitCents: 0, creditCents },
];
const invoice = (invoiceId: string, payer: JsonObject, kind: string, amountCents: number): Happened[] => [
  [`invoice-${invoiceId}`, 'InvoiceDrafted', { invoiceId, payer, month: '2027-03', sequence: 1 }],
  [`invoice-${invoiceId}`, 'InvoiceLinesAdded', { invoiceId, lines: [{ deliveryId: 'd1', kind, amountCents }] }],
  [
    `invoice-${invoiceId}`,
    'InvoiceIssued',
    { invoiceId, payer, number: invoiceId, totalCents: amountCents, entries: posting([amountCents], amountCents) },
  ],
];
const held = (bookingId: string, on: JsonObject, expiresAt: string, heldAt: string): Happened => [
  'resource-r1',
  'PlaceHeld',
  { resourceId: 'r1', ...about(bookingId), span: on, expiresAt, heldAt },
];
const requested = (bookingId: string, on: JsonObject, heldUntil: string, more: JsonObject = {}): Happened => [
  `booking-${bookingId}`,
  'BookingRequested',
  { ...about(bookingId), span: on, heldUntil, ...more },
];
const place = { resourceId: 'r1' };

export const happened: readonly Happened[] = [
  ['resource-r1', 'ResourceOpened', { resourceId: 'r1', capacity: 1, bufferMinutes: 30 }],
  ['helper-v1', 'HelperRegistered', { helperId: 'v1', maxHoursPerWeek: 12 }],
  [
    'household-h1',
    'HouseholdRegistered',
    { householdId: 'h1', caregiver: { personId: 'p1' }, recipient: { personId: 'q1' } },
  ],
  [
    'household-h2',
    'HouseholdRegistered',
    { householdId: 'h2', caregiver: { personId: 'p2' }, recipient: { personId: 'q2' } },
  ],
  ['funding-h1', 'SchemeAwarded', award],
  ['entitlement-e1', 'EntitlementOpened', award],
  // One booking from request to bill.
  held('b1', span(10, 9, 11), at(1, 10), at(1, 9)),
  [
    'entitlement-e1',
    'RoomReserved',
    {
      ...{ entitlementId: 'e1', bookingId: 'b1', form: 'F01', unit: 'hour', quantity: 200, on: '2027-03-10' },
      ...{ ...amounts, reservedUntil: at(1, 10), reservedAt: at(1, 9) },
    },
  ],
  requested('b1', span(10, 9, 11), at(1, 10), place),
  ['resource-r1', 'PlaceTaken', { ...place, bookingId: 'b1', takenAt: '2027-03-01T09:30:00.000Z' }],
  ['booking-b1', 'BookingConfirmed', { ...about('b1'), span: span(10, 9, 11), confirmedAt: at(1, 9) }],
  ['entitlement-e1', 'RoomKept', { entitlementId: 'e1', bookingId: 'b1', keptAt: '2027-03-01T09:31:00.000Z' }],
  // One that a volunteer does.
  requested('b2', span(12, 10, 12), at(2, 10)),
  ['booking-b2', 'HelperWanted', { ...about('b2'), span: span(12, 10, 12), answerBy: at(9, 9) }],
  ['match-m2', 'MatchOpened', { matchId: 'm2', bookingId: 'b2', span: span(12, 10, 12) }],
  ['match-m2', 'HelperProposed', { matchId: 'm2', helperId: 'v1', proposal: 1 }],
  [
    'helper-v1',
    'HelperAssigned',
    { helperId: 'v1', matchId: 'm2', bookingId: 'b2', proposal: 1, span: span(12, 10, 12) },
  ],
  ['match-m2', 'HelperMatched', { matchId: 'm2', helperId: 'v1', bookingId: 'b2', proposal: 1 }],
  ['booking-b2', 'BookingConfirmed', { ...about('b2'), helperId: 'v1', span: span(12, 10, 12), confirmedAt: at(3, 9) }],
  // One that was cancelled in time, and one that nobody said yes to.
  held('b3', span(10, 14, 16), at(4, 10), at(4, 9)),
  requested('b3', span(10, 14, 16), at(4, 10), place),
  [
    'booking-b3',
    'BookingCancelled',
    { ...about('b3'), span: span(10, 14, 16), by: 'caregiver', cancelledAt: at(4, 9) },
  ],
  ['resource-r1', 'PlaceReleased', { ...place, bookingId: 'b3', reason: 'cancelled', releasedAt: at(4, 9) }],
  held('b4', span(10, 14, 16), at(5, 10), at(5, 9)),
  requested('b4', span(10, 14, 16), at(5, 10), place),
  ['resource-r1', 'HoldExpired', { ...place, bookingId: 'b4', expiredAt: at(5, 10) }],
  [
    'booking-b4',
    'BookingExpired',
    { ...about('b4'), span: span(10, 14, 16), awaited: 'caregiver', expiredAt: at(5, 10) },
  ],
  ['booking-b1', 'CareDelivered', { ...about('b1'), deliveryId: 'd1', span: span(10, 9, 11), ownCostCents: 1000 }],
  ['claim-d1', 'ClaimOpened', { deliveryId: 'd1', bookingId: 'b1', costCents: 8000 }],
  [
    'entitlement-e1',
    'RoomConsumed',
    {
      entitlementId: 'e1',
      bookingId: 'b1',
      deliveryId: 'd1',
      deliveredOn: '2027-03-10',
      ...amounts,
      consumedAt: at(10, 12),
    },
  ],
  ['claim-d1', 'RoomAnswered', { deliveryId: 'd1', entitlementId: 'e1', ...amounts }],
  [
    'claim-d1',
    'ClaimSettled',
    {
      ...{ deliveryId: 'd1', bookingId: 'b1', month: '2027-03', costCents: 8000, lines },
      entries: posting([7000, 1000], 8000),
    },
  ],
  ['booking-b2', 'CareDelivered', { ...about('b2'), deliveryId: 'd2', span: span(12, 10, 12), ownCostCents: 0 }],
  ['claim-d2', 'ClaimOpened', { deliveryId: 'd2', bookingId: 'b2', costCents: 0 }],
  [
    'claim-d2',
    'ClaimSettled',
    { deliveryId: 'd2', bookingId: 'b2', month: '2027-03', costCents: 0, lines: [], entries: [] },
  ],
  ...invoice('i1', municipality, 'scheme', 7000),
  ...invoice('i2', caregiver, 'contribution', 1000),
  ['budget-g1', 'BudgetOpened', { budgetId: 'g1', amountCents: 10_000 }],
  ['budget-g1', 'BudgetSpent', { budgetId: 'g1', spendId: 's1', amountCents: 4000 }],
  ['budget-g1', 'BudgetSpent', { budgetId: 'g1', spendId: 's2', amountCents: 5000 }],
  // One that the provider has to answer, one that was said yes to, and one that the caregiver still thinks about.
  held('b5', { from: '2027-04-10T09:00:00.000Z', until: '2027-04-10T11:00:00.000Z' }, at(31, 10), at(31, 9)),
  requested('b5', { from: '2027-04-10T09:00:00.000Z', until: '2027-04-10T11:00:00.000Z' }, at(31, 10), place),
  ['resource-r1', 'HoldExtended', { ...place, bookingId: 'b5', expiresAt: ahead, extendedAt: at(31, 9) }],
  [
    'booking-b5',
    'AcceptanceAsked',
    {
      ...about('b5'),
      span: { from: '2027-04-10T09:00:00.000Z', until: '2027-04-10T11:00:00.000Z' },
      answerBy: ahead,
    },
  ],
  held('b6', { from: '2027-04-11T09:00:00.000Z', until: '2027-04-11T11:00:00.000Z' }, at(31, 11), at(31, 10)),
  requested('b6', { from: '2027-04-11T09:00:00.000Z', until: '2027-04-11T11:00:00.000Z' }, at(31, 11), place),
  ['resource-r1', 'PlaceTaken', { ...place, bookingId: 'b6', takenAt: at(31, 10) }],
  [
    'booking-b6',
    'BookingConfirmed',
    {
      ...about('b6'),
      span: { from: '2027-04-11T09:00:00.000Z', until: '2027-04-11T11:00:00.000Z' },
      confirmedAt: at(31, 10),
    },
  ],
  held(
    'b7',
    { from: '2027-04-12T09:00:00.000Z', until: '2027-04-12T11:00:00.000Z' },
    '2027-04-02T12:15:00.000Z',
    at(31, 23),
  ),
  requested(
    'b7',
    { from: '2027-04-12T09:00:00.000Z', until: '2027-04-12T11:00:00.000Z' },
    '2027-04-02T12:15:00.000Z',
    place,
  ),
  ['person-q2', 'PersonForgotten', { personId: 'q2' }],
];

export const logOf = (them: readonly Happened[]): Fact[] => {
  const revisions = new Map<string, number>();
  return them.map(([stream, type, data], index) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const position = String(index + 1).padStart(16, '0');
    const metadata = { v: 1, at: at(1, 9), commandId: `command-${index}` };
    return { stream, revision, position, id: derivedId('good', index), type, data, metadata };
  });
};

const yes = (operation: Told['operation'], of: string, more: Partial<Told> = {}): Told => ({
  key: `${operation} ${of} ${more.detail ?? ''}`,
  ...{ operation, about: of, answer: 'accepted', sent: 1 },
  ...more,
});
export const told: readonly Told[] = [
  yes('openResource', 'r1'),
  yes('registerHelper', 'v1'),
  yes('registerHousehold', 'h1'),
  yes('registerHousehold', 'h2'),
  yes('awardScheme', 'h1'),
  ...['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'].map((it) => yes('requestBooking', it, { status: 'HELD' })),
  yes('confirmBooking', 'b1', { status: 'CONFIRMED' }),
  yes('confirmBooking', 'b2', { status: 'AWAITING_HELPER' }),
  yes('confirmBooking', 'b5', { status: 'AWAITING_ACCEPTANCE' }),
  yes('confirmBooking', 'b6', { status: 'CONFIRMED' }),
  yes('proposeHelper', 'm2', { detail: 'v1' }),
  yes('answerProposal', 'm2', { status: 'MATCHED', detail: 'v1' }),
  yes('cancelBooking', 'b3'),
  yes('recordDelivery', 'b1', { detail: 'd1' }),
  yes('recordDelivery', 'b2', { detail: 'd2' }),
  yes('openBudget', 'g1'),
  yes('spendBudget', 'g1', { detail: 's1', amountCents: 4000 }),
  yes('spendBudget', 'g1', { detail: 's2', amountCents: 5000 }),
  yes('forgetPerson', 'q2'),
];

/** What this log becomes: bookings, places, matches and settling are told to others, the rest stays at home. */
export const publishedOf = (log: readonly Fact[]): IntegrationEvent[] =>
  log
    .filter(({ stream }) => /^(booking|resource|person|household)-/.test(stream))
    .filter(({ type }) => !['HoldExtended', 'AcceptanceAsked'].includes(type))
    .map((fact) => ({
      ...fact,
      id: derivedId(fact.id, 0),
      type: `${fact.stream.startsWith('resource-') ? 'offers' : 'bookings'}.${fact.type.toLowerCase()}.v1`,
      position: `${fact.position}.000`,
    }));

/** As the relays would have written it, with one page twice. */
export const recordsOf = (published: readonly IntegrationEvent[]): Standing[] => {
  const offsets = new Map<string, number>();
  const services = Map.groupBy(published, ({ type }) => type.slice(0, type.indexOf('.')));
  return [...services].flatMap(([service, events]) =>
    [...events, ...events.slice(-3), ...events.slice(-1)].flatMap((event, index): Standing[] => {
      const partition = event.stream.length % 3;
      const where = `${service} ${partition}`;
      const offset = offsets.get(where) ?? 0;
      offsets.set(where, offset + 2);
      const isLast = index >= events.length - 1;
      const readTo: Standing = {
        ...{ service, partition, offset: offset + 1, key: undefined },
        record: { kind: 'read-to', epoch: 'one', sequence: event.position.replace('.000', '.~') },
      };
      const record = { kind: 'event', epoch: 'one', event, followedBy: [] } as const;
      return [{ service, partition, offset, key: event.stream, record }, ...(isLast ? [readTo] : [])];
    }),
  );
};

const replica = (name: string, service: string): Replica => ({
  ...{ name, service, differences: [] },
  tables: { 'bookings bookings': { rows: 7, digest: 'aaaa' }, 'bookings _counts': { rows: 0, digest: 'bbbb' } },
});

export const evidenceOf = (log: readonly Fact[], published = publishedOf(log)): Evidence => ({
  ...{ told, log, now, published, records: recordsOf(published), billedBefore: '2027-04' },
  replicas: [replica('bookings-1', 'bookings'), replica('bookings-2', 'bookings'), replica('offers-1', 'offers')],
  parked: [],
  seen: {
    bookings: {
      ...{ b1: 'DELIVERED', b2: 'DELIVERED', b3: 'CANCELLED', b4: 'EXPIRED', b5: 'AWAITING_ACCEPTANCE' },
      ...{ b6: 'CONFIRMED', b7: 'HELD', b9: null },
    },
    budget: { id: 'g1', balanceCents: 1000 },
    trialBalanced: true,
  },
  forgotten: [{ personId: 'q2', name: 'Naaste Xq2' }],
  remembered: [{ householdId: 'h1', name: 'Naaste Xq1', shown: 'Naaste Xq1' }],
  readable: [],
  lookedThrough: 12,
});
