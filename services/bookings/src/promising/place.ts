import type { BookingId, Offers, ReleasePlace, ReleasePlaces, ResourceId } from '@adempauze/contracts';
import type { Log } from '@adempauze/event-bus';
import { type CallContext, ConflictError, UnavailableError } from '@adempauze/kernel';
import { callOf } from '../calls.ts';

export type PlaceOfBooking = { readonly bookingId: BookingId; readonly resourceId: ResourceId | undefined | null };

export type Release = (place: PlaceOfBooking, reason: ReleasePlace['reason'], context: CallContext) => Promise<void>;

/** Frees the place of a booking that has ended; freeing what is free is harmless. @throws UnavailableError: ask again. */
export const createReleasing =
  ({ offers }: { offers: Pick<Offers, 'releasePlace'> }): Release =>
  async ({ bookingId, resourceId }, reason, context) => {
    if (resourceId === undefined || resourceId === null) return;
    await offers.releasePlace({ resourceId, bookingId, reason }, callOf(context, 'release'));
  };

/**
 * Frees it before the answer is given, when that can be. While offers is down the answer is not held up: the reactor on
 * the booking's own event frees the place as soon as it can.
 */
export const releasingWhenPossible =
  ({ release, log }: { release: Release; log: Log }): Release =>
  async (place, reason, context) => {
    try {
      await release(place, reason, context);
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof ConflictError)) throw error;
      log.warn({ bookingId: place.bookingId, reason: error.name }, 'a place will be freed later');
    }
  };

/** The places of several bookings of one resource that have ended, in one decision of its calendar; as far as that can be. */
export const releasingTogetherWhenPossible =
  ({ offers, log }: { offers: Pick<Offers, 'releasePlaces'>; log: Log }) =>
  async (
    { resourceId, bookingIds }: Pick<ReleasePlaces, 'bookingIds'> & { readonly resourceId: ResourceId | undefined },
    reason: ReleasePlaces['reason'],
    context: CallContext,
  ): Promise<void> => {
    if (resourceId === undefined || bookingIds.length === 0) return;
    try {
      await offers.releasePlaces({ resourceId, bookingIds, reason }, callOf(context, 'release-all'));
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof ConflictError)) throw error;
      log.warn({ resourceId, places: bookingIds.length, reason: error.name }, 'places will be freed later');
    }
  };
