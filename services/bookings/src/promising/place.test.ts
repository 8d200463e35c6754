import type { BookingId, BookingView } from '@adempauze/contracts';
import type { CallContext, Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { bookingIdOf, fatima, requestOf, resourceIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { createOwnWork } from './own-work.ts';
import { endingTogether, releasingUnlessFreed } from './place.ts';

let world: World;
afterEach(() => world.close());

const resourceId = resourceIdOf('worker');
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test('who ends more of the same under the same command frees more', async () => {
  world = await openWorld({ capacity: 2 });
  await world.api.registerHousehold(fatima(), world.call());
  const views: BookingView[] = [];
  for (const word of ['a', 'b']) {
    const outcome = await world.api.requestBooking(requestOf(bookingIdOf(word)), world.call());
    if (outcome.accepted) views.push({ ...outcome.value, status: 'cancelled' });
  }
  const ownReleases = createOwnWork({ remembered: 10 });
  const end = endingTogether({ offers: world.offers, ownReleases, log: quiet });
  const ended = (some: readonly BookingView[]): Promise<Outcome<BookingView>[]> =>
    Promise.resolve(some.map((value) => ({ accepted: true, position: undefined, value })));
  const bookingIds: BookingId[] = views.map(({ bookingId }) => bookingId);
  const context = world.call('end');
  // Another replica had come to one of them.
  await end({ resourceId, bookingIds, reason: 'cancelled' }, () => ended(views.slice(0, 1)), context);
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  await end({ resourceId, bookingIds, reason: 'cancelled' }, () => ended(views), context);
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
  expect(await Promise.all(bookingIds.map(ownReleases.wasDoneHere))).toEqual([true, true]);
});

test('a reaction waits a second for this process to free a place, and then frees it itself', async () => {
  world = await openWorld();
  const freed: string[] = [];
  const alarms: { afterMs: number; ring: () => void }[] = [];
  const ownReleases = createOwnWork({ remembered: 10 });
  const release = releasingUnlessFreed({
    release: async ({ bookingId }) => void freed.push(bookingId),
    ownReleases,
    timer: (afterMs, ring) => {
      alarms.push({ afterMs, ring });
      return () => {};
    },
  });
  const [slow, done, failed] = [bookingIdOf('slow'), bookingIdOf('done'), bookingIdOf('failed')];
  ownReleases.track(slow, new Promise<boolean>(() => {}));
  ownReleases.track(done, Promise.resolve(true));
  ownReleases.track(failed, Promise.reject(new Error('broken')));
  const context: CallContext = world.call('event');
  const waiting = release({ bookingId: slow, resourceId }, 'cancelled', context);
  await release({ bookingId: done, resourceId }, 'cancelled', context);
  await release({ bookingId: failed, resourceId }, 'cancelled', context);
  expect(freed).toEqual([failed]);
  const [alarm] = alarms;
  expect(alarm?.afterMs).toBe(1000);
  alarm?.ring();
  await waiting;
  expect(freed).toEqual([failed, slow]);
});
