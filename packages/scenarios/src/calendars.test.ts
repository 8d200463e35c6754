import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayOf, plusDays, plusMs } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findCalendar, followCalendar, unfollowCalendar } from './api/calendars.ts';
import { requestBooking } from './api/care.ts';
import { moveClock } from './api/funding.ts';
import { findNow } from './api/supply.ts';
import { book, hours, household, open, providerOf, publish, yes } from './cast.ts';
import type { Order } from './client.ts';
import { createIds } from './ids.ts';
import { countEvents } from './log-head.ts';
import { type RunningMarketplace, startMarketplace } from './marketplace.ts';
import { playStories } from './stage.ts';
import { calendars } from './stories/calendars.ts';
import { connect, type Target } from './target.ts';
import type { World } from './world.ts';

/* A calendar of somebody else, on a server of its own, followed by a real marketplace; and the story of the feeds. */

const nowMs = () => performance.now();
const secret = 'geheim-adres-van-een-medewerker';
const orders: Order[] = [];
const ids = createIds('calendars');
let folder: string;
let marketplace: RunningMarketplace;
let house: Target;
/** What the other calendar says; a number is a status without a word. */
let says: string | number = 404;
const other = createServer((_request, response) => {
  if (typeof says === 'number') response.writeHead(says).end();
  else response.setHeader('content-type', 'text/calendar').end(says);
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adempauze-calendars-'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  marketplace = await startMarketplace({
    ...{ demonstration: 'none', clockStart: '2026-01-02T08:00:00Z', folder, calendarsFrom: 'anywhere', nowMs },
  });
  const onOrder = (order: Order) => orders.push(order);
  house = await connect({ target: marketplace.target, ids, nowMs, alone: true, onOrder });
}, 60_000);
afterAll(async () => {
  house?.close();
  await marketplace?.stop();
  other.close();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const basic = (instant: string) => instant.replaceAll(/[-:]|\.\d+/g, '');
const calendarOf = ({ from, until }: { from: string; until: string }) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', 'BEGIN:VEVENT', 'UID:1@elsewhere'],
    ...[
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${basic(from)}`,
      `DTEND:${basic(until)}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ],
  ].join('\r\n');

test('another calendar is followed: who is busy cannot be booked, and a failed read drops nothing', async () => {
  const client = house.makeClient();
  const world = { as: (account: string) => client.as(account), ids } as unknown as World;
  const vliet = await providerOf(world, 'de-vliet');
  const day = plusDays(dayOf(await vliet.ask(findNow, {})), 5);
  const offerId = await publish(world, vliet, {
    ...{ form: 'F01', title: 'Blokzorg', place: 'Rijswijk', priceCents: 40_00, bearer: 'GUARANTEE' },
  });
  const resourceId = await open(world, vliet, [offerId], [hours(day, '08:00', 10)]);
  const { port } = other.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${secret}.ics`;

  const refused = await vliet.order(followCalendar, { resourceId, url });
  expect(refused).toMatchObject({ accepted: false, rejection: { code: 'calendar-not-shared' } });
  const busy = hours(day, '09:00', 3);
  says = calendarOf(busy);
  expect(yes(await vliet.order(followCalendar, { resourceId, url }))).toMatchObject({
    calendar: { busy: [busy], following: { failure: null } },
  });

  const fatima = await client.as('fatima');
  const householdId = await household(world, fatima);
  const wish = { householdId, offerId, resourceId, placeOfService: 'CAREGIVER_HOME' } as const;
  const bookingId = ids.next();
  const taken = await fatima.order(requestBooking, { bookingId, ...wish, span: busy });
  expect(taken).toMatchObject({ rejection: { code: 'time-not-offered' } });
  await book(world, fatima, { ...wish, span: hours(day, '13:00', 3) });

  says = 500;
  const operator = await client.as('beheer');
  const now = await operator.ask(findNow, {});
  yes(await operator.order(moveClock, { to: plusMs(now, 16 * 60_000) }));
  expect((await vliet.ask(findCalendar, { id: resourceId }))?.calendar).toMatchObject({
    busy: [busy],
    following: { failure: { reason: 'SERVER_FAILED', onBooking: false } },
  });
  const answer = yes(await vliet.order(unfollowCalendar, { resourceId }));
  expect(answer.calendar).toMatchObject({ busy: [], following: null });
}, 30_000);

test('feeds: the story comes true, and the same commands again change nothing', async () => {
  const [played] = await playStories([calendars], house.stage);
  expect(played?.failure?.en).toBeUndefined();
  const events = countEvents(folder);
  const client = house.makeClient();
  for (const { account, operation, answer, again } of orders.filter((it) => it.operation !== 'moveClock')) {
    const answered = await again(await client.as(account));
    const isSame = answered === answer || (answer !== 'accepted' && answered !== 'accepted');
    expect([operation, isSame]).toEqual([operation, true]);
  }
  expect(countEvents(folder)).toBe(events);
}, 30_000);

test('no address stands readable in any file or line of the log', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes(secret)).toBe(false);
  expect(marketplace.log.join('\n')).not.toContain(secret);
  expect(marketplace.log.join('\n')).not.toMatch(/\/calendar\/[\w-]{65}/);
});
