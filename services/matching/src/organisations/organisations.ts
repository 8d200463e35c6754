import { ProviderKind } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { decodeIncoming } from '../integration/incoming.ts';

/** Which providers there are and of what kind, to know who may register helpers. */
export const organisationsProjection: Projection<SourceEvent> = {
  name: 'organisations-1',
  tables: 'CREATE TABLE organisations (organisationId TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID',
  project(event) {
    const provider = decodeIncoming('offers.provider-registered.v1', event);
    if (!provider) return undefined;
    return ['INSERT OR REPLACE INTO organisations VALUES (?, ?)', provider.providerId, provider.kind];
  },
};

/** The kind of a provider; undefined when it is not known here (yet). */
export const findOrganisationKind = (db: ReadDatabase, organisationId: string): ProviderKind | undefined =>
  ProviderKind.optional().parse(
    db.first('SELECT kind FROM organisations WHERE organisationId = ?', organisationId)?.kind,
  );

/** How long a provider that is not known yet is waited for: its registration may be on its way to us. */
const waitForProviderMs = 500;

/** Finds the kind of a provider; one that is registered right now is waited for a moment. Undefined: there is none. */
export const createOrganisations = () => {
  const waiting = new Map<string, Set<() => void>>();

  return {
    /** Wakes who waits for a provider that came in. */
    onCommitted(events: readonly SourceEvent[]) {
      if (waiting.size === 0) return;
      for (const event of events) {
        const provider = decodeIncoming('offers.provider-registered.v1', event);
        for (const wake of waiting.get(provider?.providerId ?? '') ?? []) wake();
      }
    },
    async find(db: ReadDatabase, organisationId: string): Promise<ProviderKind | undefined> {
      const known = findOrganisationKind(db, organisationId);
      if (known !== undefined) return known;
      await new Promise<void>((resolve) => {
        const waiters = waiting.get(organisationId) ?? new Set();
        waiting.set(organisationId, waiters);
        const wake = () => {
          clearTimeout(timeout);
          waiters.delete(wake);
          if (waiters.size === 0) waiting.delete(organisationId);
          resolve();
        };
        const timeout = setTimeout(wake, waitForProviderMs);
        waiters.add(wake);
      });
      return findOrganisationKind(db, organisationId);
    },
  };
};
