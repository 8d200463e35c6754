import { describe, expect, test } from '@jest/globals';
import { PersonForgottenError } from './errors.ts';
import type { KeptKey, KeyStore } from './key-store.ts';

/** One place to keep keys in, which may be opened more than once, one after the other or at the same time. */
export type KeyStorePlace = {
  open(masterKey: Uint8Array): Promise<KeyStore>;
  /** Every byte that is kept there now, as a thief of the files would find them; `undefined` where nobody can look. */
  bytes(): Promise<Uint8Array> | undefined;
  remove(): Promise<void>;
};

const masterKey = new Uint8Array(32).fill(7);
const otherMasterKey = new Uint8Array(32).fill(8);

/** What every key store does. `make` gives a new, empty place for each test. */
export const keyStoreContract = (name: string, make: () => Promise<KeyStorePlace>): void => {
  const given = (title: string, story: (store: KeyStore, place: KeyStorePlace) => Promise<void>) =>
    test(title, async () => {
      const place = await make();
      const store = await place.open(masterKey);
      try {
        await story(store, place);
      } finally {
        await store.close();
        await place.remove();
      }
    });

  describe(`key store: ${name}`, () => {
    given('a key is made once, has 32 bytes, and is the same ever after', async (store) => {
      const first = await store.findOrCreate(['anna', 'bram']);
      expect(first.get('anna')).toHaveLength(32);
      expect(first.get('anna')).not.toEqual(first.get('bram'));
      expect(await store.findOrCreate(['bram', 'anna', 'anna'])).toEqual(first);
      expect(await store.find(['anna', 'bram'])).toEqual(first);
      expect(await store.count()).toBe(2);
    });

    given('asked for nothing, it does nothing', async (store) => {
      expect(await store.findOrCreate([])).toEqual(new Map());
      expect(await store.count()).toBe(0);
    });

    given('looking makes no key', async (store) => {
      expect(await store.find(['anna'])).toEqual(new Map());
      expect(await store.count()).toBe(0);
      expect(await store.isForgotten('anna')).toBe(false);
    });

    given('asked many times at once, also from two sides, everybody gets the one key', async (store, place) => {
      const second = await place.open(masterKey);
      const askings = Array.from({ length: 40 }, (_, i) =>
        (i % 2 ? store : second).findOrCreate(['anna', `p${i % 5}`]),
      );
      const keys = (await Promise.all(askings)).map((it) => Buffer.from(it.get('anna') ?? []).toString('hex'));
      await second.close();
      expect(new Set(keys).size).toBe(1);
      expect(await store.count()).toBe(6);
    });

    given('keys are there again after closing and opening', async (store, place) => {
      const before = await store.findOrCreate(['anna']);
      await store.close();
      const again = await place.open(masterKey);
      expect(await again.find(['anna'])).toEqual(before);
      await again.close();
    });

    given('a forgotten person has no key and never gets one again', async (store, place) => {
      await store.findOrCreate(['anna', 'bram']);
      await store.forget('anna');
      expect(await store.isForgotten('anna')).toBe(true);
      expect(await store.find(['anna', 'bram'])).toHaveProperty('size', 1);
      await expect(store.findOrCreate(['anna'])).rejects.toThrow(PersonForgottenError);
      expect(await store.count()).toBe(1);
      await store.close();
      const again = await place.open(masterKey);
      await expect(again.findOrCreate(['anna'])).rejects.toMatchObject({ personId: 'anna' });
      await again.close();
    });

    given('a person without a key can be forgotten too', async (store) => {
      await store.forget('anna');
      await expect(store.findOrCreate(['anna'])).rejects.toThrow(PersonForgottenError);
    });

    given('one forgotten person among others: no key is made for anybody', async (store) => {
      await store.forget('anna');
      await expect(store.findOrCreate(['bram', 'anna', 'chris'])).rejects.toThrow(PersonForgottenError);
      expect(await store.count()).toBe(0);
    });

    given('a refusal does not hurt those who ask in the same moment', async (store) => {
      await store.findOrCreate(['anna']);
      const forgetting = store.forget('anna');
      const [, refused, given] = await Promise.allSettled([
        forgetting,
        store.findOrCreate(['dirk', 'anna']),
        store.findOrCreate(['bram']),
      ]);
      expect(given.status).toBe('fulfilled');
      expect(await store.find(['bram'])).toHaveProperty('size', 1);
      // Whichever came first, afterwards there is no key.
      expect(['fulfilled', 'rejected']).toContain(refused.status);
      expect(await store.find(['anna'])).toEqual(new Map());
    });

    given('forgetting twice, or many at once, is the same as once', async (store) => {
      await store.findOrCreate(['anna', 'bram']);
      await Promise.all([store.forget('anna'), store.forget('anna'), store.forget('bram')]);
      await store.forget('anna');
      expect(await store.count()).toBe(0);
    });

    given('neither a key nor, once forgotten, its wrapping is in any file', async (store, place) => {
      const others = await store.findOrCreate(Array.from({ length: 300 }, (_, i) => `person-${i}`));
      const keys = await store.findOrCreate(['anna']);
      const before = await place.bytes();
      if (before === undefined) return;
      for (const key of [...keys.values(), ...others.values()]) expect(Buffer.from(before).includes(key)).toBe(false);
      const wrapped = bytesAfter(before, 'anna');
      expect(Buffer.from(before).includes(wrapped)).toBe(true);
      await store.forget('anna');
      const after = Buffer.from((await place.bytes()) ?? []);
      expect(after.includes('anna')).toBe(true); // the tombstone
      expect(after.includes(wrapped)).toBe(false);
      expect(await store.find(['person-7'])).toHaveProperty('size', 1);
    });

    given('another master key is refused as soon as there are keys', async (store, place) => {
      await store.findOrCreate(['anna']);
      await store.close();
      await expect(place.open(otherMasterKey)).rejects.toHaveProperty('name', 'StartError');
    });

    given('the master key can be changed; the keys stay', async (store, place) => {
      const before = await store.findOrCreate(['anna', 'bram']);
      await store.forget('bram');
      await store.rotateMaster(otherMasterKey);
      expect((await store.find(['anna'])).get('anna')).toEqual(before.get('anna'));
      await store.close();
      await expect(place.open(masterKey)).rejects.toHaveProperty('name', 'StartError');
      const again = await place.open(otherMasterKey);
      expect((await again.find(['anna'])).get('anna')).toEqual(before.get('anna'));
      expect(await again.isForgotten('bram')).toBe(true);
      await again.close();
    });

    describe('moving to another store', () => {
      const readAll = async (store: KeyStore) => {
        const kept: KeptKey[] = [];
        for (;;) {
          const page = await store.list({ after: kept.at(-1)?.personId, maxCount: 2 });
          if (page.length === 0) return kept;
          kept.push(...page);
        }
      };
      const other = async (story: (store: KeyStore) => Promise<void>) => {
        const place = await make();
        const store = await place.open(otherMasterKey);
        try {
          await story(store);
        } finally {
          await store.close();
          await place.remove();
        }
      };

      given('everybody comes along, also who is forgotten, under the master key there', async (store) => {
        const keys = await store.findOrCreate(['dora', 'anna', 'chris', 'bram', 'emma']);
        await store.forget('chris');
        const kept = await readAll(store);
        expect(kept.map(({ personId }) => personId)).toEqual(['anna', 'bram', 'chris', 'dora', 'emma']);
        await other(async (there) => {
          await there.takeOver(kept);
          await there.takeOver(kept);
          expect(await readAll(there)).toEqual(kept);
          expect((await there.find(['dora'])).get('dora')).toEqual(keys.get('dora'));
          expect(await there.isForgotten('chris')).toBe(true);
        });
      });

      given('who was forgotten on one side stays so', async (store) => {
        const kept = [...(await store.findOrCreate(['anna', 'bram']))].map(([personId, key]) => ({ personId, key }));
        await other(async (there) => {
          await there.forget('anna');
          await there.takeOver(kept);
          expect(await there.isForgotten('anna')).toBe(true);
          await there.takeOver([{ personId: 'bram', key: 'forgotten' }]);
          expect(await there.isForgotten('bram')).toBe(true);
          expect(await there.count()).toBe(0);
        });
      });

      given('somebody with another key there stops all of it', async (store) => {
        const kept = [...(await store.findOrCreate(['anna', 'bram']))].map(([personId, key]) => ({ personId, key }));
        await other(async (there) => {
          const own = await there.findOrCreate(['bram']);
          await expect(there.takeOver(kept)).rejects.toMatchObject({ name: 'DifferentKeyError', personId: 'bram' });
          expect(await there.find(['anna', 'bram'])).toEqual(own);
        });
      });
    });

    given('closing twice is harmless, and closing waits for what was asked', async (store, place) => {
      const asked = store.findOrCreate(['anna']).catch(() => undefined);
      await store.close();
      await asked;
      await store.close();
      const again = await place.open(masterKey);
      expect(await again.find(['anna'])).toHaveProperty('size', 1);
      await again.close();
    });
  });
};

/** The wrapped key as it stands behind its person's id: an iv, the ciphertext and the tag. */
const bytesAfter = (bytes: Uint8Array, personId: string): Buffer => {
  const at = Buffer.from(bytes).lastIndexOf(personId) + Buffer.byteLength(personId);
  return Buffer.from(bytes.subarray(at, at + 60));
};
