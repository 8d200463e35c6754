import { ProposalId, type ProposedPart } from '@adempauze/contracts';
import { derivedId, hourMs, type Instant, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  about,
  afternoon,
  at,
  householdIdOf,
  offerIdOf,
  personIdOf,
  providerIdOf,
  resourceIdOf,
} from '../examples.fixtures.ts';
import { type ProposalCommand, proposalDecider } from './proposal.decider.ts';
import type { ProposalEvent } from './proposal.events.ts';
import { type PartState, type ProposalState, statusOf } from './proposal.state.rules.ts';

const given = deciderSpec(proposalDecider);
const now = at('2027-05-01T08:00:00Z');
const until = at('2027-05-03T08:00:00Z');
const proposalId = ProposalId.parse(derivedId('proposal', 'one'));
const what: ProposedPart = {
  ...{ kind: 'booking', offerId: offerIdOf('block-care'), resourceId: resourceIdOf('worker') },
  ...{ placeOfService: 'recipient-home', span: afternoon },
};
const part = { what, providerId: providerIdOf('linde'), form: 'F01' as const };
const propose: Extract<ProposalCommand, { type: 'Propose' }> = {
  type: 'Propose',
  data: {
    ...{ proposalId, householdId: householdIdOf('fatima'), caregiverId: personIdOf('fatima-caregiver') },
    ...{ homeMunicipality: about.homeMunicipality, parts: [part, part, part], note: 'Even een middag.' },
    ...{ proposedBy: 'account-nora', until },
  },
  now,
};
const made: ProposalEvent = { type: 'ProposalMade', data: { ...propose.data, proposedAt: now } };
const of = { proposalId, householdId: householdIdOf('fatima') };
const held = (index: number, round = 1): ProposalEvent => ({
  type: 'ProposalPartHeld',
  data: { ...of, round, part: index, heldAt: now },
});
const caregiver = { by: 'account-fatima', onBehalf: false };
const yes = (parts?: number[]): ProposalCommand => ({ type: 'Accept', parts, ...caregiver, now });
const no: ProposalCommand = { type: 'Decline', ...caregiver, now };

test('one yes to all that is held, or to what was chosen (R02)', () => {
  const accepted = (parts: number[]): ProposalEvent => ({
    type: 'ProposalAccepted',
    data: { ...of, round: 1, parts, ...caregiver, acceptedAt: now },
  });
  given(made, held(0), held(1), held(2))
    .when(yes())
    .then(accepted([0, 1, 2]))
    .twiceIsOnce();
  given(made, held(0), held(1), held(2))
    .when(yes([2, 0]))
    .then(accepted([0, 2]))
    .twiceIsOnce();
  given(made, held(0), held(1)).when(yes()).thenRejected('proposal-part-not-held');
  given(made, held(0), held(1), held(2), accepted([0]))
    .when(yes([1]))
    .thenRejected('proposal-answered');
  given(made, held(0), held(1), held(2), accepted([0]))
    .when(no)
    .thenRejected('proposal-answered');
  given(made, held(0), held(1), held(2))
    .when({ ...yes(), now: until })
    .thenRejected('proposal-expired');
});

test('a no needs no reason, and the same can be proposed again', () => {
  const declined: ProposalEvent = {
    type: 'ProposalDeclined',
    data: { ...of, round: 1, forms: ['F01'], homeMunicipality: about.homeMunicipality, ...caregiver, declinedAt: now },
  };
  given(made, held(0), held(1), held(2)).when(no).then(declined).twiceIsOnce();
  given(made, declined).when(yes()).thenRejected('proposal-answered');
  const again: ProposalCommand = { type: 'ProposeAgain', until, proposedBy: 'account-nora', now };
  given(made, held(0), declined)
    .when(again)
    .then({
      type: 'ProposedAgain',
      data: { ...of, round: 2, parts: [0, 1, 2], proposedBy: 'account-nora', until, proposedAt: now },
    })
    .twiceIsOnce();
});

/** Places as they are really held and agreed, beside what the proposal thinks. What was refused once, stays refused. */
type Places = Map<string, 'held' | 'agreed' | 'refused'>;
const keyOf = ({ round, part: index }: PartState) => `${round}/${index}`;

/** One step of the process, as it is asked: it may be broken off before its answer is written down. */
const perform = (it: PartState, places: Places, isFree: boolean): ProposalCommand | undefined => {
  const at = { round: it.round, part: it.part };
  const key = keyOf(it);
  switch (it.stage) {
    case 'hold-asked':
      places.set(key, places.get(key) ?? (isFree ? 'held' : 'refused'));
      if (places.get(key) === 'refused') return { type: 'RecordRefused', ...at, code: 'place-taken', facts: {}, now };
      return { type: 'RecordHeld', ...at, now };
    case 'confirm-asked':
      if (!places.has(key)) return { type: 'RecordLost', ...at, code: 'hold-expired', facts: {}, now };
      places.set(key, 'agreed');
      return { type: 'RecordAgreed', ...at, now };
    case 'release-asked':
      if (places.get(key) === 'held') places.delete(key);
      return { type: 'RecordReleased', ...at, release: it.releases, now };
    default:
      return undefined;
  }
};

const command = fc.oneof(
  fc.constant('accept' as const),
  fc.constant('accept-first' as const),
  fc.constant('decline' as const),
  fc.constant('expire' as const),
  fc.constant('again' as const),
  fc.constant('wait' as const),
);
const step = fc.record({
  command,
  /** How many asks are performed after it, and whether the answer of the last is lost or late. */
  asks: fc.nat(4),
  answer: fc.constantFrom('written', 'lost', 'late'),
  isFree: fc.boolean(),
});

test('in whatever order: what is agreed is agreed once, and what is declined or expired holds nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      let state: ProposalState;
      let clock: Instant = now;
      const places: Places = new Map();
      const agreed: string[] = [];
      const late: ProposalCommand[] = [];
      const send = (it: ProposalCommand) => {
        const decision = proposalDecider.decide({ ...it, now: clock }, state);
        if (!decision.accepted) return;
        for (const event of decision.events) {
          if (event.type === 'ProposalPartAgreed') agreed.push(`${event.data.round}/${event.data.part}`);
          state = proposalDecider.evolve(state, event);
        }
      };
      const nextAsk = () => [...(state?.parts.values() ?? [])].find(({ stage }) => stage.endsWith('-asked'));
      send(propose);
      for (const { command: which, asks, answer, isFree } of steps) {
        clock = plusMs(clock, 6 * hourMs);
        if (which === 'accept') send(yes());
        if (which === 'accept-first') send(yes([0]));
        if (which === 'decline') send(no);
        if (which === 'expire') send({ type: 'Expire', now: clock });
        if (which === 'again')
          send({ type: 'ProposeAgain', until: plusMs(clock, 24 * hourMs), proposedBy: 'account-nora', now: clock });
        for (let index = 0; index < asks; index += 1) {
          const ask = nextAsk();
          const input = ask && perform(ask, places, isFree);
          if (input === undefined) break;
          if (index < asks - 1 || answer === 'written') send(input);
          else if (answer === 'late') late.push(input);
        }
        if (which === 'wait') for (const it of late.splice(0)) send(it);
      }
      // However it was broken off, it goes on to the same end.
      for (const it of late) send(it);
      clock = plusMs(clock, 48 * hourMs);
      send({ type: 'Expire', now: clock });
      for (let ask = nextAsk(), rounds = 0; ask !== undefined; ask = nextAsk(), rounds += 1) {
        if (rounds > 100) throw new Error('It does not come to an end.');
        const input = perform(ask, places, true);
        if (input !== undefined) send(input);
      }
      expect(state && ['asked', 'standing'].includes(statusOf(state))).toBe(false);
      expect(new Set(agreed).size).toBe(agreed.length);
      const taken = [...places].flatMap(([key, it]) => (it === 'refused' ? [] : [key]));
      expect(taken.toSorted()).toEqual([...agreed].toSorted());
      // A part is agreed in one round only.
      const parts = agreed.map((key) => key.split('/')[1]);
      expect(new Set(parts).size).toBe(parts.length);
    }),
    { numRuns: 2000 },
  );
});
