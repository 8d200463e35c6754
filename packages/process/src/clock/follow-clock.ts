import {
  type EventStore,
  type NewEvent,
  OutcomeUnknownError,
  type Position,
  type RecordedEvent,
  WrongRevisionError,
} from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  ConflictError,
  derivedId,
  event,
  Instant,
  instantFromMs,
  msOf,
} from '@adempauze/kernel';
import { z } from 'zod';

/** Where the time of a demonstration stands in the log, for all its processes. */
export const clockStream = 'clock-demonstration';
const clockCategory = 'clock';

/** The marketplace's time was moved to `at`: the machine's time plus `offsetMs`. The first says where it begins. */
export const ClockMoved = event('ClockMoved', { offsetMs: z.int(), at: Instant });
export type ClockMoved = z.infer<typeof ClockMoved>;

export type FollowedClock = {
  /** Never goes back, whatever the machine's clock does. */
  readonly now: Clock;
  /**
   * Moves the clock of every process, forward only. Gives the place of the move in the log, for `waitFor` elsewhere;
   * undefined when `to` lies before now: nothing was moved.
   * @throws ConflictError when others keep moving it; UnavailableError when the log cannot be reached.
   */
  moveTo(to: Instant, by?: Pick<CallContext, 'actor' | 'correlationId'>): Promise<Position | undefined>;
  /** True once the clock follows the move at this place, false after `timeoutMs`. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** The place of the last move that was taken. */
  position(): Position | undefined;
  status(): { readonly ok: boolean; readonly detail: string };
  close(): Promise<void>;
};

export type FollowClockOptions = {
  readonly store: Pick<EventStore, 'append' | 'read' | 'subscribe'>;
  readonly machineMs: () => number;
  /** Where the clock begins when the log has none yet; now, unless told. Whoever is first decides it for all. */
  readonly startAt?: Instant | undefined;
};

/**
 * The clock of a demonstration, which stands in the log: every process shows the same time, and follows when one of
 * them moves it. Resolves once all moves so far were read, so that nobody serves by another time.
 * @throws UnavailableError when the log cannot be reached.
 */
export const followClock = async ({ store, machineMs, startAt }: FollowClockOptions): Promise<FollowedClock> => {
  let offsetMs: number | undefined;
  let latestMs = Number.NEGATIVE_INFINITY;
  let moved: { readonly revision: number; readonly position: Position } | undefined;
  const waiters = new Set<{ readonly position: Position; readonly reached: () => void }>();

  const nowMs = () => {
    const ms = machineMs() + (offsetMs ?? 0);
    if (ms > latestMs) latestMs = ms;
    return latestMs;
  };
  const take = ({ type, data, revision, position }: RecordedEvent) => {
    const { data: move } = ClockMoved.parse({ type, data });
    if (moved !== undefined && moved.revision >= revision) return;
    moved = { revision, position };
    // Another machine's clock may stand a little elsewhere; whoever hears of a move is at least as far as it says.
    const atLeastMs = offsetMs === undefined ? move.offsetMs : Math.max(offsetMs, msOf(move.at) - machineMs());
    offsetMs = Math.max(atLeastMs, move.offsetMs);
    for (const { position: wanted, reached } of waiters) if (wanted <= position) reached();
  };

  const readLatest = async () => {
    const { events } = await store.read(clockStream, { direction: 'backwards', maxCount: 1 });
    for (const it of events) take(it);
  };
  /** @throws WrongRevisionError when somebody else moved it first. */
  const append = async (atMs: number, by: Pick<CallContext, 'actor' | 'correlationId'>): Promise<Position> => {
    const at = instantFromMs(atMs);
    const data = { offsetMs: atMs - machineMs(), at };
    const expected = moved?.revision ?? 'no_stream';
    const id = derivedId(clockStream, expected, at, data.offsetMs);
    const metadata = { v: 1, at, actor: by.actor, $correlationId: by.correlationId };
    const move: NewEvent = { id, type: 'ClockMoved', data, metadata };
    const { revision, position } = await appendSurely(store, move, expected);
    take({ ...move, stream: clockStream, revision, position });
    return position;
  };

  await readLatest();
  if (moved === undefined) {
    try {
      await append(startAt === undefined ? machineMs() : msOf(startAt), { actor: 'clock', correlationId: clockStream });
    } catch (error) {
      if (!(error instanceof WrongRevisionError)) throw error;
      await readLatest();
    }
  }
  const subscription = store.subscribe({
    after: moved?.position,
    categories: [clockCategory],
    onBatch({ events }) {
      for (const it of events) if (it.stream === clockStream) take(it);
    },
  });

  return {
    now: () => instantFromMs(nowMs()),
    async moveTo(to, by = { actor: 'clock', correlationId: clockStream }) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        await readLatest();
        if (msOf(to) < nowMs()) return undefined;
        try {
          return await append(msOf(to), by);
        } catch (error) {
          if (!(error instanceof WrongRevisionError)) throw error;
        }
      }
      throw new ConflictError('The clock was moved by others at the same moment.');
    },
    waitFor(position, timeoutMs) {
      if (moved !== undefined && moved.position >= position) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (reached: boolean) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(reached);
        };
        const waiter = { position, reached: () => settle(true) };
        const timer = setTimeout(settle, timeoutMs, false);
        waiters.add(waiter);
      });
    },
    position: () => moved?.position,
    status() {
      const { failuresInARow } = subscription.state();
      return failuresInARow === 0
        ? { ok: true, detail: 'follows the log' }
        : { ok: false, detail: `cannot follow the log, ${failuresInARow} times in a row` };
    },
    async close() {
      await subscription.close();
    },
  };
};

const attempts = 5;

/** An unknown outcome is asked for again, by the very same append: it counts once. */
const appendSurely = async (store: Pick<EventStore, 'append'>, move: NewEvent, expected: number | 'no_stream') => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.append(clockStream, [move], { expected });
    } catch (error) {
      if (attempt === attempts || !(error instanceof OutcomeUnknownError)) throw error;
    }
  }
};
