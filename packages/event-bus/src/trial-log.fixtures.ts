import type { EventSource, NewEvent, Position } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId, instantFromMs } from '@adempauze/kernel';
import { z } from 'zod';
import { createInProcessBus } from './in-process.ts';
import type { Inbox } from './inbox.ts';
import type { Log } from './log.ts';
import { createReactor, type Reactions, type Reactor, type ReactorSettings } from './reactor.ts';
import { createInbox } from './sqlite-inbox.ts';
import { machineTimer, type Timer } from './timer.ts';

/** For the tests of this package: a log of trials on a real store, and reactors on it whose waits are a thousandth. */
export type TrialLog = {
  readonly type: string;
  /** One event per number, in the stream of that key; answers the place of the last. */
  write(key: string, ...numbers: number[]): Promise<Position>;
  source(name?: string): EventSource;
  close(): Promise<void>;
};

const type = 'trials.noted.v1';

export const openTrialLog = async (): Promise<TrialLog> => {
  const store = await openTestStore();
  const bus = createInProcessBus({
    store,
    schemas: { [type]: z.object({ key: z.string(), n: z.int() }) },
    publications: [
      {
        service: 'trials',
        categories: ['trial'],
        publish({ stream, data }) {
          const key = stream.slice('trial-'.length);
          return { type, subject: key, data: { key, n: Number(data.n) } };
        },
      },
    ],
  });
  const noted = (key: string, n: number): NewEvent => ({
    id: derivedId('trial', key, n),
    type: 'Noted',
    data: { n },
    metadata: { v: 1, at: '2027-05-03T10:00:00.000Z', $correlationId: `correlation-${key}-${n}` },
  });
  return {
    type,
    async write(key, ...numbers) {
      const events = numbers.map((n) => noted(key, n));
      const { position } = await store.append(`trial-${key}`, events, { expected: 'any' });
      return position;
    },
    source: (name = 'trials') => bus.source({ name, types: [type] }),
    async close() {
      await bus.close();
      await store.close();
    },
  };
};

/** Time a thousand times as fast. */
export const quickTimer: Timer = (delayMs, run) => machineTimer(delayMs / 1000, run);

/** Long, for a `waitFor` on `quickTimer`: ten real seconds. */
export const patienceMs = 10_000_000;

export const trialClock = () => instantFromMs(Date.UTC(2027, 4, 3, 10, 0, 5));

export const trialReactor = (
  log: TrialLog,
  handler: Reactions[string],
  options: { inbox?: Inbox; settings?: ReactorSettings; sink?: Log; source?: EventSource; name?: string } = {},
): Reactor =>
  createReactor({
    name: options.name ?? 'tester',
    sources: [options.source ?? log.source()],
    inbox: options.inbox ?? createInbox({ file: undefined }),
    clock: trialClock,
    on: { [log.type]: handler },
    timer: quickTimer,
    ...(options.sink ? { log: options.sink } : {}),
    ...(options.settings ? { settings: options.settings } : {}),
  });
