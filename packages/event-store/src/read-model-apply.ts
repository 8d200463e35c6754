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
  /** One batch at a time, whatever source it is of: one that comes meanwhile waits. */
  take(source: string, batch: { readonly events: readonly SourceEvent[]; readonly scannedTo: Position }): Promise<void>;
  position(source: string): Position | undefined;
  failedEvent(): FailedEvent | undefined;
  /** Stores how far was looked where nothing was found, so that it is not looked at again. */
  keepPositions(): Promise<void>;
};

/** Positions that moved without an event are stored once in so many batches: to lose one costs nothing but a look. */
const emptyBatchesUnstored = 500;

/** Puts batches of events into the file: rows and position in one transaction, duplicates dropped. */
export const applierOf = ({
  file: { writing, positions: stored, checkpoints },
  projections,
  onApplied,
  onMoved,
}: {
  readonly file: Pick<ReadFile, 'writing' | 'positions' | 'checkpoints'>;
  readonly projections: readonly Projection<SourceEvent>[];
  readonly onApplied: (events: readonly SourceEvent[]) => void;
  readonly onMoved: (source: string, position: Position) => void;
}): Applier => {
  const inFile = new Map(stored);
  const reached = new Map(stored);
  /** As `reached`, once the listener knows: what others may rely on. */
  const announced = new Map(stored);
  let failed: FailedEvent | undefined;
  let emptyBatches = 0;
  /** Committed, but the listener failed on it: told again before anything else. */
  let untold: { readonly source: string; readonly events: readonly SourceEvent[] } | undefined;
  /** Asked for, but whoever writes failed: it may be in the file. */
  let unsure: Batch | undefined;

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

  const standAt = (source: string, position: Position | undefined) => {
    inFile.set(source, position);
    reached.set(source, position);
  };

  const write = async (batch: Batch, statements: readonly Statement[]) => {
    const { source, to } = batch;
    unsure = batch;
    const result = await writing.write({ source, from: inFile.get(source), to, statements });
    unsure = undefined;
    return result;
  };

  const moveElsewhere = (source: string, position: Position | undefined, lost: Batch | undefined): never => {
    standAt(source, position);
    // Not by another process: it was written before whoever wrote it failed.
    if (lost?.source === source && lost.to === position) untold = lost;
    throw new MovedElsewhere();
  };

  const apply = async (batch: Batch): Promise<void> => {
    const { source, events, to } = batch;
    const lost = unsure;
    const { statements, owners, fault } = statementsOf(projections, events);
    if (fault !== undefined) return stopAt(batch, fault);
    const result = await write(batch, statements);
    if (result.is === 'refused') {
      const owner = owners[result.statement];
      if (owner === undefined) throw result.error;
      return stopAt(batch, { ...owner, error: result.error });
    }
    if (result.is === 'moved') return moveElsewhere(source, result.position, lost);
    checkpoints.committed(statements.length);
    standAt(source, to);
    failed = undefined;
    untold = batch;
    tell();
  };

  /** What came before it is good and is kept; the read model stands still in front of the one that failed. */
  const stopAt = async ({ source, events }: Batch, { event: index, projection, error }: Fault): Promise<void> => {
    const last = events[index - 1];
    if (last !== undefined) await apply({ source, events: events.slice(0, index), to: last.position });
    const event = events[index];
    if (event === undefined) throw error;
    const { type: eventType, id: eventId, position } = event;
    failed = { source, projection, eventType, eventId, position, error: String(error) };
    throw new EventFailed(failed, error);
  };

  const storeEmpty = async (source: string, to: Position) => {
    if (inFile.get(source) === to) return;
    const lost = unsure;
    const result = await write({ source, events: [], to }, []);
    if (result.is === 'refused') throw result.error;
    if (result.is === 'moved') return moveElsewhere(source, result.position, lost);
    inFile.set(source, to);
  };

  const take: Applier['take'] = async (source, { events, scannedTo }) => {
    tell();
    const after = reached.get(source) ?? '';
    const fresh =
      events.length > 0 && (events[0]?.position ?? '') <= after ? events.filter((it) => it.position > after) : events;
    const to = scannedTo > after ? scannedTo : after;
    if (fresh.length > 0) return apply({ source, events: fresh, to });
    reached.set(source, to);
    emptyBatches += 1;
    if (emptyBatches % emptyBatchesUnstored === 0) await storeEmpty(source, to);
    announce(source);
  };

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work);
    last = done;
    return done;
  };

  return {
    take: (source, batch) => inTurn(() => take(source, batch)),
    position: (source) => announced.get(source),
    failedEvent: () => failed,
    keepPositions: () =>
      inTurn(async () => {
        for (const [source, position] of reached) if (position !== undefined) await storeEmpty(source, position);
      }),
  };
};

type Batch = { readonly source: string; readonly events: readonly SourceEvent[]; readonly to: Position };
/** Which event, by its place in the batch, which projection, and why. */
type Fault = { readonly event: number; readonly projection: string; readonly error: unknown };

/** All that the events ask for, in order, and of which event and projection each statement is. */
const statementsOf = (projections: readonly Projection<SourceEvent>[], events: readonly SourceEvent[]) => {
  const statements: Statement[] = [];
  const owners: Omit<Fault, 'error'>[] = [];
  for (const [event, it] of events.entries()) {
    for (const { name: projection, project } of projections) {
      let result: ReturnType<typeof project>;
      try {
        result = project(it);
      } catch (error) {
        return { statements, owners, fault: { event, projection, error } };
      }
      if (result === undefined) continue;
      const owner = { event, projection };
      for (const statement of isStatement(result) ? [result] : result) {
        statements.push(statement);
        owners.push(owner);
      }
    }
  }
  return { statements, owners, fault: undefined };
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
