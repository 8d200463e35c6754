import { setTimeout as wait } from 'node:timers/promises';
import type { Operation, ServiceApi, ServiceOf } from '@adempauze/contracts';
import { type CallContext, ConflictError, UnavailableError } from '@adempauze/kernel';
import { z } from 'zod';
import { correlationHeader } from './correlation.ts';

export type ServiceClientOptions = {
  /** Where the service listens; the path, if any, comes before `/<service>/<operation>`. */
  readonly url: string;
  /** For one call with all its retries. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  /** From 0 up to 1; spreads retries, so that callers do not come back all at once. */
  readonly random: () => number;
  /** Of the request being served: queries carry it along. Commands have it in their context. */
  readonly correlationId?: () => string | undefined;
};

const attempts = 3;
/** At most, before the second attempt; twice as much before the third. */
const firstPauseMs = 100;

/**
 * The same service as in process, over HTTP. A rejection is an outcome; failures are thrown as the service threw them:
 * ConflictError, UnavailableError (also when it cannot be reached, or is too slow), ZodError for input of the wrong
 * shape, and a plain Error for its mistakes. A lost connection is tried again, also for commands: their id makes a
 * repeat harmless. A time-out is not: the time is spent.
 */
export const createServiceClient = <A extends ServiceApi>(api: A, options: ServiceClientOptions): ServiceOf<A> => {
  const base = new URL(options.url).href.replace(/\/$/, '');
  const calls = Object.entries(api.operations).map(([name, operation]) => {
    const url = `${base}/${api.name}/${name}`;
    const call = async (input: unknown, context?: CallContext): Promise<unknown> => {
      const correlationId = context?.correlationId ?? options.correlationId?.();
      const answer = await post(url, JSON.stringify({ input, context }), correlationId, options);
      return decodeAnswer(`${api.name}.${name}`, operation, answer);
    };
    return [name, call] as const;
  });
  // Every operation of the table got its function; the compiler cannot follow a table through `Object.entries`.
  return Object.fromEntries(calls) as ServiceOf<A>;
};

type Answer = { readonly status: number; readonly retryAfterMs: number | undefined; readonly body: unknown };

const post = async (
  url: string,
  body: string,
  correlationId: string | undefined,
  { fetch, timeoutMs, random }: ServiceClientOptions,
): Promise<Answer> => {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { 'content-type': 'application/json', ...(correlationId && { [correlationHeader]: correlationId }) };
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      const text = await response.text();
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return {
        status: response.status,
        retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
        body: readJson(text),
      };
    } catch (cause) {
      // Whatever fetch throws here is about the connection; what the service says, it says in an answer.
      if (signal.aborted) throw new UnavailableError('A service did not answer in time.', 1000, { cause });
      if (attempt === attempts) throw new UnavailableError('A service cannot be reached.', 1000, { cause });
      const pauseMs = random() * firstPauseMs * 2 ** (attempt - 1);
      await wait(pauseMs, undefined, { signal }).catch((late: unknown) => {
        throw new UnavailableError('A service could not be reached in time.', 1000, { cause: late });
      });
    }
  }
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const RejectionProblem = z.object({
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
const InvalidProblem = z.object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) });
const UnavailableProblem = z.object({ retryAfterMs: z.number() });

const decodeAnswer = (name: string, operation: Operation, { status, retryAfterMs, body }: Answer): unknown => {
  switch (status) {
    case 200:
      return decodeYes(name, operation, body);
    case 404:
    case 422: {
      const rejection = RejectionProblem.safeParse(body);
      if (rejection.success) return { accepted: false, rejection: rejection.data };
      break;
    }
    case 400: {
      const invalid = InvalidProblem.safeParse(body);
      if (invalid.success) throw new z.ZodError(invalid.data.errors.map(issueOf));
      break;
    }
    case 409:
      throw new ConflictError(`${name}: somebody was first.`);
    case 429:
    case 502:
    case 503:
    case 504: {
      const exact = UnavailableProblem.safeParse(body).data?.retryAfterMs;
      throw new UnavailableError(`${name} is unavailable.`, exact ?? retryAfterMs);
    }
  }
  throw new Error(`${name} failed with status ${status}.`);
};

const Accepted = z.object({
  accepted: z.literal(true),
  position: z.string().optional(),
  value: z.unknown().optional(),
});
const Found = z.object({ output: z.unknown().optional() });

const decodeYes = (name: string, operation: Operation, body: unknown): unknown => {
  try {
    // Nothing found, and nothing to hand back, are fields that JSON leaves out.
    if (operation.kind === 'query') return operation.output.parse(Found.parse(body).output);
    const { accepted, position, value } = Accepted.parse(body);
    return { accepted, position, value: operation.value.parse(value) };
  } catch (cause) {
    // Not a ZodError to the caller: that would say that their input is wrong.
    throw new Error(`${name} answered in another shape than agreed.`, { cause });
  }
};

/** `#/input/stay/endsOn` is `['stay', 'endsOn']` of what the caller gave. */
const issueOf = ({ pointer, detail }: { pointer: string; detail: string }): z.core.$ZodIssue => {
  const path = pointer
    .split('/')
    .slice(2)
    .map((key) => (/^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : key));
  return { code: 'custom', path, message: detail, input: undefined };
};
