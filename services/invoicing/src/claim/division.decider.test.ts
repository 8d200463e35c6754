import { type FundingLine, PolicyId, RecordCostSharing } from '@adempauze/contracts';
import { derivedId, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { costSharingDecider } from '../cost-sharing/cost-sharing.decider.ts';
import { declineDecider } from '../decline/decline.decider.ts';
import {
  at,
  bookingId,
  delft,
  deliveryId,
  hillegom,
  householdId,
  insurer,
  providerId,
  rijswijk,
} from '../invoicing.fixtures.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, type ClaimState, claimDecider } from './claim.decider.ts';
import { ClaimEvent } from './claim.events.ts';
import {
  answerOf,
  apply,
  budgetId,
  decline,
  entitlementId,
  facts,
  last,
  municipality,
  now,
  open,
  payers,
  play,
} from './division.fixtures.ts';

/* The claim by itself: what it decides when funders say no and sources come to light. */

const settledEvents = (): ClaimEvent[] => {
  const decision = claimDecider.decide({ type: 'OpenClaim', data: facts, now }, claimDecider.initialState);
  if (!decision.accepted) throw new Error('refused');
  return [...decision.events];
};
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
        if (ask.of === 'budget') return settle(apply(state, answerOf(ask, ask.wantCents)).state);
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
      // Also what a budget got back before the no was heard of, as long as it is still there.
      expect(last(told).lines).toEqual(last(known).lines);
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
