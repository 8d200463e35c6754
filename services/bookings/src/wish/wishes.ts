import {
  type Bookings,
  formOf,
  type OfferId,
  type Offers,
  WaitingId,
  type WishId,
  type WishView,
} from '@adempauze/contracts';
import { createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { UnderWay } from '../under-way.ts';
import type { FitFacts } from '../waiting/fit-facts.ts';
import type { Joining, WaitingCommand, WaitingList } from '../waiting/waiting.decider.ts';
import type { WaitingData } from '../waiting/waiting.events.ts';
import { viewOf } from '../waiting/waiting.ts';
import {
  asksOfWish,
  type FoundList,
  type Wish,
  type WishAsk,
  type WishCommand,
  type WishState,
} from './wish.decider.ts';
import { countWishes, wishesOfHousehold } from './wish-list.ts';

const waitMs = 2000;
/** Offers that are looked at; the wish takes the nearest of them. */
const looked = 20;

export type TakeWaiting = (
  offerId: string,
  command: WaitingCommand,
  context: CallContext,
) => Promise<Outcome<WaitingList>>;

/** Waiting for a form near home: one wish, on the lists of all offers that suit (R35). */
/**
 * Wishes of one household that wait (chosen): each stands on up to twenty lists. Counted in the read model: who makes many at
 * the same instant may come somewhat beyond it.
 */
export const mostWishes = 20;

export const createWishes = ({
  handler,
  lists,
  takeWaiting,
  fitFacts,
  briefs,
  offers,
  readModel,
  underWay,
  clock,
  log,
}: {
  readonly handler: CommandHandler<WishCommand, WishState>;
  readonly lists: Pick<CommandHandler<WaitingCommand, WaitingList>, 'load'>;
  readonly takeWaiting: TakeWaiting;
  readonly fitFacts: FitFacts;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'listSuitable'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  /** Whom the household could go to, by what it needs; a no tells nothing of anybody. */
  const look = async ({ made }: Wish, knowing?: OfferId): Promise<WishCommand> => {
    const { householdId, wishId, forms, maxKm, caregiverJoins } = made;
    const brief = await briefs.find(householdId);
    if (brief === undefined || brief === 'forgotten') return { type: 'EndWish', why: 'forgotten', now: clock() };
    const { conditions, highRiskActs, recipientPlace, traits } = brief;
    const found = await offers.listSuitable({
      ...{ near: recipientPlace.point, maxKm, forms, first: looked, knowing },
      ...{ conditions: [...conditions], highRiskActs: [...highRiskActs], traits: [...traits] },
      ...(caregiverJoins === undefined ? {} : { caregiverJoins: caregiverJoins ? 'yes' : 'no' }),
    });
    return { type: 'FindLists', lists: found.map(({ offerId, form }) => listOf(wishId, offerId, form)), now: clock() };
  };

  const join = async ({ made }: Wish, list: FoundList, context: CallContext): Promise<WishCommand> => {
    const { wishId, householdId, window, minMinutes, maxMinutes, lane, caregiverJoins, requestedBy, madeAt } = made;
    const { offerId, waitingId, placeOfService } = list;
    const { fit } = await fitFacts({ householdId, offerId, placeOfService });
    const data: Joining = {
      ...{ waitingId, householdId, offerId, window, minMinutes, maxMinutes, lane, placeOfService, requestedBy },
      ...{ wishId, since: madeAt, ...(fit && { fit }) },
      ...(caregiverJoins === undefined ? {} : { caregiverJoins }),
    };
    const outcome = await takeWaiting(offerId, { type: 'Join', data, now: clock() }, context);
    const now = await handler.load(wishId);
    // It ended while it was joining.
    if (outcome.accepted && now.state?.ended) await leave(list, callOf(context, 'undo'));
    return { type: 'RecordJoined', offerId, joined: outcome.accepted && !now.state?.ended, now: clock() };
  };

  const leave = ({ offerId, waitingId }: FoundList, context: CallContext, why?: 'elsewhere') =>
    takeWaiting(offerId, { type: 'Leave', waitingId, ...(why && { why }), now: clock() }, context);

  const process = createProcessManager<WishCommand, WishState, WishAsk>({
    name: 'wish',
    ...{ handler, asks: asksOfWish, log },
    async perform(ask, context) {
      if (ask.kind === 'look') return look(ask.wish);
      if (ask.kind === 'join') return join(ask.wish, ask.list, context);
      const why = ask.wish.ended?.why === 'served' ? 'elsewhere' : undefined;
      // One that is not on the list is as good as gone.
      await leave(ask.list, context, why);
      return { type: 'RecordLeft', offerId: ask.list.offerId, now: clock() };
    },
  });
  const take = (wishId: string, command: WishCommand, context: CallContext) =>
    underWay.track(wishId, () => process.take(wishId, command, context));

  const viewed = async (state: Wish): Promise<WishView> => {
    const now = clock();
    const { wishId, householdId, forms, maxKm, window, minMinutes, maxMinutes, lane, madeAt } = state.made;
    const { caregiverJoins = null } = state.made;
    const waiting = await Promise.all(
      [...state.lists.values()].map(async ({ offerId, waitingId, status }) => {
        const list = (await lists.load(offerId)).state;
        const entry = list.entries.get(waitingId);
        return entry === undefined ? [] : [{ offerId, status, view: viewOf(entry, list, now) }];
      }),
    );
    const all = waiting.flat();
    const isOver = state.ended === null && window.until <= now;
    const ended = state.ended?.why === 'served' ? 'served' : 'left';
    return {
      ...{ wishId, householdId, forms, maxKm, window, minMinutes, maxMinutes, lane, caregiverJoins, since: madeAt },
      status: state.ended !== null ? ended : isOver ? 'over' : 'waiting',
      lists: all.flatMap(({ offerId, status, view }) =>
        status === 'joined' && view.status === 'waiting'
          ? [{ offerId, waitingId: view.waitingId, aheadUrgent: view.aheadUrgent, aheadLonger: view.aheadLonger }]
          : [],
      ),
      offers: all
        .flatMap(({ offerId, view }) => view.offers.map((it) => ({ offerId, ...it })))
        .toSorted((a, b) => (a.until < b.until ? 1 : a.until > b.until ? -1 : 0)),
    };
  };
  const answer = async (wishId: WishId, command: WishCommand, context: CallContext): Promise<Outcome<WishView>> => {
    const outcome = await take(wishId, command, context);
    if (!outcome.accepted) return outcome;
    if (outcome.value === undefined) return rejection('wish-not-found');
    return { accepted: true, position: outcome.position, value: await viewed(outcome.value) };
  };

  const api: Pick<Bookings, 'makeWish' | 'endWish' | 'findWish' | 'listWishes'> = {
    async makeWish(data, context) {
      const brief = await briefs.find(data.householdId);
      if (brief === undefined) return rejection('household-not-found');
      if (brief === 'forgotten') return rejection('person-forgotten');
      const now = clock();
      const { state } = await handler.load(data.wishId);
      if (state === undefined && countWishes(readModel.db, data.householdId, now) >= mostWishes)
        return rejection('too-many-wishes', { most: mostWishes });
      const homeMunicipality = brief.recipientPlace.municipality;
      return answer(data.wishId, { type: 'MakeWish', data: { ...data, homeMunicipality }, now }, context);
    },
    endWish: ({ wishId }, context) => answer(wishId, { type: 'EndWish', why: 'left', now: clock() }, context),
    async findWish({ wishId }) {
      const { state } = await handler.load(wishId);
      return state && viewed(state);
    },
    async listWishes({ householdId, waitFor }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const ids = wishesOfHousehold(readModel.db, householdId);
      const found = await Promise.all(ids.map((wishId) => api.findWish({ wishId })));
      return found.filter((it): it is WishView => it !== undefined);
    },
  };

  return {
    api,
    take,
    look,
    handler,
    /** The word of a wish on a place that a list is about to offer it. */
    async claims(
      wishId: WishId,
      { offerId, placeId, bookingId }: WaitingData<'PlaceOffered'>,
      context: CallContext,
    ): Promise<boolean> {
      const command: WishCommand = { type: 'ClaimPlace', offerId, placeId, bookingId, now: clock() };
      return (await handler.handle(wishId, command, context)).accepted;
    },
  };
};
export type Wishes = ReturnType<typeof createWishes>;

const listOf = (wishId: WishId, offerId: OfferId, form: Parameters<typeof formOf>[0]): FoundList => ({
  offerId,
  waitingId: WaitingId.parse(derivedId('wish', wishId, offerId)),
  placeOfService: formOf(form).atHome ? 'recipient-home' : 'provider',
});
