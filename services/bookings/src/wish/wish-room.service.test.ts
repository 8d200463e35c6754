import { MakeWish, WishId } from '@adempauze/contracts';
import { derivedId, hourMs, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/* Room comes at several offers while wishes think about a place: each thinks about one, and nothing goes round for ever. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const offers = ['block-care', 'on-acceptance', 'own-account'] as const;
const wishIdOf = (word: string) => WishId.parse(derivedId('wish', word));
const timeOf = (day: number): Span => {
  const from = plusMs(at('2027-06-01T07:00:00Z'), day * 24 * hourMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};
const open = async (...words: readonly string[]): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of words) {
    await world.api.registerHousehold(fatima(word), world.call());
    const wish = MakeWish.parse({
      ...{ wishId: wishIdOf(word), householdId: householdIdOf(word), forms: ['F01'], requestedBy: `account-${word}` },
      window: { from: at('2027-05-20T22:00:00Z'), until: at('2027-08-01T22:00:00Z') },
    });
    await world.api.makeWish(wish, world.call());
    world.pass(1000);
  }
  await world.settled();
  return world;
};
const live = async ({ api }: World, word: string) =>
  (await api.findWish({ wishId: wishIdOf(word) }))?.offers.filter(({ outcome }) => outcome === 'offered') ?? [];
const publish = async (world: World, day: number) => {
  const word = offers[day] ?? 'block-care';
  await world.offers.publishTimes([offerIdOf(word)], resourceIdOf(word), [timeOf(day)]);
  await world.settled();
};

test('each wish thinks about one place; what both miss waits until one of them lets go', async () => {
  const world = await open('anna', 'bram');
  for (const day of [0, 1, 2]) await publish(world, day);
  const [toAnna, toBram] = [await live(world, 'anna'), await live(world, 'bram')];
  expect(toAnna).toMatchObject([{ offerId: offerIdOf(offers[0]), span: timeOf(0), cause: 'times' }]);
  expect(toBram).toMatchObject([{ offerId: offerIdOf(offers[1]), span: timeOf(1), why: { rule: 'only' } }]);
  const list = async (word: (typeof offers)[number]) =>
    (await world.api.findWaitingList({ offerId: offerIdOf(word) })).places;
  expect(await list(offers[2])).toMatchObject([
    { status: 'nobody', offeredTo: [{ outcome: 'elsewhere' }, { outcome: 'elsewhere' }] },
  ]);

  for (const { bookingId } of toAnna) await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call());
  await world.until(async () => (await live(world, 'anna')).some(({ span }) => span.from === timeOf(2).from));
  await world.settled();
  expect(await live(world, 'anna')).toHaveLength(1);
  expect(await live(world, 'bram')).toEqual(toBram);
  for (const word of offers) expect((await list(word)).length).toBeLessThan(4);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});
