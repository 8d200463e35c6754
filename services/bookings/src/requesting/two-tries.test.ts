import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { bookingIdOf, fatima, requestOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

let world: World;
afterEach(() => world.close());

test('no second try of a request is told no for good while the first may still be written', async () => {
  world = await openWorld();
  await world.api.registerHousehold(fatima(), world.call());
  const bookingId = bookingIdOf('one');
  const request = () => world.api.requestBooking(requestOf(bookingId), world.call('the request'));
  const { holdPlace } = world.offers;
  const isHeld = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  world.offers.holdPlace = async (hold, context) => {
    const answer = await holdPlace(hold, context);
    isHeld.resolve();
    await goesOn.promise;
    return answer;
  };
  const first = request();
  await isHeld.promise;
  // Somebody moves the clock; offers has heard of it before the replica of the second try has.
  world.offers.holdPlace = async () => ({ accepted: false, rejection: { code: 'hold-expired', facts: {} } });
  await expect(request()).rejects.toBeInstanceOf(UnavailableError);
  goesOn.resolve();
  const answer = await first;
  expect(answer).toMatchObject({ accepted: true, value: { bookingId, status: 'held' } });
  expect(await request()).toEqual(answer);
});
