import type {
  AvailabilityRule,
  BookingId,
  HouseholdId,
  OfferId,
  OverrideReason,
  ProviderId,
  ResourceId,
  Terms,
  TimeSpan,
  WorkerId,
} from '@adempauze/contracts';
import { type Day, minuteMs, msOf, plusDays } from '@adempauze/kernel';
import { indexAfter, meltSpans, type Occupied, type SpanMs, subtractSpans } from './calendar.rules.ts';
import type { CapacitySpan } from './capacity.rules.ts';
import type { ResourceEvent } from './resource.events.ts';

/* What a resource is after its events. */

export type Occupation = Occupied & {
  readonly bookingId: BookingId;
  readonly householdId: HouseholdId;
  readonly terms: Terms;
  /** Why it stands beyond what was published. */
  readonly override?: OverrideReason;
};

export type Availability = {
  readonly rules: readonly AvailabilityRule[];
  readonly exceptDays: readonly Day[];
  readonly holidays: 'open' | 'closed';
  readonly aheadDays: number;
  /** The first day that the rules do not reach yet. */
  readonly expandedUntil: Day;
};

export type OnDuty = SpanMs & { readonly workerId: WorkerId };

/** What was over at the latest event is let go of, everywhere in it. */
export type Resource = {
  readonly resourceId: ResourceId;
  readonly providerId: ProviderId;
  readonly offerIds: readonly OfferId[];
  /** Where `capacities` says nothing else. */
  readonly capacity: number;
  /** As it was opened, to know it again when asked twice. */
  readonly openedCapacity: number;
  readonly bufferMinutes: number;
  readonly travelMinutes: number;
  /** Sorted, side by side. */
  readonly capacities: readonly CapacitySpan[];
  /** Published times: melted, sorted. */
  readonly openings: readonly SpanMs[];
  /** Taken, by what another calendar says: melted, sorted. */
  readonly busy: readonly SpanMs[];
  /** When another calendar was last read well; null: never. */
  readonly calendarReadAtMs: number | null;
  readonly availability: Availability | null;
  /** Sorted. */
  readonly closedDays: readonly Day[];
  /** By worker and time. */
  readonly roster: readonly OnDuty[];
  /** Sorted by beginning. A hold stays until its end is recorded. */
  readonly occupations: readonly Occupation[];
  /** The latest moment that this resource has seen: for it, time never goes back, whatever a machine's clock says. */
  readonly latestMs: number;
};
/** The resource, or undefined before it was opened. */
export type ResourceState = Resource | undefined;

export const findOccupation = (state: ResourceState, bookingId: BookingId): Occupation | undefined =>
  state?.occupations.find((it) => it.bookingId === bookingId);

export const spanMs = ({ from, until }: TimeSpan): SpanMs => ({ fromMs: msOf(from), untilMs: msOf(until) });

/** Published times without those that another calendar says are taken; worked out once for each pair of lists. */
const bookable = new WeakMap<readonly SpanMs[], WeakMap<readonly SpanMs[], readonly SpanMs[]>>();
export const bookableOf = ({ openings, busy }: Pick<Resource, 'openings' | 'busy'>): readonly SpanMs[] => {
  if (busy.length === 0) return openings;
  const known = bookable.get(openings)?.get(busy);
  if (known !== undefined) return known;
  const left = subtractSpans(openings, busy);
  const byBusy = bookable.get(openings) ?? new WeakMap();
  bookable.set(openings, byBusy.set(busy, left));
  return left;
};

const nothing: readonly never[] = [];

/** The state of a resource that was opened just now. */
export const openedAs = (data: Extract<ResourceEvent, { type: 'ResourceOpened' }>['data']): Resource => {
  const { openedAt, ...opened } = data;
  return {
    ...opened,
    openedCapacity: opened.capacity,
    capacities: nothing,
    openings: nothing,
    busy: nothing,
    calendarReadAtMs: null,
    availability: null,
    closedDays: nothing,
    roster: nothing,
    occupations: nothing,
    latestMs: msOf(openedAt),
  };
};

export const evolveResource = (state: ResourceState, event: ResourceEvent): ResourceState => {
  if (event.type === 'ResourceOpened') return openedAs(event.data);
  return state && pruned(evolved(state, event), momentOf(event));
};

const momentOf = ({ type, data }: ResourceEvent): number => {
  switch (type) {
    case 'ResourceOpened':
      return msOf(data.openedAt);
    case 'TimesPublished':
      return msOf(data.publishedAt);
    case 'TimesWithdrawn':
      return msOf(data.withdrawnAt);
    case 'CapacityChanged':
      return msOf(data.changedAt);
    case 'AvailabilitySet':
      return msOf(data.setAt);
    case 'HorizonExtended':
    case 'HoldExtended':
      return msOf(data.extendedAt);
    case 'DaysClosed':
      return msOf(data.closedAt);
    case 'DaysReopened':
      return msOf(data.reopenedAt);
    case 'CalendarRead':
      return msOf(data.readAt);
    case 'WorkerRostered':
      return msOf(data.rosteredAt);
    case 'WorkerUnrostered':
      return msOf(data.unrosteredAt);
    case 'PlaceHeld':
    case 'CapacityOverridden':
      return msOf(data.heldAt);
    case 'PlaceMoved':
      return msOf(data.movedAt);
    case 'PlaceTaken':
      return msOf(data.takenAt);
    case 'PlaceReleased':
      return msOf(data.releasedAt);
    case 'HoldExpired':
      return msOf(data.expiredAt);
  }
};

const evolved = (state: Resource, { type, data }: Exclude<ResourceEvent, { type: 'ResourceOpened' }>): Resource => {
  switch (type) {
    case 'TimesPublished':
      return { ...state, openings: meltSpans(state.openings, data.spans.map(spanMs)) };
    case 'TimesWithdrawn':
      return { ...state, openings: subtractSpans(state.openings, data.spans.map(spanMs)) };
    case 'CapacityChanged':
      return withCapacity(state, data.capacity, data.span && spanMs(data.span));
    case 'AvailabilitySet': {
      const { resourceId: _, setAt: __, ...availability } = data;
      return { ...state, availability };
    }
    case 'HorizonExtended':
      return {
        ...state,
        availability: state.availability && { ...state.availability, expandedUntil: data.expandedUntil },
      };
    case 'DaysClosed':
      return { ...state, closedDays: [...new Set([...state.closedDays, ...daysIn(data.days)])].sort() };
    case 'DaysReopened': {
      const { from, until } = data.days;
      return { ...state, closedDays: state.closedDays.filter((day) => day < from || day >= until) };
    }
    case 'CalendarRead':
      return { ...state, busy: meltSpans([], data.busy.map(spanMs)), calendarReadAtMs: msOf(data.readAt) };
    case 'WorkerRostered':
      return withRoster(state, data.workerId, (spans) => meltSpans(spans, [spanMs(data.span)]));
    case 'WorkerUnrostered':
      return withRoster(state, data.workerId, (spans) => subtractSpans(spans, [spanMs(data.span)]));
    case 'PlaceHeld':
    case 'CapacityOverridden': {
      const { bookingId, householdId, terms } = data;
      return withPlace(without(state, bookingId), {
        ...placeOn(state, spanMs(data.span)),
        ...{ bookingId, householdId, terms, expiresAtMs: msOf(data.expiresAt) },
        ...('reason' in data ? { override: data.reason } : {}),
      });
    }
    case 'PlaceMoved': {
      const own = findOccupation(state, data.bookingId);
      if (own === undefined) return state;
      const { bookingId, householdId, expiresAtMs } = own;
      const place = { ...placeOn(state, spanMs(data.span)), bookingId, householdId, expiresAtMs, terms: data.terms };
      return withPlace(without(state, bookingId), place);
    }
    case 'HoldExtended':
      return withExpiry(state, data.bookingId, msOf(data.expiresAt));
    case 'PlaceTaken':
      return withExpiry(state, data.bookingId, null);
    case 'PlaceReleased':
    case 'HoldExpired':
      return without(state, data.bookingId);
  }
};

/** The days of a run, at most some hundred. */
export const daysIn = ({ from, until }: { readonly from: Day; readonly until: Day }): Day[] => {
  const days: Day[] = [];
  for (let day = from; day < until; day = plusDays(day, 1)) days.push(day);
  return days;
};

/** Holds somebody who was there with the times kept free around it. */
export const placeOn = (
  { bufferMinutes, travelMinutes }: Pick<Resource, 'bufferMinutes' | 'travelMinutes'>,
  span: SpanMs,
): SpanMs & { readonly freeAtMs: number; readonly travelMs?: number } => ({
  ...span,
  freeAtMs: span.untilMs + bufferMinutes * minuteMs,
  ...(travelMinutes === 0 ? {} : { travelMs: travelMinutes * minuteMs }),
});

export const withCapacity = (state: Resource, capacity: number, span: SpanMs | undefined): Resource => {
  if (span === undefined) return { ...state, capacity };
  const others = state.capacities.flatMap((it) =>
    subtractSpans([it], [span]).map((left): CapacitySpan => ({ ...left, capacity: it.capacity })),
  );
  return { ...state, capacities: [...others, { ...span, capacity }].sort((a, b) => a.fromMs - b.fromMs) };
};

const withRoster = (
  state: Resource,
  workerId: WorkerId,
  change: (spans: readonly SpanMs[]) => readonly SpanMs[],
): Resource => {
  const own = change(state.roster.filter((it) => it.workerId === workerId));
  const roster = [
    ...state.roster.filter((it) => it.workerId !== workerId),
    ...own.map(({ fromMs, untilMs }) => ({ fromMs, untilMs, workerId })),
  ];
  return {
    ...state,
    roster: roster.sort((a, b) => (a.workerId < b.workerId ? -1 : a.workerId > b.workerId ? 1 : a.fromMs - b.fromMs)),
  };
};

const withPlace = (state: Resource, place: Occupation): Resource => ({
  ...state,
  occupations: state.occupations.toSpliced(indexAfter(state.occupations, place.fromMs), 0, place),
});

const without = (state: Resource, bookingId: BookingId): Resource => {
  const index = state.occupations.findIndex((it) => it.bookingId === bookingId);
  return index < 0 ? state : { ...state, occupations: state.occupations.toSpliced(index, 1) };
};

const withExpiry = (state: Resource, bookingId: BookingId, expiresAtMs: number | null): Resource => {
  const index = state.occupations.findIndex((it) => it.bookingId === bookingId);
  const occupation = state.occupations[index];
  if (occupation === undefined) return state;
  return { ...state, occupations: state.occupations.with(index, { ...occupation, expiresAtMs }) };
};

const comingOnly = <T extends SpanMs>(spans: readonly T[], latestMs: number): readonly T[] =>
  spans.some((it) => it.untilMs <= latestMs) ? spans.filter((it) => it.untilMs > latestMs) : spans;

/**
 * Lets go of what is over. A hold stays until its end is recorded, so that nobody waits in vain to hear of it. What ended
 * within the travel time counts still: who asks for a moment from now would have had to leave before it ended.
 */
export const pruned = (state: Resource, atMs: number): Resource => {
  const latestMs = Math.max(state.latestMs, atMs);
  const underWayMs = latestMs - state.travelMinutes * minuteMs;
  const isOver = (it: Occupation) => it.expiresAtMs === null && it.freeAtMs <= underWayMs;
  const { openings, occupations } = state;
  return {
    ...state,
    latestMs,
    capacities: comingOnly(state.capacities, underWayMs),
    openings:
      (openings[0]?.untilMs ?? Number.POSITIVE_INFINITY) <= latestMs ? comingOnly(openings, latestMs) : openings,
    busy: comingOnly(state.busy, latestMs),
    roster: comingOnly(state.roster, latestMs),
    occupations: occupations.some(isOver) ? occupations.filter((it) => !isOver(it)) : occupations,
  };
};
