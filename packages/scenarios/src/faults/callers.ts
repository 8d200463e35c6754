import { type Instant, plusMs } from '@adempauze/kernel';
import { moveClock } from '../api/funding.ts';
import { findNow } from '../api/supply.ts';
import { type Client, createClient } from '../client.ts';
import type { Ids } from '../ids.ts';
import { signInWith } from '../sign-in.ts';
import { type Caller, createCaller } from '../torture/caller.ts';
import type { Journal } from '../torture/journal.ts';
import type { Random } from '../torture/random.ts';
import { createTransport } from '../transport.ts';

const hourMs = 3_600_000;

export type Callers = {
  /** Signs in anew whenever that failed; tokens are kept. */
  readonly client: () => Client;
  readonly caller: Caller;
  /** The marketplace's time, as far as callers know. */
  readonly now: () => Instant;
  /** Moves it on, once; false when the answer was no, or none came. */
  moveClock(hours: number): Promise<boolean>;
  /** Asks what time it is, and goes on from there. */
  lookAtClock(): Promise<Instant>;
  close(): void;
};

/** People at the door: they post through a proxy, and sign in past it. */
export const createCallers = (options: {
  readonly doorUrl: string;
  readonly signInUrl: string;
  readonly connections: number;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}): Callers => {
  const { journal, ids, random, nowMs, pause } = options;
  const transport = createTransport({
    ...{ target: options.doorUrl, connections: options.connections, timeoutMs: 15_000 },
    nowMs,
  });
  const signIn = signInWith({ target: options.signInUrl });
  const tokens = new Map<string, string>();
  const client = () =>
    createClient({
      ...{ transport, keys: ids.fork('none') },
      signIn: async (account) => {
        const token = tokens.get(account) ?? (await signIn(account));
        tokens.set(account, token);
        return token;
      },
    });
  // A client remembers a sign-in that failed, so each call has a new one over the same connections.
  const patient: Client = { as: (account) => client().as(account), visitor: () => client().visitor() };
  const caller = createCaller({
    ...{ client: patient, journal, random },
    whenUp: async () => undefined,
    // Several processes share the machine: who hears nothing leaves them a moment.
    pause: (ms) => pause(5 * ms),
  });

  let known: { readonly at: Instant; readonly ms: number } | undefined;
  const now = () => {
    if (known === undefined) throw new Error('Nobody has looked at the clock yet.');
    return plusMs(known.at, nowMs() - known.ms);
  };
  const lookAtClock = async () => {
    const at = await caller.ask('beheer', findNow, {});
    known = { at, ms: nowMs() };
    return at;
  };
  return {
    ...{ client, caller, now, lookAtClock },
    async moveClock(hours) {
      const to = plusMs(now(), hours * hourMs);
      try {
        const moved = await (await client().as('beheer')).order(moveClock, { to }, ids.next());
        return moved.accepted;
      } catch {
        return false;
      } finally {
        await lookAtClock();
      }
    },
    close: () => transport.close(),
  };
};
