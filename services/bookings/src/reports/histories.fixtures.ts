import { DatabaseSync } from 'node:sqlite';
import { type BookingId, FormId, MunicipalityCode, type NoCareReason, ProviderId } from '@adempauze/contracts';
import type { ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { type Day, dayOf, derivedId, Instant, instantFromMs, msOf, plusMs } from '@adempauze/kernel';
import fc from 'fast-check';
import { about, bookingIdOf, householdIdOf, personIdOf, requestData, resourceIdOf } from '../examples.fixtures.ts';
import { unmetBySourceProjection } from '../unmet-demand/unmet-by-source.ts';
import { reportProjections } from './reports-api.ts';

/*
 * Random histories of some households over a year, as plain facts that a test can count by itself, and as the events that
 * the log would have of them.
 */

const dayMs = 86_400_000;
export const beginning = Instant.parse('2027-01-01T11:00:00Z');
export const now = Instant.parse('2027-12-15T11:00:00Z');

export const towns = ['0603', '0503'].map((it) => MunicipalityCode.parse(it));
export const providers = ['linde', 'duin'].map((it) => ProviderId.parse(derivedId('provider', it)));
export const formIds = ['F01', 'F12', 'F06'].map((it) => FormId.parse(it));

type End =
  | { readonly kind: 'delivered'; readonly quantity: number; readonly worker: number | null }
  | { readonly kind: 'declined' | 'no-answer' | 'let-go' | 'refused' | 'open' }
  | { readonly kind: 'cancelled'; readonly by: 'caregiver' | 'provider' }
  | { readonly kind: 'no-care'; readonly reason: NoCareReason };

export type Fact = {
  readonly bookingId: BookingId;
  readonly household: number;
  readonly town: MunicipalityCode;
  readonly provider: ProviderId;
  readonly form: FormId;
  readonly atHome: boolean;
  readonly resource: number;
  readonly askedAt: Instant;
  readonly begunAt: Instant;
  readonly endedAt: Instant;
  readonly end: End;
};
export type History = {
  readonly facts: readonly Fact[];
  readonly proposals: readonly {
    readonly id: string;
    readonly household: number;
    readonly form: FormId;
    readonly at: Instant;
    readonly goneAt: Instant | null;
  }[];
  /** `isTakenUp`: somebody talked with them, and they are a household now. */
  readonly signals: readonly {
    readonly id: string;
    readonly household: number;
    readonly at: Instant;
    readonly isTakenUp: boolean;
    readonly closedAt: Instant | null;
  }[];
  /** Who of them was forgotten, and when. */
  readonly forgotten: ReadonlyMap<number, Instant>;
  /** Where the care at home ended, and when. */
  readonly ended: readonly (readonly [household: number, at: Instant])[];
  /** Workers that a household met, and when. */
  readonly met: readonly { readonly household: number; readonly worker: number; readonly at: Instant }[];
};

export const workerOf = (worker: number) => personIdOf(`worker-${worker}`);
export const townOf = (household: number): MunicipalityCode =>
  towns[household % towns.length] ?? MunicipalityCode.parse('0603');

const anyEnd: fc.Arbitrary<End> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('delivered' as const),
      quantity: fc.integer({ min: 25, max: 400 }),
      worker: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
  },
  fc.record({
    kind: fc.constantFrom(
      'declined' as const,
      'no-answer' as const,
      'let-go' as const,
      'refused' as const,
      'open' as const,
    ),
  }),
  fc.record({
    kind: fc.constant('cancelled' as const),
    by: fc.constantFrom('caregiver' as const, 'provider' as const),
  }),
  fc.record({
    kind: fc.constant('no-care' as const),
    reason: fc.constantFrom('family-could-not' as const, 'provider-could-not' as const),
  }),
);

const daysAfter = (days: number): Instant => plusMs(beginning, days * dayMs);
const day = fc.integer({ min: 0, max: 330 });

export const anyHistory = (households: number): fc.Arbitrary<History> =>
  fc
    .record({
      bookings: fc.array(
        fc.record({
          household: fc.integer({ min: 0, max: households - 1 }),
          provider: fc.constantFrom(...providers),
          form: fc.constantFrom(...formIds),
          atHome: fc.boolean(),
          resource: fc.integer({ min: 1, max: 2 }),
          asked: day,
          ahead: fc.integer({ min: 1, max: 120 }),
          end: anyEnd,
        }),
        { maxLength: 60 },
      ),
      proposals: fc.array(
        fc.record({
          household: fc.integer({ min: 0, max: households - 1 }),
          form: fc.constantFrom(...formIds),
          made: day,
          gone: fc.option(fc.integer({ min: 0, max: 20 })),
        }),
        { maxLength: 8 },
      ),
      signals: fc.array(
        fc.record({
          household: fc.integer({ min: 0, max: households - 1 }),
          heard: day,
          isTakenUp: fc.boolean(),
          closed: fc.option(fc.integer({ min: 0, max: 90 })),
        }),
        { maxLength: 6 },
      ),
      ended: fc.array(fc.tuple(fc.integer({ min: 0, max: households - 1 }), day), { maxLength: 2 }),
      forgotten: fc.array(fc.tuple(fc.integer({ min: 0, max: households - 1 }), day), { maxLength: 2 }),
      met: fc.array(fc.tuple(fc.integer({ min: 0, max: households - 1 }), fc.integer({ min: 1, max: 3 }), day), {
        maxLength: 4,
      }),
    })
    .map(({ bookings, proposals, signals, ended, forgotten, met }) => ({
      facts: bookings.map(({ asked, ahead, end, household, ...it }, index): Fact => {
        const begun = asked + ahead;
        // What lies ahead of today has not been given yet.
        const isAhead = daysAfter(begun) >= now && (end.kind === 'delivered' || end.kind === 'no-care');
        const early = Math.min(asked + Math.floor(ahead / 2), 345);
        return {
          ...it,
          bookingId: bookingIdOf('random', index),
          household,
          town: townOf(household),
          end: isAhead ? { kind: 'open' } : end,
          askedAt: daysAfter(asked),
          begunAt: daysAfter(begun),
          endedAt: end.kind === 'refused' ? daysAfter(asked) : daysAfter(end.kind === 'no-care' ? begun : early),
        };
      }),
      proposals: proposals.map(({ household, form, made, gone }, index) => ({
        ...{ id: derivedId('proposal', index), household, form },
        at: daysAfter(made),
        goneAt: gone === null ? null : daysAfter(Math.min(made + gone, 345)),
      })),
      signals: signals.map(({ household, heard, isTakenUp, closed }, index) => ({
        ...{ id: derivedId('signal', index), household, isTakenUp, at: daysAfter(heard) },
        closedAt: isTakenUp || closed === null ? null : daysAfter(Math.min(heard + closed, 345)),
      })),
      ended: ended.map(([household, on]) => [household, daysAfter(on)] as const),
      forgotten: new Map(forgotten.map(([household, on]) => [household, daysAfter(on)] as const)),
      met: met.map(([household, worker, on]) => ({ household, worker, at: daysAfter(on) })),
    }));

type Drafted = { readonly type: string; readonly data: object };

/** The streams of a history. */
export const streamsOf = ({ facts, proposals, signals, ended, forgotten, met }: History): Drafted[][] => {
  const ids = [...new Set([...facts, ...proposals, ...signals].map((it) => it.household)), ...forgotten.keys()];
  return [
    ...[...new Set(ids)].map((household): Drafted[] => [
      {
        type: 'HouseholdRegistered',
        data: {
          householdId: householdIdOf(`h${household}`),
          caregiver: { personId: personIdOf(`c${household}`) },
          recipient: { personId: personIdOf(`r${household}`), municipality: townOf(household) },
          contactPerson: { accountId: 'a' },
          mandates: [],
        },
      },
    ]),
    ...[...forgotten].map(([household, at]): Drafted[] => [
      { type: 'PersonForgotten', data: { personId: personIdOf(`r${household}`), forgottenAt: at } },
    ]),
    ...proposals.map(({ id, household, form, at, goneAt }): Drafted[] => {
      const ids = { proposalId: id, householdId: householdIdOf(`h${household}`) };
      const made = {
        ...ids,
        homeMunicipality: townOf(household),
        parts: [{ form, providerId: providers[0] }],
        proposedAt: at,
      };
      return [
        { type: 'ProposalMade', data: made },
        ...(goneAt === null ? [] : [{ type: 'ProposalExpired', data: { ...ids, round: 1, expiredAt: goneAt } }]),
      ];
    }),
    ...signals.map(({ id, household, at, isTakenUp, closedAt }): Drafted[] => {
      // The caregiver lives in the other town.
      const about = { signalId: id, municipality: townOf(household + 1), signalledAt: at };
      const householdId = householdIdOf(`h${household}`);
      return [
        { type: 'CaregiverSignalled', data: { ...about, caregiverId: personIdOf(`s${id}`) } },
        ...(isTakenUp ? [{ type: 'SignalTakenUp', data: { ...about, householdId, takenUpAt: at } }] : []),
        ...(closedAt === null ? [] : [{ type: 'SignalClosed', data: { ...about, reason: 'other', closedAt } }]),
      ];
    }),
    ...ended.map(([household, at], index): Drafted[] => [
      { type: 'CareEnded', data: { householdId: householdIdOf(`h${household}`), number: index, on: dayOf(at) } },
    ]),
    ...met.map(({ household, worker, at }): Drafted[] => {
      const data = { stayId: derivedId('stay', household, worker, at), householdId: householdIdOf(`h${household}`) };
      return [{ type: 'StepPassed', data: { ...data, step: 0, metWorkerIds: [workerOf(worker)], passedAt: at } }];
    }),
    ...facts.map(eventsOf),
  ];
};

const eventsOf = (fact: Fact): Drafted[] => {
  const own = {
    ...about,
    bookingId: fact.bookingId,
    householdId: householdIdOf(`h${fact.household}`),
    providerId: fact.provider,
    form: fact.form,
    homeMunicipality: fact.town,
    span: { from: fact.begunAt, until: plusMs(fact.begunAt, 4 * 3_600_000) },
  };
  const request = {
    ...requestData(),
    ...own,
    resourceId: resourceIdOf(`r${fact.resource}`),
    placeOfService: fact.atHome ? 'recipient-home' : 'provider',
  };
  const { end, endedAt } = fact;
  const asked = { type: 'BookingRequested', data: { ...request, requestedAt: fact.askedAt } };
  switch (end.kind) {
    case 'open':
      return [asked];
    case 'refused':
      return [
        { type: 'BookingRefused', data: { ...request, reason: 'place-taken', facts: {}, refusedAt: fact.askedAt } },
      ];
    case 'declined':
      return [asked, { type: 'BookingDeclined', data: { ...own, reason: 'no-staff', declinedAt: endedAt } }];
    case 'no-answer':
      return [asked, { type: 'BookingExpired', data: { ...own, awaited: 'provider', expiredAt: endedAt } }];
    case 'let-go':
      return [asked, { type: 'BookingExpired', data: { ...own, awaited: 'caregiver', expiredAt: endedAt } }];
    case 'cancelled':
      return [asked, { type: 'BookingCancelled', data: { ...own, by: end.by, cancelledAt: endedAt } }];
    case 'no-care':
      return [asked, { type: 'CareNotGiven', data: { ...own, reason: end.reason, recordedAt: endedAt } }];
    case 'delivered': {
      const worker = end.worker === null ? {} : { workerId: workerOf(end.worker) };
      const given = { unit: 'hour', quantity: end.quantity, deliveredOn: dayOf(fact.begunAt), ...worker };
      return [asked, { type: 'CareDelivered', data: { ...own, ...given, recordedAt: plusMs(fact.begunAt, dayMs) } }];
    }
  }
};

/**
 * The log that these streams make when they are written in turns that numbers decide; some events come twice, and some come
 * again at the end, long after.
 */
export const logOf = (streams: readonly (readonly Drafted[])[], turns: readonly number[]): SourceEvent[] => {
  const left = streams.map((events, stream) => ({ stream, events, next: 0 })).filter((it) => it.events.length > 0);
  const log: SourceEvent[] = [];
  for (let turn = 0; left.length > 0; turn += 1) {
    const number = turns[turn % turns.length] ?? 0;
    const at = number % left.length;
    const own = left[at];
    const event = own?.events[own.next];
    if (own === undefined || event === undefined) break;
    const stored = storedEvent(event, own.stream, own.next, log.length);
    log.push(stored, ...(number % 5 === 0 ? [stored] : []));
    own.next += 1;
    if (own.next === own.events.length) left.splice(at, 1);
  }
  return [...log, ...log.filter((_, index) => index % 7 === 0)];
};

const storedEvent = ({ type, data }: Drafted, stream: number, revision: number, place: number): SourceEvent => ({
  id: `${stream}-${revision}`,
  type,
  data: { ...data } as SourceEvent['data'],
  metadata: { v: 1, at: beginning },
  position: String(place).padStart(8, '0'),
  stream: `s-${stream}`,
  revision,
});

export const projections = [...reportProjections, unmetBySourceProjection];

/** The tables of the reports after these events. */
export const projected = (log: readonly SourceEvent[]): ReadDatabase & { readonly close: () => void } => {
  const database = new DatabaseSync(':memory:');
  for (const { tables } of projections) database.exec(tables);
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepare = (sql: string) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const isStatement = (it: Statement | readonly Statement[]): it is Statement => typeof it[0] === 'string';
  const run = (result: Statement | readonly Statement[] | undefined): void => {
    if (result === undefined) return;
    if (isStatement(result)) {
      const [sql, ...parameters] = result;
      prepare(sql).run(...parameters);
    } else for (const statement of result) run(statement);
  };
  database.exec('BEGIN');
  for (const event of log) for (const { project } of projections) run(project(event));
  database.exec('COMMIT');
  return {
    first: (sql, ...parameters) => prepare(sql).get(...parameters),
    all: (sql, ...parameters) => prepare(sql).all(...parameters),
    close: () => database.close(),
  };
};

export const lastDayOf = (month: string): Day => {
  const first = Instant.parse(`${month}-15T12:00:00Z`);
  const next = plusMs(first, 31 * dayMs);
  return dayOf(instantFromMs(msOf(Instant.parse(`${dayOf(next).slice(0, 7)}-01T12:00:00Z`)) - dayMs));
};
