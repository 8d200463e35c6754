import { capacityTold } from './capacity-told.ts';
import { type Fact, object, ofCategory, text } from './history.ts';

type Place = {
  readonly fromMs: number;
  readonly freeAtMs: number;
  readonly heldUntilMs: number;
  /** Knowingly beyond what was published. */
  readonly isOverride: boolean;
};

const ms = (fact: { readonly data: Fact['data'] }, field: string): number => Date.parse(text(fact, field));
const momentMs = (fact: Fact): number =>
  Math.max(
    ...['heldAt', 'extendedAt', 'takenAt', 'movedAt', 'releasedAt', 'expiredAt', 'changedAt'].map(
      (it) => ms(fact, it) || 0,
    ),
  );

/**
 * Counts, after every change of a resource, who stands in it at each moment at which somebody arrives. A hold that has
 * passed stands in nobody's way; who was placed knowingly beyond capacity is not counted. Knows nothing of the decider.
 */
export const checkCapacity = (log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  for (const [stream, events] of ofCategory(log, 'resource')) {
    const places = new Map<string, Place>();
    const [opened] = events;
    if (opened === undefined) continue;
    const capacity = capacityTold(opened);
    const placed = (event: Fact) => {
      const span = object(event, 'span');
      return { fromMs: ms(span, 'from') - capacity.travelMs, freeAtMs: ms(span, 'until') + capacity.bufferMs };
    };
    let nowMs = 0;
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      const place = places.get(bookingId);
      nowMs = Math.max(nowMs, momentMs(event));
      capacity.tell(event);
      if (event.type === 'PlaceHeld' || event.type === 'CapacityOverridden') {
        const isOverride = event.type === 'CapacityOverridden';
        places.set(bookingId, { ...placed(event), heldUntilMs: ms(event, 'expiresAt'), isOverride });
      } else if (event.type === 'PlaceMoved' && place) {
        places.set(bookingId, { ...place, ...placed(event), isOverride: false });
      } else if (event.type === 'PlaceMoved') violations.push(`${stream}: ${bookingId} moved without a place.`);
      else if (event.type === 'HoldExtended' && place) {
        places.set(bookingId, { ...place, heldUntilMs: ms(event, 'expiresAt') });
      } else if (event.type === 'PlaceTaken' && place) {
        if (place.heldUntilMs <= nowMs) violations.push(`${stream}: ${bookingId} took a place that it had lost.`);
        places.set(bookingId, { ...place, heldUntilMs: Number.POSITIVE_INFINITY });
      } else if (event.type === 'PlaceTaken') violations.push(`${stream}: ${bookingId} took what it did not hold.`);
      else if (event.type === 'PlaceReleased' || event.type === 'HoldExpired') places.delete(bookingId);
      const present = [...places.values()].filter(({ heldUntilMs, isOverride }) => heldUntilMs > nowMs && !isOverride);
      for (const edgeMs of [...present.map(({ fromMs }) => fromMs), ...capacity.edges()]) {
        // What fits now says nothing of who was there before it changed.
        const atMs = capacity.isPlain() ? edgeMs : Math.max(edgeMs, nowMs);
        const there = present.filter((it) => it.fromMs <= atMs && atMs < it.freeAtMs).length;
        const fit = capacity.fitAt(atMs);
        if (there > fit) violations.push(`${stream}: ${there} at once where ${fit} fit, at ${event.position}.`);
      }
    }
  }
  return violations;
};
