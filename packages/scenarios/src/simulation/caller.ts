import { type CallContext, ConflictError, type Outcome, UnavailableError } from '@adempauze/kernel';
import type { Random } from '../torture/random.ts';
import type { Doors } from './simulated-marketplace.ts';

/** What one command was told in the end; `unknown`: it gave up without an answer. */
export type Told = {
  readonly key: string;
  readonly operation: string;
  /** What the command is about, by name, raw ids. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly answer: 'accepted' | 'rejected' | 'unknown';
  /** Of a yes: what was shown. Of a no: its code. */
  readonly value: unknown;
  /** Sends the very same command again, with the same key, through the doors of today. */
  readonly again: (doors: Doors) => Promise<Outcome<unknown>>;
};

export type Command<V> = {
  readonly operation: string;
  readonly about: Told['about'];
  readonly send: (doors: Doors, context: CallContext) => Promise<Outcome<V>>;
};

export type Line = {
  /** The doors as they are now, and the crash of the life behind them. */
  readonly life: () => Promise<{ readonly doors: Doors; readonly crashed: Promise<never> }>;
  readonly random: Random;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly newKey: () => string;
};

export type Caller = {
  /** Sends with one key until there is an answer or patience is over. Undefined: nobody knows what became of it. */
  order<V>(command: Command<V>, key?: string): Promise<Outcome<V> | undefined>;
  /** Asks a question until it is answered. */
  ask<V>(question: (doors: Doors) => Promise<V>): Promise<V | undefined>;
  readonly told: readonly Told[];
  /** What was thrown and may never be: anything but that a part is down or somebody was first. */
  readonly scandals: readonly string[];
};

const patience = 5;

/** Callers who ask again with the same key when they hear nothing, and now and then lose interest. */
export const createCaller = ({ life, random, pause, newKey }: Line): Caller => {
  const told: Told[] = [];
  const scandals: string[] = [];
  const attempt = async <V>(what: string, send: (doors: Doors) => Promise<V>): Promise<{ answer: V } | undefined> => {
    const { doors, crashed } = await life();
    try {
      return { answer: await Promise.race([send(doors), crashed]) };
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof ConflictError))
        scandals.push(`${what} threw ${error instanceof Error ? error.stack : String(error)}.`);
      return undefined;
    }
  };
  const persist = async <V>(what: string, send: (doors: Doors) => Promise<V>) => {
    for (let tries = 1; tries <= patience; tries += 1) {
      const got = await attempt(what, send);
      if (got !== undefined) return got;
      if (random.chance(0.1)) return undefined;
      await pause(random.whole(1, 40));
    }
    return undefined;
  };

  return {
    told,
    scandals,
    async order(command, key = newKey()) {
      const context = { commandId: key, correlationId: key, actor: 'simulation' };
      const again = (doors: Doors) => command.send(doors, context);
      const got = await persist(command.operation, again);
      const outcome = got?.answer;
      const [answer, value] =
        outcome === undefined
          ? (['unknown', undefined] as const)
          : outcome.accepted
            ? (['accepted', outcome.value] as const)
            : (['rejected', outcome.rejection.code] as const);
      const send = (doors: Doors): Promise<Outcome<unknown>> => command.send(doors, context);
      told.push({ key, operation: command.operation, about: command.about, answer, value, again: send });
      return outcome;
    },
    async ask(question) {
      return (await persist('a question', question))?.answer;
    },
  };
};
