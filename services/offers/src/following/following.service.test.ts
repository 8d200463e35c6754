import { randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Log } from '@adempauze/event-bus';
import { openTestStore } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, type Instant, minuteMs, type Outcome, plusMs } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { afterEach, expect, test } from '@jest/globals';
import {
  holdPlace,
  now,
  openResource,
  publishOffer,
  publishTimes,
  registerProvider,
  resourceId,
  span,
} from '../examples.fixtures.ts';
import { startOffers } from '../service.ts';
import { calendarOf, serve } from './calendar-server.fixtures.ts';
import { createFetchCalendar } from './fetch-calendar.ts';

/* With a real server, which says what the test has it say. */

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});
let calls = 0;
const call = (commandId?: string): CallContext => {
  calls += 1;
  return { commandId: commandId ?? derivedId('call', calls), correlationId: 'test', actor: 'account-1' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (!outcome.accepted) throw new Error(outcome.rejection.code);
  return outcome.value;
};
const codeOf = (outcome: Outcome<unknown>) => (outcome.accepted ? 'yes' : outcome.rejection.code);
const tuesday = span('2027-05-04T07:00:00Z', '2027-05-04T15:00:00Z');
const meeting = ['20270504T070000Z', '20270504T110000Z'] as const;
const busy = span('2027-05-04T07:00:00Z', '2027-05-04T11:00:00Z');
const secret = 'zeer-geheim-adres';

type Answer = string | number | 'silence';
const start = async () => {
  let time: Instant = now;
  const clock = () => time;
  const store = await openTestStore({ clock });
  ended.push(() => store.close());
  const keys = createSqliteKeyStore({ file: ':memory:', masterKey: Buffer.alloc(32, 7), randomBytes });
  ended.push(() => keys.close());
  const vault = createVault(keys, { randomBytes });
  const logged: object[] = [];
  const log: Log = { warn: (it) => void logged.push(it), error: (it) => void logged.push(it) };

  let says: Answer = calendarOf(meeting);
  let asked = 0;
  const waiting: ServerResponse[] = [];
  const listener: RequestListener = (_request, response) => {
    asked += 1;
    if (says === 'silence') waiting.push(response);
    else if (typeof says === 'number') response.writeHead(says).end();
    else response.setHeader('content-type', 'text/calendar').end(says);
  };
  const server = await serve(listener);
  ended.push(server.close);
  const fetch = createFetchCalendar({
    from: 'anywhere',
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const runtime = await startOffers({
    ...{ store, clock, folder: ':memory:', sweepEveryMs: 1e9, log, calendars: { vault, fetch } },
  });
  ended.push(() => runtime.close());
  const { api } = runtime;
  yes(await api.registerProvider(registerProvider(), call()));
  yes(await api.publishOffer(publishOffer(), call()));
  yes(await api.openResource(openResource(), call()));
  yes(await api.publishTimes(publishTimes(tuesday), call()));
  const url = `http://agenda.example:${server.port}/${secret}.ics`;
  return {
    ...{ ...runtime, store, keys, logged, url },
    say(answer: Answer) {
      says = answer;
    },
    asked: () => asked,
    follow: (context = call()) => api.followCalendar({ resourceId, url }, context),
    async pass(minutes: number) {
      time = plusMs(time, minutes * minuteMs);
      await runtime.settled();
      await runtime.nudge();
    },
    calendar: async () => (await api.findResource({ resourceId }))?.calendar,
    following: () => api.findFollowing({ resourceId }),
    log: async () =>
      JSON.stringify((await store.readAll({ categories: ['resource', 'calendar'], maxCount: 1000 })).events),
  };
};
const morning = () => holdPlace({ span: span('2027-05-04T07:00:00Z', '2027-05-04T09:00:00Z') });
const afternoon = () => holdPlace({ span: span('2027-05-04T12:00:00Z', '2027-05-04T14:00:00Z') });

test('a calendar is followed: read at once, and what it says is taken cannot be booked', async () => {
  const it = await start();
  yes(await it.follow());
  expect(await it.following()).toEqual({ resourceId, followedAt: now, failure: null });
  expect(await it.calendar()).toEqual({ readAt: now, busy: [busy] });
  await it.settled();
  expect(codeOf(await it.api.holdPlace(morning(), call()))).toBe('time-not-offered');
  expect(codeOf(await it.api.holdPlace(afternoon(), call()))).toBe('yes');
});

test('what cannot be read is not followed, and why is told without a word of the address', async () => {
  const it = await start();
  const answers: [Answer, string][] = [
    [404, 'calendar-not-shared'],
    [403, 'calendar-not-shared'],
    [500, 'calendar-not-reached'],
    ['<html>', 'calendar-unreadable'],
  ];
  for (const [answer, code] of answers) {
    it.say(answer);
    expect(codeOf(await it.follow())).toBe(code);
  }
  const { followCalendar } = it.api;
  expect(codeOf(await followCalendar({ resourceId, url: 'https://u:p@agenda.example/' }, call()))).toBe(
    'calendar-address-refused',
  );
  expect(await it.following()).toBeUndefined();
  expect(await it.calendar()).toBeNull();
  expect(await it.log()).not.toContain(secret);
});

test('it is read every quarter of an hour; a failure drops nothing, is told, and comes less often', async () => {
  const it = await start();
  yes(await it.follow());
  it.say(calendarOf(['20270504T120000Z', '20270504T130000Z']));
  await it.pass(14);
  expect(it.asked()).toBe(1);
  await it.pass(1);
  const changed = { readAt: plusMs(now, 15 * minuteMs), busy: [span('2027-05-04T12:00:00Z', '2027-05-04T13:00:00Z')] };
  expect(await it.calendar()).toEqual(changed);

  it.say(500);
  await it.pass(15);
  const since = plusMs(now, 30 * minuteMs);
  const wellAt = plusMs(now, 15 * minuteMs);
  expect((await it.following())?.failure).toEqual({ reason: 'server-failed', since, onBooking: false, wellAt });
  expect(await it.calendar()).toEqual(changed);
  await it.pass(29);
  expect(it.asked()).toBe(3);
  await it.pass(1);
  expect(it.asked()).toBe(4);
  it.say('<html>');
  await it.pass(60);
  expect((await it.following())?.failure).toMatchObject({ reason: 'no-calendar', since, wellAt });
  expect(await it.calendar()).toEqual(changed);

  it.say(calendarOf(meeting));
  await it.pass(120);
  expect((await it.following())?.failure).toBeNull();
  expect((await it.calendar())?.busy).toEqual([busy]);
  expect(JSON.stringify(it.logged)).not.toContain(secret);
});

test('a calendar in which nothing happens fills no log', async () => {
  const it = await start();
  yes(await it.follow());
  const before = await it.log();
  for (let quarter = 1; quarter < 16; quarter += 1) await it.pass(15);
  expect(it.asked()).toBe(16);
  expect(await it.log()).toBe(before);
  await it.pass(15);
  expect(await it.calendar()).toEqual({ readAt: plusMs(now, 240 * minuteMs), busy: [busy] });
});

test('before a place is given the calendar is looked at once more', async () => {
  const it = await start();
  it.say(calendarOf());
  yes(await it.follow());
  await it.settled();
  yes(await it.api.holdPlace(morning(), call()));
  // Just read: not again.
  expect(it.asked()).toBe(1);
  it.say(calendarOf(meeting));
  await it.pass(2);
  const { bookingId } = morning();
  expect(codeOf(await it.api.takePlace({ resourceId, bookingId }, call()))).toBe('calendar-busy');
  expect(it.asked()).toBe(2);
  it.say(calendarOf());
  await it.pass(2);
  it.say(calendarOf(meeting));
  await it.pass(2);
  const taking = { resourceId, bookingIds: [bookingId], mode: 'fitting' as const };
  expect(yes(await it.api.takePlaces(taking, call())).refused).toMatchObject([{ code: 'calendar-busy' }]);
});

test('a calendar that does not answer in time keeps nobody waiting: what was read last counts, and that is said', async () => {
  const it = await start();
  it.say(calendarOf());
  yes(await it.follow());
  await it.settled();
  yes(await it.api.holdPlace(morning(), call()));
  it.say('silence');
  await it.pass(2);
  const begun = performance.now();
  const { bookingId } = morning();
  expect(codeOf(await it.api.takePlace({ resourceId, bookingId }, call()))).toBe('yes');
  expect(performance.now() - begun).toBeLessThan(5000);
  const since = plusMs(now, 2 * minuteMs);
  expect((await it.following())?.failure).toEqual({ reason: 'too-slow', since, onBooking: true, wellAt: now });
  expect((await it.calendar())?.readAt).toBe(now);
});

test('followed no more: its busy times and the key to its address are gone', async () => {
  const it = await start();
  yes(await it.follow());
  await it.settled();
  expect(await it.log()).toContain('$sealed');
  expect(await it.log()).not.toContain(secret);
  expect(await it.keys.count()).toBe(1);
  yes(await it.api.unfollowCalendar({ resourceId }, call()));
  expect(await it.keys.count()).toBe(0);
  expect(await it.following()).toBeUndefined();
  expect((await it.calendar())?.busy).toEqual([]);
  await it.pass(120);
  expect(it.asked()).toBe(1);
  yes(await it.api.unfollowCalendar({ resourceId }, call()));
  yes(await it.follow());
  expect(await it.keys.count()).toBe(1);
});

test('another address takes its place; a repeat of the command changes nothing', async () => {
  const it = await start();
  yes(await it.follow(call('first')));
  yes(await it.api.followCalendar({ resourceId, url: `${it.url}?anders` }, call()));
  expect(await it.keys.count()).toBe(1);
  const before = await it.log();
  it.say(500);
  expect(codeOf(await it.follow(call('first')))).toBe('yes');
  expect(await it.log()).toBe(before);
});

test('whoever starts anew reads on; nothing readable of the address stands in a file', async () => {
  const it = await start();
  yes(await it.follow());
  await it.settled();
  it.forgetCaches();
  it.say(calendarOf());
  await it.pass(15);
  expect((await it.calendar())?.busy).toEqual([]);
  expect(await it.rebuildAndCompare(':memory:')).toEqual([]);
});

test('of a resource that is not there no calendar is followed, nor where none can be', async () => {
  const it = await start();
  const other = { ...openResource(), resourceId: derivedId('other') as typeof resourceId };
  expect(codeOf(await it.api.followCalendar({ resourceId: other.resourceId, url: it.url }, call()))).toBe(
    'resource-not-found',
  );
  expect(it.asked()).toBe(0);
});
