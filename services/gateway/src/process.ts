import type { EventStore } from '@adempauze/event-store';
import {
  type Correlation,
  createApp,
  createHealth,
  createMetrics,
  type Health,
  type Lifecycle,
  type Log,
  listen,
  measuresOfReplicas,
} from '@adempauze/http';
import { instantFromMs, StartError, UnavailableError } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { answerWhileStarting, followClock, openStore, reach } from '@adempauze/process';
import type { Settings } from './config.ts';
import { demonstrationAccounts } from './demonstration/accounts.ts';
import { type AuthSettings, defaultLimits } from './dependencies.ts';
import { createGateway } from './gateway.ts';
import { createMoveClock } from './remote/move-clock.ts';
import { createRemoteOperations } from './remote/operations.ts';
import { createReadinessChecks, createStatus } from './remote/readiness.ts';
import { connectServices } from './remote/services.ts';
import { openSharedSignIn } from './sign-in/postgres/shared-sign-in.ts';

type Tools = {
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly correlation: Correlation;
  readonly newId: () => string;
  readonly machineMs: () => number;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Aborted when somebody asks the process to stop: a start that waits then ends. */
  readonly signal: AbortSignal;
};

/** More than a service has to say how it is. */
const healthTimeoutMs = 4000;

/** Composition root of the gateway as a process of its own. @throws StartError in a sentence when it cannot. */
export const startProcess = async (
  settings: Settings,
  tools: Tools,
): Promise<{ readonly url: string; readonly health: Health }> => {
  const { log, lifecycle, correlation, newId, machineMs, random, randomBytes } = tools;
  const { HOST: host, REPLICA: replica } = settings;
  // The door is taken first, so that a taken port is said at once.
  let answer = answerWhileStarting;
  const door = await lifecycle.start(
    'door',
    () =>
      listen((request, response) => answer(request, response), {
        ...{ host, port: settings.PORT, reusePort: settings.SHARE_PORT },
      }),
    (it) => it.close(),
  );
  const demonstration = settings.DEMONSTRATION === 'off' ? undefined : await openClock(settings, tools);
  const auth = await authOf(settings, tools);
  const services = await lifecycle.start(
    'services',
    () =>
      connectServices({
        urls: {
          offers: settings.OFFERS_URLS,
          bookings: settings.BOOKINGS_URLS,
          matching: settings.MATCHING_URLS,
          invoicing: settings.INVOICING_URLS,
        },
        ...{ token: settings.SERVICE_TOKEN, random, correlationId: correlation.current, log },
      }),
    (it) => it.close(),
  );
  const { each } = services;
  const metrics = createMetrics({ service: 'gateway', replica, processMetrics: true });
  metrics.follow(() => measuresOfReplicas(services.called));
  const health = createHealth({ checks: createReadinessChecks(each), log, timeoutMs: healthTimeoutMs });
  if (settings.METRICS_PORT !== undefined) {
    const port = settings.METRICS_PORT;
    const own = createApp({ routers: [], health, metrics, correlation, log });
    await lifecycle.start(
      'metrics',
      () => listen(own, { host, port, portSetting: 'METRICS_PORT' }),
      (it) => it.close(),
    );
  }
  // Stopped before what it stands on: what was asked is answered, and nothing new comes in.
  await lifecycle.start(
    'requests',
    () => door,
    (it) => it.close(),
  );
  const gateway = await lifecycle.start(
    'gateway',
    () =>
      createGateway({
        ...services,
        ...{
          places: createPlaces(),
          ids: newId,
          randomBytes,
          realNowMs: machineMs,
          auth,
          log,
          metrics,
          correlation,
          health,
        },
        operations: createRemoteOperations(services.doors, createStatus(each)),
        clock: demonstration?.clock.now ?? (() => instantFromMs(machineMs())),
        settings: { origin: settings.ORIGIN ?? door.url, host, limits: defaultLimits },
        demonstration: demonstration && createMoveClock({ ...demonstration, each, log }),
      }),
    (it) => it.close(),
  );
  answer = gateway.app;
  await lifecycle.start(
    'readiness',
    () => health,
    (it) => it.drain(),
  );
  return { url: door.url, health };
};

/** The clock that the demonstration's processes share, and the log that it stands in. */
const openClock = async (settings: Settings, { lifecycle, newId, machineMs, signal }: Tools) => {
  const { KURRENTDB_URL: connectionString, REPLICA: replica, START_TIMEOUT_MS: timeoutMs } = settings;
  if (connectionString === undefined)
    throw new StartError({
      nl: 'De klok van de demonstratie staat in het logboek. Stel KURRENTDB_URL in, of DEMONSTRATION=off.',
      en: 'The demonstration’s clock stands in the log. Set KURRENTDB_URL, or DEMONSTRATION=off.',
    });
  const waiting = { timeoutMs, signal };
  const store = await lifecycle.start<EventStore>(
    'event store',
    () =>
      openStore({
        ...{ connectionString, newId, ...waiting, writer: `${replica}~${newId()}` },
        clock: () => instantFromMs(machineMs()),
      }),
    (it) => it.close(),
  );
  const clock = await lifecycle.start(
    'clock',
    () =>
      reach(() => followClock({ store, machineMs, startAt: settings.CLOCK_START }), {
        ...{ ...waiting, sentence: noStore, isFinal: (error) => !(error instanceof UnavailableError) },
      }),
    (it) => it.close(),
  );
  const head = async () => (await store.readAll({ categories: [], maxCount: 1 })).scannedTo;
  return { clock, head };
};

const authOf = async (settings: Settings, { lifecycle, machineMs, signal }: Tools): Promise<AuthSettings> => {
  if (settings.ISSUER_URL !== undefined) {
    return {
      ...{ kind: 'issuer', issuerUrl: settings.ISSUER_URL, audience: settings.ISSUER_AUDIENCE },
      claims: { role: settings.ISSUER_ROLE_CLAIM, organisation: settings.ISSUER_ORGANISATION_CLAIM },
    };
  }
  if (settings.DEMONSTRATION === 'off') {
    throw new StartError({
      nl: 'Zonder demonstratie heeft niemand een account. Stel met ISSUER_URL in wie mensen aanmeldt.',
      en: 'Without the demonstration nobody has an account. Set ISSUER_URL to say who signs people in.',
    });
  }
  const { POSTGRES_URL: connectionString, START_TIMEOUT_MS: timeoutMs } = settings;
  const accounts = demonstrationAccounts;
  if (connectionString === undefined) return { kind: 'embedded', accounts, folder: ':memory:' };
  const shared = await lifecycle.start(
    'shared sign-in',
    () =>
      reach(() => openSharedSignIn({ connectionString, realNowMs: machineMs }), {
        ...{ timeoutMs, signal, sentence: noPostgres, isFinal: (error) => !(error instanceof UnavailableError) },
      }),
    (it) => it.close(),
  );
  return { kind: 'embedded', accounts, folder: shared };
};

const noStore = {
  nl: 'Het logboek (KurrentDB) is niet bereikbaar. Draait de server, en klopt KURRENTDB_URL?',
  en: 'The log (KurrentDB) cannot be reached. Does the server run, and is KURRENTDB_URL right?',
};
const noPostgres = {
  nl: 'PostgreSQL is niet bereikbaar. Draait de server, en klopt POSTGRES_URL?',
  en: 'PostgreSQL cannot be reached. Does the server run, and is POSTGRES_URL right?',
};
