import express, { type Express, type RequestHandler } from 'express';
import type { Correlation } from './correlation.ts';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createErrorHandler, notFoundHandler } from './problem.ts';

/** The shell of every service and of the gateway: what comes in gets an id and a stopwatch, what fails gets an answer. */
export const createApp = ({
  routers,
  health,
  metrics,
  correlation,
  log,
}: {
  readonly routers: readonly RequestHandler[];
  readonly health: Health;
  readonly metrics: Metrics;
  readonly correlation: Correlation;
  readonly log: Log;
}): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(correlation.middleware, health.router, metrics.router, metrics.timeRequests);
  for (const router of routers) app.use(router);
  app.use(notFoundHandler, createErrorHandler({ log }));
  return app;
};
