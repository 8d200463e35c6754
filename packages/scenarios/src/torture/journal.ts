import type { Told } from '../checks/history.ts';

/** A command about to be sent: what it is about, and what it makes there. */
export type Sending = Pick<Told, 'key' | 'operation' | 'about' | 'detail' | 'amountCents'>;

/** What callers were told, by idempotency key: the parent's own memory, which no kill reaches. */
export type Journal = {
  /** It leaves now; until an answer comes nobody knows whether it will happen. */
  sending(it: Sending): void;
  answered(key: string, answer: 'accepted' | 'refused', status: string | undefined): void;
  readonly told: () => Told[];
  /** How many answers came so far. */
  readonly answers: () => number;
  /** Something that no caller may ever be told, such as an error that is our fault. */
  readonly violations: string[];
};

export const createJournal = (): Journal => {
  const entries = new Map<string, Told>();
  const violations: string[] = [];
  let answers = 0;
  return {
    violations,
    told: () => [...entries.values()],
    answers: () => answers,
    sending(it) {
      const before = entries.get(it.key);
      entries.set(it.key, before ? { ...before, sent: before.sent + 1 } : { ...it, answer: 'unknown', sent: 1 });
    },
    answered(key, answer, status) {
      const before = entries.get(key);
      answers += 1;
      if (before === undefined) throw new Error(`Nothing was sent under the key ${key}.`);
      if (before.answer === 'unknown') {
        entries.set(key, { ...before, answer, status });
        return;
      }
      // Whether that may be depends on what happened in between, which the log will tell.
      if (before.answer === 'accepted' && answer === 'refused') entries.set(key, { ...before, thenRefused: status });
      if (before.answer === 'refused' && answer === 'accepted') entries.set(key, { ...before, answer, status });
    },
  };
};

/** How many of each answer, and how often something was sent again. */
export const tallyOf = (told: readonly Told[]): Record<Told['answer'] | 'repeats', number> => {
  const tally = { accepted: 0, refused: 0, unknown: 0, repeats: 0 };
  for (const { answer, sent } of told) {
    tally[answer] += 1;
    tally.repeats += sent - 1;
  }
  return tally;
};
