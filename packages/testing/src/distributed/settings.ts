import type { Replica, ServiceName } from './layout.ts';

/** What all processes of the profile are told alike. */
export type SharedSettings = {
  readonly storeUrl: string;
  readonly postgresUrl: string;
  readonly brokers: readonly string[];
  readonly masterKey: string;
  readonly serviceToken: string;
  readonly demonstration: 'full' | 'none' | 'off';
  readonly clockStart?: string | undefined;
  readonly logLevel: string;
  /** How every replica is reached by the others, which may be through a proxy. */
  readonly urlsOf: (service: ServiceName) => readonly string[];
  /** How people reach the gateway. */
  readonly origin: string;
  /** Where Node keeps what it compiled, so that the next process starts sooner. */
  readonly compileCache: string;
  readonly path: string | undefined;
};

type Environment = Readonly<Record<string, string>>;

/** Of every process, also of tools that speak to the services. */
export const commonEnvironment = (shared: Omit<SharedSettings, 'postgresUrl' | 'brokers'>): Environment => ({
  ...(shared.path === undefined ? {} : { PATH: shared.path }),
  NODE_COMPILE_CACHE: shared.compileCache,
  KURRENTDB_URL: shared.storeUrl,
  OFFERS_URLS: shared.urlsOf('offers').join(','),
  BOOKINGS_URLS: shared.urlsOf('bookings').join(','),
  MATCHING_URLS: shared.urlsOf('matching').join(','),
  INVOICING_URLS: shared.urlsOf('invoicing').join(','),
  SERVICE_TOKEN: shared.serviceToken,
  DEMONSTRATION: shared.demonstration,
  ...(shared.clockStart === undefined ? {} : { CLOCK_START: shared.clockStart }),
  LOG_LEVEL: shared.logLevel,
});

/** The whole environment of one replica. */
export const environmentOf = (shared: SharedSettings, replica: Replica): Environment => ({
  ...commonEnvironment(shared),
  HOST: '127.0.0.1',
  PORT: String(replica.port),
  REPLICA: replica.name,
  DATA_FOLDER: replica.folder,
  POSTGRES_URL: shared.postgresUrl,
  ...(replica.service === 'gateway' ? gatewayOnly(shared, replica) : serviceOnly(shared)),
});

const gatewayOnly = ({ origin }: SharedSettings, { ownUrl }: Replica): Environment => ({
  SHARE_PORT: 'true',
  ORIGIN: origin,
  METRICS_PORT: new URL(ownUrl).port,
});

const serviceOnly = ({ brokers, masterKey }: SharedSettings): Environment => ({
  KAFKA_BROKERS: brokers.join(','),
  KAFKA_PREFIX: 'adempauze',
  TOPIC_REPLICAS: String(brokers.length),
  MASTER_KEY: masterKey,
});
