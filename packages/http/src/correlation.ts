import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestHandler } from 'express';

export const correlationHeader = 'x-correlation-id';

/** What a correlation id may look like, from anybody: it ends up in headers, logs and event metadata. */
const valid = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/;

/** The thread from a request at the door to the last event that it caused. */
export type Correlation = {
  /** Takes the caller's valid `x-correlation-id`, or makes one; the response carries it. */
  readonly middleware: RequestHandler;
  /** The id of the request, or of the `run`, that the caller is part of; undefined outside of one. */
  readonly current: () => string | undefined;
  /** For what does not begin with a request: a timer, a message. */
  readonly run: <T>(correlationId: string, work: () => T) => T;
};

export const createCorrelation = ({ newId }: { readonly newId: () => string }): Correlation => {
  const storage = new AsyncLocalStorage<string>();
  return {
    middleware(request, response, next) {
      const given = request.headers[correlationHeader];
      const correlationId = typeof given === 'string' && valid.test(given) ? given : newId();
      response.setHeader(correlationHeader, correlationId);
      storage.run(correlationId, next);
    },
    current: () => storage.getStore(),
    run: (correlationId, work) => storage.run(correlationId, work),
  };
};
