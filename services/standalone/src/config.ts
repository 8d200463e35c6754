import { Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** Everything that can be set, each from an environment variable of the same name. `npm start` needs none of them. */
export const Settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe('Port to listen on; 0 takes any free one.'),
  HOST: z
    .string()
    .max(255)
    .default('127.0.0.1')
    .describe('Address to listen on. The built-in sign-in only works on loopback.'),
  ORIGIN: z.url().optional().describe('How people reach the marketplace, when that is not `http://HOST:PORT`.'),
  DATA_FOLDER: z.string().min(1).max(1000).default('data').describe('Folder that keeps everything.'),
  DEMONSTRATION: z
    .enum(['full', 'none', 'off'])
    .default('full')
    .describe(
      '`full`: a region with people and bookings. `none`: only its accounts and its clock. `off`: no demonstration, real clock; needs `ISSUER_URL`.',
    ),
  CLOCK_START: Instant.optional().describe(
    'Where the demonstration’s clock begins in an empty data folder; now, unless told.',
  ),
  MASTER_KEY: z
    .string()
    .optional()
    .describe('32 bytes in base64 that wrap the keys to personal data; made at first start, unless told.'),
  CALENDARS_FROM: z
    .enum(['internet', 'anywhere'])
    .default('internet')
    .describe(
      'Which calendars can be followed. `internet`: over https, at public addresses. `anywhere`: also over http and in our own network.',
    ),
  ISSUER_URL: z.url().optional().describe('OpenID Connect issuer that signs people in, in place of the built-in one.'),
  ISSUER_AUDIENCE: z.string().default('adempauze').describe('Audience that its tokens must carry.'),
  ISSUER_ROLE_CLAIM: z.string().default('role').describe('Claim that holds the role.'),
  ISSUER_ORGANISATION_CLAIM: z.string().default('organisation').describe('Claim that holds the organisation.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('Least serious log line shown.'),
});
export type Settings = z.infer<typeof Settings>;
