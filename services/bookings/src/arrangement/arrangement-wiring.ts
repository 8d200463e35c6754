import { type Bookings, HouseholdId, type Offers } from '@adempauze/contracts';
import type { Log, Reactions } from '@adempauze/event-bus';
import { type CommandHandler, createCommandHandler, type EventStore, type ReadModel } from '@adempauze/event-store';
import { type Clock, dayOf, type Instant, Uuid } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf } from '../calls.ts';
import type { Codecs } from '../codecs.ts';
import type { EndWithCare } from '../ending/ending.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { SeriesState } from '../series/series.decider.ts';
import type { Tasks } from '../task/tasks.ts';
import { tripReactions } from '../trip/following.ts';
import type { UnderWay } from '../under-way.ts';
import { arrangementDecider } from './arrangement.decider.ts';
import { arrangementStream } from './arrangement.events.ts';
import { isGone, isLiving, type Part, partsOf } from './arrangement.state.rules.ts';
import { spanOf } from './arrangement.view.ts';
import { createArrangementApi } from './arrangement-api.ts';
import { listedArrangements } from './arrangement-list.ts';
import { createArrangementProcess, type PartServices } from './arrangement-process.ts';
import type { PartLooks, PartThing } from './part-looks.ts';

/** Far more plans than a household has. */
const mostEnded = 1000;

/** Arrangements and their trips: what the service answers, and what they do when something happens. */
export const createArrangements = ({
  store,
  codecs,
  bookings,
  series,
  services,
  looks,
  briefs,
  offers,
  readModel,
  tasks,
  underWay,
  clock,
  log,
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly series: Pick<CommandHandler<never, SeriesState>, 'load'>;
  readonly services: PartServices & Pick<Bookings, 'cancelBooking'>;
  readonly looks: PartLooks;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly tasks: Pick<Tasks, 'set'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: arrangementDecider, codec: codecs.arrangement, streamOf: arrangementStream },
    cachedStreams: 2000,
  });
  const process = createArrangementProcess({ handler, services, looks, clock, log });
  const goOn: Reactions[string] = async (event, reaction) => {
    const id = String(event.data.arrangementId);
    await underWay.ended(id);
    await process.take(id, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };
  /** A trip that was agreed is gone, and what it is for goes on: somebody has to look for another. */
  const tellOfTrip: Reactions[string] = async (event, reaction) => {
    const id = String(event.data.arrangementId);
    const { state } = await handler.load(id);
    const ids =
      event.type === 'ArrangedPartFellAway'
        ? event.data.wasAgreed === true
          ? [Uuid.parse(event.data.partId)]
          : []
        : [...(state?.parts.values() ?? [])]
            .filter(({ end }) => end === 'could-not-move')
            .map(({ asked }) => asked.partId);
    for (const partId of ids) {
      const part = state?.parts.get(partId);
      const main = part?.asked.tripOf === undefined ? undefined : state?.parts.get(part.asked.tripOf.partId);
      if (main?.stage !== 'agreed') continue;
      const householdId = HouseholdId.parse(event.data.householdId);
      const about = { kind: 'trip-lost' as const, householdId, partOf: { kind: 'arrangement' as const, id } };
      await tasks.set(about, part?.asked.thingId ?? partId, reaction.callFor(`trip-lost-${partId}`));
    }
  };
  const reactions: Reactions = {
    ArrangementPlanned: goOn,
    ArrangedPartsAdded: goOn,
    ArrangedPartsConfirmed: goOn,
    ArrangedPartLost: goOn,
    ArrangedPartsEnded: async (event, reaction) => {
      await goOn(event, reaction);
      await tellOfTrip(event, reaction);
    },
    ArrangedPartFellAway: async (event, reaction) => {
      await goOn(event, reaction);
      await tellOfTrip(event, reaction);
    },
    TripsToMove: goOn,
  };
  const isToCome = (part: Part, thing: PartThing | undefined, from: Instant): boolean => {
    if (thing?.kind === 'series') return thing.view.dates.some(({ span }) => span.from >= from);
    if (thing?.kind === 'stay') return (thing.view.steps.at(-1)?.span.from ?? from) >= from;
    if (thing?.kind === 'booking') return thing.view.span.from >= from;
    return spanOf(part, undefined).until > from;
  };
  /** The care ended: all parts that are to come end with it, and nothing is left to choose. Repeatable. */
  const endWithCare: EndWithCare = async ({ householdId, from, endedAt }, context) => {
    for (const { arrangementId } of listedArrangements(readModel.db, householdId, Number.MAX_SAFE_INTEGER, mostEnded)) {
      const { state } = await handler.load(arrangementId);
      if (state === undefined) continue;
      const partIds: string[] = [];
      for (const part of partsOf(state)) {
        // What was asked for after the care ended is another beginning.
        if (part.askedAt > endedAt || !(isLiving(part) || part.stage === 'refused' || isGone(part))) continue;
        const thing = await looks.find(part.asked.kind, part.asked.thingId);
        if (isToCome(part, thing, from)) partIds.push(part.asked.partId);
      }
      if (partIds.length === 0) continue;
      const command = { type: 'EndParts', partIds, from: dayOf(from), why: 'care-ended', now: clock() } as const;
      await underWay.track(arrangementId, () => process.take(arrangementId, command, callOf(context, arrangementId)));
    }
  };
  return {
    endWithCare,
    api: createArrangementApi({
      ...{ handler, looks, briefs, offers, readModel, clock },
      process: { take: (id, command, context) => underWay.track(id, () => process.take(id, command, context)) },
    }),
    reactions,
    trips: tripReactions({
      ...{ arrangements: handler, process, bookings, series, services, readModel, underWay, clock },
    }),
    forget: () => handler.forget(),
  };
};
