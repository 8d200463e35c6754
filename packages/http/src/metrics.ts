import type { Measure } from '@adempauze/kernel';
import { type RequestHandler, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { textOfMeasures } from './exposition.ts';

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
  /**
   * Asks a part what it measures at each scrape. `labels` replace those of the process of the same name, so that several
   * services in one process keep their own. A part that fails is left out of that scrape, and the others are not.
   */
  readonly follow: (
    read: () => readonly Measure[] | Promise<readonly Measure[]>,
    labels?: Readonly<Record<string, string>>,
  ) => void;
  /** `GET /metrics`, in the Prometheus text format. */
  readonly router: Router;
  /** `http_request_duration_seconds` by method, route pattern and status. */
  readonly timeRequests: RequestHandler;
};

/**
 * `processMetrics`: also memory, event loop lag, garbage collection; for a `main.ts`, not for tests. `replica` labels all
 * that is measured where several processes of a service run.
 */
export const createMetrics = ({
  service,
  replica,
  processMetrics,
}: {
  readonly service: string;
  readonly replica?: string;
  readonly processMetrics: boolean;
}): Metrics => {
  const registry = new Registry();
  const defaultLabels = { service, ...(replica !== undefined && { replica }) };
  registry.setDefaultLabels(defaultLabels);
  const followed: { readonly read: Parameters<Metrics['follow']>[0]; readonly labels: Record<string, string> }[] = [];
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const metrics: Omit<Metrics, 'router' | 'timeRequests' | 'follow'> = {
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
    const [own, parts] = await Promise.all([registry.metrics(), Promise.allSettled(followed.map(ask))]);
    const told = parts.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
    response.set('Content-Type', registry.contentType).end(`${own}\n${textOfMeasures(told)}`);
  });
  const ask = async ({ read, labels }: (typeof followed)[number]) => ({ labels, measures: await read() });
  return {
    ...metrics,
    router,
    follow(read, labels) {
      followed.push({ read, labels: { ...defaultLabels, ...labels } });
    },
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
