import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { defaultLimits } from '../dependencies.ts';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

const subscription = (key: string) =>
  JSON.stringify({ query: `subscription { bookingChanged(id: "${idOf(key)}") { id status revision } }` });

/** Opens a stream and hands out its events one by one. */
const open = async (key: string, account: string) => {
  const stop = new AbortController();
  const response = await fetch(`${gateway.origin}/graphql`, {
    method: 'POST',
    signal: stop.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await gateway.tokenOf(account)}`,
    },
    body: subscription(key),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      const event = text.slice(0, end);
      if (end >= 0) text = text.slice(end + 2);
      if (end >= 0 && event.startsWith('event: complete')) return 'complete';
      if (end >= 0 && event.includes('data: {')) return event.slice(event.indexOf('data: ') + 6);
      if (end >= 0) continue;
      const read = await reader?.read();
      if (!read || read.done) return undefined;
      text += read.value;
    }
  };
  return { response, next, stop: () => stop.abort() };
};
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

test('shows the booking now and after each change', async () => {
  const { response, next, stop } = await open('booking', 'caregiver');
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await next()).toContain('AWAITING_ACCEPTANCE');
  const booking = gateway.world.bookings.find((it) => it.bookingId === idOf('booking'));
  if (booking) booking.status = 'confirmed';
  gateway.changed(idOf('booking'));
  expect(await next()).toContain('CONFIRMED');
  stop();
});

test('ends when the booking is no longer theirs, without another word', async () => {
  const { next } = await open('booking', 'professional');
  await next();
  const household = gateway.world.households.find((it) => it.householdId === idOf('household'));
  household?.mandates.splice(0);
  gateway.changed(idOf('booking'));
  expect(await next()).toBe('complete');
  await until(() => gateway.watchers() === 0);
});

test('what is somebody else’s looks like what is not there', async () => {
  const other = await open('other-booking', 'caregiver');
  const nothing = await open('nothing', 'caregiver');
  expect([await other.next(), await nothing.next()]).toEqual(['complete', 'complete']);
});

test('is cleaned up when the reader goes away', async () => {
  const { next, stop } = await open('booking', 'caregiver');
  await next();
  expect(gateway.watchers()).toBe(1);
  stop();
  await until(() => gateway.watchers() === 0);
});

test('an account has so many and no more', async () => {
  const streams = await Promise.all(
    Array.from({ length: defaultLimits.streamsPerAccount }, () => open('booking', 'caregiver')),
  );
  await Promise.all(streams.map((it) => it.next()));
  const tooMany = await open('booking', 'caregiver');
  expect(await tooMany.next()).toContain('TOO_MANY_STREAMS');
  streams[0]?.stop();
  await until(() => gateway.watchers() === defaultLimits.streamsPerAccount - 1);
  expect(await (await open('booking', 'caregiver')).next()).toContain('AWAITING_ACCEPTANCE');
  for (const it of streams) it.stop();
});

test('ends when the gateway closes', async () => {
  const { next } = await open('booking', 'caregiver');
  await next();
  await gateway.gateway.close();
  expect(await next()).toBe('complete');
});

test('is not given as a plain answer', async () => {
  const authorization = `Bearer ${await gateway.tokenOf('caregiver')}`;
  const response = await gateway.post(subscription('booking'), { authorization });
  expect(await response.text()).toContain('text/event-stream');
});

test('a visitor gets none', async () => {
  const response = await gateway.post(subscription('booking'), { accept: 'text/event-stream' });
  expect(await response.text()).toContain('UNAUTHENTICATED');
});
