import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessOperations, ServiceName } from '@adempauze/contracts';
import type { Health } from '@adempauze/http';
import { type Clock, Instant, type Outcome, reject, UnavailableError } from '@adempauze/kernel';
import type { FollowedClock } from './clock/follow-clock.ts';
import type { ServiceRuntime } from './service-runtime.ts';

/** How long a replica may need to hear that the clock was moved. */
const clockWithinMs = 5000;

/** What operators and tools ask of this replica. `folder` is where a rebuild may put its files; they are removed. */
export const createProcessOperations = ({
  service,
  replica,
  runtime,
  health,
  now,
  clock,
  folder,
}: {
  readonly service: ServiceName;
  readonly replica: string;
  readonly runtime: Omit<ServiceRuntime, 'api'>;
  readonly health: Pick<Health, 'ready'>;
  readonly now: Clock;
  readonly clock: FollowedClock | undefined;
  readonly folder: string;
}): ProcessOperations => ({
  async status() {
    const { ready, checks } = await health.ready();
    return {
      ...{ service, replica, ready, working: runtime.working(), now: now(), clockAt: clock?.position() },
      checks: Object.fromEntries(Object.entries(checks).map(([check, { ok, detail = '' }]) => [check, { ok, detail }])),
    };
  },
  async settled() {
    await runtime.settled();
    return {};
  },
  async nudge({ clockAt }) {
    if (clockAt !== undefined && clock !== undefined && !(await clock.waitFor(clockAt, clockWithinMs)))
      throw new UnavailableError('The clock was not followed in time.');
    await runtime.nudge();
    return {};
  },
  async compareWithRebuild() {
    const into = await mkdtemp(join(folder, 'rebuild-'));
    try {
      const differences = await runtime.rebuildAndCompare(into);
      return differences.map((it) => (typeof it === 'string' ? it : JSON.stringify(it)));
    } finally {
      await rm(into, { recursive: true, force: true });
    }
  },
  async listParked({ page: { first, after } }) {
    if (!isCursor(after)) return nothing;
    const { items, next } = await runtime.parked.list({
      first,
      after: after === undefined ? undefined : Number(after),
    });
    return {
      items: items.map(({ id, consumer, key, event, reason, parkedAt, attempts }) => ({
        cursor: String(id),
        item: { ...{ id, consumer, key, reason, attempts }, type: event.type, parkedAt: Instant.parse(parkedAt) },
      })),
      hasMore: next !== undefined,
    };
  },
  async replayParked({ id }, { actor }): Promise<Outcome<{ replayed: number; left: number; failure?: string }>> {
    const replay = await runtime.parked.replay(id, actor);
    if (replay === undefined) return reject('not-found');
    const { replayed, left, failure } = replay;
    return yes({ replayed, left, ...(failure === undefined ? {} : { failure }) });
  },
  async discardParked({ id, reason }, { actor }): Promise<Outcome<{ id: number }>> {
    return (await runtime.parked.discard(id, actor, reason)) ? yes({ id }) : reject('not-found');
  },
  async listActions({ page }) {
    if (!isCursor(page.after)) return nothing;
    const { items, hasMore } = await runtime.listActions(page);
    return {
      items: items.map(({ cursor, item: { type, at, ...item } }) => ({
        cursor,
        item: { ...item, action: type === 'ParkedMessageReplayed' ? 'replayed' : 'discarded', at: Instant.parse(at) },
      })),
      hasMore,
    };
  },
});

const nothing = { items: [], hasMore: false };
const isCursor = (after: string | undefined) => after === undefined || /^\d{1,15}$/.test(after);
const yes = <V>(value: V) => ({ accepted: true, position: undefined, value }) as const;
