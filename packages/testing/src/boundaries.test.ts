import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const workspaces = [
  ...['kernel', 'contracts', 'event-store', 'event-bus', 'personal-data', 'places', 'http', 'process'].map(
    (it) => `packages/${it}`,
  ),
  ...['testing', 'scenarios'].map((it) => `packages/${it}`),
  ...['offers', 'bookings', 'gateway', 'standalone'].map((it) => `services/${it}`),
];
const libraries = [
  'zod',
  'express',
  'graphql',
  '@pothos/core',
  'kafkajs',
  '@eventstore/db-client',
  'pg',
  'undici',
  'fast-check',
];
const notListed = 'left-pad';
/** Doors beside the front door, by workspace. */
const sideDoors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'packages/event-store': { './kurrent': './src/kurrent/store.ts' },
  'packages/event-bus': { './kafka': './src/kafka/index.ts', './postgres': './src/postgres/index.ts' },
  'packages/personal-data': { './postgres': './src/postgres-key-store.ts' },
};

/** Each rule, and the files that break it and no other. */
const broken: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'no-circular': { 'services/offers/src/egg.ts': ['./hen.ts'] }, // a circle is reported once, where it starts
  'no-unresolvable': { 'services/offers/src/lost.ts': ['./nowhere.ts', 'no-such-package'] },
  'no-unlisted-dependency': { 'services/offers/src/borrowed.ts': [notListed] },
  'no-deep-import': {
    'services/offers/src/climbing-in.ts': ['../../../packages/kernel/src/index.ts'],
    'services/offers/src/past-the-door.ts': ['@adempauze/kernel/src/index.ts'],
  },
  'services-stay-apart': {
    'services/bookings/src/neighbour.ts': ['@adempauze/offers'],
    'services/gateway/src/shortcut.ts': ['@adempauze/bookings'],
  },
  'packages-know-no-service': {
    'packages/http/src/upside-down.ts': ['@adempauze/bookings'],
    'packages/testing/src/upside-down.ts': ['@adempauze/bookings'],
  },
  'kernel-imports-only-zod': {
    'packages/kernel/src/reading.ts': ['node:fs'],
    'packages/kernel/src/climbing.ts': ['@adempauze/contracts'],
  },
  'contracts-import-only-kernel': {
    'packages/contracts/src/listening.ts': ['node:http'],
    'packages/contracts/src/climbing.ts': ['@adempauze/personal-data'],
  },
  'packages-lean-on-the-core': {
    'packages/event-store/src/sideways.ts': ['@adempauze/event-bus'],
    'packages/places/src/sideways.ts': ['@adempauze/http'],
  },
  'only-the-bus-knows-the-store': { 'packages/personal-data/src/sideways.ts': ['@adempauze/event-store'] },
  'a-service-knows-no-adapters': {
    'services/offers/src/chosen-here.ts': ['@adempauze/process'],
    'services/bookings/src/chosen-here.ts': ['@adempauze/event-store/kurrent', '@adempauze/event-bus/kafka'],
    'services/bookings/src/keys.ts': ['@adempauze/personal-data/postgres', '@adempauze/event-bus/postgres'],
  },
  'testing-is-for-tests': {
    'services/bookings/src/fake-clock.ts': ['@adempauze/testing'],
    'packages/kernel/src/fake-clock.ts': ['@adempauze/testing'],
    'services/standalone/src/story.ts': ['@adempauze/scenarios'],
  },
  'rules-are-pure': {
    'services/bookings/src/booking/random.decider.ts': ['node:crypto'],
    'services/bookings/src/booking/reading.events.ts': ['@adempauze/event-store'],
    'services/bookings/src/booking/wired.decider.ts': ['../service.ts'],
  },
  'kafkajs-in-one-place': { 'services/bookings/src/kafka.ts': ['kafkajs'] },
  'eventstoredb-in-one-place': { 'services/bookings/src/eventstore.ts': ['@eventstore/db-client'] },
  'postgres-in-one-place': {
    'services/bookings/src/tables.ts': ['pg'],
    'packages/event-bus/src/tables.ts': ['pg'],
    'services/gateway/src/tables.ts': ['pg'],
  },
  'undici-in-one-place': { 'services/gateway/src/calls.ts': ['undici'] },
  'express-at-the-doors': { 'services/bookings/src/server.ts': ['express'] },
  'graphql-in-the-gateway': {
    'services/bookings/src/schema.ts': ['@pothos/core'],
    'packages/http/src/schema.ts': ['graphql'],
  },
};

const sound: Readonly<Record<string, readonly string[]>> = {
  'services/offers/src/hen.ts': ['./egg.ts'],
  'packages/kernel/src/ids.ts': ['zod', 'node:crypto'],
  'packages/kernel/src/ids.test.ts': ['./ids.ts', '@adempauze/testing', 'fast-check'],
  'packages/contracts/src/bookings.ts': ['@adempauze/kernel', 'zod'],
  'packages/event-store/src/adapter.ts': ['@adempauze/contracts', '@eventstore/db-client', 'node:sqlite'],
  'packages/event-store/src/event-store-contract.ts': ['@adempauze/testing'],
  'packages/event-bus/src/relay.ts': ['@adempauze/event-store', 'kafkajs'],
  'packages/personal-data/src/keys.ts': ['@adempauze/kernel', 'pg'],
  'packages/event-bus/src/postgres/tables.ts': ['@adempauze/kernel', 'pg'],
  'packages/scenarios/src/story.ts': ['@adempauze/standalone', '@adempauze/bookings', '@adempauze/testing', 'graphql'],
  'packages/process/src/adapters.ts': ['@adempauze/event-store/kurrent', '@adempauze/event-bus/kafka', 'express'],
  'services/bookings/src/main.ts': ['@adempauze/process', './service.ts'],
  'services/bookings/src/config.ts': ['@adempauze/process'],
  'services/bookings/src/service.ts': ['@adempauze/event-store', './booking/booking.decider.ts', 'node:fs'],
  'services/bookings/src/booking/booking.events.ts': ['@adempauze/kernel', 'zod'],
  'services/bookings/src/booking/booking.decider.ts': ['./booking.events.ts', '@adempauze/contracts'],
  'services/gateway/src/schema.ts': ['@pothos/core', 'express'],
  'services/standalone/src/main.ts': ['@adempauze/gateway', '@adempauze/bookings', 'express'],
};

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string() })) }),
  }),
});

let house: string;
let report: z.infer<typeof Report>['summary'];

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
};
const writePackage = (folder: string, manifest: object) => write(`${folder}/package.json`, JSON.stringify(manifest));

beforeAll(() => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'boundaries-')));
  writePackage('.', { private: true, workspaces: ['packages/*', 'services/*'] });
  for (const name of [...libraries, notListed]) {
    writePackage(`node_modules/${name}`, { name, version: '1.0.0', main: './index.js' });
    write(`node_modules/${name}/index.js`, '');
  }
  const dependencies = Object.fromEntries(libraries.map((it) => [it, '1.0.0']));
  mkdirSync(join(house, 'node_modules/@adempauze'));
  for (const folder of workspaces) {
    const name = folder.replace(/^.*\//, '@adempauze/');
    const doors = { '.': './src/index.ts', ...sideDoors[folder] };
    writePackage(folder, { name, type: 'module', exports: doors, dependencies });
    for (const door of Object.values(doors)) write(join(folder, door), 'export {};');
    symlinkSync(join('../..', folder), join(house, 'node_modules', name));
  }
  for (const [path, imports] of [
    ...Object.values(broken).flatMap((it) => Object.entries(it)),
    ...Object.entries(sound),
  ])
    write(path, imports.map((it) => `import '${it}';\n`).join(''));

  const cruiser = join(root, 'node_modules/.bin/depcruise');
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', 'packages', 'services'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8' });
  if (stdout === '') throw new Error(`The cruiser did not run: ${stderr}`);
  report = Report.parse(JSON.parse(stdout)).summary;
});
afterAll(() => rmSync(house, { recursive: true }));

const rulesBrokenBy = (file: string) => [
  ...new Set(report.violations.filter((it) => it.from === file).map((it) => it.rule.name)),
];

test.each(Object.entries(broken))('%s fires where it is broken, and alone', (rule, files) => {
  for (const file of Object.keys(files)) expect({ file, rules: rulesBrokenBy(file) }).toEqual({ file, rules: [rule] });
});

test('every rule has a file that breaks it', () =>
  expect(report.ruleSetUsed.forbidden.map((it) => it.name).sort()).toEqual(Object.keys(broken).sort()));

test('what is allowed passes', () => expect(Object.keys(sound).flatMap(rulesBrokenBy)).toEqual([]));
