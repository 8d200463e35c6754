import { plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { delft, deliveryId, rijswijk } from '../invoicing.fixtures.ts';
import { isBalanced } from '../ledger/entry.rules.ts';
import { totalOf } from './allocation.rules.ts';
import { asksOfClaim, type ClaimCommand, type ClaimFacts, claimDecider } from './claim.decider.ts';
import {
  answerOf,
  apply,
  budgetId,
  entitlementId,
  facts,
  gouda,
  last,
  municipality,
  now,
  payers,
} from './division.fixtures.ts';

/* The claim by itself: funders that say no, and sources that come to light, in any order. */

const anyStep = fc.oneof(
  fc.record({ type: fc.constant('answer' as const), part: fc.integer({ min: 0, max: 100 }), stale: fc.boolean() }),
  fc.record({ type: fc.constant('decline' as const), who: fc.nat(4) }),
  fc.record({ type: fc.constant('note' as const), who: fc.nat(4) }),
  fc.record({ type: fc.constant('award' as const), name: fc.nat(3), at: fc.constantFrom(rijswijk, delft) }),
  fc.record({ type: fc.constant('policy' as const), name: fc.nat(1), percent: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ type: fc.constant('aside' as const), cents: fc.integer({ min: 1, max: 60_000 }) }),
);

test('whoever answers, declines and comes to light in whatever order: every division adds up, each difference balances, all of them lead to the last', () => {
  const anyClaim = fc.record({
    bearer: fc.constantFrom('own' as const, 'guarantee' as const),
    ownCostCents: fc.integer({ min: 0, max: 60_000 }),
    quoted: fc.integer({ min: 0, max: 2 }),
    isShared: fc.boolean(),
    insured: fc.boolean(),
    asideCents: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    steps: fc.array(anyStep, { maxLength: 30, size: 'max' }),
  });
  fc.assert(
    fc.property(anyClaim, ({ bearer, ownCostCents, quoted, isShared, insured, asideCents, steps }) => {
      const { sharing, ...rest } = facts;
      const entitlements = Array.from({ length: quoted }, (_, name) => ({
        ...{ entitlementId: entitlementId(name), municipality: name === 0 ? rijswijk : delft, since: now },
      }));
      const claim: ClaimFacts = {
        ...{ ...rest, bearer, ownCostCents, entitlements },
        ...(isShared && sharing ? { sharing } : {}),
        ...(insured ? { insurer: { insurerId: 'insurer-0', percent: 75 } } : {}),
        ...(asideCents === undefined ? {} : { budget: { budgetId, municipality: gouda, amountCents: asideCents } }),
      };
      /** What the budget still has for this care, beside what it bears. */
      let heldCents = asideCents ?? 0;
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
          const ofBudget = data.lines.filter(({ payer }) => payer.id === gouda);
          expect(totalOf(ofBudget, 'scheme')).toBe(state.budgetCents ?? 0);
          expect(state.budgetCents ?? 0).toBeLessThanOrEqual(heldCents);
          heldCents = state.budgetCents ?? 0;
        }
        return done.events;
      };
      const answer = (part: number, isStale: boolean) => {
        const [ask] = asksOfClaim(state);
        if (ask === undefined) return;
        if (ask.of === 'budget') {
          const moreCents = Math.floor(((ask.wantCents - heldCents) * part) / 100);
          if (!isStale) heldCents += Math.max(0, moreCents);
          const turn = isStale ? ask.turn - 1 : ask.turn;
          send(answerOf({ ...ask, turn }, Math.min(heldCents, ask.wantCents)));
          return;
        }
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
        if (step.type === 'aside') {
          const about = { budgetId, municipality: gouda };
          const budget = { ...about, amountCents: step.cents, spends: [{ amountCents: step.cents, since: when }] };
          send({ type: 'OfferBudget', data: { ...about, spendCount: 1, budget }, now: when });
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
