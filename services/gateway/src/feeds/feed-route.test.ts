import { BookingId, type FeedEntry, feedIdOf, ProviderId, TimeSpan } from '@adempauze/contracts';
import { createLog, createMetrics } from '@adempauze/http';
import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway } from '../testing/start-gateway.ts';
import { createCalendarLinks, readLink } from './links.ts';
import { createRateLimit } from './rate-limit.ts';

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const entry: FeedEntry = {
  bookingId: BookingId.parse(idOf('booking')),
  providerId: ProviderId.parse(idOf('provider')),
  ...{ form: 'F01', status: 'confirmed', revision: 2 },
  span: TimeSpan.parse({ from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' }),
};
const start = async () => {
  const lines: string[] = [];
  const log = createLog({
    service: 'gateway',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = createMetrics({ service: 'gateway', processMetrics: false });
  let nowMs = Date.now();
  const gateway = await startGateway({ log, metrics, realNowMs: () => nowMs });
  ended.push(gateway.close);
  gateway.world.feedEntries.push(entry);
  let keys = 0;
  const send = async (mutation: string, account: string, input: object, key?: string) => {
    keys += 1;
    const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    const query = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) {
      ... on ${name}Accepted { calendarFeed { of openedAt url } } ... on Rejected { code } } }`;
    const { body } = await gateway.ask(
      query,
      { input: { idempotencyKey: key ?? `sleutel-${keys}`, ...input } },
      account,
    );
    return body.data[mutation];
  };
  return {
    ...{ gateway, lines, metrics, send },
    pass(ms: number) {
      nowMs += ms;
    },
    async open(account = 'caregiver', input: object = { of: 'HOUSEHOLD' }): Promise<string> {
      const { calendarFeed } = await send('openCalendarFeed', account, input);
      return calendarFeed.url;
    },
  };
};

test('whoever has the address reads the calendar, without signing in', async () => {
  const { open } = await start();
  const url = await open();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/calendar\/[\w-]{65}\.ics$/);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  const text = await response.text();
  expect(text).toContain(`UID:${entry.bookingId}@adempauze\r\n`);
  expect(text).toContain('SUMMARY:Blokzorg\\, ');
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
});

test('a poll that knows the calendar gets no calendar, until it changes', async () => {
  const { open, gateway } = await start();
  const url = await open();
  const tag = (await fetch(url)).headers.get('etag') ?? '';
  expect(tag).toMatch(/^W\/"[0-9a-f]{32}"$/);
  for (const known of [tag, `"other", ${tag}`, tag.replace('W/', ''), '*']) {
    const again = await fetch(url, { headers: { 'if-none-match': known } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(tag);
  }
  expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  gateway.world.feedEntries.splice(0, 1, { ...entry, revision: 3 });
  const changed = await fetch(url, { headers: { 'if-none-match': tag } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(tag);
});

test('opened again the earlier address stops; closed, every address does; and they all look alike', async () => {
  const { open, send } = await start();
  const first = await open();
  const second = await open();
  const never = first.replace(/.{8}\.ics$/, 'aaaaaaaa.ics');
  const statusOf = async (url: string) => (await fetch(url)).status;
  expect(await statusOf(first)).toBe(404);
  expect(await statusOf(second)).toBe(200);
  expect((await send('closeCalendarFeed', 'caregiver', { of: 'HOUSEHOLD' })).calendarFeed).toEqual({
    ...{ of: 'HOUSEHOLD', openedAt: null, url: null },
  });
  expect(await statusOf(second)).toBe(404);
  const bodyOf = async (url: string) => ({ ...(await (await fetch(url)).json()), correlationId: '' });
  const gone = await bodyOf(second);
  for (const url of [first, never, first.replace('.ics', ''), first.replace(/\/[\w-]+\.ics$/, '/x.ics')])
    expect(await bodyOf(url)).toEqual(gone);
  expect((await fetch(first, { method: 'POST' })).status).toBe(404);
});

test('an address is shown once, and to whose calendar it is', async () => {
  const { send, gateway } = await start();
  const input = { of: 'PROVIDER' };
  expect((await send('openCalendarFeed', 'provider', input)).calendarFeed.url).toMatch(/^http/);
  const { body } = await gateway.ask('{ calendarFeed(of: PROVIDER) { of openedAt url } }', {}, 'provider');
  expect(body.data.calendarFeed).toMatchObject({ of: 'PROVIDER', url: null });
  const helper = { of: 'HELPER', id: idOf('helper') };
  expect((await send('openCalendarFeed', 'coordinator', helper)).calendarFeed.of).toBe('HELPER');
  for (const [account, it, code] of [
    ['provider', { of: 'HOUSEHOLD', id: idOf('household') }, 'household-not-found'],
    ['stranger-caregiver', { of: 'HOUSEHOLD', id: idOf('household') }, 'household-not-found'],
    ['stranger-caregiver', { of: 'HOUSEHOLD' }, 'household-not-found'],
    ['stranger-provider', { of: 'PROVIDER', id: idOf('provider') }, 'provider-not-found'],
    ['stranger-coordinator', helper, 'helper-not-found'],
    ['provider', helper, 'helper-not-found'],
    // A mandate can be withdrawn, and an address goes on.
    ['professional', { of: 'HOUSEHOLD', id: idOf('household') }, 'not-allowed'],
  ] as const)
    expect(await send('openCalendarFeed', account, it)).toEqual({ code });
});

test('a provider’s calendar names no provider and no household', async () => {
  const { open } = await start();
  const text = await (await fetch(await open('provider', { of: 'PROVIDER' }))).text();
  expect(text).toContain(`SUMMARY:Blokzorg\\, ${entry.bookingId.slice(-8).toUpperCase()}\r\n`);
});

test('a helper sees what is asked of him, once the family said yes to him, and nothing of whom (R51)', async () => {
  const { open, gateway } = await start();
  const url = await open('coordinator', { of: 'HELPER', id: idOf('helper') });
  const { matches } = gateway.world;
  const [match] = matches;
  if (match === undefined) throw new Error('There is no match.');
  const { awaits: _family, ...asked } = { ...match, status: 'proposed' as const };
  const shown = async () => (await (await fetch(url)).text()).replaceAll('\r\n ', '');
  const tentative = `UID:${match.bookingId}@adempauze`;
  matches.splice(0, 1, { ...asked, awaits: 'family' });
  expect(await shown()).not.toContain(tentative);
  matches.splice(0, 1, asked);
  const text = await shown();
  const [event] = text.split('BEGIN:VEVENT').filter((it) => it.includes(tentative));
  expect(event).toContain('STATUS:TENTATIVE\r\n');
  expect(event).toContain(
    `SUMMARY:Vrijwilliger aan huis\\, ${match.bookingId.slice(-8).toUpperCase()} (nog niet zeker)\r\n`,
  );
  expect(event).not.toContain(match.householdId);
  expect(event).not.toContain(match.municipality);
  // Once he answered it is no question any more; his yes stands among the bookings.
  matches.splice(0, 1, { ...asked, status: 'matched' });
  expect(await shown()).not.toContain(tentative);
});

test('while a part is away there is no half calendar: a program asks later, and keeps what it has', async () => {
  const { open, gateway } = await start();
  const helper = await open('coordinator', { of: 'HELPER', id: idOf('helper') });
  const household = await open();
  const whole = await fetch(helper);
  expect(await whole.text()).toContain(`UID:${entry.bookingId}@adempauze`);
  const known = { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } };
  const { listAskedOfHelper } = gateway.matching;
  const { findProvider } = gateway.offers;
  const away = () => Promise.reject(new UnavailableError('down'));
  Object.assign(gateway.matching, { listAskedOfHelper: away });
  Object.assign(gateway.offers, { findProvider: away });
  for (const response of [await fetch(helper), await fetch(helper, known), await fetch(household)]) {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.text()).not.toContain('VCALENDAR');
  }
  Object.assign(gateway.matching, { listAskedOfHelper });
  Object.assign(gateway.offers, { findProvider });
  expect((await fetch(helper, known)).status).toBe(304);
  expect((await fetch(household)).status).toBe(200);
});

test('nobody comes too often, and others are not kept out by it', async () => {
  const { open, pass } = await start();
  const url = await open();
  for (let n = 0; n < 30; n += 1) expect((await fetch(url)).status).toBe(200);
  const refused = await fetch(url);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(await open('provider', { of: 'PROVIDER' }))).status).toBe(200);
  pass(Number(refused.headers.get('retry-after')) * 1000);
  expect((await fetch(url)).status).toBe(200);
  // Who tries addresses is stopped before each is looked up.
  const tries = await Promise.all(Array.from({ length: 70 }, (_it, n) => fetch(`${url.slice(0, -6)}${n + 10}.ics`)));
  expect(tries.filter(({ status }) => status === 404)).toHaveLength(60);
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(10);
});

test('the secret is in no log line, no measurement and no problem', async () => {
  const { open, gateway, lines, metrics } = await start();
  const url = await open();
  const secret = url.slice(url.lastIndexOf('/') + 1, -4);
  await (await fetch(url)).text();
  Object.assign(gateway.bookings, { readFeed: () => Promise.reject(new UnavailableError('down')) });
  const down = await fetch(url);
  expect(down.status).toBe(503);
  Object.assign(gateway.bookings, { readFeed: () => Promise.reject(new TypeError('wrong')) });
  const wrong = await fetch(url);
  expect(wrong.status).toBe(500);
  const malformed = await fetch(url.replace('.ics', '%E0%A4%A'));
  expect(malformed.status).toBe(400);
  const measured = await metrics.registry.metrics();
  expect(measured).toContain('route="/calendar/:file"');
  expect(lines.length).toBeGreaterThan(1);
  const all = [...lines, measured, ...(await Promise.all([down, wrong, malformed].map((it) => it.text())))].join('\n');
  expect(all).not.toContain(secret);
  expect(all).not.toContain(secret.slice(22));
});

test('an address has 256 random bits and says which feed it is; anything else is none', () => {
  const asked: number[] = [];
  const links = createCalendarLinks({
    origin: 'https://adempauze.example',
    randomBytes(count) {
      asked.push(count);
      return Buffer.alloc(count, asked.length);
    },
  });
  const feedId = feedIdOf({ kind: 'provider', id: idOf('provider') });
  const made = [links.make(feedId), links.make(feedId)];
  expect(asked).toEqual([32, 32]);
  expect(new Set(made.map(({ secretHash }) => secretHash)).size).toBe(2);
  for (const { url, secretHash } of made) {
    const file = url.slice('https://adempauze.example/calendar/'.length);
    expect(readLink(file)).toEqual({ feedId, secretHash });
    for (const other of ['', file.slice(0, -4), `x${file}`, `${file}.ics`, file.replace('.ics', '/.ics'), `${file}\n`])
      expect(readLink(other)).toBeUndefined();
  }
});

test('a rate is kept for each key, evenly', () => {
  let now = 0;
  const limit = createRateLimit({ perMinute: 2, nowMs: () => now });
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.look('a')]).toEqual([undefined, undefined, 30, 30]);
  expect(limit.take('b')).toBeUndefined();
  now = 30_000;
  expect([limit.look('a'), limit.take('a'), limit.take('a')]).toEqual([undefined, undefined, 30]);
});
