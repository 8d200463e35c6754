/** `open`: it is left alone for a while. `half-open`: it is being looked at. Only what is `closed` is called. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Keeps calls away from something that does not answer, and finds out by itself when it does again. */
export type Breaker = {
  readonly state: () => BreakerState;
  /** 0: it may be called. Else until somebody looks again. */
  readonly waitMs: () => number;
  /** How a call went. A success always counts: whoever answers is there. */
  readonly succeeded: () => void;
  readonly failed: () => void;
  /** A call took too long: looks at once whether anybody is there, so that others need not wait as long to find out. */
  readonly suspect: () => void;
  readonly close: () => void;
};

export type BreakerOptions = {
  /** So many failures without a success between them open it. `Infinity`: it never opens. */
  readonly failures: number;
  /** How long it stays open the first time; twice as long each time that nobody was there, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
};

export const usualBreaker: BreakerOptions = { failures: 3, openMs: 500, longestOpenMs: 2000 };

export const createBreaker = (
  { failures, openMs, longestOpenMs }: BreakerOptions,
  {
    nowMs,
    random,
    probe,
    timer,
    onState = () => {},
  }: {
    readonly nowMs: () => number;
    /** Spreads the looks of many callers over a quarter of the time. */
    readonly random: () => number;
    /** Whether somebody is there; answers soon and never throws. No caller waits for it. */
    readonly probe: () => Promise<boolean>;
    /** Does something later; gives what cancels it. */
    readonly timer: (ms: number, work: () => void) => () => void;
    /** Hears of every change. */
    readonly onState?: ((state: BreakerState) => void) | undefined;
  },
): Breaker => {
  let state: BreakerState = 'closed';
  let failuresInARow = 0;
  let openedInARow = 0;
  let openUntilMs = 0;
  let looking = false;
  let cancel = () => {};
  const become = (next: BreakerState): void => {
    if (next === state) return;
    state = next;
    onState(next);
  };
  const open = (): void => {
    const fullMs = Math.min(longestOpenMs, openMs * 2 ** openedInARow);
    const waitMs = fullMs * (1 - random() / 4);
    openedInARow += 1;
    openUntilMs = nowMs() + waitMs;
    become('open');
    cancel();
    cancel = timer(waitMs, () => {
      become('half-open');
      void look();
    });
  };
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const isThere = await probe();
    looking = false;
    if (state === 'half-open' && isThere) {
      // It may be called; but it is not trusted before a call went well.
      failuresInARow = failures - 1;
      become('closed');
    } else if (state === 'half-open' || (state === 'closed' && !isThere)) open();
  };
  return {
    state: () => state,
    waitMs() {
      if (state === 'closed') return 0;
      return state === 'half-open' ? openMs : Math.max(0, openUntilMs - nowMs());
    },
    succeeded() {
      failuresInARow = 0;
      openedInARow = 0;
      cancel();
      become('closed');
    },
    failed() {
      if (state !== 'closed') return; // it went before that was known
      failuresInARow += 1;
      if (failuresInARow >= failures) open();
    },
    suspect() {
      if (state === 'closed' && Number.isFinite(failures)) void look();
    },
    close: () => cancel(),
  };
};
