import type { Instant, Sentence } from '@adempauze/kernel';
import { calendarFrom } from './calendar.ts';
import type { Client, ClientOptions, Session } from './client.ts';
import type { Ids } from './ids.ts';
import { StoryError } from './story-error.ts';
import { nameOf, type Story, type Told, type World } from './world.ts';

/** How a story went. `failure`: the sentence that did not come true. */
export type Played = {
  readonly story: Story;
  readonly told: readonly Told[];
  readonly failure: Sentence | undefined;
  /** The error behind a failure that is no `StoryError`. */
  readonly cause: unknown;
  readonly requests: number;
  readonly ms: number;
  readonly skipped: number;
};

export type Stage = {
  readonly makeClient: (onCall: ClientOptions['onCall']) => Client;
  readonly ids: Ids;
  readonly nowMs: () => number;
  readonly alone: boolean;
  /** The marketplace's time when the curtain opens. */
  readonly begin: Instant;
  /** Moves the marketplace's clock forward to a moment; false when it cannot be moved. */
  readonly moveClock: (to: Instant) => Promise<boolean>;
};

type Paused = { readonly until: Instant; readonly resume: (moved: boolean) => void };

/**
 * Plays stories on one marketplace: each up to where it waits for time to pass, then the clock moves to the earliest
 * moment waited for and that story goes on. So every story finds the days that it needs still ahead, and only one plays
 * at a time. `onPlayed` hears of each story in the order given.
 */
export const playStories = async (
  stories: readonly Story[],
  stage: Stage,
  onPlayed: (played: Played) => void = () => {},
): Promise<Played[]> => {
  const paused: Paused[] = [];
  let halted = () => {};
  const turn = (go: () => void) =>
    new Promise<void>((resolve) => {
      halted = resolve;
      go();
    });
  const pause = (until: Instant) =>
    new Promise<boolean>((resume) => {
      paused.push({ until, resume });
      halted();
    });

  const results = new Map<Story, Played>();
  let announced = 0;
  const announce = () => {
    for (let story = stories[announced]; story; story = stories[announced]) {
      const played = results.get(story);
      if (!played) return;
      announced += 1;
      onPlayed(played);
    }
  };
  for (const story of stories) {
    await turn(() => {
      void playOne(story, stage, pause).then((played) => {
        results.set(story, played);
        announce();
        halted();
      });
    });
  }
  for (let next = takeEarliest(paused); next; next = takeEarliest(paused)) {
    const { until, resume } = next;
    const moved = await stage.moveClock(until);
    await turn(() => resume(moved));
  }
  return stories.flatMap((story) => results.get(story) ?? []);
};

const takeEarliest = (paused: Paused[]): Paused | undefined => {
  paused.sort((a, b) => (a.until < b.until ? -1 : 1));
  return paused.shift();
};

const playOne = async (
  story: Story,
  { makeClient, ids, nowMs, alone, begin }: Stage,
  pause: (until: Instant) => Promise<boolean>,
): Promise<Played> => {
  const told: Told[] = [];
  let requests = 0;
  let ms = 0;
  let skipped = 0;
  const client = makeClient(() => {
    requests += 1;
  });
  const world: World = {
    as: (account): Promise<Session> => client.as(account),
    ids: ids.fork(story.id),
    calendar: calendarFrom(begin),
    alone,
    async step(who, does, act, answer) {
      const begunMs = nowMs();
      const before = requests;
      const result = await act();
      const tookMs = nowMs() - begunMs;
      ms += tookMs;
      told.push({
        kind: 'step',
        who: nameOf(who),
        does,
        answer: answer(result),
        ms: tookMs,
        requests: requests - before,
      });
      return result;
    },
    fact: (nl, en) => {
      told.push({ kind: 'fact', fact: { nl, en } });
    },
    async until(at, what) {
      const moved = await pause(at);
      if (!moved) skipped += 1;
      told.push(moved ? { kind: 'clock', at } : { kind: 'skipped', what });
      return moved;
    },
  };
  const played = (failure: Sentence | undefined, cause: unknown): Played => ({
    ...{ story, told, failure, cause, requests, ms, skipped },
  });
  try {
    await story.play(world);
    return played(undefined, undefined);
  } catch (error) {
    if (error instanceof StoryError) return played(error.sentence, error);
    const text = error instanceof Error ? error.message : String(error);
    return played({ nl: `Er ging iets mis: ${text}`, en: `Something went wrong: ${text}` }, error);
  }
};
