import type { BookingId, HoldPlace, OfferId, Offers, ResourceId, Terms } from '@adempauze/contracts';
import {
  alwaysMine,
  type Log,
  machineTimer,
  type Parked,
  startWork,
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
import { createHoldExpiry } from './hold-expiry/hold-expiry.ts';
import { createMeasures } from './metrics.ts';
import { listResources, loadResources, occupancyProjection } from './occupancy/occupancy.ts';
import { offerDecider } from './offer/offer.decider.ts';
import { OfferEvent, offerStream } from './offer/offer.events.ts';
import { type Offer, termsFor } from './offer/terms.rules.ts';
import { providerDecider } from './provider/provider.decider.ts';
import { ProviderEvent, providerStream } from './provider/provider.events.ts';
import {
  findOccupation,
  type ResourceCommand,
  type ResourceState,
  resourceDecider,
} from './resource/resource.decider.ts';
import { ResourceEvent, resourceStream } from './resource/resource.events.ts';
import { createSearchIndex } from './search/search-index.ts';
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
  status(): Record<'readModels' | 'holdExpiry', { readonly ok: boolean; readonly detail: string }>;
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
  /** True once lists and search have everything up to this position, false after `timeoutMs`. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Once the read models have everything that is in the log now. */
  settled(): Promise<void>;
  /** Fills the read models anew in another folder and compares; empty when all is well. The search index too. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  forgetCaches(): void;
  /** The clock was moved: resolves once the holds that passed are ended. */
  nudge(): Promise<void>;
  close(): Promise<void>;
};

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
    offer: createEventCodec({ schema: OfferEvent }),
    resource: createEventCodec({ schema: ResourceEvent }),
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
      if (event.type === 'PlaceHeld' && event.data.bookingId === bookingId) return event.data.terms;
    }
    throw new TypeError('A hold that was answered with yes stands in the log.');
  };
  const journeyKmTo = (offer: Offer | undefined, { at }: Pick<HoldPlace, 'at'>): number | undefined =>
    offer && at && travelKm(offer.place.point, at);

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
    changeTariff: (data, context) => sendToOffer(data.offerId, { type: 'ChangeTariff', data, now: clock() }, context),
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
    publishTimes: async (data, context) =>
      asView(await sendToResource(data.resourceId, { type: 'PublishTimes', data, now: clock() }, context)),
    withdrawTimes: async (data, context) =>
      asView(await sendToResource(data.resourceId, { type: 'WithdrawTimes', data, now: clock() }, context)),
    async holdPlace(data, context) {
      const offer = await offerOf(data.offerId);
      const command = { type: 'HoldPlace', data, offer, journeyKm: journeyKmTo(offer, data), now: clock() } as const;
      const outcome = await sendToResource(data.resourceId, command, context);
      if (!outcome.accepted) return outcome;
      const held = findOccupation(outcome.value.state, data.bookingId);
      return { ...outcome, value: held?.terms ?? (await termsOfOld(data.resourceId, data.bookingId)) };
    },
    extendHold: async (data, context) =>
      asNothing(await sendToResource(data.resourceId, { type: 'ExtendHold', data, now: clock() }, context)),
    takePlace: async (data, context) =>
      asNothing(await sendToResource(data.resourceId, { type: 'TakePlace', data, now: clock() }, context)),
    releasePlace: async (data, context) =>
      asNothing(await sendToResource(data.resourceId, { type: 'ReleasePlace', data, now: clock() }, context)),
    async askTerms(data) {
      const offer = await offerOf(data.offerId);
      if (offer === undefined) return reject('offer-not-found');
      const { conditions, highRiskActs } = data;
      const span = { fromMs: msOf(data.span.from), untilMs: msOf(data.span.until) };
      const wish = { span, conditions, highRiskActs, journeyKm: journeyKmTo(offer, data) };
      const answer = termsFor(offer, wish, msOf(clock()));
      return answer.accepted ? { accepted: true, position: undefined, value: answer.terms } : answer;
    },
    async search(query) {
      // Where one process writes, search knows what a command did before that is answered.
      if (store.writer !== undefined) await upTo(query.waitFor);
      return index.search(query);
    },
    async findOffer({ offerId }) {
      const { state } = await offers.load(offerId);
      return state && offerViewOf(state, await providerNameOf(state));
    },
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
    async listResources(query) {
      await upTo(query.waitFor);
      const { items, hasMore } = listResources(db, query);
      const nowMs = msOf(clock());
      return { items: items.map(({ cursor, item }) => ({ cursor, item: resourceViewOf(item, nowMs) })), hasMore };
    },
  };

  const work = await startWork({
    ...{ service: name, turns, store, clock },
    begin: () => ({
      sweeper: createHoldExpiry({
        db,
        everyMs: sweepEveryMs,
        clock,
        ...(log ? { log } : {}),
        async expireHold({ resourceId, bookingId }, context) {
          const command = { type: 'ExpireHold', data: { resourceId, bookingId }, now: clock() } as const;
          await sendToResource(resourceId, command, context);
        },
      }),
    }),
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
        holdExpiry: sweeps
          ? { ok: sweeps.failing === 0, detail: `${sweeps.acted} holds ended, ${sweeps.failing} failing` }
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
