import type { BookingId, BookingView, Offers, ReleasePlace, ResourceId } from '@adempauze/contracts';
import { inTime, type Log, type Timer } from '@adempauze/event-bus';
import { type CallContext, ConflictError, type Outcome, UnavailableError } from '@adempauze/kernel';
import { callOf } from '../calls.ts';
import type { OwnWork } from './own-work.ts';

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

/** So long a reaction waits for this process to free places by itself: others wait behind it. */
const leaveMs = 1000;

/** Frees what was not freed by this process itself, once it knows; freeing it twice is harmless. */
export const releasingUnlessFreed =
  ({
    release,
    ownReleases,
    timer,
  }: {
    release: Release;
    ownReleases: Pick<OwnWork, 'wasDoneHere'>;
    timer: Timer;
  }): Release =>
  async (place, reason, context) => {
    const wasFreed = await inTime(timer, leaveMs, ownReleases.wasDoneHere(place.bookingId));
    if (wasFreed !== true) await release(place, reason, context);
  };

type Together = {
  readonly resourceId: ResourceId | undefined;
  /** Whose bookings may end; those that did are freed. */
  readonly bookingIds: readonly BookingId[];
  readonly reason: 'cancelled' | 'declined';
};

/**
 * Ends several bookings of one resource and then frees their places in one decision of its calendar, as far as that can be:
 * while offers is down, the reactor on each booking's own event frees its place later.
 */
export const endingTogether =
  ({
    offers,
    ownReleases,
    log,
  }: {
    offers: Pick<Offers, 'releasePlaces'>;
    ownReleases: Pick<OwnWork, 'track'>;
    log: Log;
  }) =>
  async (
    { resourceId, bookingIds, reason }: Together,
    end: () => Promise<Outcome<BookingView>[]>,
    context: CallContext,
  ): Promise<Outcome<BookingView>[]> => {
    if (resourceId === undefined) return end();
    const free = async (ended: BookingId[]): Promise<ReadonlySet<BookingId>> => {
      try {
        // Other bookings are another question: of the first, those that had ended were freed.
        const call = callOf(context, `release-all/${ended.join()}`);
        if (ended.length > 0) await offers.releasePlaces({ resourceId, bookingIds: ended, reason }, call);
        return new Set(ended);
      } catch (error) {
        if (!(error instanceof UnavailableError || error instanceof ConflictError)) throw error;
        log.warn({ resourceId, places: ended.length, reason: error.name }, 'places will be freed later');
        return new Set();
      }
    };
    const ending = end();
    const freeing = ending.then((answers) =>
      free(answers.flatMap((it) => (it.accepted && it.value.status === reason ? [it.value.bookingId] : []))),
    );
    // From before the first has ended: its event comes while the others are still to end.
    for (const bookingId of bookingIds)
      ownReleases.track(
        bookingId,
        freeing.then((freed) => freed.has(bookingId)),
      );
    await freeing;
    return ending;
  };
