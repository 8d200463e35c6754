import {
  BookingsApi,
  InvoicingApi,
  MatchingApi,
  OffersApi,
  type ParkedItemView,
  type ProcessOperations,
  processApi,
  type ServiceName,
  serviceNames,
} from '@adempauze/contracts';
import {
  createApp,
  createBookingChangesRouter,
  createCorrelation,
  createHealth,
  createMetrics,
  createServiceRouter,
  type Listening,
  listen,
  silentLog,
} from '@adempauze/http';
import { Instant, UnavailableError } from '@adempauze/kernel';
import { requireToken } from '@adempauze/process';
import type { RequestHandler } from 'express';
import { connectServices, type RemoteTimings } from '../remote/services.ts';
import { createFakeMarketplace, type FakeMarketplace } from './fake-marketplace.ts';

const token = 'a-secret-of-all-processes';
const timings: RemoteTimings = { callMs: 6000, attemptMs: 1000, lookMs: 500, workMs: 2000 };
const now = Instant.parse('2027-05-01T08:00:00Z');

/** One process of a service: it answers what every other replica answers, since they stand on one log. */
export type TrialReplica = {
  readonly service: ServiceName;
  readonly name: string;
  /** Operations of the service that were asked here, in order. */
  readonly asked: string[];
  /** What was asked of the process itself: `nudge 7`, `settled`. */
  readonly told: string[];
  working: boolean;
  parked: ParkedItemView[];
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Takes connections and calls, and never answers. */
  hang(hangs: boolean): void;
};

/** The fake marketplace behind HTTP: every service in so many replicas, as the gateway's process meets them. */
export const startRemoteMarketplace = async (replicasOfEach = 2) => {
  const marketplace = createFakeMarketplace();
  const replicas: TrialReplica[] = [];
  const urls: Record<ServiceName, string[]> = { offers: [], bookings: [], matching: [], invoicing: [] };
  for (const service of serviceNames) {
    for (let n = 1; n <= replicasOfEach; n++) {
      const { replica, url } = await startReplica(marketplace, service, `${service}-${n}`, n === 1);
      replicas.push(replica);
      urls[service].push(url);
    }
  }
  const connect = () =>
    connectServices({ urls, token, timings, random: Math.random, correlationId: () => undefined, log: silentLog });
  const services = connect();
  const of = (service: ServiceName) => replicas.filter((it) => it.service === service);
  return {
    marketplace,
    services,
    token,
    /** As the gateway's process is told. */
    urls: {
      OFFERS_URLS: urls.offers.join(','),
      BOOKINGS_URLS: urls.bookings.join(','),
      MATCHING_URLS: urls.matching.join(','),
      INVOICING_URLS: urls.invoicing.join(','),
    },
    replicas,
    of,
    first(service: ServiceName): TrialReplica {
      const [first] = of(service);
      if (!first) throw new Error(service);
      return first;
    },
    killAll: (...names: readonly ServiceName[]) => Promise.all(names.flatMap(of).map((it) => it.kill())),
    /** As at the beginning: everybody is there, and is called. */
    async restore() {
      for (const it of replicas) {
        it.hang(false);
        it.asked.length = 0;
        it.told.length = 0;
        await it.start();
      }
      while (services.called.some(({ status }) => status().some(({ state }) => state !== 'closed'))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    startAll: () => Promise.all(replicas.map((it) => it.start())),
    async close() {
      await services.close();
      await Promise.all(replicas.map((it) => it.kill()));
    },
  };
};
export type RemoteMarketplace = Awaited<ReturnType<typeof startRemoteMarketplace>>;

const startReplica = async (marketplace: FakeMarketplace, service: ServiceName, name: string, working: boolean) => {
  let hangs = false;
  let door: Listening | undefined;
  let port = 0;
  const notice: RequestHandler = (request, _response, next) => {
    const [, first, operation = ''] = request.path.split('/');
    if (first === service) replica.asked.push(operation);
    if (!hangs) next();
  };
  const app = createApp({
    routers: [
      notice,
      requireToken(token),
      ...routersOf(service, marketplace),
      createServiceRouter(
        processApi(service),
        processOf(() => replica),
      ),
    ],
    health: createHealth({ checks: {}, log: silentLog }),
    metrics: createMetrics({ service, processMetrics: false }),
    correlation: createCorrelation({ newId: () => 'made-in-the-service' }),
    log: silentLog,
  });
  const start = async () => {
    door ??= await listen(app, { host: '127.0.0.1', port, graceMs: 0 });
    ({ port } = door);
  };
  const replica: TrialReplica = {
    ...{ service, name, asked: [], told: [], working, parked: [] },
    start,
    async kill() {
      const closing = door;
      door = undefined;
      await closing?.close();
    },
    hang(next) {
      hangs = next;
    },
  };
  await start();
  return { replica, url: `http://127.0.0.1:${port}` };
};

const routersOf = (service: ServiceName, { offers, bookings, matching, invoicing }: FakeMarketplace) => {
  switch (service) {
    case 'offers':
      return [createServiceRouter(OffersApi, offers)];
    case 'bookings':
      return [createServiceRouter(BookingsApi, bookings), createBookingChangesRouter(bookings, { beatMs: 50 })];
    case 'matching':
      return [createServiceRouter(MatchingApi, matching)];
    case 'invoicing':
      return [createServiceRouter(InvoicingApi, invoicing)];
  }
};

const processOf = (it: () => TrialReplica): ProcessOperations => {
  const needsTurn = () => {
    if (!it().working) throw new UnavailableError('Another replica handles these events now. Try again.');
  };
  return {
    async status() {
      const { service, name, working } = it();
      return { service, replica: name, ready: true, working, checks: { service: { ok: true, detail: 'well' } }, now };
    },
    async settled() {
      it().told.push('settled');
      return {};
    },
    async nudge({ clockAt }) {
      it().told.push(`nudge ${clockAt}`);
      return {};
    },
    compareWithRebuild: async () => [],
    async listParked({ page: { first, after } }) {
      const rest = it().parked.filter(({ id }) => after === undefined || id > Number(after));
      const items = rest.slice(0, first).map((item) => ({ cursor: String(item.id), item }));
      return { items, hasMore: rest.length > first };
    },
    async replayParked({ id }, { actor }) {
      needsTurn();
      it().told.push(`replay ${id} by ${actor}`);
      return { accepted: true, position: undefined, value: { replayed: 1, left: 0 } };
    },
    async discardParked({ id, reason }, { actor }) {
      needsTurn();
      it().told.push(`discard ${id} by ${actor}: ${reason}`);
      return { accepted: true, position: undefined, value: { id } };
    },
    async listActions({ page: { first, after } }) {
      // Three a service, a minute apart; each service a second after the one before.
      const second = serviceNames.indexOf(it().service);
      const all = [3, 2, 1].map((minute) => ({
        cursor: String(minute),
        item: {
          ...{ action: 'replayed' as const, messageId: minute, consumer: it().service, key: 'booking-1' },
          ...{ eventId: 'event-1', eventType: 'bookings.care-delivered.v1', reason: 'ZodError', by: 'account-1' },
          at: Instant.parse(`2027-05-01T08:0${minute}:0${second}Z`),
        },
      }));
      const rest = all.filter(({ cursor }) => after === undefined || Number(cursor) < Number(after));
      return { items: rest.slice(0, first), hasMore: rest.length > first };
    },
  };
};
