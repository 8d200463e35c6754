import { type RequestHandler, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a cached answer to a time-out. */
const defaultBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The measurements of one process. Names are `snake_case` and end in their unit; labels have few values. */
export type Metrics = {
  readonly registry: Registry;
  readonly counter: <L extends string = never>(name: string, help: string, labels?: readonly L[]) => Counter<L>;
  /** `read` is asked at each scrape; without it, set the gauge yourself. */
  readonly gauge: <L extends string = never>(
    name: string,
    help: string,
    options?: { readonly labels?: readonly L[]; readonly read?: () => number | Promise<number> },
  ) => Gauge<L>;
  readonly histogram: <L extends string = never>(
    name: string,
    help: string,
    options?: { readonly labels?: readonly L[]; readonly buckets?: readonly number[] },
  ) => Histogram<L>;
  /** `GET /metrics`, in the Prometheus text format. */
  readonly router: Router;
  /** `http_request_duration_seconds` by method, route pattern and status. */
  readonly timeRequests: RequestHandler;
};

/** `processMetrics`: also memory, event loop lag, garbage collection; for a `main.ts`, not for tests. */
export const createMetrics = ({
  service,
  processMetrics,
}: {
  readonly service: string;
  readonly processMetrics: boolean;
}): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const metrics: Omit<Metrics, 'router' | 'timeRequests'> = {
    registry,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, { labels = [], read } = {}) =>
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        ...(read && {
          async collect() {
            this.set(await read());
          },
        }),
      }),
    histogram: (name, help, { labels = [], buckets = defaultBucketsSeconds } = {}) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
  };
  const durations = metrics.histogram('http_request_duration_seconds', 'Time from request to the end of the answer.', {
    labels: ['method', 'route', 'status'],
  });

  const router = Router();
  router.get('/metrics', async (_request, response) => {
    const text = await registry.metrics();
    response.set('Content-Type', registry.contentType).end(text);
  });
  return {
    ...metrics,
    router,
    timeRequests(request, response, next) {
      const observe = durations.startTimer();
      // What has no route pattern shares one label, or every guessed address would make a series of its own.
      response.once('close', () => {
        const pattern: unknown = request.route?.path;
        const route = typeof pattern === 'string' ? pattern : 'other';
        observe({ method: request.method, route, status: response.statusCode });
      });
      next();
    },
  };
};
