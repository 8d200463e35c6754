import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MatchId, Matching } from '@adempauze/contracts';
import {
  alwaysMine,
  createInbox,
  createReactor,
  createSweeper,
  type EventBus,
  type Inbox,
  type Log,
  type Parked,
  startWork,
  type Timer,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import {
  createCommandHandler,
  createOwnLog,
  diffReadModels,
  type EventStore,
  openReadModel,
  type Position,
  rebuildCopy,
  type SourceEvent,
  storeSource,
} from '@adempauze/event-store';
import { type Clock, derivedId, type Measure, UnavailableError } from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import { createPlaces, type Places } from '@adempauze/places';
import { createAnswering } from './answering/answer.ts';
import { createMatchingApi } from './api.ts';
import { createCentres } from './candidates/candidates.ts';
import { familiarFacesProjection } from './familiar-faces/familiar-faces.ts';
import { createHelperCodec } from './helper/helper.codec.ts';
import { helperDecider } from './helper/helper.decider.ts';
import { helperCategory, helperStream } from './helper/helper.events.ts';
import { helperListProjection } from './helper-list/helper-list.ts';
import { decodeIncoming, eventsForPlacement, eventsForReadModel } from './integration/incoming.ts';
import { matchCodec } from './match/match.codec.ts';
import { matchDecider } from './match/match.decider.ts';
import { matchCategory, matchStream } from './match/match.events.ts';
import { listDueMatches, matchQueueProjection } from './match-queue/match-queue.ts';
import { createMeasures } from './metrics.ts';
import { createOrganisations, organisationsProjection } from './organisations/organisations.ts';
import { placementReactions } from './placement/placement.ts';

export type MatchingDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: ForgettingVault;
  readonly clock: Clock;
  /** Of the read model and the inbox; made when it is not there. `:memory:` for tests. */
  readonly folder: string;
  readonly sweepEveryMs: number;
  readonly log?: Log;
  /** Read from the package's own data unless given. */
  readonly places?: Places;
  readonly timer?: Timer;
  /** What was had and parked, where replicas share it; a file in `folder` unless given. Stays open: it is not ours. */
  readonly inbox?: Inbox;
  /** Which replica does the group's work; this one unless told. */
  readonly turns?: Turns;
};

export type MatchingRuntime = {
  readonly api: Matching;
  readonly parked: Parked;
  /** Whether this replica does what one at a time does for all. */
  working(): boolean;
  /** What operators did with parked messages, the latest first. */
  listActions: Work['listActions'];
  /** What readiness asks: each part, whether it is well, and why not. */
  status(): Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
  /** True once the read model has everything up to this position; false after `timeoutMs`. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** For tests and tools: read model, reactor and sweeps have done all there is to do, as of now. @throws UnavailableError after 30 s. */
  settled(): Promise<void>;
  /** What a rebuild of the read model from the log gives differently; nothing may be written meanwhile. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  /** Lets go of decoded state, after a person was forgotten. */
  forgetCaches(): void;
  /** The clock was moved: looks at once for deadlines that passed. */
  nudge(): Promise<void>;
  /** Ends what is under way. Store, bus and vault stay open: they are not ours. */
  close(): Promise<void>;
};

const settleWithinMs = 30_000;
/** Name of the reactor, for ever: positions and command ids hang on it. */
const consumer = 'matching-placement';
/** Of a part that is at work in another replica. */
const elsewhere = { ok: true, detail: 'another replica does this' };

/** Helpers and families brought together: wires streams, read model, reactor and deadlines, and opens the doors. */
export const startMatching = async (dependencies: MatchingDependencies): Promise<MatchingRuntime> => {
  const { store, bus, vault, clock, folder, sweepEveryMs, places = createPlaces(), turns = alwaysMine } = dependencies;
  const optional = {
    ...(dependencies.log === undefined ? {} : { log: dependencies.log }),
    ...(dependencies.timer === undefined ? {} : { timer: dependencies.timer }),
  };
  const helperCodec = createHelperCodec(vault);
  const helpers = createCommandHandler({
    store,
    decider: helperDecider,
    codec: helperCodec,
    streamOf: helperStream,
    clock,
  });
  const matches = createCommandHandler({
    store,
    decider: matchDecider,
    codec: matchCodec,
    streamOf: matchStream,
    clock,
  });
  const answering = createAnswering({ helpers, matches, clock });

  const ownLog = storeSource({
    name: 'matching',
    store,
    codecs: { [helperCategory]: helperCodec, [matchCategory]: matchCodec },
  });
  const others = bus.source({ name: 'matching-read-model', types: eventsForReadModel });
  const organisations = createOrganisations();
  const readModelOptions = {
    name: 'matching',
    projections: [helperListProjection, matchQueueProjection, familiarFacesProjection, organisationsProjection],
    sources: [ownLog, others],
  };
  /** In every replica, whichever of them acts on it: no key and no decoded state stays at hand. */
  const dropForgotten = (events: readonly SourceEvent[]) => {
    for (const event of events) {
      const personId = decodeIncoming('bookings.person-forgotten.v1', event)?.personId;
      if (personId === undefined) continue;
      vault.drop(personId);
      helpers.forget(personId);
    }
  };
  const readModel = await openReadModel({
    ...readModelOptions,
    folder,
    onCommitted(events) {
      dropForgotten(events);
      organisations.onCommitted(events);
    },
  });
  const lists = createOwnLog({ store, categories: [helperCategory, matchCategory], readModel });

  if (folder !== ':memory:') mkdirSync(folder, { recursive: true });
  const inbox =
    dependencies.inbox ?? createInbox({ file: folder === ':memory:' ? undefined : join(folder, 'matching-inbox.db') });
  const sources = [ownLog, bus.source({ name: 'matching-placement', types: eventsForPlacement })];
  const beginPlacement = () =>
    createReactor({
      name: consumer,
      sources,
      inbox,
      clock,
      on: placementReactions({ helpers, matches, answering, readModel, forgetKey: vault.forget, clock }),
      ...optional,
    });
  const beginDeadlines = () =>
    createSweeper<MatchId>({
      name: 'matching-deadlines',
      everyMs: sweepEveryMs,
      due: (now, limit) => listDueMatches(readModel.db, now, limit),
      async act(matchId) {
        const now = clock();
        const commandId = derivedId('matching-deadlines', matchId, now);
        const context = { commandId, correlationId: commandId, actor: 'matching-deadlines' };
        await matches.handle(matchId, { type: 'PassDeadline', data: { matchId }, now }, context);
      },
      clock,
      ...optional,
    });
  const work = await startWork({
    ...{ service: 'matching', turns, store, clock, reacting: { consumer, inbox, sources } },
    begin: () => ({ reactor: beginPlacement(), sweeper: beginDeadlines() }),
  });

  let sweeping: Promise<void> = Promise.resolve();
  let logEnd: Position | undefined;

  /** Where the log ends now; reads only what came since it was asked last. */
  const endOfLog = async (): Promise<Position | undefined> => {
    for (;;) {
      const categories = [helperCategory, matchCategory];
      const { scannedTo, atEnd } = await store.readAll({ after: logEnd, categories, maxCount: 1000 });
      logEnd = scannedTo ?? logEnd;
      if (atEnd) return logEnd;
    }
  };

  return {
    api: createMatchingApi({
      helpers,
      matches,
      answering,
      db: readModel.db,
      waitForLists: lists.waitFor,
      vault,
      clock,
      centreOf: createCentres(places),
      kindOf: (organisationId) => organisations.find(readModel.db, organisationId),
    }),
    parked: work.parked,
    working: work.working,
    listActions: work.listActions,
    status() {
      const model = readModel.status();
      const reactor = work.reactor()?.status();
      const sweeps = work.sweeper()?.status();
      const reasons = reactor?.sources.map(({ halted }) => halted).find((it) => it !== undefined);
      return {
        'matching-read-model': {
          ok: model.healthy && model.sources.every(({ live }) => live),
          detail: model.halted
            ? `stands still at ${model.halted.eventType} ${model.halted.eventId}`
            : `${readModel.lag(clock())} ms behind`,
        },
        'matching-placement': reactor
          ? {
              ok: reasons === undefined && reactor.sources.every(({ live }) => live),
              detail: reasons ?? `${reactor.pending} under way, ${reactor.parked} parked`,
            }
          : elsewhere,
        'matching-deadlines': sweeps
          ? {
              ok: sweeps.failing === 0,
              detail:
                sweeps.failing > 0 ? `${sweeps.failing} failing: ${sweeps.lastFailure}` : `${sweeps.acted} passed`,
            }
          : elsewhere,
      };
    },
    gauges: createMeasures({ readModel, reactor: work.reactor, store, clock }),
    waitFor: lists.waitFor,
    async settled() {
      for (let end: Position | undefined; ; ) {
        await sweeping;
        const now = await endOfLog();
        if (now === undefined || now === end) return;
        end = now;
        const reached = await Promise.all([
          work.waitForOwn(end, settleWithinMs),
          readModel.waitFor(end, settleWithinMs, ownLog.name),
          readModel.waitFor(end, settleWithinMs, others.name),
        ]);
        if (reached.includes(false)) throw new UnavailableError('Matching did not settle in time.');
      }
    },
    async rebuildAndCompare(otherFolder) {
      const copy = await rebuildCopy(readModelOptions, otherFolder);
      const differences = diffReadModels(readModel.db, copy.db);
      await copy.close();
      return differences;
    },
    forgetCaches() {
      helpers.forget();
      matches.forget();
    },
    nudge() {
      sweeping = work.nudge();
      return sweeping;
    },
    async close() {
      await work.close();
      await readModel.close();
      if (!dependencies.inbox) await inbox.close();
    },
  };
};
