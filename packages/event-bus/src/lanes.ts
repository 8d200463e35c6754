import type { Timer } from './timer.ts';

/** One try. The answer: finished, or how long to wait before the same is tried again. */
export type Task = () => Promise<{ readonly againAfterMs: number } | undefined>;

/**
 * Runs tasks one at a time per key, in order, and several keys side by side. A task that waits for its next try holds
 * back its own key only, and no slot.
 */
export type Lanes = {
  add(key: string, task: Task): void;
  /** Tasks that are not finished. */
  pending(): number;
  /** Resolves once fewer than this many are pending, or at close. */
  roomFor(limit: number): Promise<void>;
  /** Waits, and is cut short by close. */
  pause(delayMs: number): Promise<void>;
  /** Ends tries under way, starts no others. */
  close(): Promise<void>;
  readonly closing: () => boolean;
};

export const createLanes = ({ parallel, timer }: { readonly parallel: number; readonly timer: Timer }): Lanes => {
  const lanes = new Map<string, Task[]>();
  const drives = new Set<Promise<void>>();
  const forSlot: (() => void)[] = [];
  const forRoom = new Set<{ readonly limit: number; readonly go: () => void }>();
  const pauses = new Set<() => void>();
  let free = parallel;
  let pending = 0;
  let closing = false;

  /** Resolves with a slot handed over by whoever ends. */
  const slotHandedOver = () => new Promise<void>((resolve) => forSlot.push(resolve));
  const releaseSlot = () => {
    const next = forSlot.shift();
    if (next) next();
    else free += 1;
  };
  const finished = () => {
    pending -= 1;
    for (const waiting of forRoom) if (pending < waiting.limit) waiting.go();
  };

  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      if (closing) return resolve();
      const end = () => {
        cancel();
        pauses.delete(end);
        resolve();
      };
      const cancel = timer(delayMs, end);
      pauses.add(end);
    });

  const drive = async (key: string, queue: Task[]) => {
    for (let task = queue[0]; task && !closing; task = queue[0]) {
      if (free === 0) await slotHandedOver();
      else free -= 1;
      if (closing) break;
      const answer = await task().finally(releaseSlot);
      if (answer) {
        await pause(answer.againAfterMs);
      } else {
        queue.shift();
        finished();
      }
    }
    lanes.delete(key);
  };

  return {
    add(key, task) {
      if (closing) return;
      pending += 1;
      const queue = lanes.get(key);
      if (queue) {
        queue.push(task);
        return;
      }
      const started = [task];
      lanes.set(key, started);
      const driven = drive(key, started).finally(() => drives.delete(driven));
      drives.add(driven);
    },
    pending: () => pending,
    roomFor(limit) {
      if (pending < limit || closing) return Promise.resolve();
      return new Promise((resolve) => {
        const waiting = {
          limit,
          go() {
            forRoom.delete(waiting);
            resolve();
          },
        };
        forRoom.add(waiting);
      });
    },
    pause,
    async close() {
      closing = true;
      for (const end of pauses) end();
      for (const { go } of forRoom) go();
      for (const go of forSlot.splice(0)) go();
      await Promise.all(drives);
    },
    closing: () => closing,
  };
};
