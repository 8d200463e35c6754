import type { Position } from './port.ts';
import type { Projection, Statement } from './projection.ts';
import type { ReadFile } from './read-model-file.ts';
import type { SourceEvent } from './source.ts';

/** The event that stopped a read model, without its data. */
export type FailedEvent = {
  readonly source: string;
  readonly projection: string;
  readonly eventType: string;
  readonly eventId: string;
  readonly position: Position;
  readonly error: string;
};

export type Applier = {
  take(source: string, batch: { readonly events: readonly SourceEvent[]; readonly scannedTo: Position }): void;
  position(source: string): Position | undefined;
  failedEvent(): FailedEvent | undefined;
  /** Stores how far was looked where nothing was found, so that it is not looked at again. */
  keepPositions(): void;
};

/** Positions that moved without an event are stored once in so many batches: to lose one costs nothing but a look. */
const emptyBatchesUnstored = 500;

/** Puts batches of events into the file: rows and position in one transaction, duplicates dropped. */
export const applierOf = ({
  file: { prepare, positions: stored, checkpoints },
  projections,
  onApplied,
  onMoved,
}: {
  readonly file: ReadFile;
  readonly projections: readonly Projection<SourceEvent>[];
  readonly onApplied: (events: readonly SourceEvent[]) => void;
  readonly onMoved: (source: string, position: Position) => void;
}): Applier => {
  const begin = prepare('BEGIN IMMEDIATE');
  const commit = prepare('COMMIT');
  const rollback = prepare('ROLLBACK');
  const movePosition = prepare('UPDATE _positions SET position = ? WHERE source = ? AND position IS ?');
  const readPosition = prepare('SELECT position FROM _positions WHERE source = ?');

  const inFile = new Map(stored);
  const reached = new Map(stored);
  /** As `reached`, once the listener knows: what others may rely on. */
  const announced = new Map(stored);
  let failed: FailedEvent | undefined;
  let emptyBatches = 0;
  let statements = 0;
  /** Committed, but the listener failed on it: told again before anything else. */
  let untold: { readonly source: string; readonly events: readonly SourceEvent[] } | undefined;

  const tell = () => {
    if (untold === undefined) return;
    const { source, events } = untold;
    onApplied(events);
    untold = undefined;
    announce(source);
  };

  const announce = (source: string) => {
    const position = reached.get(source);
    announced.set(source, position);
    if (position !== undefined) onMoved(source, position);
  };

  const inTransaction = (work: () => void) => {
    begin.run();
    try {
      work();
      commit.run();
    } catch (error) {
      rollback.run();
      throw error;
    }
  };

  const move = (source: string, to: Position) => {
    const { changes } = movePosition.run(to, source, inFile.get(source) ?? null);
    if (changes !== 1) throw new MovedElsewhere();
  };

  const project = (source: string, event: SourceEvent) => {
    for (const projection of projections) {
      try {
        run(projection.project(event));
      } catch (error) {
        throw new EventFailed(
          {
            source,
            projection: projection.name,
            eventType: event.type,
            eventId: event.id,
            position: event.position,
            error: String(error),
          },
          error,
        );
      }
    }
  };

  const run = (result: Statement | readonly Statement[] | undefined) => {
    if (result === undefined) return;
    if (isStatement(result)) {
      const [sql, ...parameters] = result;
      prepare(sql).run(...parameters);
      statements += 1;
    } else for (const statement of result) run(statement);
  };

  const apply = (source: string, events: readonly SourceEvent[], to: Position) => {
    let done = 0;
    try {
      inTransaction(() => {
        for (const event of events) {
          project(source, event);
          done += 1;
        }
        move(source, to);
      });
    } catch (error) {
      if (!(error instanceof EventFailed)) throw error;
      // What came before it is good and is kept; the read model stands still in front of the one that failed.
      const last = events[done - 1];
      if (last !== undefined) apply(source, events.slice(0, done), last.position);
      failed = error.event;
      throw error;
    }
    checkpoints.committed(statements);
    statements = 0;
    inFile.set(source, to);
    reached.set(source, to);
    failed = undefined;
    untold = { source, events };
    tell();
  };

  const storeEmpty = (source: string, to: Position) => {
    if (inFile.get(source) === to) return;
    inTransaction(() => move(source, to));
    inFile.set(source, to);
  };

  return {
    take(source, { events, scannedTo }) {
      tell();
      const after = reached.get(source) ?? '';
      const fresh =
        events.length > 0 && (events[0]?.position ?? '') <= after ? events.filter((it) => it.position > after) : events;
      const to = scannedTo > after ? scannedTo : after;
      if (fresh.length === 0) {
        reached.set(source, to);
        emptyBatches += 1;
        if (emptyBatches % emptyBatchesUnstored === 0) storeEmpty(source, to);
        announce(source);
        return;
      }
      try {
        apply(source, fresh, to);
      } catch (error) {
        if (error instanceof MovedElsewhere) {
          const row = readPosition.get(source)?.position;
          const position = typeof row === 'string' ? row : undefined;
          inFile.set(source, position);
          reached.set(source, position);
        }
        throw error;
      }
    },
    position: (source) => announced.get(source),
    failedEvent: () => failed,
    keepPositions() {
      for (const [source, position] of reached) if (position !== undefined) storeEmpty(source, position);
    },
  };
};

const isStatement = (result: Statement | readonly Statement[]): result is Statement => typeof result[0] === 'string';

class EventFailed extends Error {
  override readonly name = 'EventFailed';
  readonly event: FailedEvent;
  constructor(event: FailedEvent, cause: unknown) {
    super(`Projection ${event.projection} cannot take ${event.eventType} ${event.eventId}: ${event.error}`, { cause });
    this.event = event;
  }
}

/** Another process fills the same file and was first; what it has taken is not taken again. */
class MovedElsewhere extends Error {
  override readonly name = 'MovedElsewhere';
}
