import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { root } from './compose.ts';
import { listContext, readDockerfile, sourcesOf, stagesOf } from './dockerfile.ts';

const instructions = readDockerfile();
const stages = stagesOf(instructions);
const words = (word: string) => instructions.filter((it) => it.word === word).map(({ rest }) => rest);
const context = listContext();

test('it begins from a version that is named in full, the one that this repository runs under', () => {
  const { dependencies } = z
    .object({ dependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  expect(words('FROM').map((it) => it.replace(/ AS .*/, ''))).toEqual([
    `node:${dependencies.node}-slim`,
    `node:${dependencies.node}-slim`,
  ]);
});

test('what runs is nobody with rights: a number, and no root after it', () => {
  const last = stages.at(-1)?.findLast(({ word }) => word === 'USER');
  expect(last?.rest).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
  expect(words('ADD')).toEqual([]);
  expect(words('ENTRYPOINT').every((it) => it.startsWith('['))).toBe(true);
  for (const it of [...words('ENV'), ...words('ARG')]) expect(it).not.toMatch(/KEY|TOKEN|PASSWORD|SECRET/i);
});

test('what it copies is there, and secrets, tests and what was installed here stay out of it', () => {
  for (const instruction of instructions.filter(({ word }) => word === 'COPY')) {
    for (const source of sourcesOf(instruction)) {
      const found = context.some((it) => it === source || it.startsWith(`${source}/`));
      expect([source, found]).toEqual([source, true]);
    }
  }
  const unwanted = [
    '**/*.test.ts',
    '**/*.servers.ts',
    '**/node_modules/**',
    '**/.env*',
    'infra/**',
    'packages/testing/**',
  ];
  expect(context.filter((path) => unwanted.some((it) => matchesGlob(path, it)))).toEqual([]);
});

const Manifest = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

test('every workspace that runs in production is in it, with all that it depends on', () => {
  const manifests = context
    .filter((it) => /^(packages|services)\/[^/]+\/package\.json$/.test(it))
    .map((it) => Manifest.parse(JSON.parse(readFileSync(join(root, it), 'utf8'))));
  const names = new Set(manifests.map(({ name }) => name));
  for (const { name, dependencies } of manifests) {
    const missing = Object.keys(dependencies).filter((it) => it.startsWith('@adempauze/') && !names.has(it));
    expect([name, missing]).toEqual([name, []]);
  }
  for (const service of ['offers', 'bookings', 'matching', 'invoicing', 'gateway', 'standalone']) {
    expect(names).toContain(`@adempauze/${service}`);
  }
});
