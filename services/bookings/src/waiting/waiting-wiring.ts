import type { Offers } from '@adempauze/contracts';
import type { Log, Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  type EventStore,
  type Projection,
  type ReadModel,
  type SourceEvent,
} from '@adempauze/event-store';
import type { CallContext, Clock } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { UnderWay } from '../under-way.ts';
import { searchDecider } from '../unmet-demand/search.decider.ts';
import { searchStream } from '../unmet-demand/search.events.ts';
import { unmetBySourceProjection } from '../unmet-demand/unmet-by-source.ts';
import { createUnmetDemandApi } from '../unmet-demand/unmet-demand-api.ts';
import { wishDecider } from '../wish/wish.decider.ts';
import { wishStream } from '../wish/wish.events.ts';
import { livingWishes, wishListProjection } from '../wish/wish-list.ts';
import { wishReactions } from '../wish/wish-reactions.ts';
import { createWishes } from '../wish/wishes.ts';
import { createCorrections } from './corrections.ts';
import { createFitFacts } from './fit-facts.ts';
import { createLooking } from './looking.ts';
import { roomReactions } from './room-reactions.ts';
import { waitingDecider } from './waiting.decider.ts';
import { type WaitingData, waitingStream } from './waiting.events.ts';
import { createWaiting } from './waiting.ts';
import { listsOfHousehold, waitingListsProjection } from './waiting-lists.ts';
import { waitingReactions } from './waiting-reactions.ts';

/* Waiting lists of offers, the wishes that stand on them, and demand that was not met: what is made of places that are not there. */

export const waitingProjections: readonly Projection<SourceEvent>[] = [
  waitingListsProjection,
  wishListProjection,
  unmetBySourceProjection,
];
export const waitingCategories = ['waiting', 'wish', 'search'] as const;

export const createWaitingParts = ({
  store,
  codecs,
  bookings,
  briefs,
  offers,
  readModel,
  requestBooking,
  underWay,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer' | 'listSuitable' | 'listTimesWithin'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly requestBooking: Requesting;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const lists = createCommandHandler({
    ...{ store, clock, decider: waitingDecider, codec: codecs.waiting, streamOf: waitingStream },
    cachedStreams: 2000,
  });
  const wishHandler = createCommandHandler({
    ...{ store, clock, decider: wishDecider, codec: codecs.wish, streamOf: wishStream },
    cachedStreams: 2000,
  });
  const searches = createCommandHandler({
    ...{ store, clock, decider: searchDecider, codec: codecs.search, streamOf: searchStream },
    cachedStreams: 1000,
  });
  const fitFacts = createFitFacts({ briefs, offers, db: readModel.db });
  const waiting = createWaiting({
    ...{ handler: lists, bookings, requestBooking, briefs, readModel, fitFacts, underWay, clock, log },
    claims: (wishId, offer: WaitingData<'PlaceOffered'>, context: CallContext) => wishes.claims(wishId, offer, context),
  });
  const wishes = createWishes({
    ...{
      handler: wishHandler,
      lists,
      takeWaiting: waiting.take,
      fitFacts,
      briefs,
      offers,
      readModel,
      underWay,
      clock,
      log,
    },
  });
  const look = createLooking({ waiting, offers, clock });
  const listsOf = async (householdId: string) => {
    const ofWishes = livingWishes(readModel.db, householdId).map(async (wishId) => {
      const { state } = await wishHandler.load(wishId);
      return state === undefined || state.ended !== null ? [] : [...state.lists.values()];
    });
    return [...listsOfHousehold(readModel.db, householdId), ...(await Promise.all(ofWishes)).flat()];
  };
  const isCorrected = createCorrections({ store, codecs, readModel });
  const reactions: readonly Reactions[] = [
    waitingReactions({ waiting, look, bookings, underWay, clock }),
    wishReactions({
      wishes,
      lists,
      takeWaiting: waiting.take,
      briefs,
      offers,
      readModel,
      isCorrected,
      underWay,
      clock,
    }),
    // After a wish has let go of what it thought about.
    roomReactions({ look, lists, listsOf, isCorrected, clock }),
  ];
  return {
    api: { ...waiting.api, ...wishes.api, ...createUnmetDemandApi({ searches, readModel, clock }) },
    reactions,
  };
};
