import {
  type CallContext,
  type Clock,
  ConflictError,
  type Decider,
  derivedId,
  type Instant,
  type Outcome,
  type Rejection,
  UnavailableError,
} from '@adempauze/kernel';
import { backoffMs, pause } from './backoff.ts';
import type { DomainEvent, EventCodec } from './codec.ts';
import { OutcomeUnknownError, WrongRevisionError } from './errors.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { createLru } from './lru.ts';
import type { AppendResult, EventStore, NewEvent, RecordedEvent, StreamName } from './port.ts';

/** What a handled command leaves: the state of the stream, and its last revision (undefined: no events at all). */
export type Handled<S> = {
  readonly state: S;
  readonly revision: number | undefined;
  /** This command had been handled before; nothing was decided or written now. */
  readonly repeated: boolean;
};

export type Loaded<S> = {
  readonly exists: boolean;
  readonly state: S;
  readonly revision: number | undefined;
  readonly position: string | undefined;
};

export type CommandHandler<C, S> = {
  /**
   * Loads, decides, appends. The same `context.commandId` on the same stream is the same command: a repeat is answered
   * from what was recorded and decides nothing. Commands on one stream wait for each other; whoever loses a race with
   * another process decides again on the new state, three times at most.
   * `ifRevision`: only when the stream is still at this revision.
   * @throws ConflictError, OutcomeUnknownError (safe to send again), UnavailableError, StreamDeletedError.
   */
  handle(
    id: string,
    command: C,
    context: CallContext,
    options?: { readonly ifRevision?: number },
  ): Promise<Outcome<Handled<S>>>;
  /** The state now, or with `asOf` as it was known at that moment. */
  load(id: string, options?: { readonly asOf?: Instant }): Promise<Loaded<S>>;
  /** Lets go of cached state, of one stream or all: after a person was forgotten. */
  forget(id?: string): void;
};

export type CommandHandlerOptions<C, S, E extends DomainEvent, R> = {
  readonly store: Pick<EventStore, 'append' | 'read' | 'writer'>;
  readonly decider: Decider<C, S, E, R>;
  readonly codec: Pick<EventCodec<E>, 'encode' | 'decode'>;
  readonly streamOf: (id: string) => StreamName;
  readonly clock: Clock;
  /** States kept at hand; 10,000 unless told. */
  readonly cachedStreams?: number;
  /** How long the same append is tried again while its outcome is unknown; 30 s unless told. */
  readonly retryForMs?: number;
  readonly random?: () => number;
};

/** A stream as far as it was read: never trusted over the expected revision of an append. */
type Envelope<S> = {
  readonly state: S;
  readonly revision: number | undefined;
  readonly position: string | undefined;
  /** The commands that made it so, the latest last; bounded. */
  readonly commandIds: Set<string>;
  /** How often cached state had been let go of when it was read. */
  readonly since: number;
};

const attempts = 3;
/** Where others write the same streams from processes of their own, nobody waits for his turn; and a state may be old. */
const attemptsAmongWriters = 12;
/** A repeat is known among this many latest commands of a cached stream, and among all of one that is read afresh. */
const rememberedCommands = 512;

export const createCommandHandler = <C, S, E extends DomainEvent, R extends Rejection>({
  store,
  decider,
  codec,
  streamOf,
  clock,
  cachedStreams = 10_000,
  retryForMs = 30_000,
  random = Math.random,
}: CommandHandlerOptions<C, S, E, R>): CommandHandler<C, S> => {
  const cache = createLru<StreamName, Envelope<S>>(cachedStreams);
  const inTurn = createKeyedQueue();
  let lettingsGo = 0;
  /** What was read before cached state was let go of may still name who was forgotten: it is not kept again. */
  const keep = (stream: StreamName, envelope: Envelope<S>): void => {
    if (envelope.since === lettingsGo) cache.set(stream, envelope);
  };
  /**
   * Two processes that get the same command decide it each by its own clock. With the same event ids the store would
   * take the second for a repeat of the first, and its process would go on with a decision that was never written. So
   * each writer has ids of its own: the second is refused, reads again and finds the command.
   */
  const writer = store.writer === undefined ? [] : [store.writer];
  const mostConflicts = store.writer === undefined ? attempts : attemptsAmongWriters;

  const foldOn = async (
    from: Envelope<S> | undefined,
    recorded: readonly RecordedEvent[],
    since: number,
  ): Promise<Envelope<S>> => {
    const commandIds = from?.commandIds ?? new Set<string>();
    let state = from?.state ?? decider.initialState;
    for (const event of await codec.decode(recorded)) state = decider.evolve(state, event);
    for (const { metadata } of recorded) if (metadata.commandId !== undefined) commandIds.add(metadata.commandId);
    const last = recorded.at(-1);
    return {
      state,
      commandIds,
      since,
      revision: last?.revision ?? from?.revision,
      position: last?.position ?? from?.position,
    };
  };

  /** What is cached, brought up to the end of the stream. */
  const refresh = async (stream: StreamName): Promise<Envelope<S>> => {
    const since = lettingsGo;
    const known = cache.get(stream);
    const { events } = await store.read(stream, {
      fromRevision: known?.revision === undefined ? 0 : known.revision + 1,
    });
    if (known !== undefined && events.length === 0) return known;
    const fresh = await foldOn(known, events, since);
    keep(stream, fresh);
    return fresh;
  };

  const appendSurely = async (stream: StreamName, events: readonly NewEvent[], expected: number | 'no_stream') => {
    let outcomeUnknown = false;
    let waitedMs = 0;
    for (let failures = 1; ; failures += 1) {
      try {
        return await store.append(stream, events, { expected });
      } catch (error) {
        outcomeUnknown ||= error instanceof OutcomeUnknownError;
        if (!outcomeUnknown || !(error instanceof UnavailableError)) throw error;
        if (waitedMs >= retryForMs) {
          throw new OutcomeUnknownError(`The outcome of an append to ${stream} stayed unknown.`, 1000, {
            cause: error,
          });
        }
        const ms = backoffMs(failures, { firstMs: 50, mostMs: 2000, random });
        waitedMs += ms;
        await pause(ms).over;
      }
    }
  };

  const answer = (envelope: Envelope<S>, repeated: boolean): Outcome<Handled<S>> => ({
    accepted: true,
    position: envelope.position,
    value: { state: envelope.state, revision: envelope.revision, repeated },
  });

  const decideAndAppend = async (stream: StreamName, command: C, context: CallContext, ifRevision?: number) => {
    let envelope = cache.get(stream);
    let upToDate = envelope === undefined;
    envelope ??= await refresh(stream);
    for (let conflicts = 0; ; ) {
      if (envelope.commandIds.has(context.commandId)) return answer(envelope, true);
      const stale = ifRevision !== undefined && envelope.revision !== ifRevision;
      const decision = stale ? undefined : decider.decide(command, envelope.state);
      if (decision === undefined || !decision.accepted || decision.events.length === 0) {
        // No append will tell whether the cached state is the latest, so it is asked before saying no.
        if (!upToDate) {
          const known: Envelope<S> = envelope;
          envelope = await refresh(stream);
          upToDate = true;
          if (envelope.revision !== known.revision) continue;
        }
        if (decision === undefined)
          throw new WrongRevisionError(stream, ifRevision ?? 0, envelope.revision ?? 'no_stream');
        return decision.accepted
          ? answer(envelope, false)
          : { accepted: false as const, rejection: decision.rejection };
      }
      const events = await encode(stream, decision.events, context);
      let appended: AppendResult;
      try {
        appended = await appendSurely(stream, events, envelope.revision ?? 'no_stream');
      } catch (error) {
        if (!(error instanceof WrongRevisionError)) {
          cache.delete(stream);
          throw error;
        }
        conflicts += 1;
        if (conflicts === mostConflicts) throw lostTooOften(stream, error);
        // The first may only tell that what was cached is old; whoever loses again steps out of the others' way.
        if (conflicts > 1 && store.writer !== undefined) await pause(random() * Math.min(100, 2 ** conflicts)).over;
        envelope = await refresh(stream);
        upToDate = true;
        continue;
      }
      let state = envelope.state;
      for (const event of decision.events) state = decider.evolve(state, event);
      remember(envelope.commandIds, context.commandId);
      const { commandIds, since } = envelope;
      const next = { state, commandIds, since, revision: appended.revision, position: appended.position };
      keep(stream, next);
      return answer(next, false);
    }
  };

  const encode = (stream: StreamName, events: readonly E[], context: CallContext) =>
    codec.encode(stream, events, {
      ids: events.map((_, index) => derivedId(...writer, context.commandId, stream, index)),
      metadata: {
        commandId: context.commandId,
        $correlationId: context.correlationId,
        ...(context.causationId === undefined ? {} : { $causationId: context.causationId }),
        actor: context.actor,
        at: clock(),
      },
    });

  return {
    handle(id, command, context, options) {
      const stream = streamOf(id);
      return inTurn(stream, () => decideAndAppend(stream, command, context, options?.ifRevision));
    },
    async load(id, options) {
      const stream = streamOf(id);
      const asOf = options?.asOf;
      if (asOf !== undefined) {
        const { events } = await store.read(stream);
        const known = events.filter(({ metadata }) => metadata.at <= asOf);
        const { state, revision, position } = await foldOn(undefined, known, lettingsGo);
        return { exists: known.length > 0, state, revision, position };
      }
      const { state, revision, position } = await inTurn(stream, () => refresh(stream));
      return { exists: revision !== undefined, state, revision, position };
    },
    forget(id) {
      if (id === undefined) {
        lettingsGo += 1;
        cache.clear();
        return;
      }
      const stream = streamOf(id);
      cache.delete(stream);
      // A command that is under way on it keeps what it read; that goes once it is done.
      void inTurn(stream, async () => cache.delete(stream));
    },
  };
};

const lostTooOften = (stream: StreamName, cause: unknown) =>
  new ConflictError(`Stream ${stream} kept changing while one command was decided.`, { cause });

const remember = (commandIds: Set<string>, commandId: string): void => {
  commandIds.add(commandId);
  if (commandIds.size <= rememberedCommands) return;
  for (const oldest of commandIds) {
    commandIds.delete(oldest);
    return;
  }
};
