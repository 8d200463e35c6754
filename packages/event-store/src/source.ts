import type { Position, RecordedEvent, Subscription } from './port.ts';

/**
 * Anything that gives events in an order that can be resumed: our own log by category, or the integration events of
 * others from the bus. Read models and reactors take several sources and keep one position for each.
 */
export type EventSource<E extends SourceEvent = SourceEvent> = {
  /** Names the source in the table of positions; never changes. */
  readonly name: string;
  /** Names the log behind it; when it changes, positions mean nothing any more and the reader begins anew. */
  readonly epoch?: () => Promise<string>;
  subscribe(options: {
    readonly after: Position | undefined;
    readonly onBatch: (batch: { readonly events: readonly E[]; readonly scannedTo: Position }) => unknown;
    readonly onCaughtUp?: () => void;
    readonly onError?: (error: unknown, failuresInARow: number) => void;
  }): Subscription;
};

/** What projections and reactors see of an event, be it our own or another service's. Personal fields are still sealed. */
export type SourceEvent = Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata' | 'position'> & {
  /** The stream of an own event; the aggregate that an integration event speaks of. */
  readonly stream: string;
  readonly revision: number;
};

/** An own event as a projection sees it: lifted to the version of today, personal fields sealed, and where it stands. */
export type Stored<E> = E & Pick<SourceEvent, 'id' | 'metadata' | 'position' | 'stream' | 'revision'>;
