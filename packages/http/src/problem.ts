import { ConflictError, type Rejection, UnavailableError } from '@adempauze/kernel';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { correlationHeader } from './correlation.ts';
import type { Log } from './log.ts';

/** Where the problem is: a JSON pointer into the request's body, as a fragment (`#/stay/endsOn`), and what is wrong. */
export type FieldProblem = { readonly pointer: string; readonly detail: string };

/** application/problem+json, RFC 9457. `type` ends in the problem's code. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Which fields have the wrong shape; status 400 only. */
  readonly errors?: readonly FieldProblem[];
  /** A rule said no: its code, as in `docs/problems.md`, and the facts of its sentence. Status 422 and 404 only. */
  readonly code?: string;
  readonly facts?: Rejection['facts'];
  /** Wait this long before asking again; also the `Retry-After` header, in seconds. Status 503 only. */
  readonly retryAfterMs?: number;
};

const problem = (code: string, status: number, title: string, more: Partial<Problem> = {}): Problem => ({
  type: `/problems/${code}`,
  title,
  status,
  ...more,
});

/**
 * The one mapping in the house from failures to HTTP. Anything it does not know is our mistake: 500, without a word
 * on what went wrong. Nothing of the input is repeated.
 */
export const problemOf = (failure: unknown): Problem => {
  if (failure instanceof z.ZodError) {
    const errors = fieldProblems(failure);
    return problem('invalid-input', 400, 'Some of what was sent has the wrong shape.', { errors });
  }
  if (failure instanceof ConflictError) {
    return problem('conflict', 409, 'Somebody else changed this at the same moment. Look again, then decide again.');
  }
  if (failure instanceof UnavailableError) {
    const { retryAfterMs } = failure;
    return problem('unavailable', 503, 'A part is down or slow. Asking the same again is safe.', { retryAfterMs });
  }
  return httpProblem(failure) ?? problem('internal', 500, 'Something went wrong on our side.');
};

/** A rule said no: 404 for a code that ends in `-not-found`, else 422. */
export const problemOfRejection = ({ code, facts }: Rejection): Problem =>
  problem(code, code.endsWith('-not-found') ? 404 : 422, 'A rule says no.', { code, facts });

/** What Express and its body parser throw at a request that cannot be read. Their messages quote it; ours do not. */
const httpProblem = (failure: unknown): Problem | undefined => {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const status: unknown = Reflect.get(failure, 'status');
  switch (Reflect.get(failure, 'type')) {
    case 'entity.parse.failed':
      return problem('malformed-json', 400, 'The body is not JSON.');
    case 'entity.too.large':
    case 'parameters.too.many':
      return problem('too-large', 413, 'The body is too large.');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return problem('unsupported-encoding', 415, 'The body has a character set or encoding that is not supported.');
  }
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  if (status === 404) return notFound;
  if (status === 405) return problem('method-not-allowed', 405, 'This address does not take this method.');
  if (status === 415) return problem('unsupported-media-type', 415, 'Send application/json.');
  return problem('bad-request', status, 'The request cannot be read.');
};
const notFound = problem('no-such-address', 404, 'There is nothing at this address.');

/** A failure that answers with this status; for what Express does not throw by itself. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';
  readonly status: 404 | 405 | 415;
  constructor(status: 404 | 405 | 415) {
    super(`Refused with ${status}.`);
    this.status = status;
  }
}

/** Sends a problem, with its correlation id in the body too, since that is what people copy. */
export const sendProblem = (response: Response, it: Problem): void => {
  if (it.retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(it.retryAfterMs / 1000)));
  const correlationId = response.get(correlationHeader);
  const body = { ...it, ...(correlationId !== undefined && { correlationId }) };
  // As a string: `json()` would add a charset, which this media type does not have.
  response.status(it.status).set('Cache-Control', 'no-store').type('application/problem+json');
  response.send(Buffer.from(JSON.stringify(body)));
};

/** The last middleware: answers failures, and logs those that are our mistake or somebody's outage. */
export const createErrorHandler =
  ({ log }: { readonly log: Log }): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const mapped = problemOf(error);
    const correlationId = response.get(correlationHeader);
    if (mapped.status === 500) log.error({ err: error, correlationId }, 'a request failed');
    else if (mapped.status === 503) log.warn({ err: error, correlationId }, 'a request found a part unavailable');
    // Too late to answer: whoever reads must notice that the answer is not whole.
    if (response.headersSent) return void response.destroy();
    const preconditionFailed = mapped.status === 409 && request.get('if-match') !== undefined;
    sendProblem(response, preconditionFailed ? { ...mapped, status: 412 } : mapped);
  };

/** The last but one: what no route took. */
export const notFoundHandler: RequestHandler = (_request, response) => sendProblem(response, notFound);

/** One line a wrong field, ten at most a field and a hundred in all; never the value that was sent. */
export const fieldProblems = (error: z.ZodError): FieldProblem[] =>
  error.issues.flatMap((issue) => describe(issue)).slice(0, 100);

const describe = (issue: z.core.$ZodIssue, parents: readonly PropertyKey[] = []): FieldProblem[] => {
  const path = [...parents, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, 10).map((key) => ({ pointer: pointerOf([...path, key]), detail: 'Unknown field.' }));
    case 'invalid_union': {
      const branch = issue.errors.find((issues) => !failsAtRoot(issues)) ?? issue.errors[0];
      const details = branch?.flatMap((inner) => describe(inner, path)) ?? [];
      return details.length > 0 ? details.slice(0, 10) : [{ pointer: pointerOf(path), detail: issue.message }];
    }
    default:
      return [{ pointer: pointerOf(path), detail: issue.message }];
  }
};
/** Another kind of thing altogether: not the branch of the union that was meant. */
const failsAtRoot = (issues: readonly z.core.$ZodIssue[]) =>
  issues.some((it) => it.path.length === 0 && it.code === 'invalid_type');

/** RFC 6901 as a fragment. What does not look like a field's name is a value that somebody sent as one: `*`. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  ['#', ...path.map((key) => (/^[\w$-]{1,64}$/.test(String(key)) ? String(key) : '*'))].join('/');
