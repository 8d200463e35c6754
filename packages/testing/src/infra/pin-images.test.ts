import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { infraFolder } from './compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'adempauze-pins-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A `docker` that knows a digest of everything, with the last image that it was asked about in its place. */
const docker = join(folder, 'docker');
const pin = (digit: string): void => {
  writeFileSync(docker, `#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo sha256:${digit.repeat(64)}\n`);
  chmodSync(docker, 0o755);
  const files = ['compose.yaml', 'Dockerfile'].map((it) => join(folder, it));
  execFileSync(process.execPath, [join(infraFolder, 'pin-images.ts'), ...files], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
};
const pinsIn = (file: string) => readFileSync(join(folder, file), 'utf8').match(/:[\w.-]+@sha256:\w+/g) ?? [];

test('every image of others gets the digest of its tag, and a newer one the next time', () => {
  for (const file of ['compose.yaml', 'Dockerfile']) copyFileSync(join(infraFolder, file), join(folder, file));
  pin('a');
  expect(pinsIn('Dockerfile')).toEqual(['a', 'a'].map((it) => expect.stringContaining(it.repeat(64))));
  const compose = pinsIn('compose.yaml');
  expect(compose).toHaveLength(6);
  pin('b');
  expect(pinsIn('compose.yaml')).toEqual(compose.map((it) => it.replaceAll(/a{64}/g, 'b'.repeat(64))));
});
