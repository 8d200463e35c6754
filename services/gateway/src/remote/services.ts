import {
  type Bookings,
  type Invoicing,
  InvoicingApi,
  type Matching,
  MatchingApi,
  type Offers,
  OffersApi,
  type ProcessOperations,
  processApi,
  type ServiceName,
  serviceNames,
} from '@adempauze/contracts';
import {
  createBookingsClient,
  createReplicas,
  createServiceClient,
  type Log,
  type Replicas,
  type ReplicasOptions,
} from '@adempauze/http';

/** One process of a service, asked by itself: another would answer for itself. */
export type Replica = {
  readonly service: ServiceName;
  readonly url: string;
  /** Answers soon, or is not well. */
  readonly look: Pick<ProcessOperations, 'status'>;
  /** Takes the time that it needs. */
  readonly work: Pick<ProcessOperations, 'settled' | 'nudge'>;
};

/** The services over HTTP, each with all its replicas. */
export type RemoteServices = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
  readonly doors: Readonly<Record<ServiceName, ProcessOperations>>;
  readonly each: readonly Replica[];
  /** For what is measured of the calls. */
  readonly called: readonly Replicas[];
  readonly close: () => Promise<void>;
};

export type RemoteTimings = {
  /** For one call with all its retries. Half of what a GraphQL request has: a mutation and what is asked of its answer. */
  readonly callMs: number;
  /** For one replica to answer; more than a list that waits (2 s) or a booking that goes without a quote. */
  readonly attemptMs: number;
  /** More than the checks of a service have for themselves (2 s). */
  readonly lookMs: number;
  readonly workMs: number;
};
export const usualTimings: RemoteTimings = { callMs: 4900, attemptMs: 3000, lookMs: 3000, workMs: 60_000 };

/** Connects to nothing before the first call. */
export const connectServices = ({
  urls,
  token,
  random,
  correlationId,
  log,
  timings: { callMs, attemptMs, lookMs, workMs } = usualTimings,
}: {
  /** Of every replica of each service. */
  readonly urls: Readonly<Record<ServiceName, readonly string[]>>;
  readonly token: string | undefined;
  readonly random: () => number;
  readonly correlationId: () => string | undefined;
  readonly log: Log;
  readonly timings?: RemoteTimings;
}): RemoteServices => {
  const opened: Replicas[] = [];
  const reach = (options: Pick<ReplicasOptions, 'timeoutMs'> & Partial<ReplicasOptions>): Replicas => {
    const replicas = createReplicas({ token, random, correlationId, ...options });
    opened.push(replicas);
    return replicas;
  };
  const reachAll = (service: ServiceName) =>
    reach({
      ...{ name: service, urls: urls[service], timeoutMs: callMs, attemptTimeoutMs: attemptMs },
      onState(url, state) {
        if (state !== 'half-open') log.warn({ callee: service, url, state }, 'a replica is left alone, or is back');
      },
    });
  /** Asked every time, also while it is away: the answer is how it is now. */
  const reachOne = (service: ServiceName, url: string, timeoutMs: number) =>
    reach({ name: service, url, timeoutMs, breaker: { failures: Number.POSITIVE_INFINITY } });
  const called = {
    offers: reachAll('offers'),
    bookings: reachAll('bookings'),
    matching: reachAll('matching'),
    invoicing: reachAll('invoicing'),
  };
  const doorOf = (service: ServiceName): ProcessOperations =>
    createServiceClient(processApi(service), { replicas: called[service] });
  return {
    offers: createServiceClient(OffersApi, { replicas: called.offers }),
    bookings: createBookingsClient({ replicas: called.bookings }),
    matching: createServiceClient(MatchingApi, { replicas: called.matching }),
    invoicing: createServiceClient(InvoicingApi, { replicas: called.invoicing }),
    doors: {
      offers: doorOf('offers'),
      bookings: doorOf('bookings'),
      matching: doorOf('matching'),
      invoicing: doorOf('invoicing'),
    },
    each: serviceNames.flatMap((service) =>
      urls[service].map((url) => ({
        ...{ service, url },
        look: createServiceClient(processApi(service), { replicas: reachOne(service, url, lookMs) }),
        work: createServiceClient(processApi(service), { replicas: reachOne(service, url, workMs) }),
      })),
    ),
    called: Object.values(called),
    async close() {
      await Promise.all(opened.map((it) => it.close()));
    },
  };
};
