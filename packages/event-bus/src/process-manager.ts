import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, derivedId, type Outcome } from '@adempauze/kernel';
import { ProcessStuckError, UnexpectedRejectionError } from './errors.ts';
import type { Log } from './log.ts';
import { reasonOf } from './reasons.ts';

/** Something that a process has recorded it wants of another, and has no answer to yet. */
export type Ask = {
  /** Unique within the process, and the same each time it is derived: `hold-2` for the second hold, never a new id. */
  readonly id: string;
  /** Where the state remembers it: the correlation id under which a sweep goes on asking. */
  readonly correlationId?: string | undefined;
};

const resumedSideBySide = 8;

export type ProcessManager<C, S> = {
  /**
   * Feeds an input to the process and goes on until nothing is outstanding. The same `context.commandId` again decides
   * nothing and goes on where it stopped. Answers the state at the end, or that the decider refused the input.
   * @throws UnavailableError and ConflictError of whatever was asked, ProcessStuckError, UnexpectedRejectionError.
   */
  take(id: string, input: C, context: CallContext): Promise<Outcome<S>>;
  /**
   * Goes on with processes that went quiet, after a crash or an outage; the ids come from a read model. One that fails
   * does not stop the others.
   */
  resume(ids: Iterable<string>): Promise<{
    /** Nothing is outstanding any more. */
    readonly settled: number;
    readonly failed: readonly { readonly id: string; readonly reason: string }[];
  }>;
};

/**
 * A process manager is a decider too. An input goes through its command handler, and its own stream then remembers
 * what it asks for; only after that is anything asked, with an id derived from the stream and the ask, so that asking
 * again is known by whoever is asked; each answer goes back in as an input. Stopped between any two steps, it goes on
 * from its stream.
 */
export const createProcessManager = <C, S, A extends Ask>(options: {
  /** Who acts, in events and logs. */
  readonly name: string;
  readonly handler: Pick<CommandHandler<C, S>, 'handle' | 'load'>;
  /** What the state still wants, in the order in which to ask it. Pure. */
  readonly asks: (state: S) => readonly A[];
  /** Asks, with the given command id, and turns the answer, a refusal too, into an input. */
  readonly perform: (ask: A, context: CallContext, processId: string) => Promise<C>;
  readonly log?: Log;
}): ProcessManager<C, S> => {
  const { name, handler, asks, perform, log } = options;

  /** Asks what is outstanding until nothing is, and answers the last state and position. */
  const goOn = async (
    id: string,
    from: { state: S; position: string | undefined },
    correlationId: string | undefined,
  ) => {
    let { state, position } = from;
    const answered = new Set<string>();
    for (let [ask] = asks(state); ask !== undefined; [ask] = asks(state)) {
      if (answered.has(ask.id)) throw new ProcessStuckError(`${name}/${id}`, ask.id);
      answered.add(ask.id);
      const context = {
        commandId: derivedId(name, id, ask.id),
        correlationId: correlationId ?? ask.correlationId ?? derivedId(name, id),
        actor: name,
      };
      const input = await perform(ask, context, id);
      const outcome = await handler.handle(id, input, { ...context, commandId: derivedId(name, id, ask.id, 'answer') });
      if (!outcome.accepted) throw new UnexpectedRejectionError(outcome.rejection.code);
      state = outcome.value.state;
      position = outcome.position;
    }
    return { accepted: true as const, position, value: state };
  };

  return {
    async take(id, input, context) {
      const outcome = await handler.handle(id, input, context);
      if (!outcome.accepted) return outcome;
      const { position, value } = outcome;
      return goOn(id, { state: value.state, position }, context.correlationId);
    },
    async resume(ids) {
      const failed: { id: string; reason: string }[] = [];
      let settled = 0;
      const left = new Set(ids).values();
      const work = async () => {
        for (const id of left) {
          try {
            await goOn(id, await handler.load(id), undefined);
            settled += 1;
          } catch (error) {
            const reason = reasonOf(error);
            failed.push({ id, reason });
            log?.warn({ process: name, id, reason }, 'a process could not go on');
          }
        }
      };
      await Promise.all(Array.from({ length: resumedSideBySide }, work));
      return { settled, failed };
    },
  };
};
