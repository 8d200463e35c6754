import { createApp } from '../app.ts';
import { createCorrelation } from '../correlation.ts';
import { createHealth } from '../health.ts';
import { listen } from '../listen.ts';
import { silentLog as log } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createServiceRouter } from '../service-router.ts';
import { HopApi, hop } from './hop-api.ts';

/* The service of `hop.ts`, in a process of its own; tells how much CPU it used when asked. */
const app = createApp({
  routers: [createServiceRouter(HopApi, hop)],
  health: createHealth({ checks: {}, log }),
  metrics: createMetrics({ service: 'hop', processMetrics: false }),
  correlation: createCorrelation({ newId: () => 'made-by-the-bench' }),
  log,
});
const { url } = await listen(app, { host: '127.0.0.1', port: 0 });
process.on('message', () => process.send?.({ cpuMicros: process.cpuUsage() }));
process.on('disconnect', () => process.exit());
process.send?.({ url });
