import type {
  BookingId,
  FormId,
  HelperId,
  HouseholdId,
  Language,
  MatchId,
  MunicipalityCode,
  ProviderId,
} from '@adempauze/contracts';
import {
  accept,
  type Decider,
  hourMs,
  type Instant,
  plusMs,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import type { LapseReason, MatchEvent } from './match.events.ts';

/** How long a helper has to answer, unless the booking itself waits shorter. Chosen: two days, so that one may sleep on it. */
export const answerWithinMs = 48 * hourMs;

/** What the family asks, as the coordinator may see it. */
export type Request = {
  readonly matchId: MatchId;
  readonly bookingId: BookingId;
  readonly householdId: HouseholdId;
  readonly organisationId: ProviderId;
  readonly form: FormId;
  readonly span: Span;
  readonly municipality: MunicipalityCode;
  readonly languages: readonly Language[];
  readonly lane?: 'urgent' | undefined;
  /** As long as somebody whom the recipient knows can come, nobody else is proposed (R08). */
  readonly faces?: 'known-first' | undefined;
  /** The family says yes to who comes before that person is asked (R51). */
  readonly approval?: 'family-first' | undefined;
  readonly requestedAt: Instant;
  readonly bookingAnswerBy: Instant;
};

type AboutProposal = { matchId: MatchId; helperId: HelperId; proposal: number };

export type MatchCommand =
  | { type: 'OpenMatch'; data: Request; now: Instant }
  /** `objection`: why this helper cannot come, by what their own stream says. */
  | {
      type: 'ProposeHelper';
      data: { matchId: MatchId; helperId: HelperId };
      objection: Rejection<LapseReason> | undefined;
      /** They have been with this family before: it said yes to them then. */
      isKnown?: boolean;
      now: Instant;
    }
  /** The family's word on who was proposed. */
  | { type: 'ApproveHelper'; data: { matchId: MatchId; helperId: HelperId; answer: 'yes' | 'no' }; now: Instant }
  | { type: 'RefuseProposal'; data: { matchId: MatchId; helperId: HelperId }; now: Instant }
  /** Whether a yes would count; changes nothing. */
  | { type: 'CheckAnswer'; data: { matchId: MatchId; helperId: HelperId }; now: Instant }
  /** After the helper's own stream took the appointment on. */
  | { type: 'ConfirmMatch'; data: AboutProposal; now: Instant }
  /** The helper said yes, and their own stream says that it cannot be. */
  | { type: 'LapseProposal'; data: AboutProposal; why: Rejection<LapseReason>; now: Instant }
  | { type: 'PassDeadline'; data: { matchId: MatchId }; now: Instant }
  | { type: 'CloseMatch'; data: { matchId: MatchId }; now: Instant }
  | { type: 'CancelMatch'; data: { matchId: MatchId }; now: Instant };

export type Proposal = {
  readonly helperId: HelperId;
  readonly proposal: number;
  readonly awaits: 'family' | 'helper';
  readonly answerBy: Instant;
};

export type Phase =
  | { readonly status: 'open' }
  | { readonly status: 'proposed'; readonly current: Proposal }
  | { readonly status: 'matched'; readonly current: Omit<Proposal, 'answerBy' | 'awaits'> }
  | { readonly status: 'closed' }
  | { readonly status: 'cancelled' };

export type OpenedMatch = Phase & {
  readonly request: Request;
  /** How many proposals there were. */
  readonly proposals: number;
  readonly refusedBy: readonly HelperId[];
  /** Whom the family would rather not have. */
  readonly notWanted: readonly HelperId[];
  /** The last proposal, when it ended without an answer that counted. */
  readonly lapsed: { readonly helperId: HelperId; readonly why: Rejection<LapseReason> } | undefined;
};
export type MatchState = { readonly status: 'absent' } | OpenedMatch;

export type MatchRejection = Rejection<
  | 'match-not-found'
  | 'match-not-open'
  | 'match-not-proposed'
  | 'answer-too-late'
  | 'helper-said-no'
  | 'family-not-asked'
  | 'family-said-no'
  | LapseReason
>;

/** Which proposal a helper's answer is about, or why it comes in vain. `undefined`: they are matched already. */
export const answeredProposal = (
  state: MatchState,
  helperId: HelperId,
  now: Instant,
): { current: Proposal | undefined; request: Request } | { rejection: MatchRejection } => {
  if (state.status === 'absent') return reject('match-not-found');
  if (state.status === 'closed' || state.status === 'cancelled') return reject('match-not-open');
  if (state.status === 'matched' && state.current.helperId === helperId) {
    return { current: undefined, request: state.request };
  }
  if (state.status !== 'proposed' || state.current.helperId !== helperId) {
    // A helper who answers after all hears what became of the question.
    return state.lapsed?.helperId === helperId ? { rejection: state.lapsed.why } : reject('match-not-proposed');
  }
  if (state.current.awaits === 'family') return reject('family-not-asked');
  if (now >= state.current.answerBy) return reject('answer-too-late');
  return { current: state.current, request: state.request };
};

const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** One request for a helper: who was asked, who said no, who comes. */
export const matchDecider: Decider<MatchCommand, MatchState, MatchEvent, MatchRejection> = {
  initialState: { status: 'absent' },
  evolve(state, { type, data }) {
    if (type === 'MatchOpened') {
      const { openedAt: _, ...request } = data;
      return { status: 'open', request, proposals: 0, refusedBy: [], notWanted: [], lapsed: undefined };
    }
    if (state.status === 'absent') return state;
    const { request, proposals, refusedBy, notWanted } = state;
    const kept = { request, proposals, refusedBy, notWanted, lapsed: undefined };
    switch (type) {
      case 'HelperProposed': {
        const { helperId, proposal, answerBy, awaits = 'helper' } = data;
        return { ...kept, status: 'proposed', current: { helperId, proposal, awaits, answerBy }, proposals: proposal };
      }
      case 'HelperApproved': {
        const { helperId, proposal, answerBy } = data;
        return { ...kept, status: 'proposed', current: { helperId, proposal, awaits: 'helper', answerBy } };
      }
      case 'HelperNotWanted':
        return { ...kept, status: 'open', notWanted: [...notWanted, data.helperId] };
      case 'ProposalRefused':
        return { ...kept, status: 'open', refusedBy: [...refusedBy, data.helperId] };
      case 'ProposalLapsed':
        return {
          ...kept,
          status: 'open',
          lapsed: { helperId: data.helperId, why: { code: data.reason, facts: data.facts } },
        };
      case 'HelperMatched':
        return { ...kept, status: 'matched', current: { helperId: data.helperId, proposal: data.proposal } };
      case 'MatchClosed':
        return { ...kept, status: 'closed' };
      case 'MatchCancelled':
        return { ...kept, status: 'cancelled' };
    }
  },
  decide(command, state) {
    const { now } = command;
    if (command.type === 'OpenMatch') {
      if (state.status !== 'absent') return accept();
      const { languages, span } = command.data;
      const data = { ...command.data, languages: [...languages], span: { ...span }, openedAt: now };
      return accept({ type: 'MatchOpened', data });
    }
    if (state.status === 'absent') {
      // A booking that never asked for a helper is cancelled too; nothing is to be done here.
      return command.type === 'CancelMatch' || command.type === 'PassDeadline' ? accept() : reject('match-not-found');
    }
    const { request } = state;
    const { matchId, bookingId } = request;
    switch (command.type) {
      case 'ProposeHelper': {
        const { helperId } = command.data;
        if (state.status === 'proposed' && state.current.helperId === helperId) return accept();
        if (state.status !== 'open' || request.bookingAnswerBy <= now) return reject('match-not-open');
        if (state.refusedBy.includes(helperId)) return reject('helper-said-no');
        if (state.notWanted.includes(helperId)) return reject('family-said-no');
        if (command.objection) return { accepted: false, rejection: command.objection };
        const answerBy = earliest(plusMs(now, answerWithinMs), request.bookingAnswerBy);
        const proposal = state.proposals + 1;
        const awaits = request.approval === undefined || command.isKnown === true ? {} : { awaits: 'family' as const };
        const data = { matchId, helperId, proposal, ...awaits, answerBy, proposedAt: now };
        return accept({ type: 'HelperProposed', data });
      }
      case 'ApproveHelper': {
        const { helperId, answer } = command.data;
        if (answer === 'no' && state.notWanted.includes(helperId)) return accept();
        if (state.status !== 'proposed' || state.current.helperId !== helperId) return reject('match-not-proposed');
        const { proposal, awaits, answerBy: until } = state.current;
        // Once the helper knows of it, it is theirs to answer; the family can still cancel.
        if (awaits === 'helper') return answer === 'yes' ? accept() : reject('match-not-proposed');
        if (until <= now) return reject('answer-too-late');
        if (answer === 'no')
          return accept({ type: 'HelperNotWanted', data: { matchId, helperId, proposal, saidAt: now } });
        const answerBy = earliest(plusMs(now, answerWithinMs), request.bookingAnswerBy);
        return accept({ type: 'HelperApproved', data: { matchId, helperId, proposal, answerBy, approvedAt: now } });
      }
      case 'RefuseProposal': {
        const { helperId } = command.data;
        if (state.refusedBy.includes(helperId)) return accept();
        const answered = answeredProposal(state, helperId, now);
        if ('rejection' in answered) return { accepted: false, rejection: answered.rejection };
        // They said yes before; a change of mind after the match is no answer to a proposal.
        if (!answered.current) return reject('match-not-proposed');
        const { proposal } = answered.current;
        return accept({ type: 'ProposalRefused', data: { matchId, helperId, proposal, refusedAt: now } });
      }
      case 'CheckAnswer': {
        const answered = answeredProposal(state, command.data.helperId, now);
        return 'rejection' in answered ? { accepted: false, rejection: answered.rejection } : accept();
      }
      case 'ConfirmMatch': {
        const { helperId, proposal } = command.data;
        if (state.status !== 'proposed' && state.status !== 'matched') return reject('match-not-open');
        if (state.current.proposal !== proposal) return reject('match-not-proposed');
        if (state.status === 'matched') return accept();
        if (state.current.awaits === 'family') return reject('family-not-asked');
        return accept({ type: 'HelperMatched', data: { matchId, helperId, proposal, bookingId, matchedAt: now } });
      }
      case 'LapseProposal': {
        const { helperId, proposal } = command.data;
        if (state.status !== 'proposed' || state.current.proposal !== proposal) return accept();
        const { code: reason, facts } = command.why;
        const data = { matchId, helperId, proposal, reason, facts: { ...facts }, lapsedAt: now };
        return accept({ type: 'ProposalLapsed', data });
      }
      case 'PassDeadline': {
        if (state.status !== 'open' && state.status !== 'proposed') return accept();
        if (request.bookingAnswerBy <= now) {
          return accept({
            type: 'MatchClosed',
            data: { matchId, bookingId, reason: 'answer-by-passed', closedAt: now },
          });
        }
        if (state.status !== 'proposed' || now < state.current.answerBy) return accept();
        const { helperId, proposal } = state.current;
        const reason = 'answer-too-late';
        return accept({
          type: 'ProposalLapsed',
          data: { matchId, helperId, proposal, reason, facts: {}, lapsedAt: now },
        });
      }
      case 'CloseMatch':
        if (state.status === 'closed') return accept();
        if (state.status !== 'open' && state.status !== 'proposed') return reject('match-not-open');
        return accept({ type: 'MatchClosed', data: { matchId, bookingId, reason: 'nobody-found', closedAt: now } });
      case 'CancelMatch': {
        if (state.status === 'closed' || state.status === 'cancelled') return accept();
        const matched = state.status === 'matched' ? { helperId: state.current.helperId } : {};
        return accept({ type: 'MatchCancelled', data: { matchId, bookingId, ...matched, cancelledAt: now } });
      }
    }
  },
};
