import {
  BookingsApi,
  InvoicingApi,
  MatchingApi,
  OffersApi,
  type ProcessOperations,
  processApi,
  type ServiceApi,
  type ServiceName,
  type ServiceOf,
  serviceNames,
} from '@adempauze/contracts';
import type { EventStore } from '@adempauze/event-store';
import { createReplicas, createServiceClient, type Replicas } from '@adempauze/http';
import { UnavailableError } from '@adempauze/kernel';
import type { FollowedClock } from '@adempauze/process/clock';
import type { Services } from './demonstration/history.ts';

/** The services of the distributed profile as a tool sees them that fills or looks after the marketplace. */
export type RemoteMarketplace = Services & {
  /** Every replica has handled everything that is in the log now, and what came of it. */
  readonly settled: () => Promise<void>;
  /** Every replica follows the clock, and did what became due. */
  readonly nudge: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const callTimeoutMs = 30_000;
/** A replica that starts or stops at this moment is waited for. */
const mostTries = 20;

export const connectServices = ({
  urls,
  token,
  store,
  clock,
  random,
  pause,
}: {
  /** Of every replica of each service. */
  readonly urls: Readonly<Record<ServiceName, readonly string[]>>;
  readonly token: string | undefined;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly clock: Pick<FollowedClock, 'position'>;
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}): RemoteMarketplace => {
  const opened: Replicas[] = [];
  const connect = <A extends ServiceApi>(api: A, at: readonly string[]): ServiceOf<A> => {
    const replicas = createReplicas({ name: api.name, urls: at, token, timeoutMs: callTimeoutMs, random });
    opened.push(replicas);
    return createServiceClient(api, { replicas });
  };
  /** Each replica by itself: what is asked of it is not the same as asking another. */
  const each: readonly ProcessOperations[] = serviceNames.flatMap((service) =>
    urls[service].map((url) => connect(processApi(service), [url])),
  );
  const onEach = (ask: (operations: ProcessOperations) => Promise<unknown>) =>
    Promise.all(each.map((it) => untilAnswered(() => ask(it), pause)));
  return {
    offers: connect(OffersApi, urls.offers),
    bookings: connect(BookingsApi, urls.bookings),
    matching: connect(MatchingApi, urls.matching),
    invoicing: connect(InvoicingApi, urls.invoicing),
    async settled() {
      // What one service does can give another something to do, so until a round finds nothing new.
      for (let before = ''; ; ) {
        await onEach((it) => it.settled({}));
        const head = (await store.readAll({ categories: [], maxCount: 1 })).scannedTo ?? '';
        if (head === before) return;
        before = head;
      }
    },
    async nudge() {
      const clockAt = clock.position();
      await onEach((it) => it.nudge(clockAt === undefined ? {} : { clockAt }));
    },
    async close() {
      await Promise.all(opened.map((it) => it.close()));
    },
  };
};

const untilAnswered = async <T>(ask: () => Promise<T>, pause: (ms: number) => Promise<unknown>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UnavailableError) || tries === mostTries) throw error;
      await pause(Math.min(1000, 100 * tries));
    }
  }
};
