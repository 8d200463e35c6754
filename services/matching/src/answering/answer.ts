import type { AnswerProposal, HelperId, MatchId } from '@adempauze/contracts';
import { UnexpectedRejectionError } from '@adempauze/event-bus';
import type { CommandHandler, Handled } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import type { HelperCommand, HelperState } from '../helper/helper.decider.ts';
import type { MatchCommand, MatchState } from '../match/match.decider.ts';
import { LapseReason } from '../match/match.events.ts';

export type Answering = {
  /** Records a helper's yes or no. */
  answer(answer: AnswerProposal, context: CallContext): Promise<Outcome<Handled<MatchState>>>;
  /**
   * Makes the match of an appointment that a helper's stream took on, or takes the appointment back when the match has
   * gone another way meanwhile. May be asked again at any time.
   */
  settle(
    about: { matchId: MatchId; helperId: HelperId; proposal: number },
    context: CallContext,
  ): Promise<Outcome<Handled<MatchState>>>;
};

/**
 * A yes spans two streams. First the helper's own stream takes the appointment on, which guards against overlaps and
 * the weekly maximum; then the match stands. Whatever happens in between, `settle` ends it either way: a match has an
 * appointment and an appointment a match. The number of the proposal tells attempts for the same pair apart.
 */
export const createAnswering = ({
  helpers,
  matches,
  clock,
}: {
  readonly helpers: Pick<CommandHandler<HelperCommand, HelperState>, 'handle'>;
  readonly matches: Pick<CommandHandler<MatchCommand, MatchState>, 'handle'>;
  readonly clock: Clock;
}): Answering => {
  const settle: Answering['settle'] = async (about, context) => {
    const { matchId, helperId, proposal } = about;
    const outcome = await matches.handle(matchId, { type: 'ConfirmMatch', data: about, now: clock() }, context);
    if (!outcome.accepted) {
      const release = { type: 'ReleaseHelper', data: { helperId, matchId, proposal }, now: clock() } as const;
      await helpers.handle(helperId, release, step(context, 'release', proposal));
    }
    return outcome;
  };

  const sayYes = async ({ matchId, helperId }: AnswerProposal, context: CallContext) => {
    const check = { type: 'CheckAnswer', data: { matchId, helperId }, now: clock() } as const;
    const checked = await matches.handle(matchId, check, context);
    if (!checked.accepted || checked.value.repeated) return checked;
    const { state } = checked.value;
    if (state.status !== 'proposed') return checked;
    const { bookingId, organisationId, form, span } = state.request;
    const { proposal } = state.current;
    const assign = {
      type: 'AssignHelper',
      data: { helperId, matchId, proposal, bookingId, organisationId, form, span, answeredBy: context.commandId },
      now: clock(),
    } as const;
    const assigned = await helpers.handle(helperId, assign, step(context, 'assign', proposal));
    if (assigned.accepted) return settle({ matchId, helperId, proposal }, context);
    // Somebody else was first with this helper: the request goes back into the queue, where another can be asked.
    const code = LapseReason.safeParse(assigned.rejection.code).data;
    if (code === undefined) throw new UnexpectedRejectionError(assigned.rejection.code);
    const why = { code, facts: assigned.rejection.facts };
    const lapse = { type: 'LapseProposal', data: { matchId, helperId, proposal }, why, now: clock() } as const;
    await matches.handle(matchId, lapse, step(context, 'lapse', proposal));
    return assigned;
  };

  return {
    settle,
    answer(answer, context) {
      if (answer.answer === 'yes') return sayYes(answer, context);
      const { matchId, helperId } = answer;
      return matches.handle(matchId, { type: 'RefuseProposal', data: { matchId, helperId }, now: clock() }, context);
    },
  };
};

/** A step of a command has an id of its own, the same each time: on one stream an id is handled once. */
const step = (context: CallContext, name: string, proposal: number): CallContext => ({
  ...context,
  commandId: derivedId(context.commandId, name, proposal),
});
