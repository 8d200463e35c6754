import { BookingId } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { createBookingChangesRouter, createBookingsClient, type WatchOptions } from './booking-changes.ts';
import { createReplicas } from './replicas.ts';
import { runApp } from './test/run-app.ts';
import { startTrialReplica } from './test/trial-replica.fixtures.ts';

const bookingId = BookingId.parse(derivedId('test', 'booking'));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A replica of bookings that only tells changes. */
const startBookings = async (beatMs = 50) => {
  const watchers = new Set<(what: string) => void>();
  const router = createBookingChangesRouter(
    {
      watchBooking(watched, onChange) {
        const watcher = (what: string) => onChange({ bookingId: watched, revision: 2, what });
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    },
    { beatMs },
  );
  const app = await runApp(router);
  closing.push(app.close);
  return {
    ...app,
    watching: () => watchers.size,
    change(what: string) {
      for (const watcher of [...watchers]) watcher(what);
    },
  };
};

const watch = (urls: readonly string[], options: WatchOptions = {}) => {
  const replicas = createReplicas({ urls, timeoutMs: 2000, random: () => 0, breaker: { openMs: 50 } });
  const heard: string[] = [];
  const bookings = createBookingsClient({ replicas }, options);
  const unwatch = bookings.watchBooking(bookingId, (change) => heard.push(`${change.what} ${change.revision}`));
  closing.push(unwatch, replicas.close);
  return { heard, unwatch, replicas };
};
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('tells that it watches, then each change, and stops when nobody looks any more', async () => {
  const bookings = await startBookings();
  const { heard, unwatch } = watch([bookings.url]);
  await until(() => heard.length === 1);
  bookings.change('confirmed');
  bookings.change('cancelled');
  await until(() => heard.length === 3);
  expect(heard).toEqual(['watching 0', 'confirmed 2', 'cancelled 2']);
  unwatch();
  await until(() => bookings.watching() === 0);
  bookings.change('expired');
  expect(heard).toHaveLength(3);
});

test('goes on at another replica when one stops, and says that it looks anew', async () => {
  const [first, second] = [await startBookings(), await startBookings()];
  const { heard } = watch([first.url, second.url]);
  await until(() => heard.length === 1);
  const begunMs = performance.now();
  await first.close();
  // The stream is ended, not cut when the time of grace is over.
  expect(performance.now() - begunMs).toBeLessThan(200);
  await until(() => second.watching() === 1);
  second.change('confirmed');
  await until(() => heard.includes('confirmed 2'));
  expect(heard).toEqual(['watching 0', 'watching 0', 'confirmed 2']);
});

test.each(['hangs', 'unavailable', 'broken'] as const)('passes by one that %s', async (manner) => {
  const ill = await startTrialReplica('ill');
  closing.push(ill.kill);
  ill.behave(manner);
  const well = await startBookings();
  const { heard } = watch([ill.url, well.url], { openWithinMs: 100 });
  await until(() => heard.length === 1);
  expect([heard, ill.calls.length]).toEqual([['watching 0'], 1]);
});

test('leaves one that has fallen silent', async () => {
  const [silent, other] = [await startBookings(60_000), await startBookings(20)];
  const { heard } = watch([silent.url, other.url], { quietMs: 200 });
  await until(() => other.watching() === 1);
  other.change('confirmed');
  await until(() => heard.length === 3);
  expect(heard).toEqual(['watching 0', 'watching 0', 'confirmed 2']);
  await until(() => silent.watching() === 0);
});

test('waits for the only one to come back', async () => {
  const replica = await startTrialReplica('away');
  await replica.kill();
  const { heard, unwatch } = watch([replica.url]);
  const again = await startBookings();
  const other = watch([replica.url, again.url]);
  await until(() => other.heard.length === 1);
  expect(heard).toEqual([]);
  unwatch();
});

test('an id that is none is refused', async () => {
  const bookings = await startBookings();
  expect((await fetch(`${bookings.url}/bookings/changes/nothing`)).status).toBe(400);
  expect(bookings.watching()).toBe(0);
});
