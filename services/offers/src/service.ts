import type { BookingId, HoldPlace, OfferId, Offers, ResourceId, Terms } from '@adempauze/contracts';
import {
  alwaysMine,
  type Log,
  machineTimer,
  type Parked,
  startWork,
  sweepTogether,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import {
  createCommandHandler,
  createEventCodec,
  createOwnLog,
  diffReadModels,
  type EventStore,
  type Handled,
  openReadModel,
  type Position,
  rebuildCopy,
  storeSource,
} from '@adempauze/event-store';
import { type CallContext, type Clock, type Measure, msOf, type Outcome, reject } from '@adempauze/kernel';
import { travelKm } from '@adempauze/places';
import { catalogueProjection, listOffers, listProviders, loadCatalogue } from './catalogue/catalogue.ts';
import { offerViewOf, resourceViewOf } from './catalogue/views.ts';
import { createFreshness } from './freshness/freshness.ts';
import { createHoldExpiry } from './hold-expiry/hold-expiry.ts';
import { createHorizons } from './horizons/horizons.ts';
import { busyTimesOf } from './icalendar/busy-times.ts';
import { createMeasures } from './metrics.ts';
import { occupancyProjection } from './occupancy/occupancy.ts';
import { listResources, loadResources } from './occupancy/occupancy-queries.ts';
import { timelineOf } from './occupancy/timeline.ts';
import { offerDecider } from './offer/offer.decider.ts';
import { OfferEvent, offerStream } from './offer/offer.events.ts';
import type { Offer } from './offer/offer.state.rules.ts';
import { offerUpcasters } from './offer/offer.upcasters.ts';
import { termsFor } from './offer/terms.rules.ts';
import { providerDecider } from './provider/provider.decider.ts';
import { ProviderEvent, providerStream } from './provider/provider.events.ts';
import { heldPlacesOf } from './resource/held-places.ts';
import type { CommandOf, OfferAsked, ResourceCommand } from './resource/resource.commands.ts';
import { resourceDecider } from './resource/resource.decider.ts';
import { ResourceEvent, resourceStream } from './resource/resource.events.ts';
import { findOccupation, type ResourceState } from './resource/resource.state.rules.ts';
import { resourceUpcasters } from './resource/resource.upcasters.ts';
import { createRegionalBeds } from './search/regional-beds.ts';
import { createSearchIndex } from './search/search-index.ts';
import { createSeeking } from './search/seek.ts';
import { isStoredEvent } from './stored-event.ts';

export type OffersDependencies = {
  readonly store: EventStore;
  readonly clock: Clock;
  /** Of the read models; `:memory:` for tests. */
  readonly folder: string;
  readonly sweepEveryMs: number;
  readonly log?: Log;
  /** Which replica ends the holds that passed; this one unless told. */
  readonly turns?: Turns;
};

export type OffersRuntime = {
  readonly api: Offers;
  /** Nothing: `offers` handles no events of others. */
  readonly parked: Parked;
  /** Whether this replica does what one at a time does for all. */
  working(): boolean;
  /** Nothing, as nothing is parked. */
  listActions: Work['listActions'];
  /** Whether each part is well, for readiness. */
  status(): Record<'readModels' | 'deadlines', { readonly ok: boolean; readonly detail: string }>;
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
  /** True once lists and search have everything up to this position, false after `timeoutMs`. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Once the read models have everything that is in the log now. */
  settled(): Promise<void>;
  /** Fills the read models anew in another folder and compares; empty when all is well. The search index too. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  forgetCaches(): void;
  /** The clock was moved: resolves once what fell due is done: holds ended, stale offers told, rules expanded. */
  nudge(): Promise<void>;
  close(): Promise<void>;
};

type CalendarCommand =
  | 'PublishTimes'
  | 'WithdrawTimes'
  | 'SetCapacity'
  | 'SetAvailability'
  | 'CloseDays'
  | 'ReopenDays'
  | 'ReadCalendar'
  | 'RosterWorker'
  | 'UnrosterWorker';
type PlaceCommand = 'ExtendHold' | 'ExtendHolds' | 'TakePlace' | 'TakePlaces' | 'ReleasePlace' | 'ReleasePlaces';

/** A read model that has to be filled from the beginning may take longer; then readiness says so, and it goes on. */
const catchUpWithinMs = 10_000;
/** The longest that a list or a search waits when it was asked to; after that it answers with what there is. */
const listWaitMs = 2000;
const name = 'offers';

/** @throws UnavailableError when the log cannot be reached, and what `openReadModel` throws for a bad folder. */
export const startOffers = async (dependencies: OffersDependencies): Promise<OffersRuntime> => {
  const { store, clock, folder, sweepEveryMs, log, turns = alwaysMine } = dependencies;
  const codecs = {
    provider: createEventCodec({ schema: ProviderEvent }),
    offer: createEventCodec({ schema: OfferEvent, upcasters: offerUpcasters }),
    resource: createEventCodec({ schema: ResourceEvent, upcasters: resourceUpcasters }),
  };
  const shared = { store, clock };
  const providers = createCommandHandler({
    ...shared,
    decider: providerDecider,
    codec: codecs.provider,
    streamOf: providerStream,
  });
  const offers = createCommandHandler({ ...shared, decider: offerDecider, codec: codecs.offer, streamOf: offerStream });
  const resources = createCommandHandler({
    ...shared,
    decider: resourceDecider,
    codec: codecs.resource,
    streamOf: resourceStream,
  });

  const index = createSearchIndex({ clock });
  const seek = createSeeking({ index, clock });
  const regionalBeds = createRegionalBeds({ index, clock });
  const projections = [catalogueProjection, occupancyProjection];
  const sources = [storeSource({ name, store, codecs })];
  const readModel = await openReadModel({
    folder,
    name,
    projections,
    sources,
    onOpened(db) {
      const catalogue = loadCatalogue(db);
      for (const provider of catalogue.providers) index.setProvider(provider);
      for (const { offer, revision } of catalogue.offers) index.setOffer(offer, revision);
      for (const { resource, revision } of loadResources(db)) index.setResource(resource, revision);
    },
    onCommitted(events) {
      for (const event of events) if (isStoredEvent(event)) index.apply(event);
    },
  });
  const { db } = readModel;
  const ownLog = createOwnLog({ store, categories: Object.keys(codecs), readModel });
  const upTo = async (position: Position | undefined) => {
    if (position !== undefined) await ownLog.waitFor(position, listWaitMs);
  };
  await Promise.race([
    readModel.caughtUp(),
    new Promise<void>((resolve) => void machineTimer(catchUpWithinMs, resolve)),
  ]);

  /** An offer as it stands: where one process writes the index has it, else another may just have withdrawn it. */
  const offerOf = async (offerId: OfferId): Promise<Offer | undefined> => {
    const known = store.writer === undefined ? index.findOffer(offerId) : undefined;
    return known ?? (await offers.load(offerId)).state;
  };
  const providerNameOf = async (offer: Offer) => (await providers.load(offer.providerId)).state?.name ?? '';

  /** Sends to a resource, and has search know what came of it before anybody is answered. */
  const sendToResource = async (
    resourceId: ResourceId,
    command: ResourceCommand,
    context: CallContext,
  ): Promise<Outcome<Handled<ResourceState>>> => {
    const outcome = await resources.handle(resourceId, command, context);
    if (outcome.accepted) index.setResource(outcome.value.state, outcome.value.revision);
    return outcome;
  };
  const sendToOffer = async (offerId: OfferId, command: Parameters<typeof offers.handle>[1], context: CallContext) => {
    const outcome = await offers.handle(offerId, command, context);
    if (!outcome.accepted) return outcome;
    const { state, revision } = outcome.value;
    if (state === undefined) throw new TypeError('A yes about an offer leaves an offer.');
    index.setOffer(state, revision);
    return { ...outcome, value: offerViewOf(state, await providerNameOf(state)) };
  };
  const asView = (outcome: Outcome<Handled<ResourceState>>) => {
    if (!outcome.accepted) return outcome;
    const { state } = outcome.value;
    if (state === undefined) throw new TypeError('A yes about a resource leaves a resource.');
    return { ...outcome, value: resourceViewOf(state, msOf(clock())) };
  };
  const asNothing = (outcome: Outcome<Handled<ResourceState>>): Outcome =>
    outcome.accepted ? { ...outcome, value: undefined } : outcome;

  /** Terms of a hold that is long gone, for a repeat of its command. */
  const termsOfOld = async (resourceId: ResourceId, bookingId: BookingId): Promise<Terms> => {
    const { events } = await store.read(resourceStream(resourceId));
    for (const event of (await codecs.resource.decode(events)).toReversed()) {
      if ('terms' in event.data && event.data.bookingId === bookingId) return event.data.terms;
    }
    throw new TypeError('A hold that was answered with yes stands in the log.');
  };
  const askedOf = async (offerId: OfferId, at: HoldPlace['at']): Promise<OfferAsked> => {
    const offer = await offerOf(offerId);
    return { offer, journeyKm: offer && at && travelKm(offer.place.point, at) };
  };
  /** Sends a command about one booking's place, and answers with its terms. */
  const placed = async (
    command: CommandOf<'HoldPlace'> | CommandOf<'MovePlace'> | CommandOf<'OverrideCapacity'>,
    context: CallContext,
  ): Promise<Outcome<Terms>> => {
    const { resourceId, bookingId } = command.data;
    const outcome = await sendToResource(resourceId, command, context);
    if (!outcome.accepted) return outcome;
    const held = findOccupation(outcome.value.state, bookingId);
    return { ...outcome, value: held?.terms ?? (await termsOfOld(resourceId, bookingId)) };
  };
  const changed = async (command: ResourceCommand & { type: CalendarCommand }, context: CallContext) =>
    asView(await sendToResource(command.data.resourceId, command, context));
  const done = async (command: ResourceCommand & { type: PlaceCommand }, context: CallContext) =>
    asNothing(await sendToResource(command.data.resourceId, command, context));

  const api: Offers = {
    async registerProvider(data, context) {
      const outcome = await providers.handle(
        data.providerId,
        { type: 'RegisterProvider', data, now: clock() },
        context,
      );
      if (!outcome.accepted) return outcome;
      const { state } = outcome.value;
      if (state === undefined) throw new TypeError('A yes about a provider leaves a provider.');
      index.setProvider(state);
      return { ...outcome, value: state };
    },
    async publishOffer(data, context) {
      const providerKnown = (await providers.load(data.providerId)).exists;
      return sendToOffer(data.offerId, { type: 'PublishOffer', data, providerKnown, now: clock() }, context);
    },
    changeOffer: (data, context) => sendToOffer(data.offerId, { type: 'ChangeOffer', data, now: clock() }, context),
    changeTariff: (data, context) => sendToOffer(data.offerId, { type: 'ChangeTariff', data, now: clock() }, context),
    changePayerTariff: (data, context) =>
      sendToOffer(data.offerId, { type: 'ChangePayerTariff', data, now: clock() }, context),
    confirmOffer: (data, context) => sendToOffer(data.offerId, { type: 'ConfirmOffer', data, now: clock() }, context),
    withdrawOffer: (data, context) => sendToOffer(data.offerId, { type: 'WithdrawOffer', data, now: clock() }, context),
    async openResource(data, context) {
      const named = await Promise.all(data.offerIds.map(offerOf));
      const own = named.filter((it) => it !== undefined && it.providerId === data.providerId);
      const command = {
        type: 'OpenResource',
        data,
        offers: own.filter((it) => it !== undefined),
        now: clock(),
      } as const;
      return asView(await sendToResource(data.resourceId, command, context));
    },
    publishTimes: (data, context) => changed({ type: 'PublishTimes', data, now: clock() }, context),
    withdrawTimes: (data, context) => changed({ type: 'WithdrawTimes', data, now: clock() }, context),
    setCapacity: (data, context) => changed({ type: 'SetCapacity', data, now: clock() }, context),
    setAvailability: (data, context) => changed({ type: 'SetAvailability', data, now: clock() }, context),
    closeDays: (data, context) => changed({ type: 'CloseDays', data, now: clock() }, context),
    reopenDays: (data, context) => changed({ type: 'ReopenDays', data, now: clock() }, context),
    rosterWorker: (data, context) => changed({ type: 'RosterWorker', data, now: clock() }, context),
    unrosterWorker: (data, context) => changed({ type: 'UnrosterWorker', data, now: clock() }, context),
    async readCalendar({ resourceId, text }, context) {
      const now = clock();
      const busy = busyTimesOf(text, now);
      if (busy === undefined) return reject('calendar-unreadable');
      return changed({ type: 'ReadCalendar', data: { resourceId, busy }, now }, context);
    },
    holdPlace: async (data, context) =>
      placed({ type: 'HoldPlace', data, ...(await askedOf(data.offerId, data.at)), now: clock() }, context),
    movePlace: async (data, context) =>
      placed({ type: 'MovePlace', data, ...(await askedOf(data.offerId, data.at)), now: clock() }, context),
    overrideCapacity: async (data, context) =>
      placed({ type: 'OverrideCapacity', data, ...(await askedOf(data.offerId, data.at)), now: clock() }, context),
    async holdPlaces(data, context) {
      const offerIds = new Set([data.offerId, ...data.places.flatMap((it) => it.offerId ?? [])]);
      const offers = new Map(
        await Promise.all([...offerIds].map(async (it) => [it, await askedOf(it, data.at)] as const)),
      );
      const command = { type: 'HoldPlaces', data, offers, now: clock() } as const;
      const outcome = await sendToResource(data.resourceId, command, context);
      if (!outcome.accepted) return outcome;
      return { ...outcome, value: heldPlacesOf(command, outcome.value.state) };
    },
    extendHold: (data, context) => done({ type: 'ExtendHold', data, now: clock() }, context),
    extendHolds: (data, context) => done({ type: 'ExtendHolds', data, now: clock() }, context),
    takePlace: (data, context) => done({ type: 'TakePlace', data, now: clock() }, context),
    takePlaces: (data, context) => done({ type: 'TakePlaces', data, now: clock() }, context),
    releasePlace: (data, context) => done({ type: 'ReleasePlace', data, now: clock() }, context),
    releasePlaces: (data, context) => done({ type: 'ReleasePlaces', data, now: clock() }, context),
    async askTerms({ offerId, span, ...need }) {
      const { offer, journeyKm } = await askedOf(offerId, need.at);
      if (offer === undefined) return reject('offer-not-found');
      const wish = { ...need, span: { fromMs: msOf(span.from), untilMs: msOf(span.until) }, journeyKm };
      const answer = termsFor(offer, wish, msOf(clock()));
      return answer.accepted ? { accepted: true, position: undefined, value: answer.terms } : answer;
    },
    async search(query) {
      // Where one process writes, search knows what a command did before that is answered.
      if (store.writer !== undefined) await upTo(query.waitFor);
      return index.search(query);
    },
    seekRespite: async (query) => seek(query),
    listRegionalBeds: async (query) => regionalBeds(query),
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
  };

  const sweeping = { db, everyMs: sweepEveryMs, clock, ...(log ? { log } : {}) };
  const beginSweeper = () =>
    sweepTogether('offers.deadlines', [
      createHoldExpiry({
        ...sweeping,
        async expireHold({ resourceId, bookingId }, context) {
          const command = { type: 'ExpireHold', data: { resourceId, bookingId }, now: clock() } as const;
          await sendToResource(resourceId, command, context);
        },
      }),
      createFreshness({
        ...sweeping,
        async noteStale({ offerId }, context) {
          await sendToOffer(offerId, { type: 'NoteStale', data: { offerId }, now: clock() }, context);
        },
      }),
      createHorizons({
        ...sweeping,
        async extendHorizon({ resourceId }, context) {
          await sendToResource(resourceId, { type: 'ExtendHorizon', data: { resourceId }, now: clock() }, context);
        },
      }),
    ]);
  const work = await startWork({
    ...{ service: name, turns, store, clock },
    begin: () => ({ sweeper: beginSweeper() }),
  });

  const settled = async () => {
    const last = await ownLog.missing();
    if (last !== undefined) await readModel.waitFor(last, 60_000);
  };

  return {
    api,
    parked: work.parked,
    working: work.working,
    listActions: work.listActions,
    status() {
      const { healthy, sources: states, halted } = readModel.status();
      const live = states.every((it) => it.live);
      const sweeps = work.sweeper()?.status();
      const detail = halted ? `halted at ${halted.eventType}` : live ? 'live' : 'catching up';
      return {
        readModels: { ok: healthy && live, detail },
        deadlines: sweeps
          ? { ok: sweeps.failing === 0, detail: `${sweeps.acted} passed, ${sweeps.failing} failing` }
          : { ok: true, detail: 'another replica does this' },
      };
    },
    gauges: createMeasures({ readModel, store, clock }),
    waitFor: ownLog.waitFor,
    settled,
    async rebuildAndCompare(otherFolder) {
      await settled();
      const copy = await rebuildCopy({ name, projections, sources }, otherFolder);
      try {
        return [...diffReadModels(db, copy.db), ...index.differencesFrom(loadResources(copy.db))];
      } finally {
        await copy.close();
      }
    },
    forgetCaches() {
      for (const handler of [providers, offers, resources]) handler.forget();
    },
    nudge: work.nudge,
    async close() {
      await work.close();
      await readModel.close();
    },
  };
};
