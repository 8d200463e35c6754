/**
 * The event store as the rest of the house sees it. Shaped by KurrentDB's own append rules, which every adapter
 * reproduces: revisions count from 0 without gaps, an append is whole or not at all, and a retry with the same
 * event ids at the same expected revision is answered as the first time was. `contract.ts` is the proof.
 */

/** `category-id`: the category is lower case without a dash, the id is opaque and never says anything of a person. */
export type StreamName = string;
export const streamNamePattern = /^[a-z][a-z0-9_]*-[A-Za-z0-9_.~:-]{1,120}$/;

/** A place in the whole log. Opaque: it may be compared (`<`, text order is log order) and resumed from, nothing else. */
export type Position = string;

/** What the stream must look like for an append: its last revision, or no events at all. `any` is for technical streams. */
export type Expected = number | 'no_stream' | 'stream_exists' | 'any';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** `$correlationId` and `$causationId` are names the server knows too; `v` is the version of the event's shape. */
export type EventMetadata = {
  readonly v: number;
  readonly commandId?: string;
  readonly $correlationId?: string;
  readonly $causationId?: string;
  /** Opaque account id of who did it. */
  readonly actor?: string;
  /** When it was decided by the marketplace's clock, which in a demonstration can stand elsewhere than the machine's. */
  readonly at: string;
};

export type NewEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
};

export type RecordedEvent = NewEvent & {
  readonly stream: StreamName;
  readonly revision: number;
  readonly position: Position;
};

export type AppendResult = {
  /** Revision of the last event of this append. */
  readonly revision: number;
  readonly position: Position;
};

export type ReadOptions = {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive, both ways. Forwards from beyond the end is empty; backwards from beyond the end begins at the last. */
  readonly fromRevision?: number;
  readonly maxCount?: number;
};

export type ReadResult = { readonly exists: boolean; readonly events: readonly RecordedEvent[] };

export type ReadAllOptions = {
  /** Exclusive; absent: from the beginning. */
  readonly after?: Position | undefined;
  /** Only streams of these categories. */
  readonly categories: readonly string[];
  readonly maxCount: number;
};

export type ReadAllResult = {
  readonly events: readonly RecordedEvent[];
  /** How far was looked, matching or not: resume from here. Absent in an empty log. */
  readonly scannedTo: Position | undefined;
  /** True when nothing more stood in the log at the time. */
  readonly atEnd: boolean;
};

export type SubscribeOptions = {
  readonly after?: Position | undefined;
  readonly categories: readonly string[];
  /**
   * Called with one batch at a time, in log order, and awaited. `scannedTo` may move with an empty batch.
   * When it throws, the same batch comes again after a pause; nothing is skipped.
   */
  readonly onBatch: (batch: { readonly events: readonly RecordedEvent[]; readonly scannedTo: Position }) => unknown;
  /** Each time the end of the log is reached after having been behind. */
  readonly onCaughtUp?: () => void;
  /** Each failure of the handler or the link, before the pause. The subscription goes on by itself. */
  readonly onError?: (error: unknown, failuresInARow: number) => void;
  readonly batchSize?: number;
};

export type Subscription = {
  /** Stops after the batch under way; resolves when it has ended. */
  close(): Promise<void>;
  readonly state: () => {
    readonly live: boolean;
    readonly scannedTo: Position | undefined;
    readonly failuresInARow: number;
  };
};

export type EventStore = {
  /**
   * Names this writer where several write through stores of their own: no other has it, and no earlier life of this
   * process. Absent where one process writes. See the command handler.
   */
  readonly writer?: string;
  append(stream: StreamName, events: readonly NewEvent[], options: { expected: Expected }): Promise<AppendResult>;
  read(stream: StreamName, options?: ReadOptions): Promise<ReadResult>;
  readAll(options: ReadAllOptions): Promise<ReadAllResult>;
  subscribe(options: SubscribeOptions): Subscription;
  /** `maxAgeSeconds` and `maxCount` hide old events from readers of the stream; for technical streams. */
  setRetention(stream: StreamName, retention: { maxAgeSeconds?: number; maxCount?: number }): Promise<void>;
  /** Final: the stream can never be read or written again. */
  tombstone(stream: StreamName): Promise<void>;
  /** Names this log; positions of one log mean nothing in another. Changes when a log is restored or copied. */
  epoch(): Promise<string>;
  close(): Promise<void>;
};

export const appendLimits = { bytesPerEvent: 256 * 1024, bytesPerAppend: 1024 * 1024, eventsPerAppend: 500 } as const;
