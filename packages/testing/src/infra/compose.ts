import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/*
 * `infra/compose.yaml` as Docker Compose reads it, as far as that file goes: merged, with its variables filled in. Of the
 * specification it knows what the file uses and nothing more, so that a slip of the pen is an error.
 */

export const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const infraFolder = join(root, 'infra');

const Duration = z.string().regex(/^(\d+(ms|s|m|h))+$/);
const Network = z.enum(['inside', 'outside']);

const Healthcheck = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: Duration,
  timeout: Duration,
  retries: z.int().min(1),
  start_period: Duration.optional(),
});

const dependencies = z.union([
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((it) => [it, 'service_started' as const]))),
  z.record(
    z.string(),
    z
      .strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
        // False: who it waits for may be left out by its profile.
        required: z.boolean().optional(),
      })
      .transform(({ condition }) => condition),
  ),
]);

const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  restart: z.enum(['unless-stopped', 'on-failure']),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.literal('ALL')).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.literal('no-new-privileges:true')).optional(),
  pids_limit: z.int().optional(),
  shm_size: z.string().optional(),
  stop_grace_period: Duration.optional(),
  stop_signal: z.string().optional(),
  logging: z.strictObject({ driver: z.literal('json-file'), options: z.record(z.string(), z.string()) }),
  networks: z.array(Network).optional(),
  network_mode: z
    .string()
    .regex(/^service:/)
    .optional(),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  depends_on: dependencies.default({}),
  healthcheck: Healthcheck.optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
  volumes: z.array(z.string()).default([]),
});
export type ComposeService = z.infer<typeof Service>;

const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  networks: z.record(Network, z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
});
export type Compose = z.infer<typeof Compose>;

/** A variable that the file asks for; `fallback` is undefined where it has to be given. */
export type Variable = { readonly name: string; readonly fallback: string | undefined };

const variablePattern = /\$\{(\w+)(?::(-|\?)([^}]*))?\}/g;
const textOf = () => readFileSync(join(infraFolder, 'compose.yaml'), 'utf8');

export const listVariables = (): Variable[] =>
  [...textOf().matchAll(variablePattern)].map(([, name = '', kind, rest]) => ({
    name,
    fallback: kind === '-' ? rest : undefined,
  }));

/** @throws Error when a variable that has to be given is not, ZodError for what the specification does not know. */
export const readCompose = (variables: Readonly<Record<string, string>>): Compose => {
  const fill = (text: string) =>
    text.replaceAll(variablePattern, (_whole, name: string, kind: string | undefined, rest: string | undefined) => {
      const given = variables[name];
      if (given) return given;
      if (kind === '-') return rest ?? '';
      throw new Error(`${name} is not given.`);
    });
  const filled = (it: unknown): unknown => {
    if (typeof it === 'string') return fill(it);
    if (Array.isArray(it)) return it.map(filled);
    if (typeof it === 'object' && it !== null)
      return Object.fromEntries(Object.entries(it).map(([key, value]) => [key, filled(value)]));
    return it;
  };
  const file = z.record(z.string(), z.unknown()).parse(parse(textOf(), { merge: true }));
  return Compose.parse(filled(Object.fromEntries(Object.entries(file).filter(([name]) => !name.startsWith('x-')))));
};

/** What `make-secrets.ts` makes, at its size; for checks, so always the same. */
export const exampleSecrets = {
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  SERVICE_TOKEN: 'a-token-that-only-checks-use',
  POSTGRES_PASSWORD: 'a-password-that-only-checks-use',
  GRAFANA_PASSWORD: 'another-one',
};

/** The services of a Compose file that run our own image, by name. */
export const ownServices = ({ services }: Compose): [string, ComposeService][] =>
  Object.entries(services).filter(([, { image }]) => image === 'adempauze:local');
