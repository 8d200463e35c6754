import type {
  BookingId,
  CloseDays,
  ExtendHold,
  ExtendHolds,
  HoldPlace,
  HoldPlaces,
  MovePlace,
  OfferId,
  OpenResource,
  OverrideCapacity,
  PublishTimes,
  ReleasePlace,
  ReleasePlaces,
  ReopenDays,
  ResourceId,
  RosterWorker,
  SetAvailability,
  SetCapacity,
  TakePlace,
  TakePlaces,
  TimeSpan,
  UnrosterWorker,
  WithdrawTimes,
} from '@adempauze/contracts';
import type { Decision, Instant, Rejection } from '@adempauze/kernel';
import type { Offer } from '../offer/offer.state.rules.ts';
import type { TermsRejection } from '../offer/terms.rules.ts';
import type { ResourceEvent } from './resource.events.ts';

/** Ends a hold that has passed; only the sweep of deadlines sends it. */
export type ExpireHold = { readonly resourceId: ResourceId; readonly bookingId: BookingId };

/** An offer as it stands now, or undefined when there is none; and the way to where care is given, by road. */
export type OfferAsked = { readonly offer: Offer | undefined; readonly journeyKm: number | undefined };

export type ResourceCommand = { readonly now: Instant } & (
  | {
      readonly type: 'OpenResource';
      readonly data: OpenResource;
      /** Those of the offers named that are there and of this provider. */
      readonly offers: readonly Pick<Offer, 'offerId' | 'needsHelper'>[];
    }
  | { readonly type: 'PublishTimes'; readonly data: PublishTimes }
  | { readonly type: 'WithdrawTimes'; readonly data: WithdrawTimes }
  | { readonly type: 'SetCapacity'; readonly data: SetCapacity }
  | { readonly type: 'SetAvailability'; readonly data: SetAvailability }
  /** Only the daily sweep sends it. */
  | { readonly type: 'ExtendHorizon'; readonly data: { readonly resourceId: ResourceId } }
  | { readonly type: 'CloseDays'; readonly data: CloseDays }
  | { readonly type: 'ReopenDays'; readonly data: ReopenDays }
  /** `busy`: what was read of another calendar. */
  | {
      readonly type: 'ReadCalendar';
      readonly data: { readonly resourceId: ResourceId; readonly busy: readonly TimeSpan[] };
    }
  | { readonly type: 'RosterWorker'; readonly data: RosterWorker }
  | { readonly type: 'UnrosterWorker'; readonly data: UnrosterWorker }
  | ({ readonly type: 'HoldPlace'; readonly data: HoldPlace } & OfferAsked)
  | {
      readonly type: 'HoldPlaces';
      readonly data: HoldPlaces;
      readonly offers: ReadonlyMap<OfferId, OfferAsked>;
    }
  | ({ readonly type: 'MovePlace'; readonly data: MovePlace } & OfferAsked)
  | ({ readonly type: 'OverrideCapacity'; readonly data: OverrideCapacity } & OfferAsked)
  | { readonly type: 'ExtendHold'; readonly data: ExtendHold }
  | { readonly type: 'ExtendHolds'; readonly data: ExtendHolds }
  | { readonly type: 'TakePlace'; readonly data: TakePlace }
  | { readonly type: 'TakePlaces'; readonly data: TakePlaces }
  | { readonly type: 'ReleasePlace'; readonly data: ReleasePlace }
  | { readonly type: 'ReleasePlaces'; readonly data: ReleasePlaces }
  | { readonly type: 'ExpireHold'; readonly data: ExpireHold }
);
export type CommandOf<T extends ResourceCommand['type']> = Extract<ResourceCommand, { type: T }>;

export type ResourceRejection =
  | TermsRejection
  | Rejection<
      | 'already-exists'
      | 'offer-not-found'
      | 'helper-offer-has-no-places'
      | 'resource-not-found'
      | 'time-not-offered'
      | 'day-closed'
      | 'place-taken'
      | 'capacity-in-use'
      | 'too-many-holds'
      | 'calendar-busy'
      | 'hold-not-found'
      | 'hold-expired'
    >;

export type Answer = Decision<ResourceEvent, ResourceRejection>;
