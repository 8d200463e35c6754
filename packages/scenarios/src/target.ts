import { type Instant, plusMs } from '@adempauze/kernel';
import { moveClock } from './api/funding.ts';
import { findNow } from './api/supply.ts';
import { type Client, type ClientOptions, createClient, GraphqlError } from './client.ts';
import type { Ids } from './ids.ts';
import { signInWith } from './sign-in.ts';
import type { Stage } from './stage.ts';
import { createTransport } from './transport.ts';

/** A marketplace that runs, seen through its public door. */
export type Target = {
  readonly makeClient: (onCall?: ClientOptions['onCall']) => Client;
  readonly stage: Stage;
  close(): void;
};

/** @throws Error in a sentence when nobody answers there. */
export const connect = async ({
  target,
  ids,
  nowMs,
  alone,
  connections = 64,
  onOrder,
}: {
  readonly target: string;
  readonly ids: Ids;
  readonly nowMs: () => number;
  readonly alone: boolean;
  readonly connections?: number;
  readonly onOrder?: ClientOptions['onOrder'];
}): Promise<Target> => {
  const transport = createTransport({ target, nowMs, connections });
  const signIn = rememberTokens(signInWith({ target }));
  const keys = ids.fork('keys');
  const makeClient: Target['makeClient'] = (onCall) => createClient({ transport, signIn, keys, onCall, onOrder });
  const own = makeClient();
  const begin = await own
    .visitor()
    .ask(findNow, {})
    .catch((cause: Error) => {
      transport.close();
      const why = `Op ${target} antwoordt geen Adempauze. / No marketplace answers at ${target}: start it with "npm start".`;
      throw new Error(`${why} (${cause.message})`, { cause });
    });
  return {
    makeClient,
    stage: { makeClient, ids, nowMs, alone, begin, moveClock: (to) => passTime(own, to) },
    close: () => transport.close(),
  };
};

/** Stories share tokens, so that signing in is not what is measured. */
const rememberTokens = (signIn: (account: string) => Promise<string>) => {
  const tokens = new Map<string, Promise<string>>();
  return (account: string): Promise<string> => {
    const token = tokens.get(account) ?? signIn(account);
    tokens.set(account, token);
    return token;
  };
};

/** A move that takes longer than a request may is asked for again at most this often. */
const mostMoves = 6;

/**
 * The operator moves the clock, unless it stands there already. False: this marketplace has no clock to move. Where a
 * replica is just being replaced, what falls due takes longer than one request may: the clock stands there then, and a
 * second more makes the marketplace go on with what fell due.
 */
const passTime = async (client: Client, to: Instant): Promise<boolean> => {
  const now = () => client.visitor().ask(findNow, {});
  if ((await now()) >= to) return true;
  const operator = await client.as('beheer');
  let until = to;
  for (let moves = 1; ; moves += 1) {
    try {
      const moved = await operator.order(moveClock, { to: until });
      return moved.accepted || (await now()) >= to;
    } catch (error) {
      if (!(error instanceof GraphqlError) || error.code !== 'TIMEOUT' || moves === mostMoves) throw error;
      const reached = await now();
      until = reached >= until ? plusMs(reached, 1000) : until;
    }
  }
};
