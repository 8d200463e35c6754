import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { simulate } from './simulate.ts';

/* A few weeks of a small town, with faults and crashes. More of them: node packages/scenarios/src/simulation/run.ts */

const fresh = 1 + Math.floor(Math.random() * 1e9);

test.each([114, 501, 504, fresh])(
  'whatever fails, crashes and races, nothing that was promised comes loose: seed %i',
  async (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
    try {
      const { violations, log } = await simulate({ seed, steps: 220, folder, pause });
      expect(violations).toEqual([]);
      expect(log.length).toBeGreaterThan(200);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
