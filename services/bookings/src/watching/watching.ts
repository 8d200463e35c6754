import type { BookingChange, Bookings } from '@adempauze/contracts';
import type { SourceEvent } from '@adempauze/event-store';
import { isStored, type Stored } from '../integration/stored.ts';

export type Watching = {
  readonly watchBooking: Bookings['watchBooking'];
  /** Hands committed events to whoever watches their booking, each once and in order. */
  tell(events: readonly SourceEvent[]): void;
};

/** Live changes of bookings, for who watches now; nothing is kept for who comes later. */
export const createWatching = (): Watching => {
  const watchers = new Map<string, Set<(change: BookingChange) => void>>();
  return {
    watchBooking(bookingId, onChange) {
      // A function of its own, so that the same callback may watch twice.
      const watcher = (change: BookingChange) => onChange(change);
      const ofBooking = watchers.get(bookingId) ?? new Set();
      watchers.set(bookingId, ofBooking.add(watcher));
      return () => {
        ofBooking.delete(watcher);
        if (ofBooking.size === 0 && watchers.get(bookingId) === ofBooking) watchers.delete(bookingId);
      };
    },
    tell(events) {
      if (watchers.size === 0) return;
      for (const event of events) {
        if (
          !isStored(event) ||
          event.type === 'TaskSet' ||
          event.type === 'PlaceOffered' ||
          event.stream.startsWith('urgent-') ||
          !('bookingId' in event.data)
        )
          continue;
        const { bookingId } = event.data;
        const change = { bookingId, revision: event.revision, what: whatOf(event.type) };
        for (const watcher of watchers.get(bookingId) ?? []) watcher(change);
      }
    },
  };
};

/** `AcceptanceAsked` becomes `acceptance-asked`. */
const whatOf = (type: Stored['type']): string => type.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
