/** What the main thread and the writing thread say to each other. Arrays of plain values, since they are cloned fastest. */

/** `expected` of an append as a number: a revision, or one of these. */
export const noStream = -1;
export const anyRevision = -2;
export const streamExists = -3;

/** Each event takes four texts: id, type, data, metadata. */
export type AppendWork = readonly [kind: 'append', stream: string, expected: number, events: readonly string[]];
export type RetentionWork = readonly [
  kind: 'retention',
  stream: string,
  maxAgeSeconds: number | null,
  maxCount: number | null,
];
export type TombstoneWork = readonly [kind: 'tombstone', stream: string];
export type CloseWork = readonly [kind: 'close'];
export type Work = AppendWork | RetentionWork | TombstoneWork | CloseWork;

/** One message to the writer. All of it was given in one turn of the event loop, so it has one time. */
export type Turn = { readonly atMs: number; readonly work: readonly Work[] };

/** Three numbers for each piece of work, in the order in which it was given: what became of it, revision, position. */
export const written = 0;
/** The same append was there already. */
export const repeated = 1;
/** Revision: the last one of the stream. */
export const wrongRevision = 2;
export const deleted = 3;
/** The disk failed; nothing of this commit counts. */
export const failed = 4;

export type Answer = { readonly answers: readonly number[]; readonly failure?: string };
export type FromWriter =
  | { readonly opened: { readonly epoch: string; readonly head: number } }
  | { readonly refused: string }
  | { readonly closed: true }
  | Answer;

export type WriterData = {
  readonly file: string;
  /** False for a store that is thrown away when it closes. */
  readonly durable: boolean;
  /** The name of the log, if it has to be made. */
  readonly newEpoch: string;
};
