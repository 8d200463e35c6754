/**
 * Where the keys of persons are kept, outside the log: one 256-bit key a person, wrapped by the master key. Deleting
 * a key is how a person is forgotten. `key-store-contract.ts` is the proof for every adapter.
 */
export type KeyStore = {
  /**
   * The keys of these persons, made where they were missing, and durable before this resolves. All or nothing.
   * Whoever comes first makes the key; everybody else, in any process, gets the same one.
   * @throws PersonForgottenError when one of them was forgotten: then no key was made for any of them.
   */
  findOrCreate(personIds: readonly string[]): Promise<Keys>;
  /** The keys that there are. Makes none; who has no key is not in the answer. */
  find(personIds: readonly string[]): Promise<Keys>;
  /**
   * Deletes the key for good, from every file that holds it, and leaves a tombstone so that no key is ever made
   * again, also for a person who never had one. May be asked again at any time.
   * @throws UnavailableError when the tombstone stands but the bytes could not be wiped yet: ask again.
   */
  forget(personId: string): Promise<void>;
  isForgotten(personId: string): Promise<boolean>;
  /** Everybody it knows, in the order of their ids, after one of them: for who moves to another store. */
  list(options: { readonly after?: string | undefined; readonly maxCount: number }): Promise<readonly KeptKey[]>;
  /**
   * Takes over what another store kept, wrapped anew; durable before this resolves, and harmless to ask again. Who is
   * forgotten there or here is forgotten here.
   * @throws DifferentKeyError when somebody has another key here; then nothing was taken over.
   */
  takeOver(kept: readonly KeptKey[]): Promise<void>;
  /** How many persons have a key. */
  count(): Promise<number>;
  /** Wraps every key anew. Stop all other processes first: they know the old master key only. */
  rotateMaster(newMasterKey: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

/** One person's key, or that there will never be one again. */
export type KeptKey = { readonly personId: string; readonly key: Uint8Array | 'forgotten' };

export type Keys = ReadonlyMap<string, Uint8Array>;

/** Randomness for keys and initialisation vectors; `randomBytes` of `node:crypto` anywhere but in a simulation. */
export type RandomBytes = (count: number) => Uint8Array;
