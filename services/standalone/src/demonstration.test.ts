import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demonstrationAccounts } from '@adempauze/gateway/demonstration';
import { fetchToken } from '@adempauze/gateway/sign-in';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { purposeOfArrangement } from './demonstration/arrangement.ts';
import { wishes } from './demonstration/history.ts';
import { families, habits, men, needs, women } from './demonstration/people.ts';
import { demonstrationProviders } from './demonstration/providers.ts';
import { purposesOfSeries } from './demonstration/series.ts';
import { purposesOfStays } from './demonstration/stays.ts';
import { countEvents, launch, lookInLog } from './launch.fixtures.ts';

const root = mkdtempSync(join(tmpdir(), 'adempauze-demonstration-'));
const CLOCK_START = '2026-11-22T10:00:00Z';
const startIn = (folder: string, more: Readonly<Record<string, string>> = {}) =>
  launch({ DATA_FOLDER: join(root, folder), CLOCK_START, ...more });

/** Everything that says something of somebody in the demonstration. */
const personal = [
  ...[...women, ...men].flatMap((first) => families.map((family) => `${first} ${family}`)),
  ...demonstrationAccounts.filter(({ role }) => role === 'caregiver').map(({ name }) => name),
  ...['Nora Visser', '06-000000', '06-100000', ...habits, ...needs, ...wishes.map(([, purpose]) => purpose)],
  ...purposesOfStays,
  ...purposesOfSeries,
  purposeOfArrangement,
];
const personalIn = (text: string | Buffer) => personal.filter((it) => text.includes(it));

/**
 * Which events each stream holds. A promise that was cut off is made again, so its hold may be extended twice; and what
 * is past its deadline is freed by whoever sees it first.
 */
const streamsOf = (folder: string): string[] =>
  lookInLog(join(root, folder), (db) =>
    db
      .prepare(
        `SELECT name || ': ' || group_concat(type, ' ' ORDER BY type) AS line
         FROM (SELECT s.name, CASE e.type WHEN 'HoldExpired' THEN 'PlaceReleased' ELSE e.type END AS type
               FROM events e JOIN streams s ON s.id = e.stream WHERE e.type <> 'HoldExtended')
         GROUP BY name ORDER BY name`,
      )
      .all()
      .map(({ line }) => String(line)),
  ) ?? [];

/** What an operator sees of the money, and what anybody finds in the catalogue. */
const booksAt = async (url: string): Promise<string> => {
  const token = await fetchToken(url, 'beheer');
  const query =
    '{ trialBalance { rows { account debitCents creditCents } balanced } parked { edges { node { id } } } ' +
    'invoices(first: 100) { edges { node { number month totalCents lines { deliveryId kind amountCents } } } } ' +
    'searchOffers(near: "Delft", from: "2026-11-23T00:00:00Z", until: "2026-12-03T00:00:00Z", first: 50) ' +
    '{ edges { node { travelKm offer { id title } times { resourceId span { from until } priceCents } } } } }';
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return answer.text();
};

const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};
const ask = async (url: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(url).catch(() => undefined);
  return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
};

let books: string;
let streams: string[];
/** What the first start said and answered. */
let whole: { out: string; err: string; starting: string[]; ready: string; metrics: string };

beforeAll(async () => {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const it = startIn('whole', { LOG_LEVEL: 'trace', PORT: String(port) });
  const isReady = it.ready();
  const starting = new Set<string>();
  while (!it.out().includes('is ready')) {
    for (const path of ['live', 'ready']) {
      const { status, text } = await ask(`${url}/health/${path}`);
      if (!it.out().includes('is ready') && status !== 0) starting.add(`${path} ${status} ${text}`);
    }
    await it.until(() => true);
  }
  await isReady;
  const ready = await ask(`${url}/health/ready`);
  books = await booksAt(url);
  const { text: metrics } = await ask(`${url}/metrics`);
  expect(await it.stop()).toBe(0);
  streams = streamsOf('whole');
  whole = { out: it.out(), err: it.err(), starting: [...starting], ready: `${ready.status} ${ready.text}`, metrics };
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a first start', () => {
  test('fills a region through its own commands, and its books balance', () => {
    const count = (category: string) => streams.filter((it) => it.startsWith(`${category}-`)).length;
    expect(count('provider')).toBe(demonstrationProviders.length);
    expect(count('household')).toBe(47);
    expect(count('offer')).toBeGreaterThan(200);
    expect(streams.join()).toContain('CareDelivered');
    expect(count('stay')).toBeGreaterThan(3);
    expect(count('series')).toBeGreaterThan(2);
    expect(count('arrangement')).toBe(1);
    for (const type of ['StayEnded', 'StepPassed', 'SeriesEnded', 'PlaceFreed', 'OfferTaken', 'OfferHeld', 'TaskSet'])
      expect(streams.join()).toContain(type);
    const { data } = JSON.parse(books) as {
      data: { trialBalance: { balanced: boolean; rows: unknown[] }; parked: { edges: unknown[] } };
    };
    expect(data).toMatchObject({ trialBalance: { balanced: true }, parked: { edges: [] } });
    expect(data.trialBalance.rows.length).toBeGreaterThan(3);
  });

  test('lives but is not ready while it starts, then is ready', () => {
    expect(whole.starting).toEqual(
      expect.arrayContaining([
        'live 200 {"live":true}',
        'ready 503 {"ready":false,"checks":{"process":{"ok":false,"detail":"starting"}}}',
      ]),
    );
    expect(whole.starting).toHaveLength(2);
    expect(whole.ready).toMatch(/^200 {"ready":true/);
    expect(whole.metrics).toMatch(/^process_cpu_seconds_total/m);
    expect(whole.metrics).toMatch(/^\w*graphql\w*_count{.*} [1-9]/m);
  });

  test('says nothing of anybody in its log, however much it logs', () => {
    const lines = `${whole.out}\n${whole.err}`.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(5);
    expect(personalIn(lines.join('\n'))).toEqual([]);
    expect(whole.err).toBe('');
  });

  test('nor in any file', () => {
    const readable = readdirSync(join(root, 'whole'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap(({ parentPath, name }) =>
        personalIn(readFileSync(join(parentPath, name))).map((it) => `${name}: ${it}`),
      );
    expect(readable).toEqual([]);
  });
});

const expectSame = async (folder: string) => {
  const it = startIn(folder);
  expect(JSON.parse(await booksAt(await it.ready()))).toEqual(JSON.parse(books));
  expect(await it.stop()).toBe(0);
  expect(streamsOf(folder)).toEqual(streams);
};

test('a start in another folder gives the same demonstration, event for event', async () => {
  await expectSame('again');
}, 60_000);

describe('the same demonstration comes of it', () => {
  test('when it is killed at several moments', async () => {
    const folder = join(root, 'killed');
    for (const events of [300, 1000, 1300, 1700, 2000]) {
      const it = startIn('killed');
      await it.until(() => (countEvents(folder) >= events ? true : undefined));
      expect(it.out()).not.toContain('is ready');
      expect(await it.stop('SIGKILL')).toBe('SIGKILL');
    }
    await expectSame('killed');
  }, 90_000);

  test('when it is stopped half way, which is no failure', async () => {
    const folder = join(root, 'stopped');
    const first = startIn('stopped');
    await first.until(() => (countEvents(folder) >= 900 ? true : undefined));
    expect(await first.stop()).toBe(0);
    expect({ out: first.out(), err: first.err() }).toEqual({ out: '', err: '' });
    await expectSame('stopped');
  }, 60_000);
});
