import { diffReadModels, type EventStore, type Position, type ReadModel, rebuildCopy } from '@adempauze/event-store';
import { UnavailableError } from '@adempauze/kernel';
import type { BookingsRuntime } from './runtime.ts';

const settleTimeoutMs = 30_000;
const mostRounds = 8;

/** Whether all that is in the log now was handled, and whether the read model is what the log makes of it. */
export const createSettling = ({
  store,
  categories,
  readModel,
  readModelOptions,
  waitForOwn,
}: {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly categories: readonly string[];
  readonly readModel: ReadModel;
  readonly readModelOptions: Parameters<typeof rebuildCopy>[0];
  /** Whether the reactor of this replica, if it has one, has come this far within the time. */
  readonly waitForOwn: (position: Position, timeoutMs: number) => Promise<boolean>;
}): Pick<BookingsRuntime, 'settled' | 'rebuildAndCompare'> => {
  /** The end of the log, as far as our own streams go. */
  const head = async (): Promise<Position | undefined> => {
    let [after] = readModel.status().sources.map(({ position }) => position);
    for (;;) {
      const { scannedTo, atEnd } = await store.readAll({ after, categories, maxCount: 1000 });
      if (atEnd) return scannedTo ?? after;
      after = scannedTo;
    }
  };
  /** What is handled can give more to handle: until a round finds nothing new, or nearly where others keep us busy. */
  const settled = async (): Promise<void> => {
    let before: Position | undefined;
    for (let rounds = 0; rounds < mostRounds; rounds += 1) {
      const end = await head();
      if (end === undefined || end === before) return;
      const done = await Promise.all([readModel.waitFor(end, settleTimeoutMs), waitForOwn(end, settleTimeoutMs)]);
      if (done.includes(false)) throw new UnavailableError('Bookings did not settle in time.');
      before = end;
    }
  };
  return {
    settled,
    async rebuildAndCompare(copyFolder) {
      await settled();
      const copy = await rebuildCopy(readModelOptions, copyFolder);
      const end = await head();
      if (end !== undefined) await Promise.all([readModel, copy].map((it) => it.waitFor(end, settleTimeoutMs)));
      const differences = diffReadModels(readModel.db, copy.db);
      await copy.close();
      return differences;
    },
  };
};
