import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedId } from '@adempauze/kernel';
import { type EsdbDouble, startEsdbDouble } from '@adempauze/testing/esdb';
import { afterAll, beforeAll } from '@jest/globals';
import { eventStoreContract } from '../contract.ts';
import { tickingClock } from '../testing.ts';
import { createKurrentEventStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'adempauze-kurrent-'));
let double: EsdbDouble;
let tests = 0;

beforeAll(async () => {
  double = await startEsdbDouble({ file: join(folder, 'log.db') });
});
afterAll(async () => {
  await double.stop();
  rmSync(folder, { recursive: true });
});

// One server for all tests, as a real one would be: each test has a prefix of its own, and never sees the others.
eventStoreContract('kurrent, on the double', async () => {
  tests += 1;
  const open = () =>
    createKurrentEventStore({
      connectionString: double.connectionString,
      prefix: `t${tests}_`,
      clock: tickingClock(),
      newId: () => derivedId('kurrent contract', tests, performance.now()),
      idleMs: 50,
    });
  let store = open();
  return {
    store,
    restart: async () => {
      await store.close();
      await double.restart();
      store = open();
      return store;
    },
    close: () => store.close(),
  };
});
