import { Place, type TimeSpan } from '@adempauze/contracts';
import {
  type CallContext,
  dayOf,
  hourMs,
  type Instant,
  instantOn,
  type Outcome,
  plusDays,
  plusMs,
  type Span,
} from '@adempauze/kernel';
import type { Apis } from './houses.ts';

/* What is not a place in a calendar: files of households, what is offered and at which price, and money. */

/** One scene as one of the worlds has it; ids are the same in all of them. */
export type DeskScene = {
  /** When it began to be set, and the moment of the race. */
  readonly begun: Instant;
  readonly now: Instant;
  readonly id: (...words: readonly string[]) => string;
  /** Turn by turn through the replicas. */
  readonly next: () => Apis;
  readonly newCall: () => CallContext;
  readonly rest: () => Promise<void>;
  /** Where a calendar stands in which these times are taken. */
  readonly addressOf: (busy: readonly TimeSpan[]) => string;
  /** The clock of this world goes on to this moment. */
  readonly passTo: (moment: Instant) => void;
};

export type DeskCommand<Part extends string> = {
  readonly name: string;
  /** What must stand there before. */
  readonly needs: readonly Part[];
  readonly run: (scene: DeskScene, apis: Apis, call: CallContext) => Promise<Outcome<unknown>>;
  /** What of the answer to a yes is compared; all of it unless told. */
  readonly seen?: (scene: DeskScene, value: unknown) => unknown;
};

/** What belongs together: every command of it meets every other. */
export type Desk<Part extends string = string> = {
  readonly name: string;
  readonly commands: readonly DeskCommand<Part>[];
  /** By the clock of the scene before; a minute later unless told. */
  readonly moments?: (latest: Instant, parts: ReadonlySet<Part>) => Pick<DeskScene, 'begun' | 'now'>;
  readonly prepare: (scene: DeskScene, parts: ReadonlySet<Part>) => Promise<void>;
  /** What stands there, as anybody may ask it. */
  readonly standing: (scene: DeskScene, apis: Apis) => Promise<unknown>;
};

export const rijswijk = Place.parse({ name: 'Rijswijk', municipality: '0603', point: { lat: 52.0367, lon: 4.3257 } });
export const delft = Place.parse({ name: 'Delft', municipality: '0503', point: { lat: 52.0116, lon: 4.3571 } });

/** Hours from the beginning of a scene. */
export const soon = ({ now }: DeskScene, from: number, hours: number): Span => {
  const begin = plusMs(now, from * hourMs);
  return { from: begin, until: plusMs(begin, hours * hourMs) };
};
/** A time of a day, so many days from the beginning of a scene. */
export const on = ({ now }: DeskScene, days: number, from: string, until: string): Span => {
  const day = plusDays(dayOf(now), days);
  return { from: instantOn(day, from), until: instantOn(day, until) };
};

/** What has no order of its own: it happened in files beside each other. */
export const inAnyOrder = <T>(all: readonly T[], wordOf: (it: T) => string): T[] =>
  all.toSorted((a, b) => (wordOf(a) < wordOf(b) ? -1 : 1));

/**
 * An answer without what is read from other files than the one that was written, or from the time after: there it may
 * know more than it did when it was decided.
 */
export const without =
  (...fields: readonly string[]) =>
  (_scene: DeskScene, value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field)))
      : value;
