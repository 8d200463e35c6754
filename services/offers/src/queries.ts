import type { Offers } from '@adempauze/contracts';
import type { EventStore, Position, ReadDatabase } from '@adempauze/event-store';
import { type Clock, msOf } from '@adempauze/kernel';
import { listOffers, listProviders } from './catalogue/catalogue.ts';
import { offerViewOf, resourceViewOf } from './catalogue/views.ts';
import type { Handlers } from './handlers.ts';
import { listResources } from './occupancy/occupancy-queries.ts';
import { timelineOf } from './occupancy/timeline.ts';
import { supplyReport } from './reports/supply-report.ts';
import { freeTimesOf } from './search/free-times.ts';
import { createRegionalBeds } from './search/regional-beds.ts';
import { type SearchIndex, timeOf } from './search/search-index.ts';
import { createSeeking } from './search/seek.ts';
import { timesWithin } from './search/times-within.ts';
import type { Sending } from './sending.ts';

export type QueriesDependencies = {
  readonly handlers: Handlers;
  readonly sending: Pick<Sending, 'providerNameOf'>;
  readonly index: SearchIndex;
  readonly db: ReadDatabase;
  readonly store: EventStore;
  readonly clock: Clock;
  /** Waits until the read models have this position, or long enough. */
  readonly upTo: (position: Position | undefined) => Promise<void>;
};

/** What offers answers without changing anything: one thing from its stream, lists and search from what was read. */
export const createQueries = ({ handlers, sending, index, db, store, clock, upTo }: QueriesDependencies) => {
  const { providers, offers, resources } = handlers;
  const { providerNameOf } = sending;
  const seek = createSeeking({ index, clock });
  const regionalBeds = createRegionalBeds({ index, clock });

  return {
    async search(query) {
      // Where one process writes, search knows what a command did before that is answered.
      if (store.writer !== undefined) await upTo(query.waitFor);
      return index.search(query);
    },
    seekRespite: async (query) => seek(query),
    async listSuitable(query) {
      // One that is named is read as it stands: search may be a moment behind in another process.
      const named = query.knowing === undefined ? undefined : await offers.load(query.knowing);
      index.setOffer(named?.state, named?.revision);
      return index.listSuitable(query);
    },
    async listTimesWithin({ offerId, resourceId, ...asked }) {
      const nowMs = msOf(clock());
      const offer = (await offers.load(offerId)).state;
      if (offer === undefined) return [];
      // A resource that is named is read as it stands: search may be a moment behind in another process.
      const named = resourceId === undefined ? undefined : (await resources.load(resourceId)).state;
      const free =
        resourceId === undefined ? index.freeOfOffer(offerId, nowMs) : named ? [freeTimesOf(named, nowMs)] : [];
      return timesWithin(offer, free, { ...asked, nowMs }).map(timeOf);
    },
    listRegionalBeds: async (query) => regionalBeds(query),
    async supplyReport({ waitFor, ...query }) {
      await upTo(waitFor);
      return supplyReport(db, query);
    },
    async findOffer({ offerId }) {
      const { state } = await offers.load(offerId);
      return state && offerViewOf(state, await providerNameOf(state));
    },
    findExclusions: async ({ offerId }) => [...((await offers.load(offerId)).state?.exclusions ?? [])],
    async listOffers(query) {
      await upTo(query.waitFor);
      return listOffers(db, query);
    },
    findProvider: async ({ providerId }) => (await providers.load(providerId)).state,
    async listProviders({ page, waitFor }) {
      await upTo(waitFor);
      return listProviders(db, page);
    },
    async findResource({ resourceId }) {
      const { state } = await resources.load(resourceId);
      return state && resourceViewOf(state, msOf(clock()));
    },
    async findOccupancy({ resourceId, days }) {
      const { state } = await resources.load(resourceId);
      return state && timelineOf(state, days, msOf(clock()));
    },
    async listResources(query) {
      await upTo(query.waitFor);
      const { items, hasMore } = listResources(db, query);
      const nowMs = msOf(clock());
      return { items: items.map(({ cursor, item }) => ({ cursor, item: resourceViewOf(item, nowMs) })), hasMore };
    },
  } satisfies Partial<Offers>;
};
