import { z } from 'zod';
import type { Operation, Outcome } from './graphql.ts';
import type { Ids } from './ids.ts';
import type { Transport } from './transport.ts';

/** GraphQL answered with an error: we asked wrongly, or a part is down, or somebody was first. */
export class GraphqlError extends Error {
  override readonly name = 'GraphqlError';
  /** `BAD_USER_INPUT`, `CONFLICT`, `UNAVAILABLE`, `INTERNAL` and so on; `HTTP` when the answer was no GraphQL at all. */
  readonly code: string;
  readonly status: number;
  readonly details: unknown;
  constructor(operation: string, code: string, status: number, message: string, details?: unknown) {
    super(`${operation}: ${code} (${status}) ${message}`);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** A question or command that was answered, with how long it took. */
export type Call = { readonly account: string; readonly operation: string; readonly ms: number };

/** A command that was answered, to be sent again as it was. */
export type Order = {
  readonly account: string;
  readonly operation: string;
  readonly idempotencyKey: string;
  /** `accepted`, or the code of the no. */
  readonly answer: string;
  /** Sends the very same command again, in another session: `accepted`, or the code of the no. */
  readonly again: (session: Session) => Promise<string>;
};

/** Somebody signed in. */
export type Session = {
  readonly account: string;
  /** @throws GraphqlError for every answer but data. */
  ask<V extends object, D>(operation: Operation<V, D>, variables: V): Promise<D>;
  /** Sends a command with a key of its own, or again with a key that was used before. @throws GraphqlError */
  order<I extends object, V>(
    operation: Operation<{ readonly input: I & { readonly idempotencyKey: string } }, Outcome<V>>,
    input: I,
    idempotencyKey?: string,
  ): Promise<Outcome<V>>;
  /** Live updates, until they end or `signal` says so. @throws GraphqlError for every answer but data. */
  watch<V extends object, D>(operation: Operation<V, D>, variables: V, signal: AbortSignal): AsyncGenerator<D>;
  /** Any document: what came back, whatever it is. */
  raw(document: string, variables?: object): Promise<{ status: number; body: string; ms: number }>;
  /** Any body at all. */
  post(body: string): Promise<{ status: number; body: string; ms: number }>;
};

export type Client = {
  /** Signs an account of the demonstration in, once. */
  as(account: string): Promise<Session>;
  /** Nobody signed in. */
  visitor(): Session;
};

export type ClientOptions = {
  readonly transport: Transport;
  /** A bearer token of an account, through sign-in. */
  readonly signIn: (account: string) => Promise<string>;
  readonly keys: Ids;
  /** Told of every call that was answered. */
  readonly onCall?: ((call: Call) => void) | undefined;
  /** Told of every command that was answered. */
  readonly onOrder?: ((order: Order) => void) | undefined;
};

const Body = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string().optional() }).optional() }))
    .optional(),
});

/** Speaks to the public door as a screen would: one HTTP request a document. */
export const createClient = ({ transport, signIn, keys, onCall = () => {}, onOrder }: ClientOptions): Client => {
  const sessions = new Map<string, Promise<Session>>();
  const sessionOf = (account: string, token: string | undefined): Session => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const post: Session['post'] = (body) => transport.post('/graphql', body, headers);
    const raw: Session['raw'] = (document, variables = {}) => post(JSON.stringify({ query: document, variables }));
    const ask: Session['ask'] = async (operation, variables) => {
      const { status, body, ms } = await raw(operation.document, variables);
      onCall({ account, operation: operation.name, ms });
      return operation.decode(dataOf(operation.name, status, body));
    };
    async function* watch<V extends object, D>(operation: Operation<V, D>, variables: V, signal: AbortSignal) {
      const body = JSON.stringify({ query: operation.document, variables });
      for await (const data of transport.stream('/graphql', body, headers, signal)) {
        yield operation.decode(dataOf(operation.name, 200, data));
      }
    }
    return {
      account,
      raw,
      post,
      ask,
      watch,
      async order(operation, input, idempotencyKey = keys.next()) {
        const whole = { input: { ...input, idempotencyKey } };
        const outcome = await ask(operation, whole);
        const again = async (session: Session) => answerOf(await session.ask(operation, whole));
        onOrder?.({ ...{ account, operation: operation.name, idempotencyKey, again }, answer: answerOf(outcome) });
        return outcome;
      },
    };
  };
  return {
    as(account) {
      const session = sessions.get(account) ?? signIn(account).then((token) => sessionOf(account, token));
      sessions.set(account, session);
      return session;
    },
    visitor: () => sessionOf('visitor', undefined),
  };
};

const answerOf = (outcome: Outcome<unknown>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);

const dataOf = (operation: string, status: number, body: string): unknown => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new GraphqlError(operation, 'HTTP', status, body.slice(0, 200));
  }
  const parsed = Body.safeParse(json);
  if (!parsed.success) throw new GraphqlError(operation, 'HTTP', status, body.slice(0, 200));
  const [error] = parsed.data.errors ?? [];
  if (error) {
    throw new GraphqlError(operation, error.extensions?.code ?? 'UNKNOWN', status, error.message, error.extensions);
  }
  return parsed.data.data;
};
