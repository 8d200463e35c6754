import type { Offers } from '@adempauze/contracts';
import {
  alwaysMine,
  inTime,
  type Log,
  machineTimer,
  type Parked,
  startWork,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import {
  createOwnLog,
  diffReadModels,
  type EventStore,
  openReadModel,
  type Position,
  rebuildCopy,
  storeSource,
} from '@adempauze/event-store';
import { type CallContext, type Clock, type Measure, msOf, reject } from '@adempauze/kernel';
import { catalogueProjection, loadCatalogue } from './catalogue/catalogue.ts';
import { createFollowed, followedCalendarsProjection } from './following/followed-calendars.ts';
import type { Calendars } from './following/following.ts';
import { followingCodecs, openFollowing, withFollowing } from './following/wiring.ts';
import { createHandlers } from './handlers.ts';
import { busyTimesOf } from './icalendar/busy-times.ts';
import { createMeasures } from './metrics.ts';
import { occupancyProjection } from './occupancy/occupancy.ts';
import { loadResources } from './occupancy/occupancy-queries.ts';
import { termsFor } from './offer/terms.rules.ts';
import { createQueries } from './queries.ts';
import { supplyHistoryProjection } from './reports/supply-history.ts';
import { heldPlacesOf, keptPlacesOf } from './resource/held-places.ts';
import type { CommandOf } from './resource/resource.commands.ts';
import { createSearchIndex } from './search/search-index.ts';
import { createSending } from './sending.ts';
import { isStoredEvent } from './stored-event.ts';
import { beginSweeper } from './sweeper.ts';

export type OffersDependencies = {
  readonly store: EventStore;
  readonly clock: Clock;
  /** Of the read models; `:memory:` for tests. */
  readonly folder: string;
  readonly sweepEveryMs: number;
  readonly log?: Log;
  /** How calendars of others are read; without it nobody can follow one. */
  readonly calendars?: Calendars;
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

/** A read model that has to be filled from the beginning may take longer; then readiness says so, and it goes on. */
const catchUpWithinMs = 10_000;
/** The longest that a list or a search waits when it was asked to; after that it answers with what there is. */
const listWaitMs = 2000;
const name = 'offers';

/** @throws UnavailableError when the log cannot be reached, and what `openReadModel` throws for a bad folder. */
export const startOffers = async (dependencies: OffersDependencies): Promise<OffersRuntime> => {
  const { store, clock, folder, sweepEveryMs, log, turns = alwaysMine } = dependencies;
  const handlers = createHandlers({ store, clock });
  const index = createSearchIndex({ clock });
  const followed = createFollowed();
  const projections = [catalogueProjection, occupancyProjection, supplyHistoryProjection, followedCalendarsProjection];
  const codecs = { ...handlers.codecs, ...followingCodecs(dependencies.calendars) };
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
      followed.load(db);
    },
    onCommitted(events) {
      for (const event of events) {
        if (isStoredEvent(event)) index.apply(event);
        followed.apply(event);
      }
    },
  });
  const { db } = readModel;
  const ownLog = createOwnLog({ store, categories: Object.keys(codecs), readModel });
  const upTo = async (position: Position | undefined) => {
    if (position !== undefined) await ownLog.waitFor(position, listWaitMs);
  };
  await inTime(machineTimer, catchUpWithinMs, readModel.caughtUp());

  const sending = createSending({ handlers, index, store, clock });
  const { sendToOffer, sendToResource, offerOf, askedOf, placed, asView, changed, done } = sending;

  const kept = async (command: CommandOf<'ExtendHolds'> | CommandOf<'TakePlaces'>, context: CallContext) => {
    const outcome = await sendToResource(command.data.resourceId, command, context);
    return outcome.accepted ? { ...outcome, value: keptPlacesOf(command, outcome.value.state) } : outcome;
  };

  const following = openFollowing(dependencies.calendars, {
    ...{ store, db, clock, log, isFollowed: followed.has },
    findResource: async (resourceId) => (await handlers.resources.load(resourceId)).state,
    setBusy: (resourceId, busy, context) =>
      sendToResource(resourceId, { type: 'ReadCalendar', data: { resourceId, busy }, now: clock() }, context),
  });
  const own: Omit<Offers, 'followCalendar' | 'unfollowCalendar' | 'findFollowing'> = {
    ...createQueries({ handlers, sending, index, db, store, clock, upTo }),
    async registerProvider(data, context) {
      const outcome = await handlers.providers.handle(
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
      const providerKnown = (await handlers.providers.load(data.providerId)).exists;
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
    extendHolds: (data, context) => kept({ type: 'ExtendHolds', data, now: clock() }, context),
    takePlace: (data, context) => done({ type: 'TakePlace', data, now: clock() }, context),
    takePlaces: (data, context) => kept({ type: 'TakePlaces', data, now: clock() }, context),
    releasePlace: (data, context) => done({ type: 'ReleasePlace', data, now: clock() }, context),
    releasePlaces: (data, context) => done({ type: 'ReleasePlaces', data, now: clock() }, context),
    async askTerms({ offerId, span, ...need }) {
      const { offer, journeyKm } = await askedOf(offerId, need.at);
      if (offer === undefined) return reject('offer-not-found');
      const wish = { ...need, span: { fromMs: msOf(span.from), untilMs: msOf(span.until) }, journeyKm };
      const answer = termsFor(offer, wish, msOf(clock()));
      return answer.accepted ? { accepted: true, position: undefined, value: answer.terms } : answer;
    },
  };

  const api: Offers = { ...own, ...withFollowing(following, own) };

  const work = await startWork({
    ...{ service: name, turns, store, clock },
    begin: () => ({
      sweeper: beginSweeper({ db, everyMs: sweepEveryMs, clock, sending, following, ...(log ? { log } : {}) }),
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
      handlers.forget();
      following?.forget();
    },
    nudge: work.nudge,
    async close() {
      following?.stop();
      await work.close();
      await readModel.close();
    },
  };
};
