import type { Timer } from './timer.ts';

/** Saves how far a consumer came, while it goes on: seldom, and one save at a time. */
export type Saves = {
  /** So many events were finished since; none is fine. */
  moved(events: number): void;
  /** Once more, after the one under way; resolves when that has ended. */
  flush(): Promise<void>;
};

export const createSaves = (options: {
  /** Whatever there is to save now. False: it failed, and is tried again after `everyMs`. */
  readonly save: () => Promise<boolean>;
  readonly everyMs: number;
  readonly everyEvents: number;
  readonly timer: Timer;
}): Saves => {
  const { everyMs, everyEvents, timer } = options;
  let unsaved = 0;
  let underWay: Promise<void> | undefined;
  let more = false;
  let cancel: (() => void) | undefined;

  const save = async () => {
    unsaved = 0;
    if (!(await options.save())) cancel ??= timer(everyMs, saveAside);
  };
  const saveAside = () => {
    cancel?.();
    cancel = undefined;
    if (underWay !== undefined) {
      more = true;
      return;
    }
    underWay = save().finally(() => {
      underWay = undefined;
      if (!more) return;
      more = false;
      saveAside();
    });
  };

  return {
    moved(events) {
      unsaved += events;
      if (unsaved >= everyEvents) saveAside();
      else cancel ??= timer(everyMs, saveAside);
    },
    async flush() {
      while (underWay !== undefined) await underWay;
      cancel?.();
      await save();
      cancel?.();
    },
  };
};
