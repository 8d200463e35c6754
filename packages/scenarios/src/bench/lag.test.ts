import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { linesOf, reportOf, sampleOf, watchLag } from './lag.ts';
import { cpuSecondsOf, parseMetrics } from './scrape.ts';

const page = (lag: number, pending: number) => `# HELP adempauze_consumer_lag_seconds Words.
# TYPE adempauze_consumer_lag_seconds gauge
adempauze_consumer_lag_seconds{service="bookings",replica="bookings-1",consumer="bookings-reactor",source="own"} 0
adempauze_consumer_lag_seconds{service="bookings",replica="bookings-1",consumer="bookings-reactor",source="others"} ${lag}
adempauze_consumer_pending_events{service="bookings",consumer="bookings-reactor"} ${pending}
adempauze_parked_messages{service="bookings",consumer="bookings-reactor"} 0
process_cpu_seconds_total{service="bookings",replica="bookings-1"} 12.5
odd_bucket{le="+Inf",text="a \\"b\\" {c}, \\\\"} 3
`;

test('metrics are read with their labels', () => {
  const measured = parseMetrics(page(2.5, 7));
  expect(measured).toHaveLength(6);
  expect(measured.at(-1)).toEqual({ name: 'odd_bucket', labels: { le: '+Inf', text: 'a "b" {c}, \\' }, value: 3 });
  expect(cpuSecondsOf(measured)).toEqual(new Map([['bookings-1', 12.5]]));
  expect(sampleOf(measured, 9)).toEqual({
    atMs: 9,
    lagSeconds: new Map([['bookings-1 bookings-reactor', 2.5]]),
    ...{ pending: 7, parked: 0 },
  });
});

const sampled = (...lags: readonly [lag: number, pending: number][]) =>
  lags.map(([lag, pending], index) => sampleOf(parseMetrics(page(lag, pending)), index * 1000));

test('lag is back at zero when it stays there, and rest is more than no lag', () => {
  const report = reportOf(sampled([0, 1], [4, 9], [2, 3], [0, 3], [1, 1], [0, 1], [0, 0]), 2000);
  expect(report).toEqual({
    consumers: [{ consumer: 'bookings-1 bookings-reactor', mostSeconds: 4, atEndSeconds: 2, untilZeroSeconds: 3 }],
    ...{ mostPending: 9, untilZeroSeconds: 4, parked: 0, samples: 7 },
  });
  expect(linesOf(report).at(-1)).toContain('at rest after 4.0 s');
});

test('what does not come to zero is said, not made up', () => {
  const report = reportOf(sampled([0, 0], [1, 0], [2, 0]), 1000);
  expect(report.untilZeroSeconds).toBeUndefined();
  expect(linesOf(report).join('\n')).toContain('not reached');
});

test('it looks until all is at rest', async () => {
  const pages = [page(0, 0), page(3, 5), page(1, 0), page(0, 0), page(0, 0)];
  let served = 0;
  const server = createServer((_request, response) => {
    response.end(pages[Math.min(served, pages.length - 1)]);
    served += 1;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  let now = 0;
  const wait = async (ms: number) => {
    now += ms;
    // The load goes on while the first two pages are read.
    if (served === 2) finished = watch.finish(60_000);
  };
  let finished: ReturnType<typeof watch.finish> | undefined;
  const watch = watchLag({ urls: [`http://127.0.0.1:${port}/metrics`], nowMs: () => now, wait });
  while (finished === undefined) await new Promise(setImmediate);
  const report = await finished;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(report).toMatchObject({ mostPending: 5, samples: 5, untilZeroSeconds: 1 });
});
