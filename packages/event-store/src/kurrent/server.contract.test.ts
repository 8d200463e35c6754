import { findKurrentServer, removeStreams } from '@adempauze/testing/esdb-server';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventStoreContract } from '../contract.ts';
import { openStore } from './kurrent.fixtures.ts';

// The same suite on a server that is not ours: the one that KURRENTDB_URL names, or one in a container.
const server = await findKurrentServer(process.env);
const run = `adempauze_test_${process.pid.toString(36)}${Math.floor(performance.timeOrigin).toString(36)}`;
let tests = 0;

test(
  server.is === 'missing' ? `no real KurrentDB was tried: ${server.why}` : `a real KurrentDB was tried: ${server.what}`,
  () => expect(server.is === 'missing' ? server.why : server.what).not.toBe(''),
);

(server.is === 'missing' ? describe.skip : describe)('a real server', () => {
  const connectionString = server.is === 'missing' ? '' : server.connectionString;
  afterAll(async () => {
    if (server.is === 'missing') return;
    const { removed, left } = await removeStreams(connectionString, `${run}_`);
    await server.stop();
    console.log(`${removed} streams under ${run}_ were tombstoned, ${left} are left.`);
    expect(left).toBe(0);
  }, 120_000);

  eventStoreContract('kurrent, on a real server', async () => {
    tests += 1;
    const prefix = `${run}_${tests}_`;
    const open = () => openStore(connectionString, { prefix, timeoutMs: 5000, idleMs: 200 });
    let store = open();
    return {
      store,
      restart: async () => {
        await store.close();
        store = open();
        return store;
      },
      close: () => store.close(),
    };
  });
});
