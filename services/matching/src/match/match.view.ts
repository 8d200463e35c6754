import type { MatchView } from '@adempauze/contracts';
import type { MatchState } from './match.decider.ts';

/** What a coordinator sees of a match; undefined when there is none. `revision` is that of its stream. */
export const matchViewOf = (state: MatchState, revision: number | undefined): MatchView | undefined => {
  if (state.status === 'absent' || revision === undefined) return undefined;
  const { bookingAnswerBy: _, approval: __, ...request } = state.request;
  return {
    ...request,
    span: { ...request.span },
    languages: [...request.languages],
    status: state.status,
    helperId: 'current' in state ? state.current.helperId : null,
    ...(state.status === 'proposed' && state.current.awaits === 'family' ? { awaits: state.current.awaits } : {}),
    answerBy: state.status === 'proposed' ? state.current.answerBy : null,
    refusedBy: [...state.refusedBy],
    revision,
  };
};
