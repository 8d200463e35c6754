import type { Operation } from '../checks/history.ts';
import { type Client, GraphqlError, type Session } from '../client.ts';
import type { Operation as Document, Outcome } from '../graphql.ts';
import type { Journal } from './journal.ts';
import type { Random } from './random.ts';

/** Everything one command is: what is asked of whom, and how the answer reads. */
export type Command<I extends object, V> = {
  readonly account: string;
  readonly operation: Operation;
  readonly document: Document<{ readonly input: I & { readonly idempotencyKey: string } }, Outcome<V>>;
  readonly input: I;
  readonly key: string;
  readonly about: string;
  readonly detail?: string | undefined;
  readonly amountCents?: number | undefined;
  /** The status in a yes. */
  readonly statusOf?: (value: V) => string;
};

export type Caller = {
  /** Sends until the answer is definite. Undefined: it stayed in doubt and was let go, as some callers do. */
  order<I extends object, V>(command: Command<I, V>): Promise<Outcome<V> | undefined>;
  /** Asks until there is an answer. */
  ask<V extends object, D>(account: string, document: Document<V, D>, variables: V): Promise<D>;
  /** Sends something again that was answered long ago. */
  repeatOne(): Promise<void>;
};

export type CallerOptions = {
  readonly client: Client;
  readonly journal: Journal;
  readonly random: Random;
  /** Resolves when the marketplace is up. */
  readonly whenUp: () => Promise<unknown>;
  readonly pause: (ms: number) => Promise<unknown>;
};

/** No answer, or one that says: ask again. Anything else that is no answer is a fault. */
const isDown = (error: unknown): boolean =>
  !(error instanceof GraphqlError) ||
  error.status === 503 ||
  ['UNAVAILABLE', 'TIMEOUT', 'CONFLICT'].includes(error.code);

const giveUpShare = 0.1;
const twiceShare = 0.06;
const rememberedRepeats = 2000;

/** Speaks to a marketplace that may die at any moment, and writes down every answer. */
export const createCaller = ({ client, journal, random, whenUp, pause }: CallerOptions): Caller => {
  const repeats: (() => Promise<void>)[] = [];

  const send = async <I extends object, V>(session: Session, command: Command<I, V>): Promise<Outcome<V>> => {
    const { key, operation, about, detail, amountCents, document, input } = command;
    journal.sending({ key, operation, about, detail, amountCents });
    return session.order(document, input, key);
  };
  const noted = <I extends object, V>({ key, statusOf }: Command<I, V>, outcome: Outcome<V>): Outcome<V> => {
    if (outcome.accepted) journal.answered(key, 'accepted', statusOf?.(outcome.value));
    else journal.answered(key, 'refused', outcome.rejection.code);
    return outcome;
  };

  /**
   * Once, or by a nervous caller twice at the same moment. Of two answers at once the yes counts: a deadline may pass
   * between the two.
   */
  const sendMaybeTwice = async <I extends object, V>(session: Session, command: Command<I, V>): Promise<Outcome<V>> => {
    if (!random.chance(twiceShare)) return noted(command, await send(session, command));
    const answers = await Promise.allSettled([send(session, command), send(session, command)]);
    const outcomes = answers.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
    const outcome = outcomes.find((it) => it.accepted) ?? outcomes[0];
    if (outcome !== undefined) return noted(command, outcome);
    throw answers.find((it) => it.status === 'rejected')?.reason;
  };

  const surely = async <T>(what: string, act: () => Promise<T>, mayGiveUp: boolean): Promise<T | undefined> => {
    for (;;) {
      await whenUp();
      try {
        return await act();
      } catch (error) {
        if (!isDown(error)) {
          journal.violations.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
          return undefined;
        }
        if (mayGiveUp && random.chance(giveUpShare)) return undefined;
        await pause(random.whole(1, 40));
      }
    }
  };

  return {
    async order(command) {
      const { operation, about, account } = command;
      const mayGiveUp = operation !== 'openBudget' && command.statusOf !== undefined;
      const outcome = await surely(
        `${operation} of ${about}`,
        async () => sendMaybeTwice(await client.as(account), command),
        mayGiveUp,
      );
      if (outcome?.accepted && command.statusOf !== undefined) {
        const again = async () => {
          await surely(
            `${operation} of ${about}, again`,
            async () => noted(command, await send(await client.as(account), command)),
            true,
          );
        };
        if (repeats.length < rememberedRepeats) repeats.push(again);
        else repeats[random.whole(0, rememberedRepeats - 1)] = again;
      }
      return outcome;
    },
    async ask(account, document, variables) {
      for (;;) {
        const answer = await surely(
          document.name,
          async () => ({ data: await (await client.as(account)).ask(document, variables) }),
          false,
        );
        if (answer !== undefined) return answer.data;
        await pause(200);
      }
    },
    async repeatOne() {
      if (repeats.length > 0) await random.pick(repeats)();
    },
  };
};
