import type { EventSource, EventStore, Position } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { Inbox } from './inbox.ts';
import { createOperatorActions, type OperatorActions } from './operator-actions.ts';
import { handledElsewhere, listParked, type Parked } from './parked.ts';
import { hasReached } from './port.ts';
import type { Reactor } from './reactor.ts';
import type { Sweeper } from './sweeper.ts';
import { machineTimer, type Timer } from './timer.ts';
import type { Turns } from './turns.ts';

/** A replica that does not work asks this often how far the group is. */
const askInboxEveryMs = 100;

/** What a shift runs. Made afresh for each: a reactor begins where the inbox says. */
export type ShiftParts = { readonly reactor?: Reactor; readonly sweeper: Sweeper };

/** The part of a service that only one replica at a time does. */
export type Work = {
  /** Whether this is the replica that does it now. */
  working(): boolean;
  /** Those of the shift under way; undefined while another replica works. */
  reactor(): Reactor | undefined;
  sweeper(): Sweeper | undefined;
  /** The list on every replica; replay and discard only where the work is done. Each is an event in the log first. */
  readonly parked: Parked;
  /** What operators did with parked messages, the latest first. */
  readonly listActions: OperatorActions['list'];
  /**
   * True once everything up to this position was handled, here or in another replica (by what that says in the inbox
   * now and then); false after `timeoutMs`.
   */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** As `waitFor`, of what is done here: true at once while, or as soon as, another replica works. */
  waitForOwn(position: Position, timeoutMs: number): Promise<boolean>;
  /** The clock was moved: sweeps now, where the work is done. */
  nudge(): Promise<void>;
  /** Ends the shift, and lets another replica begin its own. */
  close(): Promise<void>;
};

/** Stands in line for the work of a service, and does it whenever it is this replica's turn. */
export const startWork = async (options: {
  /** Of the turn and of the stream of operators' actions. */
  readonly service: string;
  readonly turns: Turns;
  readonly begin: () => ShiftParts;
  /** Absent for a service that reacts to nothing. `sources` are those of the reactor: their places are in the inbox. */
  readonly reacting?: {
    readonly consumer: string;
    readonly inbox: Inbox;
    readonly sources: readonly Pick<EventSource, 'name' | 'epoch'>[];
  };
  readonly store: Pick<EventStore, 'append' | 'read'>;
  readonly clock: Clock;
  readonly timer?: Timer;
}): Promise<Work> => {
  const { service, turns, begin, reacting, store, clock, timer = machineTimer } = options;
  const actions = createOperatorActions({ service, store, clock });
  let shift: ShiftParts | undefined;

  const end = async ({ reactor, sweeper }: ShiftParts) => {
    await sweeper.close();
    await reactor?.close();
  };
  const held = await turns.hold(service, async () => {
    const begun = begin();
    try {
      await begun.reactor?.start();
    } catch (error) {
      await end(begun);
      throw error;
    }
    begun.sweeper.start();
    shift = begun;
    return {
      async close() {
        shift = undefined;
        await end(begun);
      },
    };
  });

  const working = () => shift !== undefined && held.mine();
  /** As far as the inbox knows, or not while it cannot be asked. */
  const groupReached = async (position: Position): Promise<boolean> => {
    if (!reacting) return true;
    const { consumer, inbox, sources } = reacting;
    const places = sources.map(async ({ name, epoch }) => inbox.positionOf(consumer, name, (await epoch?.()) ?? ''));
    const done = await Promise.all(places).catch(() => [undefined]);
    return done.every((it) => hasReached(it, position));
  };
  const findWaiting = async (id: number) => {
    const message = await reacting?.inbox.findParked(id);
    const waits = message?.status === 'parked' || message?.status === 'replaying';
    return waits && message.consumer === reacting?.consumer ? message : undefined;
  };
  const doors = (): Parked => {
    const parked = working() ? shift?.reactor?.parked : undefined;
    if (parked === undefined) throw handledElsewhere();
    return parked;
  };

  return {
    working,
    reactor: () => shift?.reactor,
    sweeper: () => shift?.sweeper,
    parked: {
      list: async (asked) =>
        reacting ? listParked(reacting.inbox, reacting.consumer, asked) : { items: [], next: undefined },
      async replay(id, by) {
        const message = await findWaiting(id);
        if (!message) return undefined;
        const { replay } = doors();
        await actions.record('ParkedMessageReplayed', message, by, message.reason);
        return replay(id, by);
      },
      async discard(id, by, reason) {
        const message = await findWaiting(id);
        if (message?.status !== 'parked') return false;
        const { discard } = doors();
        await actions.record('ParkedMessageDiscarded', message, by, reason);
        return discard(id, by, reason);
      },
    },
    listActions: actions.list,
    async waitFor(position, timeoutMs) {
      if (!reacting) return true;
      let leftMs = timeoutMs;
      for (;;) {
        if (shift?.reactor) return shift.reactor.waitFor(position, leftMs);
        if (await groupReached(position)) return true;
        if (leftMs <= 0) return false;
        const waitMs = Math.min(askInboxEveryMs, leftMs);
        await new Promise<void>((resolve) => void timer(waitMs, resolve));
        leftMs -= waitMs;
      }
    },
    async waitForOwn(position, timeoutMs) {
      const waited = shift;
      if (!waited?.reactor) return true;
      return (await waited.reactor.waitFor(position, timeoutMs)) || shift !== waited;
    },
    async nudge() {
      await shift?.sweeper.nudge();
    },
    close: () => held.close(),
  };
};
