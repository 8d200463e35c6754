import { minuteMs } from '@adempauze/kernel';
import type { Followed } from './followed-calendars.ts';

/** A calendar that is well is read this often; one that fails ever less often, up to this. */
export const everyMs = 15 * minuteMs;
const mostMs = 6 * 60 * minuteMs;

type Entry = { readonly nextMs: number; readonly failures: number };

/**
 * When which calendar is read next. Kept in memory: the replica whose turn it is reads, and one that takes over spreads
 * its first round over a quarter of an hour, so that thousands are not asked at once.
 */
export const createSchedule = () => {
  const entries = new Map<string, Entry>();
  return {
    /** Of those followed the ones whose time has come, the longest overdue first. */
    due(followed: readonly Followed[], nowMs: number): Followed[] {
      const known = new Set(followed.map((it) => it.followingId));
      for (const id of entries.keys()) if (!known.has(id)) entries.delete(id);
      for (const { followingId } of followed)
        if (!entries.has(followingId)) entries.set(followingId, { nextMs: nowMs + spreadMs(followingId), failures: 0 });
      const nextMs = ({ followingId }: Followed) => entries.get(followingId)?.nextMs ?? nowMs;
      return followed.filter((it) => nextMs(it) <= nowMs).sort((a, b) => nextMs(a) - nextMs(b));
    },
    tried(followingId: string, nowMs: number, isWell: boolean): void {
      const failures = isWell ? 0 : (entries.get(followingId)?.failures ?? 0) + 1;
      entries.set(followingId, { nextMs: nowMs + Math.min(everyMs * 2 ** failures, mostMs), failures });
    },
  };
};
export type Schedule = ReturnType<typeof createSchedule>;

/** The same for a calendar each time; ids are random enough. */
const spreadMs = (followingId: string): number =>
  Math.floor((Number.parseInt(followingId.slice(0, 8), 16) / 2 ** 32) * everyMs);
