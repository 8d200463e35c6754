import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { exampleSecrets, infraFolder, listVariables, ownServices, readCompose, root } from './compose.ts';
import { listContext } from './dockerfile.ts';

const compose = readCompose({ ...exampleSecrets, DEMONSTRATION: 'full' });
const { services } = compose;
const own = ownServices(compose);
const variablesOf = (file: string) =>
  Object.fromEntries(
    readFileSync(join(infraFolder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
const brokersOf = (variables: Readonly<Record<string, string>>) =>
  Object.values(readCompose({ ...exampleSecrets, ...variables }).services)
    .filter(({ profiles }) => profiles.every((it) => variables.COMPOSE_PROFILES?.split(',').includes(it)))
    .flatMap(({ environment: { KAFKA_NODE_ID: id, KAFKA_ADVERTISED_LISTENERS: at } }) =>
      id === undefined ? [] : [{ id, at: at?.replace('PLAINTEXT://', '') ?? '' }],
    );

test('variables without a default are the ones that make-secrets.ts makes, and a start without them says so', () => {
  const required = new Set(listVariables().flatMap(({ name, fallback }) => (fallback === undefined ? [name] : [])));
  expect([...required].sort()).toEqual(Object.keys(exampleSecrets).sort());
  const maker = readFileSync(join(infraFolder, 'make-secrets.ts'), 'utf8');
  for (const name of required) expect(maker).toContain(`${name}: `);
  expect(() => readCompose({})).toThrow('is not given');
});

test('only doors on loopback are published, and only from services that are on the outer network', () => {
  for (const [name, { ports, networks }] of Object.entries(services)) {
    for (const port of ports) expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/)]);
    if (ports.length > 0) expect(networks).toEqual(['inside', 'outside']);
  }
  expect(compose.networks.inside).toEqual({ internal: true });
});

test('images of others are pinned by version, ours is built here', () => {
  for (const { image, build } of Object.values(services)) {
    if (image === 'adempauze:local') continue;
    expect(build).toBeUndefined();
    expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?(@sha256:[0-9a-f]{64})?$/);
  }
  const built = own.flatMap(([, { build }]) => build ?? []);
  expect(built).toEqual([{ context: '..', dockerfile: 'infra/Dockerfile' }]);
});

test.each(own)('%s runs as nobody in particular, on files it cannot change, and is looked after', (name, service) => {
  const { user, read_only, cap_drop, security_opt, tmpfs, stop_grace_period, healthcheck, restart } = service;
  expect({ read_only, cap_drop, security_opt, tmpfs }).toEqual({
    ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], tmpfs: ['/tmp'] },
  });
  expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(stop_grace_period).toBeDefined();
  if (restart === 'unless-stopped') expect([name, healthcheck?.test[1]]).toEqual([name, 'node']);
});

test('who is waited for is there, can be healthy where that is asked, and nobody waits in a circle', () => {
  const level = (name: string, seen: readonly string[]): number => {
    expect(seen).not.toContain(name);
    const service = services[name];
    if (service === undefined) throw new Error(`${name} is waited for, and is not there.`);
    const { depends_on, network_mode } = service;
    const names = [...Object.keys(depends_on), ...(network_mode ? [network_mode.replace('service:', '')] : [])];
    for (const [other, condition] of Object.entries(depends_on)) {
      if (condition === 'service_healthy')
        expect([other, services[other]?.healthcheck]).not.toEqual([other, undefined]);
    }
    return 1 + Math.max(0, ...names.map((it) => level(it, [...seen, name])));
  };
  for (const name of Object.keys(services)) expect(level(name, [])).toBeLessThan(6);
});

test('volumes are there, and each is of one service; files that are mounted exist', () => {
  const mounted = Object.values(services).flatMap(({ volumes }) => volumes.map((it) => it.split(':')[0] ?? ''));
  const named = mounted.filter((it) => !it.startsWith('.'));
  expect(named.toSorted()).toEqual(Object.keys(compose.volumes).sort());
  for (const path of mounted.filter((it) => it.startsWith('.'))) {
    expect([path, existsSync(join(infraFolder, path))]).toEqual([path, true]);
  }
});

test.each(own)('%s is told what its settings ask for, each of them known', async (name, service) => {
  const { environment, command = [], network_mode } = service;
  const [main = ''] = command;
  expect(listContext()).toContain(main);
  const schema = await settingsOf(main);
  // The image sets this one for all; what is empty counts as not told.
  const told = Object.entries(environment).filter(([, value]) => value !== '');
  const given = { DATA_FOLDER: '/data', ...Object.fromEntries(told) };
  expect(schema.safeParse(given).error?.issues).toBeUndefined();
  // Each is told a little more than it asks for, where all are told the same.
  const shared = /^(POSTGRES_URL|LOG_LEVEL|\w+_URLS)$/;
  const unknown = Object.keys(environment).filter((it) => !(it in schema.shape) && !shared.test(it));
  expect([name, unknown]).toEqual([name, []]);
  if ('REPLICA' in environment) expect(environment.REPLICA).toBe(name);
  if (network_mode === undefined && environment.HOST !== undefined) expect(environment.HOST).toBe('0.0.0.0');
});

test('every replica of a service is called, at its own name and port', () => {
  for (const [, { environment }] of own) {
    for (const [setting, urls] of Object.entries(environment).filter(([it]) => it.endsWith('_URLS'))) {
      const service = setting.replace('_URLS', '').toLowerCase();
      const replicas = own.filter(([name]) => new RegExp(`^${service}-\\d+$`).test(name));
      expect(urls.split(',')).toEqual(replicas.map(([name, it]) => `http://${name}:${it.environment.PORT}`));
      expect(replicas.length).toBeGreaterThan(1);
    }
  }
});

test('the health checks ask at the port that the process listens on', () => {
  for (const [name, { healthcheck, environment }] of own) {
    if (!healthcheck) continue;
    expect([name, healthcheck.test.at(-1)]).toEqual([
      name,
      expect.stringContaining(`http://127.0.0.1:${environment.PORT}/health/ready`),
    ]);
  }
});

test('the door hands on to every gateway, which share its network', () => {
  const door = readFileSync(join(infraFolder, 'door', 'Caddyfile'), 'utf8');
  const gateways = own.filter(([name]) => name.startsWith('gateway-'));
  const addresses = gateways.map(([, { environment: it }]) => `${it.HOST}:${it.PORT}`);
  expect(door).toContain(`reverse_proxy ${addresses.join(' ')} {`);
  for (const [, { network_mode, environment }] of gateways) {
    expect(network_mode).toBe('service:door');
    expect(new URL(environment.ORIGIN ?? '').host).toBe(services.door?.ports[0]?.split(':').slice(0, 2).join(':'));
  }
});

const ScrapeConfig = z.object({
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      static_configs: z.array(
        z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()).optional() }),
      ),
    }),
  ),
});

test('Prometheus looks at every process of ours', () => {
  const text = readFileSync(join(infraFolder, 'prometheus', 'prometheus.yml'), 'utf8');
  const { scrape_configs: jobs } = ScrapeConfig.parse(parse(text));
  const targets = jobs.flatMap((job) => job.static_configs.map((it) => ({ job: job.job_name, ...it })));
  const seen = targets
    .filter(({ job }) => job === 'services' || job === 'gateways')
    .map(({ targets: [target = ''], labels }) => ({ target, labels }));
  const running = own.filter(([, { healthcheck }]) => healthcheck);
  expect(seen).toEqual(
    running.map(([name, { environment, network_mode }]) => ({
      target:
        network_mode === undefined ? `${name}:${environment.PORT}` : `door:4${environment.PORT?.replace('400', '10')}`,
      labels: { service: name.replace(/-\d+$/, ''), replica: name },
    })),
  );
  const door = readFileSync(join(infraFolder, 'door', 'Caddyfile'), 'utf8');
  for (const { target } of seen.filter((it) => it.target.startsWith('door:'))) {
    expect(door).toContain(`\n${target.replace('door', '')} {`);
  }
});

test('one broker, or three that know each other and hold three copies', () => {
  expect(brokersOf({})).toEqual([{ id: '1', at: 'kafka-1:9092' }]);
  const three = variablesOf('three-brokers.env');
  const brokers = brokersOf(three);
  expect(brokers.map(({ at }) => at).join(',')).toBe(three.KAFKA_BROKERS);
  expect(three.KAFKA_VOTERS).toBe(brokers.map(({ id }) => `${id}@kafka-${id}:9093`).join(','));
  expect(three.TOPIC_REPLICAS).toBe('3');
  const known = new Set([...listVariables().map(({ name }) => name), 'COMPOSE_PROFILES']);
  expect(Object.keys(three).filter((it) => !known.has(it))).toEqual([]);
});

/** The settings that a main reads, from the file beside it that says so. */
const settingsOf = async (main: string): Promise<z.ZodObject> => {
  const file = main.replace(/main[.]ts$/, 'config.ts').replace(/fill[.]ts$/, 'fill-config.ts');
  const { Settings, FillSettings } = await import(join(root, file));
  const schema: unknown = Settings ?? FillSettings;
  if (!(schema instanceof z.ZodObject)) throw new Error(`${file} has no Settings.`);
  return schema;
};
