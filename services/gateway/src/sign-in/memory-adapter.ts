import type { Adapter, AdapterPayload } from 'oidc-provider';

type Entry = { readonly payload: AdapterPayload; readonly expiresAtMs: number };

const keptEntries = 10_000;

/**
 * Where the embedded sign-in keeps what it has in hand: sessions, codes, interactions. In memory and bounded, which is
 * enough for development: a restart signs nobody out, since access tokens are checked by signature.
 */
export const createMemoryAdapters = (realNowMs: () => number): ((name: string) => Adapter) => {
  const entries = new Map<string, Entry>();
  const read = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key);
    if (!entry || entry.expiresAtMs > realNowMs()) return entry?.payload;
    entries.delete(key);
    return undefined;
  };
  const write = (key: string, payload: AdapterPayload, expiresInSeconds = 3600) => {
    if (entries.size >= keptEntries) for (const oldest of entries.keys().take(100)) entries.delete(oldest);
    entries.set(key, { payload, expiresAtMs: realNowMs() + expiresInSeconds * 1000 });
  };
  const findBy = (name: string, isIt: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const key of entries.keys()) {
      if (!key.startsWith(`${name}:`)) continue;
      const payload = read(key);
      if (payload && isIt(payload)) return payload;
    }
    return undefined;
  };

  return (name) => ({
    async upsert(id, payload, expiresInSeconds) {
      write(`${name}:${id}`, payload, expiresInSeconds);
    },
    async find(id) {
      return read(`${name}:${id}`);
    },
    async findByUid(uid) {
      return findBy(name, (it) => it.uid === uid);
    },
    async findByUserCode(userCode) {
      return findBy(name, (it) => it.userCode === userCode);
    },
    async consume(id) {
      const entry = entries.get(`${name}:${id}`);
      if (entry) entry.payload.consumed = Math.floor(realNowMs() / 1000);
    },
    async destroy(id) {
      entries.delete(`${name}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of [...entries]) if (payload.grantId === grantId) entries.delete(key);
    },
  });
};
