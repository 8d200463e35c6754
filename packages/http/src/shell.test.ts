import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import { createApp } from './app.ts';
import { createCorrelation } from './correlation.ts';
import { type Check, createHealth } from './health.ts';
import { type Listening, listen } from './listen.ts';
import { createLog, silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';

const checks: Record<string, () => Check | Promise<Check>> = {};
const health = createHealth({ checks, log: silentLog, timeoutMs: 50 });
const metrics = createMetrics({ service: 'offers', processMetrics: false });
const correlation = createCorrelation({ newId: () => 'made-here' });
let app: Listening;
beforeAll(async () => {
  const router = express.Router().get('/who/:id', async (_request, response) => {
    await new Promise((resolve) => setImmediate(resolve));
    response.json({ current: correlation.current() });
  });
  app = await listen(createApp({ routers: [router], health, metrics, correlation, log: silentLog }), {
    host: '127.0.0.1',
    port: 0,
  });
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

test('a valid correlation id is taken over, through what is awaited; anything else is replaced', async () => {
  for (const [given, taken] of [
    ['0198f6c2-0000-7000-8000-000000000000', '0198f6c2-0000-7000-8000-000000000000'],
    ['short', 'made-here'],
    ['Jan Jansen <script>', 'made-here'],
    ['x'.repeat(101), 'made-here'],
  ] as const) {
    const response = await get('/who/1', { 'x-correlation-id': given });
    expect(response.headers.get('x-correlation-id')).toBe(taken);
    expect(await response.json()).toEqual({ current: taken });
  }
  expect(correlation.current()).toBeUndefined();
  expect(correlation.run('by-a-timer', correlation.current)).toBe('by-a-timer');
});

test('live says that the process answers', async () => {
  const response = await get('/health/live');
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('ready when all is well, and not when one check fails, throws or stays silent', async () => {
  checks.store = () => ({ ok: true, detail: 'caught up' });
  expect((await get('/health/ready')).status).toBe(200);
  checks.bus = async () => ({ ok: false, detail: '3,000 behind' });
  checks.keys = () => {
    throw new Error('password=geheim');
  };
  checks.silent = () => new Promise<Check>(() => {});
  const response = await get('/health/ready');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ready: false,
    checks: {
      store: { ok: true, detail: 'caught up' },
      bus: { ok: false, detail: '3,000 behind' },
      keys: { ok: false, detail: 'the check itself failed; the log has it' },
      silent: { ok: false, detail: 'no answer within 50 ms' },
    },
  });
  for (const check of ['bus', 'keys', 'silent']) delete checks[check];
});

test('an optional part that is unwell is shown, and the rest is ready all the same', async () => {
  checks.invoicing = () => ({ ok: false, optional: true, detail: 'away' });
  const response = await get('/health/ready');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ ready: true, checks: { invoicing: { ok: false, detail: 'away' } } });
  delete checks.invoicing;
});

test('metrics are of this process only, and guessed addresses make no series of their own', async () => {
  const booked = metrics.counter('bookings_total', 'Bookings.', ['form']);
  booked.inc({ form: 'F01' }, 2);
  metrics.gauge('lag_events', 'How far behind.', { read: () => 42 });
  const other = createMetrics({ service: 'bookings', processMetrics: true });
  other.counter('bookings_total', 'The same name in another registry.');
  for (const path of ['/who/2', '/who/3', '/guess/1', '/guess/2']) await (await get(path)).text();
  const text = await (await get('/metrics')).text();
  expect(text).toContain('bookings_total{form="F01",service="offers"} 2');
  expect(text).toContain('lag_events{service="offers"} 42');
  expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/who\/:id".*\} \d/);
  expect(text).not.toContain('guess');
  expect(await other.registry.metrics()).toContain('process_cpu');
});

test('a process that is stopping is not ready', async () => {
  health.drain();
  const response = await get('/health/ready');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ checks: { process: { ok: false, detail: 'stopping' } } });
});

test('log lines are JSON with service, level and correlation id, and say nothing of a person', () => {
  const lines: string[] = [];
  const log = createLog({
    service: 'offers',
    level: 'info',
    correlationId: correlation.current,
    destination: { write: (line) => lines.push(line) },
  });
  correlation.run('thread-1234', () => log.info({ household: { recipient: { name: 'Fatima' } } }, 'one'));
  log.child({ correlationId: 'thread-5678', part: 'relay' }).warn({ email: 'f@x.nl', stream: 'booking-1' }, 'two');
  const cause = Object.assign(new Error('inner'), { code: 'SQLITE_BUSY', row: 'Fatima' });
  log.error({ err: new Error('outer', { cause }) }, 'three');
  log.debug('not at this level');
  expect(lines.join()).not.toMatch(/Fatima|f@x\.nl/);
  const [one, two, three] = lines.map((line): unknown => JSON.parse(line));
  expect(lines).toHaveLength(3);
  expect(one).toMatchObject({ service: 'offers', level: 'info', correlationId: 'thread-1234', msg: 'one' });
  expect(two).toMatchObject({ correlationId: 'thread-5678', part: 'relay', stream: 'booking-1' });
  expect(three).toMatchObject({ err: { what: 'outer', cause: { what: 'inner', code: 'SQLITE_BUSY' } } });
  expect(lines[1]?.match(/correlationId/g)).toHaveLength(1);
});
