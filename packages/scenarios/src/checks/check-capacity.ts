import { minuteMs } from '@adempauze/kernel';
import { count, type Fact, object, ofCategory, text } from './history.ts';

type Place = { readonly fromMs: number; readonly freeAtMs: number; readonly heldUntilMs: number };

const ms = (fact: { readonly data: Fact['data'] }, field: string): number => Date.parse(text(fact, field));
const momentMs = (fact: Fact): number =>
  Math.max(...['heldAt', 'extendedAt', 'takenAt', 'releasedAt', 'expiredAt'].map((it) => ms(fact, it) || 0));

/**
 * Counts, after every change of a resource, who stands in it at each moment at which somebody arrives. A hold that has
 * passed stands in nobody's way. Knows nothing of the decider.
 */
export const checkCapacity = (log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  for (const [stream, events] of ofCategory(log, 'resource')) {
    const places = new Map<string, Place>();
    const [opened] = events;
    if (opened === undefined) continue;
    let nowMs = 0;
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      const place = places.get(bookingId);
      nowMs = Math.max(nowMs, momentMs(event));
      if (event.type === 'PlaceHeld') {
        const span = object(event, 'span');
        const freeAtMs = ms(span, 'until') + count(opened, 'bufferMinutes') * minuteMs;
        places.set(bookingId, { fromMs: ms(span, 'from'), freeAtMs, heldUntilMs: ms(event, 'expiresAt') });
      } else if (event.type === 'HoldExtended' && place) {
        places.set(bookingId, { ...place, heldUntilMs: ms(event, 'expiresAt') });
      } else if (event.type === 'PlaceTaken' && place) {
        if (place.heldUntilMs <= nowMs) violations.push(`${stream}: ${bookingId} took a place that it had lost.`);
        places.set(bookingId, { ...place, heldUntilMs: Number.POSITIVE_INFINITY });
      } else if (event.type === 'PlaceTaken') violations.push(`${stream}: ${bookingId} took what it did not hold.`);
      else if (event.type === 'PlaceReleased' || event.type === 'HoldExpired') places.delete(bookingId);
      const present = [...places.values()].filter(({ heldUntilMs }) => heldUntilMs > nowMs);
      for (const { fromMs } of present) {
        const there = present.filter((it) => it.fromMs <= fromMs && fromMs < it.freeAtMs).length;
        if (there > count(opened, 'capacity'))
          violations.push(`${stream}: ${there} at once where ${count(opened, 'capacity')} fit, at ${event.position}.`);
      }
    }
  }
  return violations;
};
