import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { redacted, type Sealed, type Vault } from '@adempauze/kernel';
import { KeyNotLoadedError, PersonForgottenError, SealBrokenError } from './errors.ts';
import type { KeyStore, RandomBytes } from './key-store.ts';
import { aes } from './wrap.ts';

/** A vault that can also let go of a person. */
export type ForgettingVault = Vault & {
  /** Deletes the person's key in the key store, and drops it here at once; again is harmless. @throws UnavailableError: ask again. */
  forget(personId: string): Promise<void>;
  /**
   * Drops the person's key here and takes it up no more. For every process that holds a vault and hears that a person
   * was forgotten: one deletes the key, but what others have at hand would go on opening what it sealed.
   */
  drop(personId: string): void;
};

/** Opened keys at hand by default: some 4 MB. */
const defaultCapacity = 20_000;

/**
 * Seals and opens personal values with keys from the store. Sealed is `<personId>.<base64url(iv | ciphertext | tag)>`;
 * person and place are bound in. `open` throws SealBrokenError for what was changed or moved and gives `redacted`
 * where the key is gone; `seal` throws PersonForgottenError for a forgotten person; both throw KeyNotLoadedError
 * without `prepare` or `load` before them.
 *
 * `capacity`: opened keys to keep at hand. The least recently used go, but only after the turn of the event loop in
 * which they came, so that what follows an awaited `prepare` or `load` at once always finds its keys.
 */
export const createVault = (
  keyStore: KeyStore,
  { randomBytes, capacity = defaultCapacity }: { readonly randomBytes: RandomBytes; readonly capacity?: number },
): ForgettingVault => {
  /** In order of use. `undefined` as a value: looked up, and there is no key. */
  const keys = new Map<string, KeyObject | undefined>();
  const forgotten = new Set<string>();
  const nextIv = ivSource(randomBytes);
  let trimPending = false;

  const trim = () => {
    trimPending = false;
    for (const personId of keys.keys()) {
      if (keys.size <= capacity) return;
      keys.delete(personId);
    }
  };
  const keep = (personId: string, key: KeyObject | undefined) => {
    keys.delete(personId);
    keys.set(personId, key);
    if (keys.size <= capacity || trimPending) return;
    trimPending = true;
    setImmediate(trim).unref();
  };
  /** Which of these must be asked for; the others count as used now. */
  const missing = (personIds: readonly string[]): string[] =>
    [...new Set(personIds)].filter((personId) => {
      const key = keys.get(personId);
      if (key) keep(personId, key);
      return !key && !forgotten.has(personId);
    });
  const take = (personIds: readonly string[], found: ReadonlyMap<string, Uint8Array>) => {
    for (const personId of personIds) {
      const key = found.get(personId);
      // Forgotten while the store was answering: the answer is of before.
      keep(personId, key && !forgotten.has(personId) ? createSecretKey(key) : undefined);
    }
  };

  const drop = (personId: string) => {
    forgotten.add(personId);
    keys.delete(personId);
  };

  return {
    async prepare(personIds) {
      for (const personId of personIds) if (forgotten.has(personId)) throw new PersonForgottenError(personId);
      const wanted = missing(personIds);
      if (wanted.length > 0) take(wanted, await keyStore.findOrCreate(wanted));
    },
    async load(personIds) {
      const wanted = missing(personIds);
      if (wanted.length > 0) take(wanted, await keyStore.find(wanted));
    },
    seal(personId, place, value): Sealed {
      const key = keys.get(personId);
      if (!key) throw forgotten.has(personId) ? new PersonForgottenError(personId) : new KeyNotLoadedError('seal');
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError('Only a JSON value can be sealed.');
      const iv = nextIv();
      const cipher = createCipheriv(aes.name, key, iv).setAAD(boundTo(personId, place));
      const ciphertext = cipher.update(text, 'utf8');
      cipher.final(); // gives nothing more in counter mode, but makes the tag
      const bytes = Buffer.concat([iv, ciphertext, cipher.getAuthTag()]);
      return { $sealed: `${personId}.${bytes.toString('base64url')}` };
    },
    open(place, { $sealed }) {
      const personId = personIdOf({ $sealed });
      const key = keys.get(personId);
      if (!key) {
        if (keys.has(personId) || forgotten.has(personId)) return redacted;
        throw new KeyNotLoadedError('open');
      }
      const bytes = Buffer.from($sealed.slice(personId.length + 1), 'base64url');
      if (bytes.length < aes.ivBytes + aes.tagBytes) throw new SealBrokenError(place);
      const tagAt = bytes.length - aes.tagBytes;
      const options = { authTagLength: aes.tagBytes };
      const decipher = createDecipheriv(aes.name, key, bytes.subarray(0, aes.ivBytes), options);
      decipher.setAAD(boundTo(personId, place)).setAuthTag(bytes.subarray(tagAt));
      const text = decipher.update(bytes.subarray(aes.ivBytes, tagAt), undefined, 'utf8');
      try {
        return JSON.parse(text + decipher.final('utf8'));
      } catch (error) {
        throw new SealBrokenError(place, { cause: error });
      }
    },
    async forget(personId) {
      drop(personId);
      await keyStore.forget(personId);
    },
    drop,
  };
};

/** Whose key opens it. Opaque, in the clear, so that the right keys can be loaded first. */
export const personIdOf = ({ $sealed }: Sealed): string => $sealed.slice(0, Math.max(0, $sealed.lastIndexOf('.')));

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';

/** The length first, so that no other pair of person and place gives the same bytes. */
const boundTo = (personId: string, place: string) => Buffer.from(`${personId.length}:${personId}${place}`);

/** One call for many ivs: asking for twelve bytes costs almost as much as asking for twelve thousand. */
const ivSource = (randomBytes: RandomBytes, ivsAtOnce = 512) => {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (): Uint8Array => {
    if (used === pool.length) {
      pool = randomBytes(ivsAtOnce * aes.ivBytes);
      used = 0;
    }
    used += aes.ivBytes;
    return pool.subarray(used - aes.ivBytes, used);
  };
};
