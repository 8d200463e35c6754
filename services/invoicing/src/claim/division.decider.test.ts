import { CostSharingId, EntitlementId, type FundingLine, PolicyId, RecordCostSharing } from '@adempauze/contracts';
import { derivedId, type Instant, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { costSharingDecider } from '../cost-sharing/cost-sharing.decider.ts';
import { declineDecider } from '../decline/decline.decider.ts';
import {
  at,
  bookingId,
  budgetId as budgetIdOf,
  day,
  delft,
  deliveryId,
  hillegom,
  householdId,
  offerId,
  providerId,
  rijswijk,
} from '../invoicing.fixtures.ts';
import { isBalanced } from '../ledger/entry.rules.ts';
import { totalOf } from './allocation.rules.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, type ClaimState, claimDecider } from './claim.decider.ts';
import { ClaimEvent } from './claim.events.ts';

/* The claim by itself: what it decides when funders say no and sources come to light, in any order. */

const now = at('2027-05-03T16:00:00Z');
const insurer = { kind: 'insurer', id: 'insurer-1' } as const;
const municipality = { kind: 'municipality', id: rijswijk } as const;
const budgetId = budgetIdOf(1);
const entitlementId = (name: number) => EntitlementId.parse(derivedId('division', name));
const facts: ClaimFacts = {
  ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), householdId: householdId(1), providerId: providerId(1) },
  ...{ offerId: offerId(1), form: 'F12', deliveredOn: day('2027-04-30'), unit: 'night', quantity: 300 },
  ...{ unitPriceCents: 17_555, costCents: 52_665, vat: 'exempt', bearer: 'guarantee', ownCostCents: 0 },
  ...{ municipality: rijswijk, entitlements: [], potId: 'default' },
  sharing: {
    costSharingId: CostSharingId.parse(derivedId('sharing')),
    ...{ municipality: rijswijk, insurerId: 'insurer-1', insurerPercent: 50 },
  },
};
const settledEvents = (): ClaimEvent[] => {
  const decision = claimDecider.decide({ type: 'OpenClaim', data: facts, now }, claimDecider.initialState);
  if (!decision.accepted) throw new Error('refused');
  return [...decision.events];
};
const decline = (payer: typeof insurer | typeof municipality, when: Instant = now): ClaimCommand => ({
  ...{ type: 'DeclineFunding', data: { payer, reason: 'not-covered' }, now: when },
});
const given = deciderSpec(claimDecider);
const said = (payer: typeof insurer | typeof municipality): ClaimEvent => ({
  type: 'FundingDeclined',
  data: { deliveryId: deliveryId(1), bookingId: bookingId(1), payer, reason: 'not-covered', declinedAt: now },
});

test('A09: a no and the division that it makes are one append, with the difference only', () => {
  const lines: FundingLine[] = [{ kind: 'scheme', payer: municipality, amountCents: 52_665 }];
  given(...settledEvents())
    .when(decline(insurer))
    .then(said(insurer), {
      type: 'ClaimReallocated',
      data: {
        ...{ deliveryId: deliveryId(1), bookingId: bookingId(1), number: 1, month: '2027-05' as never },
        ...{ why: 'declined', payer: insurer, reason: 'not-covered', fundingStatus: 'split', costCents: 52_665, lines },
        changes: [
          { kind: 'insurance', payer: insurer, amountCents: -26_332 },
          { kind: 'scheme', payer: municipality, amountCents: 26_332 },
        ],
        entries: [
          { account: 'receivable:insurer:insurer-1', debitCents: 0, creditCents: 26_332 },
          { account: `receivable:municipality:${rijswijk}`, debitCents: 26_332, creditCents: 0 },
        ],
        reallocatedAt: now,
      },
    })
    .twiceIsOnce();
});

test('who bears nothing cannot say no; the caregiver and the pot neither', () => {
  given().when(decline(insurer)).thenRejected('claim-not-found');
  const others = [
    { kind: 'insurer', id: 'insurer-2' },
    { kind: 'municipality', id: delft },
    { kind: 'caregiver', id: householdId(1) },
    { kind: 'pot', id: 'default' },
  ] as const;
  for (const payer of others) {
    given(...settledEvents())
      .when({ type: 'DeclineFunding', data: { payer, reason: 'not-covered' }, now })
      .thenRejected('claim-not-found');
  }
});

test('an insurer that shares never bears more than its percentage: what the municipality gives up is the pot’s', () => {
  const { lines } = last(play(open({}), decline(municipality)));
  expect(lines.map(({ kind, amountCents }) => [kind, amountCents])).toEqual([
    ['insurance', 26_332],
    ['guarantee', 26_333],
  ]);
});

test('a claim opens with what was said of its booking, and a late word of it is written down once', () => {
  const declined = { payer: insurer, reason: 'other-payer', declinedAt: now } as const;
  expect(last(play(open({ declines: [declined] }))).lines).toMatchObject([{ kind: 'scheme', amountCents: 52_665 }]);
  const note: ClaimCommand = { type: 'NoteDecline', data: declined, now };
  const state = play(open({}), note);
  expect(last(state).lines).toMatchObject([{ kind: 'scheme', amountCents: 52_665 }]);
  expect(claimDecider.decide(note, state)).toEqual({ accepted: true, events: [] });
});

test('a claim that was stored before there was any of this reads as it was', () => {
  const { sharing: _, ...old } = facts;
  const opened = { ...old, insurer: { insurerId: 'insurer-1', percent: 75 } };
  const stored = JSON.parse(JSON.stringify({ type: 'ClaimOpened', data: { ...opened, openedAt: now } }));
  const state = claimDecider.evolve(claimDecider.initialState, ClaimEvent.parse(stored));
  expect(state).toMatchObject({ insurer: { percent: 75, declined: false }, round: 0, declines: [] });
});

test('what was agreed, and what a funder said of a booking, stands once', () => {
  const agreed = RecordCostSharing.parse({
    ...{ costSharingId: derivedId('sharing'), name: 'Samen', municipality: hillegom, insurerId: 'insurer-1' },
    ...{ insurerPercent: 50, forms: ['F12'], providerIds: [providerId(1)], from: '2027-01-01', until: '2028-01-01' },
  });
  const record = { type: 'RecordCostSharing', data: agreed, now } as const;
  deciderSpec(costSharingDecider)()
    .when(record)
    .then({ type: 'CostSharingRecorded', data: { ...agreed, recordedAt: now } })
    .twiceIsOnce();
  deciderSpec(costSharingDecider)({ type: 'CostSharingRecorded', data: { ...agreed, recordedAt: now } })
    .when({ ...record, data: { ...agreed, insurerPercent: 40 } })
    .thenRejected('already-exists');
  const no = { bookingId: bookingId(1), payer: insurer, reason: 'not-covered' } as const;
  deciderSpec(declineDecider)()
    .when({ type: 'DeclineBooking', data: no, now })
    .then({ type: 'BookingFundingDeclined', data: { ...no, declinedAt: now } })
    .twiceIsOnce();
});

test('a no counts for what was there when it was said, known as the claim opens or told of it later', () => {
  const early = at('2027-04-01T10:00:00Z');
  const moment = fc.nat(3).map((it) => plusMs(early, it * 60_000));
  const anyClaim = fc.record({
    awards: fc.array(fc.record({ at: fc.constantFrom(rijswijk, delft), since: moment }), { maxLength: 2 }),
    policy: fc.option(moment, { nil: undefined }),
    spends: fc.array(fc.record({ amountCents: fc.integer({ min: 1, max: 20_000 }), since: moment }), { maxLength: 3 }),
    sharedSince: fc.option(moment, { nil: undefined }),
    noes: fc.uniqueArray(fc.record({ payer: fc.constantFrom(...payers.slice(0, 3)), declinedAt: moment }), {
      selector: ({ payer }) => `${payer.kind} ${payer.id}`,
    }),
  });
  fc.assert(
    fc.property(anyClaim, ({ awards, policy, spends, sharedSince, noes }) => {
      const { sharing, ...rest } = facts;
      const amountCents = spends.reduce((sum, it) => sum + it.amountCents, 0);
      const claim: ClaimFacts = {
        ...rest,
        entitlements: awards.map(({ at: of, since }, name) => ({
          ...{ entitlementId: entitlementId(name), municipality: of, since },
        })),
        ...(policy ? { insurer: { insurerId: 'insurer-1', percent: 75, since: policy } } : {}),
        ...(sharing && sharedSince ? { sharing: { ...sharing, since: sharedSince } } : {}),
        ...(spends.length > 0 ? { budget: { budgetId, municipality: delft, amountCents, spends } } : {}),
      };
      const declines = noes.map((it) => ({ ...it, reason: 'not-covered' as const }));
      const settle = (state: ClaimState): ClaimState => {
        const [ask] = asksOfClaim(state);
        if (ask === undefined) return state;
        const data = {
          ...{ deliveryId: deliveryId(1), entitlementId: ask.source.entitlementId },
          ...{ coveredQuantity: 0, coveredCents: Math.floor(ask.costCents / 3), contributionCents: 0 },
          ...(ask.round === 0 ? {} : { round: ask.round }),
        };
        return settle(apply(state, { type: 'RecordRoom', data, now }).state);
      };
      const known = settle(play({ type: 'OpenClaim', data: { ...claim, declines }, now }));
      const told = settle(
        declines.reduce(
          (state, data) => apply(state, { type: 'NoteDecline', data, now }).state,
          play({ type: 'OpenClaim', data: claim, now }),
        ),
      );
      // What a budget got back before the no was heard of is not asked of it again.
      const capped = (known.budgetCents ?? 0) - (told.budgetCents ?? 0);
      expect(capped).toBeGreaterThanOrEqual(0);
      if (capped === 0) expect(last(told).lines).toEqual(last(known).lines);
      const isOlder = (it: { readonly since?: string | undefined }, of: string) =>
        declines.some(({ payer, declinedAt }) => payer.id === of && (it.since ?? '') <= declinedAt);
      for (const it of known.sources) expect(it.declined).toBe(isOlder(it, it.municipality));
      const byBudget = spends.filter((it) => !isOlder(it, delft)).reduce((sum, it) => sum + it.amountCents, 0);
      expect(known.budgetCents ?? 0).toBeLessThanOrEqual(byBudget);
    }),
    { numRuns: 300 },
  );
});

test('a policy that is not needed yet is kept, and counts once the insurers before it said no', () => {
  const { sharing: _, ...rest } = facts;
  const offer = (name: number): ClaimCommand => ({
    type: 'OfferPolicy',
    data: {
      insurer: {
        ...{ insurerId: `insurer-${name}`, percent: 10 * (name + 1), since: at('2027-04-01T10:00:00Z') },
        policyId: PolicyId.parse(derivedId('policy', name)),
      },
    },
    now,
  });
  const open = { type: 'OpenClaim', data: { ...rest, costCents: 1000 }, now } as const;
  const state = play(open, offer(1), offer(2), offer(1), decline(insurer));
  expect(last(state).lines).toMatchObject([
    { kind: 'insurance', payer: { id: 'insurer-2' }, amountCents: 300 },
    { kind: 'guarantee', amountCents: 700 },
  ]);
  expect(state.policies.map(({ insurerId, declined }) => [insurerId, declined])).toEqual([
    ['insurer-1', true],
    ['insurer-2', false],
  ]);
});

test('a budget never bears more in a later division than in the one before, also where that was not written down', () => {
  const { sharing: _, ...rest } = facts;
  const insured = { insurerId: 'insurer-1', percent: 75, since: at('2027-04-01T10:00:00Z') };
  const budget = { budgetId, municipality: delft, amountCents: 9900 };
  const claim: ClaimFacts = { ...rest, costCents: 9900, insurer: insured, budget };
  const first = claimDecider.decide({ type: 'OpenClaim', data: claim, now }, claimDecider.initialState);
  const events = first.accepted ? first.events : [];
  expect(events.at(-1)).toMatchObject({ type: 'ClaimSettled', data: { budgetCents: 2475 } });
  // As it was stored before the amount was written down.
  const stored = events.map((it) => {
    const { budgetCents: _cents, ...data } = { budgetCents: undefined, ...it.data };
    return ClaimEvent.parse({ type: it.type, data });
  });
  for (const before of [events, stored]) {
    const state = apply(before.reduce(claimDecider.evolve, claimDecider.initialState), decline(insurer)).state;
    expect(state.budgetCents).toBe(2475);
    expect(last(state).lines).toMatchObject([
      { kind: 'scheme', amountCents: 2475 },
      { kind: 'guarantee', amountCents: 7425 },
    ]);
  }
});

const open = (change: Partial<ClaimFacts>): ClaimCommand => ({ type: 'OpenClaim', data: { ...facts, ...change }, now });
const apply = (state: ClaimState, command: ClaimCommand): { state: ClaimState; events: readonly ClaimEvent[] } => {
  const decision = claimDecider.decide(command, state);
  const events = decision.accepted ? decision.events : [];
  return { state: events.reduce(claimDecider.evolve, state), events };
};
const play = (...commands: readonly ClaimCommand[]): ClaimState =>
  commands.reduce((state, command) => apply(state, command).state, claimDecider.initialState);
const last = ({ allocations }: ClaimState) => {
  const allocation = allocations.at(-1);
  if (allocation === undefined) throw new Error('It is not divided.');
  return allocation;
};

const anyStep = fc.oneof(
  fc.record({ type: fc.constant('answer' as const), part: fc.integer({ min: 0, max: 100 }), stale: fc.boolean() }),
  fc.record({ type: fc.constant('decline' as const), who: fc.nat(4) }),
  fc.record({ type: fc.constant('note' as const), who: fc.nat(4) }),
  fc.record({ type: fc.constant('award' as const), name: fc.nat(3), at: fc.constantFrom(rijswijk, delft) }),
  fc.record({ type: fc.constant('policy' as const), name: fc.nat(1), percent: fc.integer({ min: 1, max: 100 }) }),
);
const payers = [
  municipality,
  { kind: 'municipality', id: delft },
  insurer,
  { kind: 'insurer', id: 'insurer-0' },
  { kind: 'pot', id: 'default' },
] as const;

test('whoever answers, declines and comes to light in whatever order: every division adds up, each difference balances, all of them lead to the last', () => {
  const anyClaim = fc.record({
    bearer: fc.constantFrom('own' as const, 'guarantee' as const),
    ownCostCents: fc.integer({ min: 0, max: 60_000 }),
    quoted: fc.integer({ min: 0, max: 2 }),
    isShared: fc.boolean(),
    insured: fc.boolean(),
    steps: fc.array(anyStep, { maxLength: 30, size: 'max' }),
  });
  fc.assert(
    fc.property(anyClaim, ({ bearer, ownCostCents, quoted, isShared, insured, steps }) => {
      const { sharing, ...rest } = facts;
      const entitlements = Array.from({ length: quoted }, (_, name) => ({
        ...{ entitlementId: entitlementId(name), municipality: name === 0 ? rijswijk : delft, since: now },
      }));
      const claim: ClaimFacts = {
        ...{ ...rest, bearer, ownCostCents, entitlements },
        ...(isShared && sharing ? { sharing } : {}),
        ...(insured ? { insurer: { insurerId: 'insurer-0', percent: 75 } } : {}),
      };
      let state = claimDecider.initialState;
      const sums = new Map<string, number>();
      const add = ({ kind, payer, amountCents }: { kind: string; payer: { id: string }; amountCents: number }) =>
        sums.set(`${kind} ${payer.id}`, (sums.get(`${kind} ${payer.id}`) ?? 0) + amountCents);
      const send = (command: ClaimCommand) => {
        const done = apply(state, command);
        state = done.state;
        for (const { type, data } of done.events) {
          if (type !== 'ClaimSettled' && type !== 'ClaimReallocated') continue;
          expect(isBalanced(data.entries)).toBe(true);
          expect(totalOf(data.lines, 'scheme', 'insurance', 'contribution', 'own', 'guarantee')).toBe(claim.costCents);
          expect(totalOf(data.lines, 'own', 'contribution')).toBeLessThanOrEqual(ownCostCents);
          for (const line of type === 'ClaimSettled' ? data.lines : data.changes) add(line);
        }
        return done.events;
      };
      const answer = (part: number, isStale: boolean) => {
        const [ask] = asksOfClaim(state);
        if (ask === undefined) return;
        const coveredCents = Math.floor((ask.costCents * part) / 100);
        const round = isStale ? ask.round + 1 : ask.round;
        send({
          type: 'RecordRoom',
          data: {
            ...{ deliveryId: deliveryId(1), entitlementId: ask.source.entitlementId, coveredCents },
            coveredQuantity: Math.floor((ask.quantity * part) / 100),
            contributionCents: Math.min(coveredCents, Math.max(0, ask.mostContributionCents)),
            ...(round === 0 ? {} : { round }),
          },
          now,
        });
      };

      send({ type: 'OpenClaim', data: claim, now });
      for (const [minute, step] of steps.entries()) {
        const when = plusMs(now, minute * 60_000);
        const payer = payers[step.type === 'decline' || step.type === 'note' ? step.who : 0] ?? municipality;
        if (step.type === 'answer') answer(step.part, step.stale);
        if (step.type === 'decline') {
          const data = { payer, reason: 'not-covered' as const };
          send({ type: 'DeclineFunding', data, now: when });
          // The same no again, at once, is the same no.
          expect(send({ type: 'DeclineFunding', data, now: when })).toEqual([]);
        }
        if (step.type === 'note' && payer.kind !== 'pot') {
          send({ type: 'NoteDecline', data: { payer, reason: 'other-payer', declinedAt: when }, now: when });
        }
        if (step.type === 'award') {
          const source = {
            entitlementId: entitlementId(step.name),
            municipality: step.at,
            since: when,
            found: true,
          } as const;
          send({ type: 'OfferAward', data: { source }, now: when });
        }
        if (step.type === 'policy') {
          const data = { insurer: { insurerId: `insurer-${step.name}`, percent: step.percent, since: when } };
          send({ type: 'OfferPolicy', data, now: when });
        }
      }
      for (let asked = 0; asksOfClaim(state).length > 0; asked += 1) {
        if (asked > 50) throw new Error('It asks for ever.');
        answer(50, false);
      }
      expect(state.pending).toBeUndefined();
      const lines = last(state).lines.map(({ kind, payer, amountCents }) => [`${kind} ${payer.id}`, amountCents]);
      expect([...sums].filter(([, cents]) => cents !== 0).toSorted()).toEqual(lines.toSorted());
      for (const { kind, payer } of last(state).lines) {
        const declinedAt = state.declines.findLast((it) => it.payer.kind === payer.kind && it.payer.id === payer.id);
        const since = [...state.sources, state.insurer].findLast(
          (it) =>
            it !== undefined && !it.declined && ('municipality' in it ? it.municipality : it.insurerId) === payer.id,
        )?.since;
        // Who said no bears a part only of what came to light since.
        if (declinedAt !== undefined)
          expect([kind, since !== undefined && since > declinedAt.declinedAt]).toEqual([kind, true]);
      }
    }),
    { numRuns: 500 },
  );
});
