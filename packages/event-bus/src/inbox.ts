import type { Position, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';

export type ParkedStatus = 'parked' | 'replaying' | 'replayed' | 'discarded';

/** A message that could not be handled, or that waits behind one with the same key. */
export type ParkedMessage = {
  /** Grows with the order of parking, within one inbox. */
  readonly id: number;
  readonly consumer: string;
  readonly source: string;
  /** The subject; later messages of it wait behind this one. */
  readonly key: string;
  /** As it came: personal fields are still sealed. */
  readonly event: SourceEvent;
  /** Scrubbed: the kind of failure and its place, never data. */
  readonly reason: string;
  readonly parkedAt: string;
  /** How often it was tried; 0 for one that only waits behind another. */
  readonly attempts: number;
  readonly status: ParkedStatus;
  /** Who ended it, an opaque account id, when, and why it was discarded. */
  readonly ended: { readonly by: string; readonly at: string; readonly reason: string } | undefined;
};

export type NewParkedMessage = Pick<ParkedMessage, 'consumer' | 'source' | 'key' | 'event' | 'reason' | 'attempts'> & {
  readonly parkedAt: Instant;
};

export type SourcePosition = { readonly source: string; readonly epoch: string; readonly position: Position };

/**
 * What the consumers of one service have had and could not handle. The position of a source is also its high-water
 * mark: every source keeps log order, so whatever stands at or before it was handled, however often it comes again.
 * Replicas of a service may share one; then one of them at a time handles events, see `Turns`.
 * @throws UnavailableError, every door, while the inbox cannot be reached.
 */
export type Inbox = {
  /** `epoch` names the log: a position in another log means nothing, and none is answered. */
  positionOf(consumer: string, source: string, epoch: string): Promise<Position | undefined>;
  /** All or none. Outlives the process; a power cut may take the latest. Within one log a position never goes back. */
  savePositions(consumer: string, positions: readonly SourcePosition[]): Promise<void>;
  /** Durable when it resolves; a message parked before, whatever became of it, is left as it is. */
  park(message: NewParkedMessage): Promise<void>;
  /** Events that were ever parked, whatever became of them: not for the consumer to handle, replay does that. */
  everParked(consumer: string): Promise<string[]>;
  /** Keys with messages that wait. */
  blockedKeys(consumer: string): Promise<string[]>;
  findParked(id: number): Promise<ParkedMessage | undefined>;
  /** In order of parking, which within a key is log order. `after` is an id, exclusive. */
  listParked(options: {
    readonly consumer?: string;
    readonly key?: string;
    readonly statuses?: readonly ParkedStatus[];
    readonly after?: number;
    readonly first: number;
  }): Promise<ParkedMessage[]>;
  /** Messages that wait, of all keys or one. */
  countParked(consumer: string, key?: string): Promise<number>;
  /** Changes what became of it; false when it does not stand at `from` any more. */
  settle(id: number, from: ParkedStatus, to: ParkedStatus, ended?: ParkedMessage['ended']): Promise<boolean>;
  /** Records one more try that failed. */
  failAgain(id: number, reason: string): Promise<void>;
  /** How often the messages of this consumer went back to waiting because the process stopped in a replay. */
  recoverReplaying(consumer: string): Promise<number>;
  close(): Promise<void>;
};
