import {
  createReactor,
  createSweeper,
  type EventBus,
  type Inbox,
  type Log,
  type Reactions,
  startWork,
  sweepTogether,
  type Timer,
  type Turns,
  type Work,
} from '@adempauze/event-bus';
import { type EventStore, type ReadModel, storeSource } from '@adempauze/event-store';
import { type Clock, derivedId } from '@adempauze/kernel';
import { dueBookings } from './booking-overview/booking-queries.ts';
import type { Codecs } from './codecs.ts';
import type { Forgetting } from './forgetting/forget-person.ts';
import { incomingTypes } from './integration/incoming.ts';
import type { Sweep } from './processes.ts';
import { createDeadlines } from './promising/deadlines.ts';

/** Name of the reactor, for ever: positions and command ids hang on it. */
const consumer = 'bookings';

/** What one replica at a time does for all: it reacts to what happened here and elsewhere, and minds deadlines. */
export const startShifts = ({
  store,
  bus,
  codecs,
  inbox,
  turns,
  reactions,
  sweeps,
  readModel,
  forgetting,
  deadlines,
  clock,
  log,
  timer,
  sweepEveryMs,
}: {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly codecs: Codecs;
  readonly inbox: Inbox;
  readonly turns: Turns;
  readonly reactions: Reactions;
  readonly sweeps: readonly Sweep[];
  readonly readModel: Pick<ReadModel, 'db'>;
  readonly forgetting: Pick<Forgetting, 'cancel'>;
  readonly deadlines: Omit<Parameters<typeof createDeadlines>[0], 'cancelForgotten' | 'clock'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timer: Timer;
  readonly sweepEveryMs: number;
}): Promise<Work> => {
  const { agreement, booking, household, person, proposal, series, stay, waiting, wish } = codecs;
  const { urgent, fastlane, ending, undo } = codecs;
  const { arrangement, backup, activation } = codecs;
  const own = {
    ...{ arrangement, backup, activation, urgent, fastlane, ending, agreement, booking, household, person },
    ...{ proposal, series, stay, undo, waiting, wish },
  };
  const sources = [
    storeSource({ name: 'bookings-own', store, codecs: own }),
    bus.source({ name: 'bookings-others', types: incomingTypes }),
  ];
  const sweep = (it: Sweep) => createSweeper({ ...it, everyMs: sweepEveryMs, clock, log, timer });
  const act = createDeadlines({
    ...{ ...deadlines, clock },
    cancelForgotten: (bookingId, personId) => {
      const commandId = derivedId('forget-late', bookingId);
      return forgetting.cancel(bookingId, personId, { commandId, correlationId: commandId, actor: 'bookings' });
    },
  });
  // Each shift has parts of its own: what was closed does not begin again.
  const beginSweeper = () =>
    sweepTogether('bookings-deadlines', [
      createSweeper({
        name: 'bookings-deadlines',
        due: (now, limit) => dueBookings(readModel.db, now, limit),
        ...{ act, everyMs: sweepEveryMs, clock, log, timer },
      }),
      ...sweeps.map(sweep),
    ]);
  return startWork({
    ...{ service: 'bookings', turns, store, clock, reacting: { consumer, inbox, sources } },
    begin: () => ({
      reactor: createReactor({ name: consumer, sources, on: reactions, ...{ inbox, clock, log, timer } }),
      sweeper: beginSweeper(),
    }),
  });
};
