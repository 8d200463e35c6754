import type { BookingId, Offers, ReleasePlace, ResourceId } from '@adempauze/contracts';
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
