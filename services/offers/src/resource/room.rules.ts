import type { OfferId, TimeSpan } from '@adempauze/contracts';
import { instantFromMs } from '@adempauze/kernel';
import type { SpanMs } from './calendar.rules.ts';
import { capacityIn } from './capacity.rules.ts';
import type { ResourceEvent } from './resource.events.ts';
import { bookableOf, evolveResource, findOccupation, type Resource, spanMs } from './resource.state.rules.ts';

/*
 * Where there is more room than before, so that whoever waits can hear of it. The booking that lets a place go tells those
 * who wait at its own offer; of the other offers of that resource nobody else would.
 */

/** For these offers, somewhere between these two moments. */
export type Room = { readonly offerIds: OfferId[]; readonly span: TimeSpan };

/** What one decision adds, with where each of its events brought room. */
export const withRoom = (before: Resource, events: readonly ResourceEvent[]): readonly ResourceEvent[] => {
  if (!events.some((it) => mayBringRoom(before, it))) return events;
  let state = before;
  return events.map((event) => {
    const after = evolveResource(state, event) ?? state;
    const room = mayBringRoom(state, event) ? roomIn(state, after, event) : undefined;
    state = after;
    return room === undefined ? event : told(event, room);
  });
};

const mayBringRoom = ({ offerIds }: Resource, { type }: ResourceEvent): boolean => {
  switch (type) {
    case 'TimesPublished':
    case 'CapacityChanged':
    case 'CalendarRead':
      return true;
    case 'PlaceMoved':
    case 'PlaceReleased':
    case 'HoldExpired':
      return offerIds.length > 1;
    default:
      return false;
  }
};

const roomIn = (before: Resource, after: Resource, event: ResourceEvent): Room | undefined => {
  switch (event.type) {
    case 'TimesPublished':
    case 'CalendarRead':
      return roomOf(after.offerIds, addedTo(bookableOf(before), bookableOf(after)), after.latestMs);
    case 'CapacityChanged':
      return roomOf(after.offerIds, raisedIn(before, after, event.data), after.latestMs);
    case 'PlaceMoved':
    case 'PlaceReleased':
    case 'HoldExpired': {
      const own = findOccupation(before, event.data.bookingId);
      if (own === undefined) return undefined;
      const others = before.offerIds.filter((it) => it !== own.terms.offerId);
      const kept = { fromMs: own.fromMs - (own.travelMs ?? 0), untilMs: own.freeAtMs };
      return roomOf(others, [kept], after.latestMs);
    }
    default:
      return undefined;
  }
};

/** What of the later times was not among the earlier; both sorted and side by side, so that once along them will do. */
export const addedTo = (earlier: readonly SpanMs[], later: readonly SpanMs[]): SpanMs[] => {
  const added: SpanMs[] = [];
  let first = 0;
  for (const { fromMs, untilMs } of later) {
    while ((earlier[first]?.untilMs ?? Number.POSITIVE_INFINITY) <= fromMs) first += 1;
    let atMs = fromMs;
    for (let i = first; atMs < untilMs; i += 1) {
      const known = earlier[i];
      if (known === undefined || known.fromMs >= untilMs) {
        added.push({ fromMs: atMs, untilMs });
        break;
      }
      if (known.fromMs > atMs) added.push({ fromMs: atMs, untilMs: known.fromMs });
      atMs = Math.max(atMs, known.untilMs);
    }
  }
  return added;
};

/** Bookable times in which more fit than did. */
const raisedIn = (before: Resource, after: Resource, { span }: { readonly span?: TimeSpan | undefined }): SpanMs[] => {
  if (span === undefined && after.capacity <= before.capacity) return [];
  const within = span && spanMs(span);
  return bookableOf(after).flatMap((opening) => {
    const fromMs = Math.max(opening.fromMs, within?.fromMs ?? opening.fromMs);
    const untilMs = Math.min(opening.untilMs, within?.untilMs ?? opening.untilMs);
    if (fromMs >= untilMs) return [];
    const [least] = capacityIn(before, { fromMs, untilMs }).toSorted((a, b) => a.capacity - b.capacity);
    const [most] = capacityIn(after, { fromMs, untilMs }).toSorted((a, b) => b.capacity - a.capacity);
    return (least?.capacity ?? 0) < (most?.capacity ?? 0) ? [{ fromMs, untilMs }] : [];
  });
};

/** From the first to the last of these that is yet to come. */
const roomOf = (offerIds: readonly OfferId[], spans: readonly SpanMs[], nowMs: number): Room | undefined => {
  let fromMs = Number.POSITIVE_INFINITY;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    if (span.untilMs <= nowMs) continue;
    fromMs = Math.min(fromMs, span.fromMs);
    untilMs = Math.max(untilMs, span.untilMs);
  }
  if (offerIds.length === 0 || fromMs >= untilMs) return undefined;
  return { offerIds: [...offerIds], span: { from: instantFromMs(fromMs), until: instantFromMs(untilMs) } };
};

const told = (event: ResourceEvent, room: Room): ResourceEvent => {
  switch (event.type) {
    case 'TimesPublished':
      return { ...event, data: { ...event.data, room } };
    case 'CapacityChanged':
      return { ...event, data: { ...event.data, room } };
    case 'CalendarRead':
      return { ...event, data: { ...event.data, room } };
    case 'PlaceMoved':
      return { ...event, data: { ...event.data, room } };
    case 'PlaceReleased':
      return { ...event, data: { ...event.data, room } };
    case 'HoldExpired':
      return { ...event, data: { ...event.data, room } };
    default:
      return event;
  }
};
