import { integrationEvents } from '@adempauze/contracts';
import { parseOpen, type Reactions } from '@adempauze/event-bus';
import type { Projection, SourceEvent } from '@adempauze/event-store';
import type { CallContext } from '@adempauze/kernel';
import type { Spends } from '../budget/spends.ts';
import { endedBookingsProjection } from '../budget-list/ended-bookings.ts';
import { keptBy } from '../claim/releasing.ts';
import type { Settlement } from '../claim/settlement.ts';
import type { Reservations } from '../reservations/reservations.ts';
import { tariffProjection } from '../tariff/tariff.ts';

/** A booking that ended without care: none of these is ever followed by care. */
export const endedEventTypes = [
  'bookings.booking-cancelled.v1',
  'bookings.booking-declined.v1',
  'bookings.booking-expired.v1',
  'bookings.booking-refused.v1',
  'bookings.care-not-given.v1',
] as const;

/** What bookings says that concerns us. */
export const bookingEventTypes = [
  'bookings.booking-confirmed.v1',
  ...endedEventTypes,
  'bookings.care-delivered.v1',
] as const;

/** What offers says of prices. */
export const tariffEventTypes = ['offers.offer-published.v1', 'offers.tariff-changed.v1'] as const;

/** What bookings says that every replica has to hear. */
export const forgottenEventTypes = ['bookings.person-forgotten.v1'] as const;

/** Who was forgotten, by this event; undefined for any other. */
export const forgottenBy = ({ type, data }: SourceEvent): string | undefined =>
  type === 'bookings.person-forgotten.v1'
    ? parseOpen(integrationEvents['bookings.person-forgotten.v1'], data).personId
    : undefined;

type BookingEventType = (typeof bookingEventTypes)[number];

/** How a booking's life moves the room that was reserved for it, and how a delivery becomes a claim. */
export const reactionsTo = (parts: {
  readonly reservations: Reservations;
  readonly settlement: Settlement;
  readonly spends: Spends;
  /** What was told before this event, and counts for it, is known. @throws UnavailableError while it is not. */
  readonly knownUpTo: (event: SourceEvent) => Promise<unknown>;
}): Reactions => {
  const release = (type: Exclude<BookingEventType, 'bookings.booking-confirmed.v1' | 'bookings.care-delivered.v1'>) =>
    ({
      [type]: async (event: SourceEvent, { callFor }: { callFor: (step: string) => CallContext }) => {
        const ended = parseOpen(integrationEvents[type], event.data);
        await parts.reservations.release(ended, callFor);
        await parts.spends.keepOnly({ bookingId: ended.bookingId, cents: 0 }, callFor);
      },
    }) satisfies Reactions;
  return {
    'bookings.booking-cancelled.v1': async (event, { callFor }) => {
      const cancelled = parseOpen(integrationEvents['bookings.booking-cancelled.v1'], event.data);
      await parts.reservations.release(cancelled, callFor);
      await parts.spends.keepOnly({ bookingId: cancelled.bookingId, cents: 0 }, callFor);
      if (cancelled.late !== undefined) await parts.settlement.charge(cancelled, cancelled.late, callFor('charge'));
    },
    ...release('bookings.booking-declined.v1'),
    ...release('bookings.booking-expired.v1'),
    ...release('bookings.booking-refused.v1'),
    ...release('bookings.care-not-given.v1'),
    'bookings.booking-confirmed.v1': async (event, { callFor }) =>
      parts.reservations.keep(parseOpen(integrationEvents['bookings.booking-confirmed.v1'], event.data), callFor),
    'bookings.care-delivered.v1': async (event, { callFor }) => {
      const delivered = parseOpen(integrationEvents['bookings.care-delivered.v1'], event.data);
      await parts.knownUpTo(event);
      const claim = await parts.settlement.settle(delivered, callFor('settle'));
      const kept = claim.accepted ? keptBy(claim.value) : undefined;
      if (kept !== undefined) await parts.spends.keepOnly(kept, callFor);
    },
  };
};

/** Bookings of others that ended without care, in a table of our own. */
export const endedBookings: Projection<SourceEvent> = {
  ...endedBookingsProjection,
  project({ type, data }) {
    const ended = endedEventTypes.find((it) => it === type);
    return ended && endedBookingsProjection.project(parseOpen(integrationEvents[ended], data).bookingId);
  },
};

/** The tariffs of others, in a table of our own. */
export const tariffs: Projection<SourceEvent> = {
  ...tariffProjection,
  project({ type, data }) {
    switch (type) {
      case 'offers.offer-published.v1':
      case 'offers.tariff-changed.v1': {
        const { offerId, tariff } = parseOpen(integrationEvents[type], data);
        return tariffProjection.project({ offerId, tariff });
      }
      default:
        return undefined;
    }
  },
};
