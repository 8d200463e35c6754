import { type CapacityTold, capacityTold } from './capacity-told.ts';
import { type Fact, object, ofCategory, text } from './history.ts';

type Place = {
  readonly fromMs: number;
  readonly freeAtMs: number;
  readonly expiresAtMs: number | undefined;
  /** Knowingly beyond what was published. */
  readonly isOverride?: boolean;
};

const momentOf = (fact: Fact, ...fields: string[]): number => {
  for (const field of fields) {
    const at = text(fact, field);
    if (at !== '') return Date.parse(at);
  }
  return 0;
};

const spanOf = (fact: Fact, afterMs: number): { fromMs: number; freeAtMs: number } => {
  const span = object(fact, 'span');
  return { fromMs: Date.parse(text(span, 'from')), freeAtMs: Date.parse(text(span, 'until')) + afterMs };
};

/** The most of these that are occupied at one moment. A place is occupied until it is free again, buffer included. */
const mostAtOnce = (places: Iterable<Place>): number => {
  const steps: [number, number][] = [];
  for (const { fromMs, freeAtMs } of places) steps.push([fromMs, 1], [freeAtMs, -1]);
  // Half-open: what ends at a moment makes room for what begins there.
  steps.sort(([a, up], [b, other]) => a - b || up - other);
  let now = 0;
  let most = 0;
  for (const [, step] of steps) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
};

/** The moment at which most of these are there beyond what fits; undefined when there is none. */
const mostBeyond = (places: readonly Place[], capacity: CapacityTold, nowMs: number) => {
  let worst: { readonly there: number; readonly fit: number } | undefined;
  for (const edgeMs of [...places.map(({ fromMs }) => fromMs), ...capacity.edges()]) {
    // What fits now says nothing of who was there before it changed.
    const atMs = capacity.isPlain() ? edgeMs : Math.max(edgeMs, nowMs);
    const there = places.filter((it) => it.fromMs <= atMs && atMs < it.freeAtMs).length;
    const fit = capacity.fitAt(atMs);
    if (there - fit > (worst === undefined ? 0 : worst.there - worst.fit)) worst = { there, fit };
  }
  return worst;
};

/** The places of one resource that are held or taken after its last event, by booking. */
const foldPlaces = (stream: string, events: readonly Fact[], violations: string[]): Map<string, Place> => {
  const places = new Map<string, Place>();
  const capacity = capacityTold(events.find(({ type }) => type === 'ResourceOpened'));
  const placed = (event: Fact) => {
    const { fromMs, freeAtMs } = spanOf(event, capacity.bufferMs);
    return { fromMs: fromMs - capacity.travelMs, freeAtMs };
  };
  for (const event of events) {
    const bookingId = text(event, 'bookingId');
    const place = places.get(bookingId);
    capacity.tell(event);
    switch (event.type) {
      case 'PlaceHeld':
      case 'CapacityOverridden': {
        const isOverride = event.type === 'CapacityOverridden';
        places.set(bookingId, { ...placed(event), expiresAtMs: momentOf(event, 'expiresAt'), isOverride });
        break;
      }
      case 'PlaceMoved':
        if (!place) violations.push(`${stream}: booking ${bookingId} was moved and had no place.`);
        else places.set(bookingId, { ...place, ...placed(event), isOverride: false });
        break;
      case 'HoldExtended':
        if (place) places.set(bookingId, { ...place, expiresAtMs: momentOf(event, 'expiresAt') });
        break;
      case 'PlaceTaken':
        if (!place) violations.push(`${stream}: booking ${bookingId} took a place that it did not hold.`);
        else if (place.expiresAtMs === undefined) violations.push(`${stream}: booking ${bookingId} took twice.`);
        else places.set(bookingId, { ...place, expiresAtMs: undefined });
        break;
      case 'PlaceReleased':
      case 'HoldExpired':
        places.delete(bookingId);
        break;
    }
    if (event.type !== 'PlaceHeld' && event.type !== 'PlaceTaken' && event.type !== 'PlaceMoved') continue;
    const nowMs = momentOf(event, 'heldAt', 'takenAt', 'movedAt');
    const own = places.get(bookingId);
    const near = [...places.values()].filter(
      (it) =>
        (it.expiresAtMs === undefined || it.expiresAtMs > nowMs) &&
        it.isOverride !== true &&
        own !== undefined &&
        it.fromMs < own.freeAtMs &&
        own.fromMs < it.freeAtMs,
    );
    const beyond = mostBeyond(near, capacity, nowMs);
    if (beyond !== undefined)
      violations.push(
        `${stream}: ${beyond.there} bookings at one moment where ${beyond.fit} fit, since booking ${bookingId}.`,
      );
  }
  return places;
};

/** Who holds a place for good, as resource and booking; and every moment at which a resource held more than fits. */
export const checkPlaces = (log: readonly Fact[]): { taken: Map<string, string>; violations: string[] } => {
  const violations: string[] = [];
  const taken = new Map<string, string>();
  for (const [stream, events] of ofCategory(log, 'resource')) {
    for (const [bookingId, { expiresAtMs }] of foldPlaces(stream, events, violations)) {
      if (expiresAtMs !== undefined) continue;
      if (taken.has(bookingId)) violations.push(`Booking ${bookingId} has a place in two resources.`);
      taken.set(bookingId, stream.slice('resource-'.length));
    }
  }
  return { taken, violations };
};

/** Which helper has which booking; and every helper with two at a time. */
export const checkHelpers = (log: readonly Fact[]): { helping: Map<string, string>; violations: string[] } => {
  const violations: string[] = [];
  const helping = new Map<string, string>();
  for (const [stream, events] of ofCategory(log, 'helper')) {
    const appointments = new Map<string, Place>();
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      if (event.type === 'HelperReleased') appointments.delete(bookingId);
      if (event.type !== 'HelperAssigned') continue;
      appointments.set(bookingId, { ...spanOf(event, 0), expiresAtMs: undefined });
      if (mostAtOnce(appointments.values()) > 1) violations.push(`${stream} has two appointments at a time.`);
    }
    for (const bookingId of appointments.keys()) {
      if (helping.has(bookingId)) violations.push(`Booking ${bookingId} has two helpers.`);
      helping.set(bookingId, stream.slice('helper-'.length));
    }
  }
  return { helping, violations };
};
