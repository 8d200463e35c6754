import { Instant } from '@adempauze/kernel';
import { Urls } from '@adempauze/process';
import { z } from 'zod';

/** Everything that can be set of the gateway as a process of its own, each from an environment variable of the same name. */
export const Settings = z.object({
  REPLICA: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,40}$/, 'A name has small letters, digits and dashes.')
    .default('gateway')
    .describe('Name of this replica in logs and measurements: `gateway-2`.'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe('Port to listen on; 0 takes any free one.'),
  HOST: z
    .string()
    .max(255)
    .default('127.0.0.1')
    .describe('Address to listen on. The built-in sign-in only works on loopback.'),
  SHARE_PORT: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('`true`: several gateways on this machine listen on the same port and share what comes in.'),
  ORIGIN: z.url().optional().describe('How people reach the marketplace, when that is not `http://HOST:PORT`.'),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('A port for the health and metrics of this very process, where several share `PORT`.'),
  OFFERS_URLS: Urls.describe('Where every replica of `offers` listens, with commas between them.'),
  BOOKINGS_URLS: Urls.describe('Where every replica of `bookings` listens, with commas between them.'),
  MATCHING_URLS: Urls.describe('Where every replica of `matching` listens, with commas between them.'),
  INVOICING_URLS: Urls.describe('Where every replica of `invoicing` listens, with commas between them.'),
  SERVICE_TOKEN: z
    .string()
    .min(16)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'A token has no spaces.')
    .optional()
    .describe('Secret that all processes share; the services want it.'),
  POSTGRES_URL: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe('Where several gateways share the built-in sign-in; each signs in by itself without it.'),
  KURRENTDB_URL: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe('Where the log is, in which the demonstration’s clock stands; not needed without a demonstration.'),
  DEMONSTRATION: z
    .enum(['full', 'none', 'off'])
    .default('off')
    .describe('Anything but `off`: the demonstration’s accounts can sign in, and the operator can move its clock.'),
  CLOCK_START: Instant.optional().describe(
    'Where the demonstration’s clock begins when the log does not say so yet; now, unless told.',
  ),
  START_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('How long a start waits for the log and PostgreSQL to be there.'),
  ISSUER_URL: z.url().optional().describe('OpenID Connect issuer that signs people in, in place of the built-in one.'),
  ISSUER_AUDIENCE: z.string().default('adempauze').describe('Audience that its tokens must carry.'),
  ISSUER_ROLE_CLAIM: z.string().default('role').describe('Claim that holds the role.'),
  ISSUER_ORGANISATION_CLAIM: z.string().default('organisation').describe('Claim that holds the organisation.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('Least serious log line shown, on standard error.'),
});
export type Settings = z.infer<typeof Settings>;
