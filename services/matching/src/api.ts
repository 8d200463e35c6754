import type { HelperView, Matching, MatchView, MunicipalityCode, ProviderId, ProviderKind } from '@adempauze/contracts';
import type { CommandHandler, Handled, OwnLog, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, type Outcome, reject, type Vault } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { Point } from '@adempauze/places';
import type { Answering } from './answering/answer.ts';
import { listCandidates, mostConsidered } from './candidates/candidates.ts';
import { type HelperCommand, type HelperState, objectionTo } from './helper/helper.decider.ts';
import { helperViewOf } from './helper/helper.view.ts';
import { beginOfWeek, listHelpers } from './helper-list/helper-list.ts';
import { matchIdOf } from './integration/incoming.ts';
import type { MatchCommand, MatchState } from './match/match.decider.ts';
import { matchViewOf } from './match/match.view.ts';
import { listAskedOf, listMatches } from './match-queue/match-queue.ts';

/** How long a query waits for the read model when it was asked to. */
const queryWaitMs = 2000;

/** The operations of the contract, over command handlers and read model. */
export const createMatchingApi = ({
  helpers,
  matches,
  answering,
  db,
  waitForLists,
  vault,
  clock,
  centreOf,
  kindOf,
}: {
  readonly helpers: CommandHandler<HelperCommand, HelperState>;
  readonly matches: CommandHandler<MatchCommand, MatchState>;
  readonly answering: Pick<Answering, 'answer'>;
  readonly db: ReadModel['db'];
  readonly waitForLists: OwnLog['waitFor'];
  readonly vault: Vault;
  readonly clock: Clock;
  readonly centreOf: (code: MunicipalityCode) => Point | undefined;
  /** Kind of a provider, undefined when there is none; waits a moment for one that was registered just now. */
  readonly kindOf: (organisationId: ProviderId) => Promise<ProviderKind | undefined>;
}): Matching => {
  const upTo = async (position: string | undefined) => {
    if (position !== undefined) await waitForLists(position, queryWaitMs);
  };
  const helperView = (state: HelperState) => helperViewOf(state, beginOfWeek(clock()));

  const viewed = <S, V>(outcome: Outcome<Handled<S>>, viewOf: (it: Handled<S>) => V | undefined): Outcome<V> => {
    if (!outcome.accepted) return outcome;
    const value = viewOf(outcome.value);
    if (value === undefined) throw new Error('A command was accepted on a stream without events.');
    return { accepted: true, position: outcome.position, value };
  };
  const viewedMatch = (outcome: Outcome<Handled<MatchState>>): Outcome<MatchView> =>
    viewed(outcome, ({ state, revision }) => matchViewOf(state, revision));
  const viewedHelper = (outcome: Outcome<Handled<HelperState>>): Outcome<HelperView> =>
    viewed(outcome, ({ state }) => helperView(state));

  /** Asks both streams; what the helper's says now is asked again when they say yes. */
  const propose: Matching['proposeHelper'] = async (data, context: CallContext) => {
    const [match, helper] = await Promise.all([matches.load(data.matchId), helpers.load(data.helperId)]);
    const now = clock();
    const isStranger =
      match.state.status === 'open' &&
      match.state.request.faces === 'known-first' &&
      !(await listCandidates({ db, vault, centreOf }, match.state, mostConsidered)).some(
        ({ helperId }) => helperId === data.helperId,
      );
    if (isStranger && helper.exists) return reject('familiar-face-first');
    const isKnown =
      match.state.status === 'open' &&
      match.state.request.approval !== undefined &&
      (await listCandidates({ db, vault, centreOf }, match.state, mostConsidered)).some(
        ({ helperId, timesWithHousehold }) => helperId === data.helperId && timesWithHousehold > 0,
      );
    const objection = match.state.status === 'absent' ? undefined : objectionTo(helper.state, match.state.request, now);
    return viewedMatch(
      await matches.handle(data.matchId, { type: 'ProposeHelper', data, objection, isKnown, now }, context),
    );
  };

  return {
    async registerHelper(data, context) {
      const organisationKind = await kindOf(data.organisationId);
      const command = { type: 'RegisterHelper', data, organisationKind, now: clock() } as const;
      try {
        return viewedHelper(await helpers.handle(data.helperId, command, context));
      } catch (error) {
        // Somebody who was forgotten under this id, as a caregiver for instance, cannot come back under it.
        if (error instanceof PersonForgottenError) return reject('person-forgotten');
        throw error;
      }
    },
    proposeHelper: propose,
    approveHelper: async (data, context) =>
      viewedMatch(await matches.handle(data.matchId, { type: 'ApproveHelper', data, now: clock() }, context)),
    answerProposal: async (data, context) => viewedMatch(await answering.answer(data, context)),
    closeMatch: async (data, context) =>
      viewedMatch(await matches.handle(data.matchId, { type: 'CloseMatch', data, now: clock() }, context)),
    async findMatch({ matchId }) {
      const { state, revision } = await matches.load(matchId);
      return matchViewOf(state, revision);
    },
    async findMatchOfBooking({ bookingId }) {
      const { state, revision } = await matches.load(matchIdOf(bookingId));
      return matchViewOf(state, revision);
    },
    async listMatches({ organisationId, status, waitFor, page }) {
      await upTo(waitFor);
      return listMatches(db, { organisationId, status, page });
    },
    async listCandidates({ matchId, first, wishes, waitFor }) {
      await upTo(waitFor);
      const { state } = await matches.load(matchId);
      if (state.status === 'absent') return [];
      return listCandidates({ db: db, vault, centreOf }, state, first, wishes);
    },
    async findHelper({ helperId }) {
      const { state } = await helpers.load(helperId);
      return helperView(state);
    },
    listAskedOfHelper: async ({ helperId }) => listAskedOf(db, helperId),
    async listHelpers({ organisationId, waitFor, page }) {
      await upTo(waitFor);
      return listHelpers(db, vault, { organisationId, page, now: clock() });
    },
  };
};
