import { type BookingId, HelperId, type MatchId } from '@adempauze/contracts';
import { type Reaction, type Reactions, UnexpectedRejectionError } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type Clock, type Outcome, reject, UnavailableError } from '@adempauze/kernel';
import type { Answering } from '../answering/answer.ts';
import { isHelperEvent } from '../helper/helper.codec.ts';
import type { HelperCommand, HelperState } from '../helper/helper.decider.ts';
import { decodeIncoming, matchIdOf, requestOf } from '../integration/incoming.ts';
import { isMatchEvent } from '../match/match.codec.ts';
import type { MatchCommand, MatchState } from '../match/match.decider.ts';
import { listProposedTo } from '../match-queue/match-queue.ts';

/** How long a reaction waits for the read model before it comes again later. */
const readModelWaitMs = 5000;

/**
 * Keeps matches, helpers and bookings in step: opens and cancels matches as bookings say, ends what a stopped process
 * left half done, and takes a forgotten helper out of every open question. Each reaction can run again.
 */
export const placementReactions = ({
  helpers,
  matches,
  answering,
  readModel,
  forgetKey,
  clock,
}: {
  readonly helpers: CommandHandler<HelperCommand, HelperState>;
  readonly matches: CommandHandler<MatchCommand, MatchState>;
  readonly answering: Pick<Answering, 'settle'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  /** Drops the person's key in this process; again is harmless. */
  readonly forgetKey: (personId: string) => Promise<void>;
  readonly clock: Clock;
}): Reactions => {
  const cancel = async (bookingId: BookingId | undefined, reaction: Reaction) => {
    if (bookingId === undefined) return;
    const matchId = matchIdOf(bookingId);
    const command = { type: 'CancelMatch', data: { matchId }, now: clock() } as const;
    mustAccept(await matches.handle(matchId, command, reaction.callFor('cancel')));
  };

  /** The helper can no longer answer, so that another can be asked. */
  const withdraw = async (matchId: MatchId, helperId: HelperId, reaction: Reaction) => {
    const { state } = await matches.load(matchId);
    if (state.status !== 'proposed' || state.current.helperId !== helperId) return;
    const data = { matchId, helperId, proposal: state.current.proposal };
    const why = reject('person-forgotten').rejection;
    const command = { type: 'LapseProposal', data, why, now: clock() } as const;
    mustAccept(await matches.handle(matchId, command, reaction.callFor(matchId)));
  };

  return {
    'bookings.helper-wanted.v1': async (event, reaction) => {
      const wanted = decodeIncoming('bookings.helper-wanted.v1', event);
      if (!wanted) return;
      const request = requestOf(wanted, event.metadata.at);
      const command = { type: 'OpenMatch', data: request, now: clock() } as const;
      mustAccept(await matches.handle(request.matchId, command, reaction.callFor('open')));
    },
    'bookings.booking-cancelled.v1': (event, reaction) =>
      cancel(decodeIncoming('bookings.booking-cancelled.v1', event)?.bookingId, reaction),
    'bookings.booking-declined.v1': (event, reaction) =>
      cancel(decodeIncoming('bookings.booking-declined.v1', event)?.bookingId, reaction),
    'bookings.booking-expired.v1': (event, reaction) =>
      cancel(decodeIncoming('bookings.booking-expired.v1', event)?.bookingId, reaction),

    'bookings.care-not-given.v1': (event, reaction) =>
      cancel(decodeIncoming('bookings.care-not-given.v1', event)?.bookingId, reaction),

    'bookings.person-forgotten.v1': async (event, reaction) => {
      const personId = decodeIncoming('bookings.person-forgotten.v1', event)?.personId;
      if (personId === undefined) return;
      await forgetKey(personId);
      // A helper is a person; most persons are no helpers, and then there is no stream and nothing happens.
      const helperId = HelperId.parse(personId);
      helpers.forget(helperId);
      const command = { type: 'ForgetHelper', data: { helperId }, now: clock() } as const;
      mustAccept(await helpers.handle(helperId, command, reaction.callFor('forget')));
    },
    HelperForgotten: async (event, reaction) => {
      if (!isHelperEvent(event) || event.type !== 'HelperForgotten') return;
      const { helperId } = event.data;
      if (!(await readModel.waitFor(event.position, readModelWaitMs)))
        throw new UnavailableError('The read model is behind.');
      for (const matchId of listProposedTo(readModel.db, helperId)) await withdraw(matchId, helperId, reaction);
    },
    HelperAssigned: async (event, reaction) => {
      if (!isHelperEvent(event) || event.type !== 'HelperAssigned') return;
      const { matchId, helperId, proposal, answeredBy } = event.data;
      const call = reaction.callFor('settle');
      // A refusal is an answer here: the match went another way, and the helper was released.
      await answering.settle({ matchId, helperId, proposal }, { ...call, commandId: answeredBy ?? call.commandId });
    },
    MatchCancelled: async (event, reaction) => {
      if (!isMatchEvent(event) || event.type !== 'MatchCancelled' || event.data.helperId === undefined) return;
      const { matchId, helperId } = event.data;
      const command = { type: 'ReleaseHelper', data: { helperId, matchId }, now: clock() } as const;
      mustAccept(await helpers.handle(helperId, command, reaction.callFor('release')));
    },
  };
};

const mustAccept = (outcome: Outcome<unknown>): void => {
  if (!outcome.accepted) throw new UnexpectedRejectionError(outcome.rejection.code);
};
