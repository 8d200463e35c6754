import { counter, gauge, type Measure } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createMetrics } from './metrics.ts';

const scrape = async (metrics: ReturnType<typeof createMetrics>) => {
  const { text } = await request(express().use(metrics.router)).get('/metrics');
  return text;
};

test('what parts tell stands beside the measurements of the process, each under the service that it is of', async () => {
  const metrics = createMetrics({ service: 'adempauze', replica: 'adempauze-1', processMetrics: false });
  metrics.gauge('own_things', 'Own things.').set(7);
  metrics.follow(() => [gauge('adempauze_things', 'Things.', { value: 3, labels: { kind: 'a "b"\\' } })]);
  metrics.follow(async () => [counter('adempauze_things_total', 'Ever.', 12), gauge('adempauze_things', 'x', 4)], {
    service: 'offers',
  });
  const text = await scrape(metrics);
  expect(text).toContain('own_things{service="adempauze",replica="adempauze-1"} 7');
  expect(text).toContain(
    `# HELP adempauze_things Things.
# TYPE adempauze_things gauge
adempauze_things{service="adempauze",replica="adempauze-1",kind="a \\"b\\"\\\\"} 3
adempauze_things{service="offers",replica="adempauze-1"} 4
`,
  );
  expect(text.match(/# TYPE adempauze_things gauge/g)).toHaveLength(1);
  expect(text).toContain('adempauze_things_total{service="offers",replica="adempauze-1"} 12');
});

test('a histogram has a bucket for all', async () => {
  const metrics = createMetrics({ service: 'bookings', processMetrics: false });
  const measure: Measure = {
    ...{ name: 'adempauze_wait_seconds', help: 'Waits.', type: 'histogram' },
    ...{ buckets: [{ atMost: 1, count: 2 }], sum: 30.5, count: 3 },
  };
  metrics.follow(() => [measure]);
  expect(await scrape(metrics)).toContain(`adempauze_wait_seconds_bucket{service="bookings",le="1"} 2
adempauze_wait_seconds_bucket{service="bookings",le="+Inf"} 3
adempauze_wait_seconds_sum{service="bookings"} 30.5
adempauze_wait_seconds_count{service="bookings"} 3
`);
});

test('a part that cannot tell is left out, and the others are not', async () => {
  const metrics = createMetrics({ service: 'offers', processMetrics: false });
  metrics.follow(() => Promise.reject(new Error('closed')));
  metrics.follow(() => {
    throw new Error('closed');
  });
  metrics.follow(() => [gauge('adempauze_things', 'Things.', 1), gauge('adempauze_none', 'None.')]);
  const text = await scrape(metrics);
  expect(text).toContain('adempauze_things{service="offers"} 1');
  expect(text).not.toContain('adempauze_none');
});
