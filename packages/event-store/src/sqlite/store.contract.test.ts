import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '../contract.ts';
import { openTestStore } from '../testing.ts';

eventStoreContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-contract-'));
  const file = join(folder, 'log.db');
  let store = await openTestStore({ file });
  return {
    store,
    restart: async () => {
      await store.close();
      store = await openTestStore({ file });
      return store;
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
