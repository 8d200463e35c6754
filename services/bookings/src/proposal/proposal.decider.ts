import type { DeclineReason } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  type Instant,
  isRedacted,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { ProposalData, ProposalEvent } from './proposal.events.ts';
import {
  evolveProposal,
  latestParts,
  type PartStage,
  type Proposal,
  type ProposalState,
  partOf,
  partsNow,
  statusOf,
} from './proposal.state.rules.ts';

type OfPart = { readonly round: number; readonly part: number };
type No = { readonly code: string; readonly facts: Rejection['facts'] };
type Answer = { readonly by: string; readonly onBehalf: boolean };
export type ProposalCommand = { readonly now: Instant } & (
  | { readonly type: 'Propose'; readonly data: Omit<ProposalData<'ProposalMade'>, 'proposedAt'> }
  | ({ readonly type: 'RecordHeld' } & OfPart)
  | ({ readonly type: 'RecordRefused' } & OfPart & No)
  /** Without `parts`: all that are held. */
  | ({ readonly type: 'Accept'; readonly parts?: readonly number[] | undefined } & Answer)
  | ({ readonly type: 'RecordAgreed' } & OfPart)
  | ({ readonly type: 'RecordLost' } & OfPart & No)
  | ({ readonly type: 'Decline'; readonly reason?: DeclineReason | undefined } & Answer)
  | { readonly type: 'Expire' }
  /** The care at home ended. */
  | { readonly type: 'EndWithCare' }
  | { readonly type: 'ProposeAgain'; readonly until: Instant; readonly proposedBy: string }
  | ({ readonly type: 'RecordReleased'; readonly release: number } & OfPart)
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type ProposalRejection = Rejection<
  | 'already-exists'
  | 'proposal-not-found'
  | 'proposal-answered'
  | 'proposal-expired'
  | 'proposal-ended'
  | 'proposal-part-not-held'
  | 'time-in-the-past'
>;
type Decided = Decision<ProposalEvent, ProposalRejection>;

/**
 * A proposal of a professional (R02): held, answered once a round, and free to come back. An answer is one event; what
 * follows from it, part by part, is asked by the process. What is held after the answer is let go of once more.
 */
export const proposalDecider: Decider<ProposalCommand, ProposalState, ProposalEvent, ProposalRejection> = {
  initialState: undefined,
  evolve: evolveProposal,
  decide(command, state) {
    if (command.type === 'Propose') return propose(command, state);
    return state === undefined ? reject('proposal-not-found') : decideOn(state, command);
  },
};

const decideOn = (state: Proposal, command: Exclude<ProposalCommand, { type: 'Propose' }>): Decided => {
  const { now } = command;
  const about = { proposalId: state.made.proposalId, householdId: state.made.householdId };
  const ofPart = ({ round, part }: OfPart) => ({ ...about, round, part });
  const isAt = (at: OfPart, ...stages: readonly PartStage[]) => {
    const it = partOf(state, at);
    return it !== undefined && stages.includes(it.stage);
  };
  switch (command.type) {
    case 'RecordHeld':
      // Also when it was let go of already: then it is to be let go of again.
      if (!isAt(command, 'hold-asked', 'release-asked', 'released')) return accept();
      return accept({ type: 'ProposalPartHeld', data: { ...ofPart(command), heldAt: now } });
    case 'RecordRefused': {
      if (!isAt(command, 'hold-asked')) return accept();
      const { code, facts } = command;
      return accept({
        type: 'ProposalPartRefused',
        data: { ...ofPart(command), code, facts: { ...facts }, refusedAt: now },
      });
    }
    case 'Accept':
      return acceptParts(state, command);
    case 'RecordAgreed':
      if (!isAt(command, 'confirm-asked')) return accept();
      return accept({ type: 'ProposalPartAgreed', data: { ...ofPart(command), agreedAt: now } });
    case 'RecordLost': {
      if (!isAt(command, 'confirm-asked')) return accept();
      const { code, facts } = command;
      return accept({ type: 'ProposalPartLost', data: { ...ofPart(command), code, facts: { ...facts }, lostAt: now } });
    }
    case 'Decline': {
      // Nothing to say no to any more is as good as a no.
      if (state.status === 'declined' || state.status === 'expired' || state.status === 'ended') return accept();
      if (state.status === 'accepted') return reject('proposal-answered');
      const { by, onBehalf, reason } = command;
      const declined = { ...about, round: state.round, by, onBehalf, declinedAt: now };
      const { homeMunicipality, parts } = state.made;
      const forms = [...new Set(partsNow(state).flatMap(({ part }) => parts[part]?.form ?? []))];
      return accept({
        type: 'ProposalDeclined',
        data: { ...declined, forms, homeMunicipality, ...(reason === undefined ? {} : { reason }) },
      });
    }
    case 'Expire':
      if (state.status !== 'standing' || state.until > now) return accept();
      return accept({ type: 'ProposalExpired', data: { ...about, round: state.round, expiredAt: now } });
    case 'EndWithCare':
      if (state.status !== 'standing') return accept();
      return accept({ type: 'ProposalEnded', data: { ...about, round: state.round, endedAt: now } });
    case 'ProposeAgain':
      return state.status === 'ended' ? reject('proposal-ended') : proposeAgain(state, command);
    case 'RecordReleased': {
      const { release } = command;
      if (!isAt(command, 'release-asked') || partOf(state, command)?.releases !== release) return accept();
      return accept({ type: 'ProposalPartReleased', data: { ...ofPart(command), release, releasedAt: now } });
    }
    case 'GoOn':
      return accept();
  }
};

const propose = ({ data, now }: Extract<ProposalCommand, { type: 'Propose' }>, state: ProposalState): Decided => {
  if (state !== undefined) return isRepeat(state, data) ? accept() : reject('already-exists');
  if (data.until <= now) return reject('time-in-the-past');
  return accept({ type: 'ProposalMade', data: { ...data, proposedAt: now } });
};

/** One yes, in one event: no part of it can be agreed to twice, nor after it was declined or had expired. */
const acceptParts = (
  state: Proposal,
  { parts, by, onBehalf, now }: Extract<ProposalCommand, { type: 'Accept' }>,
): Decided => {
  const { status, round, until, made } = state;
  const inRound = partsNow(state);
  const said = inRound.filter(({ stage }) => ['confirm-asked', 'agreed', 'lost'].includes(stage));
  if (status === 'accepted') {
    // Said again by the same, it is the same yes.
    const again =
      parts === undefined ||
      sameParts(
        parts,
        said.map(({ part }) => part),
      );
    const isSame = again && state.answer?.by === by;
    return isSame ? accept() : reject('proposal-answered');
  }
  if (status === 'declined') return reject('proposal-answered');
  if (status === 'ended') return reject('proposal-ended');
  if (status === 'expired' || until <= now) return reject('proposal-expired', { until });
  const held = inRound.filter(({ stage }) => stage === 'held').map(({ part }) => part);
  const chosen = [...new Set(parts ?? held)].toSorted((a, b) => a - b);
  // A part that is still being held counts too: a yes to all is never a yes to less.
  const missing = inRound.some(({ stage }) => stage === 'hold-asked') || chosen.some((part) => !held.includes(part));
  if (chosen.length === 0 || missing) return reject('proposal-part-not-held');
  const about = { proposalId: made.proposalId, householdId: made.householdId };
  return accept({ type: 'ProposalAccepted', data: { ...about, round, parts: chosen, by, onBehalf, acceptedAt: now } });
};

/** What was agreed to stands; everything else may come back. */
const proposeAgain = (
  state: Proposal,
  { until, proposedBy, now }: Extract<ProposalCommand, { type: 'ProposeAgain' }>,
): Decided => {
  const status = statusOf(state);
  if (status === 'asked' || status === 'standing') return state.until <= now ? again() : accept();
  return again();

  function again(): Decided {
    const open: readonly PartStage[] = ['refused', 'lost', 'release-asked', 'released', 'held', 'hold-asked'];
    const parts = latestParts(state).flatMap(({ part, stage }) => (open.includes(stage) ? [part] : []));
    if (parts.length === 0) return reject('proposal-answered');
    if (until <= now) return reject('time-in-the-past');
    const about = { proposalId: state.made.proposalId, householdId: state.made.householdId };
    const { round } = state;
    const proposed: ProposalEvent = {
      type: 'ProposedAgain',
      data: { ...about, round: round + 1, parts, proposedBy, until, proposedAt: now },
    };
    // One that had passed unnoticed expires first, so that nothing of it stays held.
    if (state.status !== 'standing') return accept(proposed);
    return accept<ProposalEvent>({ type: 'ProposalExpired', data: { ...about, round, expiredAt: now } }, proposed);
  }
};

const sameParts = (a: readonly number[], b: readonly number[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((it) => b.includes(it));

/** Words that were forgotten are not compared; until when it stands is not what it asks. */
const isRepeat = ({ made }: Proposal, data: Omit<ProposalData<'ProposalMade'>, 'proposedAt'>): boolean => {
  const words = isRedacted(made.note) || isRedacted(data.note) || made.note === data.note;
  const core = ({ householdId, proposedBy, parts }: Pick<typeof data, 'householdId' | 'proposedBy' | 'parts'>) =>
    canonical({ householdId, proposedBy, parts });
  return words && core(made) === core(data);
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
