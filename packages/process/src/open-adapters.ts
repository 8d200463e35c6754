import { integrationEvents, type ServiceName, serviceNames } from '@adempauze/contracts';
import type { Inbox, Publication, Turns } from '@adempauze/event-bus';
import {
  createKafkaBus,
  createKafkaTopics,
  type KafkaAccess,
  type KafkaBus,
  type Relay,
  startRelay,
} from '@adempauze/event-bus/kafka';
import { createPostgresInbox, createPostgresTurns } from '@adempauze/event-bus/postgres';
import { type EventStore, StoreOpenError } from '@adempauze/event-store';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import { type Clock, instantFromMs, StartError, UnavailableError } from '@adempauze/kernel';
import { createVault, type ForgettingVault, type KeyStore, loadMasterKey } from '@adempauze/personal-data';
import { createPostgresKeyStore } from '@adempauze/personal-data/postgres';
import { type FollowedClock, followClock } from './clock/follow-clock.ts';
import { reach } from './reach.ts';
import type { ProcessTools } from './run-process.ts';
import type { ServiceSettings } from './settings.ts';
import { stayForgotten } from './starting/stay-forgotten.ts';

/** What a service stands on in the distributed profile. */
export type Adapters = {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly vault: ForgettingVault;
  readonly now: Clock;
  /** Absent where the machine's clock counts. */
  readonly clock: FollowedClock | undefined;
  readonly bus: KafkaBus;
  readonly relay: Relay;
  readonly inbox: Inbox;
  readonly turns: Turns;
};

export type AdapterDependencies = Pick<
  ProcessTools,
  'lifecycle' | 'log' | 'machineMs' | 'newId' | 'randomBytes' | 'signal'
> & { readonly service: ServiceName; readonly publication: Publication };

/**
 * Opens what the settings name, in order; `lifecycle` closes it in reverse. Nothing is served before all of it is there.
 * @throws StartError in a sentence: what cannot be reached, or which key or setting is wrong.
 */
export const openAdapters = async (settings: ServiceSettings, dependencies: AdapterDependencies): Promise<Adapters> => {
  const { service, publication, lifecycle, log, machineMs, newId, randomBytes, signal } = dependencies;
  const { REPLICA: replica, KAFKA_BROKERS: brokers, KAFKA_PREFIX: prefix, POSTGRES_URL: connectionString } = settings;
  const waiting: Waiting = { timeoutMs: settings.START_TIMEOUT_MS, signal };
  const access = kafkaAccessOf(settings);
  const timings = { sessionTimeoutMs: settings.KAFKA_SESSION_TIMEOUT_MS };
  const masterKey = loadMasterKey({
    ...{ configured: settings.MASTER_KEY, randomBytes },
    ...{ file: '', keysExist: () => true },
  }).key;

  const keys = await lifecycle.start(
    'keys',
    () => reachPostgres(() => createPostgresKeyStore({ connectionString, masterKey, randomBytes }), waiting),
    (it) => it.close(),
  );
  const vault = createVault(keys, { randomBytes });
  const store = await lifecycle.start(
    'event store',
    () =>
      openStore({
        ...{ connectionString: settings.KURRENTDB_URL, newId, ...waiting, writer: `${replica}~${newId()}` },
        // Only names the log, by the machine's time: the marketplace's stands in the log itself.
        clock: () => instantFromMs(machineMs()),
      }),
    (it) => it.close(),
  );
  await lifecycle.start('forgotten people', () =>
    reachStore(() => stayForgotten(store, (personId) => vault.forget(personId)), waiting),
  );
  const clock =
    settings.DEMONSTRATION === 'off'
      ? undefined
      : await lifecycle.start(
          'clock',
          () => reachStore(() => followClock({ store, machineMs, startAt: settings.CLOCK_START }), waiting),
          (it) => it.close(),
        );
  await lifecycle.start('topics', () =>
    makeTopics({ brokers, access, prefix, services: serviceNames, replicas: settings.TOPIC_REPLICAS }, waiting),
  );
  const bus = await lifecycle.start(
    'bus',
    () =>
      createKafkaBus({
        ...{ brokers, access, prefix, replica, schemas: integrationEvents, timings, log },
        epoch: () => store.epoch(),
      }),
    (it) => it.close(),
  );
  const inbox = await lifecycle.start(
    'inbox',
    () => reachPostgres(() => createPostgresInbox({ connectionString, service }), waiting),
    (it) => it.close(),
  );
  const turns = await lifecycle.start(
    'turns',
    () => createPostgresTurns({ connectionString, prefix, log }),
    (it) => it.close(),
  );
  // Before the service, so that it ends after it: what the service still says in its last moments goes out too.
  const relay = await lifecycle.start(
    'relay',
    () =>
      startRelay({
        ...{ brokers, access, prefix, store, replica, timings, log },
        ...{ publications: [publication], schemas: integrationEvents },
      }),
    (it) => it.close(),
  );
  const now = clock?.now ?? (() => instantFromMs(machineMs()));
  return { store, keys, vault, now, clock, bus, relay, inbox, turns };
};

/** The event store on its own, for the processes that only follow the clock. @throws StartError */
export const openStore = async ({ timeoutMs, signal, ...options }: OpenStoreOptions): Promise<EventStore> => {
  try {
    const store = createKurrentEventStore(options);
    try {
      await reachStore(() => store.epoch(), { timeoutMs, signal });
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    const nl = 'Het logboek (KURRENTDB_URL) weigert ons, of het adres klopt niet.';
    throw new StartError({ nl, en: `The log (KURRENTDB_URL): ${cause.message}` }, { cause });
  }
};
type OpenStoreOptions = Parameters<typeof createKurrentEventStore>[0] & Waiting;

/** How long a start waits for a server. */
type Waiting = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

/** Anything else than a server that does not answer is our mistake, or a setting's. */
const reachStore = <T>(attempt: () => Promise<T>, waiting: Waiting): Promise<T> =>
  reach(attempt, { ...waiting, sentence: noStore, isFinal: (error) => !(error instanceof UnavailableError) });

const reachPostgres = <T>(attempt: () => Promise<T>, waiting: Waiting): Promise<T> =>
  reach(attempt, { ...waiting, sentence: noPostgres, isFinal: isConfiguration });

const makeTopics = (options: Parameters<typeof createKafkaTopics>[0], waiting: Waiting) =>
  reach(
    () =>
      createKafkaTopics(options).catch((cause: unknown) => {
        if (!(cause instanceof RangeError)) throw cause;
        throw new StartError(
          {
            nl: 'Een topic van Kafka heeft een ander aantal partities. Kies een andere KAFKA_PREFIX.',
            en: cause.message,
          },
          { cause },
        );
      }),
    { ...waiting, sentence: noKafka, isFinal: isConfiguration },
  );

/** @throws StartError when there is a name without a password, or the other way round. */
const kafkaAccessOf = ({
  KAFKA_TLS,
  KAFKA_USERNAME: username,
  KAFKA_PASSWORD: password,
}: ServiceSettings): KafkaAccess => {
  const tls = KAFKA_TLS === 'true';
  if (username === undefined && password === undefined) return { tls };
  if (username !== undefined && password !== undefined) return { tls, credentials: { username, password } };
  throw new StartError({
    nl: 'KAFKA_USERNAME en KAFKA_PASSWORD horen bij elkaar. Stel ze allebei in, of geen van beide.',
    en: 'KAFKA_USERNAME and KAFKA_PASSWORD belong together. Set both, or neither.',
  });
};

/** What no waiting mends: our own sentence, unless it only wraps that a server does not answer. */
const isConfiguration = (error: unknown): boolean =>
  error instanceof StoreOpenError ||
  (error instanceof StartError && (error.cause === undefined || error.cause instanceof RangeError));

const noStore = {
  nl: 'Het logboek (KurrentDB) is niet bereikbaar. Draait de server, en klopt KURRENTDB_URL?',
  en: 'The log (KurrentDB) cannot be reached. Does the server run, and is KURRENTDB_URL right?',
};
const noPostgres = {
  nl: 'PostgreSQL is niet bereikbaar. Draait de server, en klopt POSTGRES_URL?',
  en: 'PostgreSQL cannot be reached. Does the server run, and is POSTGRES_URL right?',
};
const noKafka = {
  nl: 'Kafka is niet bereikbaar, of heeft minder servers dan TOPIC_REPLICAS. Klopt KAFKA_BROKERS?',
  en: 'Kafka cannot be reached, or has fewer servers than TOPIC_REPLICAS. Is KAFKA_BROKERS right?',
};
