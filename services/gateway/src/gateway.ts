import { correlationHeader, createErrorHandler, notFoundHandler } from '@adempauze/http';
import { UnavailableError } from '@adempauze/kernel';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Context, Services } from './context.ts';
import type { Gateway, GatewayDependencies } from './dependencies.ts';
import { createFeedRoute } from './feeds/feed-route.ts';
import { createCalendarLinks } from './feeds/links.ts';
import { createDocuments } from './graphql/documents.ts';
import { createExecutor } from './graphql/execute.ts';
import { BodyError, decodeBody, readBody, refusalOf, sendAnswer, statusOf } from './graphql/http.ts';
import { createStreams } from './graphql/streams.ts';
import { createYogaHandler } from './graphql/yoga.ts';
import { createPages } from './pages.ts';
import { remembering } from './remembering.ts';
import { schema } from './schema/schema.ts';
import { signInPath } from './sign-in/addresses.ts';
import { createEmbeddedSignIn } from './sign-in/embedded.ts';
import { createIssuerKeys, createTokenVerifier, type SignedIn, type TokenVerifier } from './sign-in/verify.ts';

const graphqlPath = '/graphql';

/**
 * The public door: GraphQL, sign-in, health and metrics, on one origin. Connects to nothing by itself.
 * @throws StartError when the embedded sign-in would listen beyond this machine.
 */
export const createGateway = async (dependencies: GatewayDependencies): Promise<Gateway> => {
  const { correlation, health, metrics, log, settings, realNowMs } = dependencies;
  const { limits } = settings;
  const documents = createDocuments(schema, limits);
  const execute = createExecutor({ schema, documents, limits, log });
  const streams = createStreams(limits.streamsPerAccount);
  const yoga = createYogaHandler({
    schema,
    documents,
    limits,
    path: graphqlPath,
    log,
    currentCorrelationId: correlation.current,
  });
  const { verify, router: signIn } = await createAuth(dependencies);
  const services = servicesOf(dependencies);
  const seconds = metrics.histogram('graphql_request_duration_seconds', 'Time to answer a GraphQL request.', {
    labels: ['outcome'],
  });
  metrics.gauge('graphql_streams', 'Live updates that are open.', { read: streams.count });

  const contextOf = (signedIn: SignedIn | undefined, correlationId: string): Context => ({
    viewer: signedIn?.viewer,
    correlationId,
    ...remembering(services),
    isSignedIn: () => signedIn === undefined || signedIn.expiresAtMs > realNowMs(),
    streams,
  });

  /** Who asks; undefined for a visitor. @throws SignInError for a token that does not count. */
  const identify = async (request: Request): Promise<SignedIn | undefined> => {
    const header = request.headers.authorization;
    if (header === undefined) return undefined;
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
    const found = token === undefined ? undefined : await verify(token);
    if (!found) throw new SignInError('This token does not count here, or no longer.');
    return found;
  };

  const answer = async (request: Request, response: Response): Promise<void> => {
    const { accept } = request.headers;
    const correlationId = String(response.getHeader(correlationHeader));
    const startedMs = performance.now();
    try {
      const isPost = request.method === 'POST';
      if (isPost && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
        sendAnswer(response, 415, accept, refusalOf('Send application/json.', 'BAD_REQUEST'));
        return;
      }
      const asked = isPost ? decodeBody(await readBody(request, limits.bodyBytes)) : undefined;
      const context = contextOf(await identify(request), correlationId);
      if (!asked || accept?.includes('text/event-stream')) {
        if (asked) Object.assign(request, { body: asked });
        await yoga(request, response, context);
        return;
      }
      const result = await execute(asked, context);
      seconds.observe({ outcome: result.errors ? 'error' : 'ok' }, (performance.now() - startedMs) / 1000);
      sendAnswer(response, statusOf(result, accept), accept, result);
    } catch (error) {
      if (error instanceof BodyError) {
        sendAnswer(response, error.status, accept, refusalOf(error.message, 'BAD_REQUEST'), { connection: 'close' });
      } else if (error instanceof SignInError) {
        const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
        sendAnswer(response, 401, accept, refusalOf(error.message, 'UNAUTHENTICATED'), headers);
      } else if (error instanceof UnavailableError) {
        log.warn({ err: error, correlationId }, 'the sign-in is not reached');
        sendAnswer(response, 503, accept, refusalOf('Signing in does not work now.', 'UNAVAILABLE'), {
          'retry-after': String(Math.ceil(error.retryAfterMs / 1000)),
        });
      } else throw error;
    }
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(correlation.middleware);
  app.post(graphqlPath, answer);
  app.get(graphqlPath, answer);
  app.use(health.router, metrics.router, metrics.timeRequests);
  if (signIn) app.use(signInPath, signIn);
  app.use(createFeedRoute(dependencies));
  app.use(createPages(dependencies.auth));
  app.use(notFoundHandler, createErrorHandler({ log }));

  return {
    app,
    async close() {
      streams.closeAll();
    },
  };
};

class SignInError extends Error {
  override readonly name = 'SignInError';
}

const createAuth = async (
  dependencies: GatewayDependencies,
): Promise<{ readonly verify: TokenVerifier; readonly router?: RequestHandler }> => {
  const { auth, settings, realNowMs, log } = dependencies;
  if (auth.kind === 'embedded') {
    const { accounts, folder } = auth;
    return createEmbeddedSignIn({ ...settings, accounts, folder, realNowMs, log });
  }
  const { issuerUrl, audience, claims } = auth;
  const keys = createIssuerKeys(issuerUrl);
  return { verify: createTokenVerifier({ issuer: issuerUrl, audience, claims, keys, realNowMs }) };
};

const servicesOf = (it: GatewayDependencies): Services => ({
  offers: it.offers,
  bookings: it.bookings,
  matching: it.matching,
  invoicing: it.invoicing,
  places: it.places,
  operations: it.operations,
  clock: it.clock,
  demonstration: it.demonstration,
  calendarLinks: createCalendarLinks({ origin: it.settings.origin, randomBytes: it.randomBytes }),
});
