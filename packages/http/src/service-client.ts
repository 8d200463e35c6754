import type { Operation, ServiceApi, ServiceOf } from '@adempauze/contracts';
import { type CallContext, ConflictError, UnavailableError } from '@adempauze/kernel';
import { z } from 'zod';
import { createReplicas, type Replicas, type ReplicasOptions } from './replicas.ts';
import type { Answer } from './send.ts';

export type ServiceClientOptions = ReplicasOptions;

/**
 * The same service as in process, over HTTP, whichever replica answers. A rejection is an outcome; failures are thrown
 * as the service threw them: ConflictError, UnavailableError (also when no replica can be reached, or all are too slow),
 * ZodError for input of the wrong shape, and a plain Error for its mistakes. What goes wrong on the way is tried again,
 * also for commands (see `createReplicas`): their id makes a repeat harmless. Give `{ replicas }` where several APIs are
 * served at the same addresses, or where somebody wants to know how they are.
 */
export const createServiceClient = <A extends ServiceApi>(
  api: A,
  options: ServiceClientOptions | { readonly replicas: Replicas },
): ServiceOf<A> => {
  const replicas = 'replicas' in options ? options.replicas : createReplicas({ name: api.name, ...options });
  const calls = Object.entries(api.operations).map(([name, operation]) => {
    const path = `/${api.name}/${name}`;
    const call = async (input: unknown, context?: CallContext): Promise<unknown> => {
      const answer = await replicas.call(path, JSON.stringify({ input, context }), context?.correlationId);
      return decodeAnswer(`${api.name}.${name}`, operation, answer);
    };
    return [name, call] as const;
  });
  // Every operation of the table got its function; the compiler cannot follow a table through `Object.entries`.
  return Object.fromEntries(calls) as ServiceOf<A>;
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

const decodeAnswer = (name: string, operation: Operation, { status, retryAfter, text }: Answer): unknown => {
  const body = readJson(text);
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
      const seconds = Number(retryAfter ?? Number.NaN);
      throw new UnavailableError(
        `${name} is unavailable.`,
        exact ?? (Number.isFinite(seconds) ? seconds * 1000 : undefined),
      );
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
