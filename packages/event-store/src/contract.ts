import { describe, expect, test } from '@jest/globals';
import { describeAppends } from './contract/appends.ts';
import { describeLog } from './contract/log.ts';
import { describeReads } from './contract/reads.ts';
import { eachWithAStore, type StoreUnderTest } from './contract/setting.ts';
import { describeSubscriptions } from './contract/subscriptions.ts';

export type { StoreUnderTest } from './contract/setting.ts';

/**
 * What every adapter of the port must do; a semantic that is not in here must not be relied on. It says nothing of
 * numeric positions, of `any` after a restart, of how many batches there are, or of when exactly one catches up.
 * `makeStore` is called for each test; the store may hold streams of others.
 */
export const eventStoreContract = (name: string, makeStore: () => Promise<StoreUnderTest>): void => {
  describe(`event store contract: ${name}`, () => {
    const setting = eachWithAStore(makeStore);
    describeAppends(setting);
    describeReads(setting);
    describeLog(setting);
    describeSubscriptions(setting);

    test('the epoch stays the same', async () => {
      const first = await setting.store().epoch();
      expect(first).not.toBe('');
      expect(await setting.store().epoch()).toBe(first);
    });
    test('a closed store says that it is not available, and can be closed again', async () => {
      const { store, stream } = setting;
      await store().close();
      await store().close();
      await expect(store().read(stream())).rejects.toMatchObject({ name: 'UnavailableError' });
    });
  });
};
