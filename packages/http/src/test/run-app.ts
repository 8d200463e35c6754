import type { RequestHandler } from 'express';
import { createApp } from '../app.ts';
import { createCorrelation } from '../correlation.ts';
import { createHealth } from '../health.ts';
import { type Listening, listen } from '../listen.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';

/** An app on a free port, with its log lines at hand. */
export const runApp = async (
  ...routers: RequestHandler[]
): Promise<Listening & { readonly lines: Record<string, unknown>[] }> => {
  const lines: Record<string, unknown>[] = [];
  let ids = 0;
  const correlation = createCorrelation({ newId: () => `made-here-${++ids}` });
  const log = createLog({
    service: 'test',
    level: 'info',
    correlationId: correlation.current,
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  const health = createHealth({ checks: {}, log });
  const metrics = createMetrics({ service: 'test', processMetrics: false });
  const app = createApp({ routers, health, metrics, correlation, log });
  const listening = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 200 });
  return { ...listening, lines };
};
