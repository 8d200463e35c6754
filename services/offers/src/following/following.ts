import type { CalendarFailure, CalendarFollowing, ProblemCode, ResourceId, TimeSpan } from '@adempauze/contracts';
import { createSweeper, type Log, machineTimer, type Sweeper } from '@adempauze/event-bus';
import {
  createCommandHandler,
  createEventCodec,
  type EventCodec,
  type EventStore,
  type ReadDatabase,
} from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  derivedId,
  type Instant,
  isRedacted,
  minuteMs,
  msOf,
  type Outcome,
  reject,
} from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import { busyTimesOf } from '../icalendar/busy-times.ts';
import { isSameSpans, meltSpans, type SpanMs } from '../resource/calendar.rules.ts';
import { type ResourceState, spanMs } from '../resource/resource.state.rules.ts';
import type { FetchCalendar } from './fetch-calendar.ts';
import { type Followed, listFollowed } from './followed-calendars.ts';
import { type Following, followingDecider } from './following.decider.ts';
import { FollowingEvent, followingStream } from './following.events.ts';
import { createSchedule } from './schedule.ts';

/** What following a calendar takes beside what offers has anyway. */
export type Calendars = {
  /** Keeps a key for each following; its address is sealed with it. */
  readonly vault: ForgettingVault;
  readonly fetch: FetchCalendar;
};

/** For the first read, while somebody waits who gave the address; less than a call between processes may take. */
const firstReadMs = 2500;
const readMs = 10_000;
/** For the read before a place is given: less than the 1.2 s that one attempt of a caller has. */
const bookingReadMs = 800;
/** Longer than that only when another read was under way already. */
const timerMs = 100;
/** Who books shortly after a try is not kept waiting for another. */
const freshMs = 60_000;
/** A good read that changes nothing is recorded again after this; sooner when it had failed. */
const recordAgainMs = 4 * 60 * minuteMs;
/** How often it is looked whose time has come, and how many are read side by side. */
const lookEveryMs = 30_000;
const atOnce = 20;

const codes = {
  'not-reached': 'calendar-not-reached',
  'too-slow': 'calendar-not-reached',
  'server-failed': 'calendar-not-reached',
  'too-many-redirects': 'calendar-not-reached',
  'not-found': 'calendar-not-shared',
  'not-allowed': 'calendar-not-shared',
  'address-refused': 'calendar-address-refused',
  'too-large': 'calendar-unreadable',
  'no-calendar': 'calendar-unreadable',
} as const satisfies Record<CalendarFailure, ProblemCode>;

export const createFollowingCodec = ({ vault }: Pick<Calendars, 'vault'>): EventCodec<FollowingEvent> =>
  createEventCodec({ schema: FollowingEvent, vault });

/** Calendars of others, read at their address: when they are followed, every quarter of an hour, and when somebody books. */
export const createFollowing = ({
  store,
  calendars: { vault, fetch },
  codec,
  db,
  isFollowed,
  clock,
  log,
  findResource,
  setBusy,
}: {
  readonly store: EventStore;
  readonly calendars: Calendars;
  readonly codec: EventCodec<FollowingEvent>;
  readonly db: ReadDatabase;
  readonly isFollowed: (resourceId: ResourceId) => boolean;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly findResource: (resourceId: ResourceId) => Promise<ResourceState>;
  /** Takes the place of the busy times that were read before. */
  readonly setBusy: (
    resourceId: ResourceId,
    busy: readonly TimeSpan[],
    context: CallContext,
  ) => Promise<Outcome<unknown>>;
}) => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: followingDecider, codec, streamOf: followingStream },
    cachedStreams: 2000,
  });
  const schedule = createSchedule();
  const stopping = new AbortController();
  const underWay = new Map<ResourceId, Promise<void>>();
  const triedAtMs = new Map<ResourceId, number>();
  const wellAt = new Map<ResourceId, Instant>();

  const readAt = async (
    address: string,
    timeoutMs: number,
  ): Promise<{ busy: TimeSpan[] } | { failure: CalendarFailure }> => {
    const answer = await fetch(address, { timeoutMs, signal: stopping.signal });
    if ('failure' in answer) return answer;
    const busy = busyTimesOf(answer.text, clock());
    return busy === undefined ? { failure: 'no-calendar' } : { busy };
  };

  /** A failed read changes nothing but what is said of it: the busy times that were read last go on counting. */
  const readFollowed = async (resourceId: ResourceId, timeoutMs: number, onBooking: boolean): Promise<void> => {
    const following = (await handler.load(resourceId)).state.now;
    if (following === undefined || isRedacted(following.address)) return;
    const { followingId, address } = following;
    const result = await readAt(address, timeoutMs);
    if (stopping.signal.aborted) return;
    const now = clock();
    triedAtMs.set(resourceId, msOf(now));
    schedule.tried(followingId, msOf(now), !('failure' in result));
    const commandId = derivedId('calendar-read', followingId, now, onBooking ? 'booking' : 'sweep');
    const context = { commandId, correlationId: commandId, actor: 'offers.calendars' };
    const about = { resourceId, followingId, now };
    if ('failure' in result) {
      const { failure: reason } = result;
      log?.warn({ resourceId, reason, onBooking }, 'a calendar could not be read');
      await handler.handle(
        resourceId,
        { type: 'NoteFailure', ...about, reason, onBooking, wellAt: wellAt.get(resourceId) },
        context,
      );
      return;
    }
    wellAt.set(resourceId, now);
    // Meanwhile it may be followed no more.
    if ((await handler.load(resourceId)).state.now?.followingId !== followingId) return;
    if (following.failure !== null || !(await isKnown(resourceId, result.busy)))
      await setBusy(resourceId, result.busy, context);
    await handler.handle(resourceId, { type: 'NoteSuccess', ...about }, { ...context, commandId: `${commandId}/well` });
  };
  /** Nothing new: recorded now and then only, or a calendar in which nothing happens would fill the log. */
  const isKnown = async (resourceId: ResourceId, busy: readonly TimeSpan[]): Promise<boolean> => {
    const resource = await findResource(resourceId);
    const nowMs = msOf(clock());
    if (!resource?.calendarReadAtMs || nowMs - resource.calendarReadAtMs >= recordAgainMs) return false;
    const coming = (spans: readonly SpanMs[]) => spans.filter(({ untilMs }) => untilMs > nowMs);
    return isSameSpans(coming(meltSpans([], busy.map(spanMs))), coming(resource.busy));
  };
  /** One at a time for each calendar. */
  const read = (resourceId: ResourceId, timeoutMs: number, onBooking: boolean): Promise<void> => {
    const reading =
      underWay.get(resourceId) ??
      readFollowed(resourceId, timeoutMs, onBooking).finally(() => underWay.delete(resourceId));
    underWay.set(resourceId, reading);
    return reading;
  };

  const letGo = async (followingId: string | undefined) => {
    if (followingId !== undefined) await vault.forget(followingId);
  };
  const viewOf = (resourceId: ResourceId, { followedAt, failure }: Following): CalendarFollowing => ({
    ...{ resourceId, followedAt, failure },
  });

  return {
    async followCalendar(
      { resourceId, url }: { readonly resourceId: ResourceId; readonly url: string },
      context: CallContext,
    ): Promise<Outcome> {
      if ((await findResource(resourceId)) === undefined) return reject('resource-not-found');
      const followingId = derivedId('following', resourceId, context.commandId);
      const { state } = await handler.load(resourceId);
      // The same command again: what stands at the address now has nothing to do with it.
      if (state.now?.followingId === followingId || state.before === followingId) {
        await letGo(state.before);
        return done(undefined);
      }
      const first = await readAt(url, firstReadMs);
      if ('failure' in first) return reject(codes[first.failure]);
      const now = clock();
      const command = { type: 'Follow', resourceId, followingId, address: url, now } as const;
      const outcome = await handler.handle(resourceId, command, context);
      if (!outcome.accepted) return outcome;
      const { now: following, before } = outcome.value.state;
      await letGo(before);
      if (following === undefined) return done(outcome.position);
      triedAtMs.set(resourceId, msOf(now));
      wellAt.set(resourceId, now);
      schedule.tried(following.followingId, msOf(now), true);
      const set = await setBusy(resourceId, first.busy, {
        ...context,
        commandId: derivedId(context.commandId, 'busy'),
      });
      return set.accepted ? done(set.position ?? outcome.position) : set;
    },
    async unfollowCalendar(
      { resourceId }: { readonly resourceId: ResourceId },
      context: CallContext,
    ): Promise<Outcome> {
      const outcome = await handler.handle(resourceId, { type: 'Unfollow', resourceId, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      const { now: following, before } = outcome.value.state;
      if (following !== undefined || before === undefined) return done(outcome.position);
      await letGo(before);
      // What was being read meanwhile comes first.
      await underWay.get(resourceId)?.catch(() => undefined);
      const set = await setBusy(resourceId, [], { ...context, commandId: derivedId(context.commandId, 'busy') });
      return set.accepted ? done(set.position ?? outcome.position) : set;
    },
    async findFollowing({ resourceId }: { readonly resourceId: ResourceId }): Promise<CalendarFollowing | undefined> {
      const following = (await handler.load(resourceId)).state.now;
      return following && viewOf(resourceId, following);
    },
    /**
     * Before a place is given: looks once more whether the worker is free. Bounded; what cannot be read in time is noted, and
     * what was read last counts.
     */
    async refresh(resourceId: ResourceId): Promise<void> {
      if (!isFollowed(resourceId)) return;
      const triedMs = triedAtMs.get(resourceId);
      if (triedMs !== undefined && Math.abs(msOf(clock()) - triedMs) < freshMs) return;
      const { promise: enough, resolve } = Promise.withResolvers<void>();
      const cancel = machineTimer(bookingReadMs + timerMs, resolve);
      try {
        await Promise.race([read(resourceId, bookingReadMs, true), enough]);
      } catch (error) {
        log?.warn({ err: error, resourceId }, 'a calendar was not looked at before a booking');
      } finally {
        cancel();
      }
    },
    sweeper: (sweepEveryMs: number): Sweeper =>
      createSweeper<readonly Followed[]>({
        name: 'offers.calendars',
        everyMs: Math.max(sweepEveryMs, lookEveryMs),
        clock,
        ...(log ? { log } : {}),
        due: (now, limit) => inGroups(schedule.due(listFollowed(db), msOf(now)), atOnce).slice(0, limit),
        async act(group) {
          const done = await Promise.allSettled(group.map(({ resourceId }) => read(resourceId, readMs, false)));
          for (const it of done) if (it.status === 'rejected') throw it.reason;
        },
      }),
    forget: () => handler.forget(),
    /** Breaks off what is being read. */
    stop: () => stopping.abort(),
  };
};
const done = (position: string | undefined): Outcome => ({ accepted: true, position, value: undefined });

export type FollowingRuntime = ReturnType<typeof createFollowing>;

const inGroups = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_it, index) => all.slice(index * size, (index + 1) * size));
