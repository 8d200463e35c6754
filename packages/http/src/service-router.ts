import type { ServiceApi, ServiceOf } from '@adempauze/contracts';
import { CallContext } from '@adempauze/kernel';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { problemOfRejection, RequestRefusedError, sendProblem } from './problem.ts';

/** What one call looks like on the wire; queries send no context. Pointers of a wrong shape begin with `#/input`. */
const Call = z.object({ input: z.unknown(), context: z.unknown() }).partial();

/** What a command may answer, as far as the wire needs to know. */
const AnyOutcome = z.discriminatedUnion('accepted', [
  z.object({ accepted: z.literal(true), position: z.string().optional(), value: z.unknown().optional() }),
  z.object({
    accepted: z.literal(false),
    rejection: z.object({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) }),
  }),
]);

/**
 * A service over HTTP: `POST /<service>/<operation>` with `{ input, context }`. Yes and found are 200, a rejection is
 * 422 or 404, failures are left to the error handler of the app (`createApp`). `createServiceClient` is the other end.
 */
export const createServiceRouter = <A extends ServiceApi>(
  api: A,
  implementation: ServiceOf<A>,
  { bodyLimitBytes = 1024 * 1024 }: { readonly bodyLimitBytes?: number } = {},
): Router => {
  const router = Router();
  const readBody = express.json({ limit: bodyLimitBytes, strict: true });
  for (const [operation, { kind, ...shape }] of Object.entries(api.operations)) {
    const call = (...parsed: readonly unknown[]): Promise<unknown> =>
      Reflect.apply(Reflect.get(implementation, operation), implementation, parsed);
    const answer: RequestHandler = async (request, response) => {
      const { input, context } = Call.parse(request.body);
      if (kind === 'query') {
        const output = await within('input', async () => call(shape.input.parse(input)));
        response.json({ output });
        return;
      }
      const parsedContext = await within('context', async () => CallContext.parse(context));
      const outcome = AnyOutcome.safeParse(
        await within('input', async () => call(shape.input.parse(input), parsedContext)),
      );
      if (!outcome.success) throw new Error(`${api.name}.${operation} gave something else than an outcome.`);
      if (outcome.data.accepted) response.json(outcome.data);
      else sendProblem(response, problemOfRejection(outcome.data.rejection));
    };
    router
      .route(`/${api.name}/${operation}`)
      .post(jsonOnly, readBody, answer)
      .all((_request, response, next) => {
        response.set('Allow', 'POST');
        next(new RequestRefusedError(405));
      });
  }
  return router;
};

const jsonOnly: RequestHandler = (request, _response, next) =>
  next(request.is('application/json') ? undefined : new RequestRefusedError(415));

/** Says in which part of the call the wrong shape is. */
const within = async <T>(part: 'input' | 'context', work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new z.ZodError(error.issues.map((issue) => ({ ...issue, path: [part, ...issue.path] })));
  }
};
