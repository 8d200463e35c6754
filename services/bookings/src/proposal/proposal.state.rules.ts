import type { DeclineReason, ProposalStatus } from '@adempauze/contracts';
import type { Instant, Rejection } from '@adempauze/kernel';
import type { ProposalData, ProposalEvent } from './proposal.events.ts';

/** `hold-asked`, `confirm-asked` and `release-asked` are what the process has yet to see to. */
export type PartStage =
  | 'hold-asked'
  | 'held'
  | 'refused'
  | 'confirm-asked'
  | 'agreed'
  | 'lost'
  | 'release-asked'
  | 'released';
export type PartState = {
  readonly round: number;
  readonly part: number;
  readonly stage: PartStage;
  /** How often it was to be let go of. */
  readonly releases: number;
  readonly no: { readonly code: string; readonly facts: Rejection['facts'] } | null;
};

export type Proposal = {
  readonly made: ProposalData<'ProposalMade'>;
  readonly round: number;
  readonly status: 'standing' | 'accepted' | 'declined' | 'expired' | 'ended';
  readonly until: Instant;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly answer: { readonly by: string; readonly onBehalf: boolean; readonly at: Instant } | null;
  readonly declineReason: DeclineReason | null;
  /** By round and part, in the order in which they were proposed. */
  readonly parts: ReadonlyMap<string, PartState>;
};
export type ProposalState = Proposal | undefined;

const keyOf = ({ round, part }: { readonly round: number; readonly part: number }) => `${round}/${part}`;

export const partOf = (state: Proposal, at: { readonly round: number; readonly part: number }) =>
  state.parts.get(keyOf(at));

/** The parts of this round. */
export const partsNow = ({ parts, round }: Proposal): PartState[] =>
  [...parts.values()].filter((it) => it.round === round);

/** Each part as it was proposed last. */
export const latestParts = ({ made, parts }: Proposal): PartState[] =>
  made.parts.flatMap((_it, part) => [...parts.values()].findLast((it) => it.part === part) ?? []);

export const evolveProposal = (state: ProposalState, { type, data }: ProposalEvent): ProposalState => {
  if (type === 'ProposalMade') {
    const { until, proposedBy, proposedAt } = data;
    return {
      ...{ made: data, round: 1, status: 'standing', until, proposedBy, proposedAt, answer: null, declineReason: null },
      parts: added(
        new Map(),
        1,
        data.parts.map((_it, part) => part),
      ),
    };
  }
  if (state === undefined) return state;
  switch (type) {
    case 'ProposalPartHeld': {
      // Held after the answer: nobody waits for it any more.
      const isLate = data.round !== state.round || state.status !== 'standing';
      return withPart(state, data, (it) => (isLate ? released(it) : { ...it, stage: 'held' }));
    }
    case 'ProposalPartRefused':
      return withPart(state, data, (it) => ({ ...it, stage: 'refused', no: { code: data.code, facts: data.facts } }));
    case 'ProposalAccepted': {
      const answer = { by: data.by, onBehalf: data.onBehalf, at: data.acceptedAt };
      return withParts({ ...state, status: 'accepted', answer }, (it) =>
        it.round === data.round && data.parts.includes(it.part) && it.stage === 'held'
          ? { ...it, stage: 'confirm-asked' }
          : letGo(it),
      );
    }
    case 'ProposalPartAgreed':
      return withPart(state, data, (it) => ({ ...it, stage: 'agreed' }));
    case 'ProposalPartLost':
      return withPart(state, data, (it) => ({ ...it, stage: 'lost', no: { code: data.code, facts: data.facts } }));
    case 'ProposalDeclined': {
      const answer = { by: data.by, onBehalf: data.onBehalf, at: data.declinedAt };
      return withParts({ ...state, status: 'declined', answer, declineReason: data.reason ?? null }, letGo);
    }
    case 'ProposalExpired':
      return withParts({ ...state, status: 'expired' }, letGo);
    case 'ProposalEnded':
      return withParts({ ...state, status: 'ended' }, letGo);
    case 'ProposedAgain': {
      const { round, until, proposedBy, proposedAt } = data;
      return {
        ...{ ...state, round, status: 'standing', until, proposedBy, proposedAt, answer: null, declineReason: null },
        parts: added(state.parts, round, data.parts),
      };
    }
    case 'ProposalPartReleased':
      return withPart(state, data, (it) => ({ ...it, stage: 'released' }));
  }
};

const added = (parts: Proposal['parts'], round: number, which: readonly number[]): Proposal['parts'] =>
  new Map([
    ...parts,
    ...which.map((part): [string, PartState] => [
      keyOf({ round, part }),
      { round, part, stage: 'hold-asked', releases: 0, no: null },
    ]),
  ]);

/** What is held, or may be about to be, is to be let go of. */
const letGo = (it: PartState): PartState => (it.stage === 'hold-asked' || it.stage === 'held' ? released(it) : it);
const released = (it: PartState): PartState => ({ ...it, stage: 'release-asked', releases: it.releases + 1 });

const withParts = (state: Proposal, change: (it: PartState) => PartState): Proposal => ({
  ...state,
  parts: new Map([...state.parts].map(([key, it]) => [key, change(it)])),
});
const withPart = (
  state: Proposal,
  at: { readonly round: number; readonly part: number },
  change: (it: PartState) => PartState,
): Proposal => withParts(state, (it) => (it.round === at.round && it.part === at.part ? change(it) : it));

/** How it stands, in one word. `refused`: nothing could be had, or what was agreed to was gone. */
export const statusOf = (state: Proposal): ProposalStatus => {
  const now = partsNow(state);
  if (state.status === 'standing') {
    if (now.some(({ stage }) => stage === 'hold-asked')) return 'asked';
    return now.every(({ stage }) => stage === 'refused') ? 'refused' : 'standing';
  }
  if (state.status === 'accepted' && !now.some(({ stage }) => stage === 'confirm-asked' || stage === 'agreed')) {
    return 'refused';
  }
  return state.status;
};
