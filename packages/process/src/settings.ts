import { Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** A comma list of base URLs, at least one. */
export const Urls = z
  .string()
  .max(4000)
  .transform((text) => text.split(',').map((it) => it.trim()))
  .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1));

const Brokers = z
  .string()
  .max(4000)
  .transform((text) => text.split(',').map((it) => it.trim()))
  .pipe(z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'A broker is written as host:port.')).min(1));

/** Everything that can be set of the process of a service, each from an environment variable of the same name. */
export const ServiceSettings = z.object({
  REPLICA: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,40}$/, 'A name has small letters, digits and dashes.')
    .describe(
      'Name of this replica, for ever its own: `bookings-2`. Its read models and its place in Kafka hang on it.',
    ),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0).describe('Port to listen on; 0 takes any free one.'),
  HOST: z
    .string()
    .max(255)
    .default('127.0.0.1')
    .describe('Address to listen on. Anything but loopback needs `SERVICE_TOKEN`.'),
  SERVICE_TOKEN: z
    .string()
    .min(16)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'A token has no spaces.')
    .optional()
    .describe('Secret that all processes share: who calls without it gets no answer but on health and metrics.'),
  KURRENTDB_URL: z
    .string()
    .min(1)
    .max(2000)
    .describe('Where the log is: `esdb://user:password@host:2113?tls=true`, with `+discover` for a cluster.'),
  KAFKA_BROKERS: Brokers.describe('Where Kafka is: `host:port`, several with commas between them.'),
  KAFKA_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/)
    .default('adempauze')
    .describe('First part of the names of topics and groups.'),
  KAFKA_TLS: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether Kafka is spoken to over TLS, with the certificates that Node trusts.'),
  KAFKA_USERNAME: z
    .string()
    .max(200)
    .optional()
    .describe('Who we are to Kafka (SCRAM-SHA-512), with `KAFKA_PASSWORD`; nobody, unless told.'),
  KAFKA_PASSWORD: z.string().max(1000).optional().describe('Belongs to `KAFKA_USERNAME`.'),
  KAFKA_SESSION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(500)
    .max(60_000)
    .default(6000)
    .describe(
      'How long Kafka waits for a silent process before another takes over its relay; brokers allow 6000 at least.',
    ),
  TOPIC_REPLICAS: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .default(1)
    .describe('Copies of each topic that is made here, at most one a broker; 3 where there are three brokers.'),
  POSTGRES_URL: z
    .string()
    .min(1)
    .max(2000)
    .describe(
      'Where the keys of persons, the inboxes and the turns are: `postgres://user:password@host:5432/adempauze`.',
    ),
  MASTER_KEY: z
    .string()
    .describe('32 bytes in base64 that wrap the keys to personal data; the same for every process.'),
  DATA_FOLDER: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Keeps the read models of this replica, which can be thrown away; `data/REPLICA`, unless told.'),
  DEMONSTRATION: z
    .enum(['full', 'none', 'off'])
    .default('off')
    .describe('Anything but `off`: the time is that of the demonstration, which stands in the log and can be moved.'),
  CLOCK_START: Instant.optional().describe(
    'Where the demonstration’s clock begins when the log does not say so yet; now, unless told.',
  ),
  START_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('How long a start waits for the log, Kafka and PostgreSQL to be there.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('Least serious log line shown, on standard error.'),
});
export type ServiceSettings = z.infer<typeof ServiceSettings>;
