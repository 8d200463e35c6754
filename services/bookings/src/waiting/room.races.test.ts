import { JoinWaitingList } from '@adempauze/contracts';
import { hourMs, overlaps, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { randomFrom, turns } from '../random-order.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

/*
 * Times are published, told again and taken by others, households join, say yes and say no, all at once and in any order.
 * What is in the log at the end decides.
 */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const offers = [offerIdOf('block-care'), offerIdOf('own-account')] as const;
const families = ['anna', 'bram', 'cora', 'dirk', 'eva'] as const;
const resources = [resourceIdOf('worker'), resourceIdOf('second')] as const;
const window = { from: at('2027-06-01T22:00:00Z'), until: at('2027-08-30T22:00:00Z') };
const timeOf = (index: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), index * 24 * hourMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};

test.each([1, 2, 3, 4])(
  'run %i: one household for each place, one place for each household, and nothing left that fits',
  async (seed) => {
    const world = await openWorld();
    worlds.push(world);
    const { api, call } = world;
    const random = randomFrom(seed);
    for (const word of ['fatima', ...families]) await api.registerHousehold(fatima(word), call());
    const offerFor = (index: number) => offers[index % 2] ?? offers[0];
    const resourceFor = (index: number) => resources[index % 2] ?? resources[0];
    const viewOf = (index: number) =>
      api.findWaiting({ offerId: offerFor(index), waitingId: waitingIdOf(families[index] ?? 'anna') });
    const answered = new Set<string>();
    /** Two in three are a no, so that places go round; never twice to one question. */
    const answer = async (index: number): Promise<boolean> => {
      let isAnswered = false;
      for (const { bookingId, outcome } of (await viewOf(index))?.offers ?? []) {
        if (outcome !== 'offered' || answered.has(bookingId)) continue;
        answered.add(bookingId);
        isAnswered = true;
        await turns(random(4));
        if (random(3) === 0) await api.confirmBooking({ bookingId }, call());
        else await api.cancelBooking({ bookingId, by: 'caregiver' }, call());
      }
      return isAnswered;
    };

    await Promise.all([
      ...families.map(async (word, index) => {
        await turns(random(60));
        const wish = {
          waitingId: waitingIdOf(word),
          householdId: householdIdOf(word),
          offerId: offerFor(index),
          window,
        };
        const joined = JoinWaitingList.parse({
          ...wish,
          placeOfService: 'recipient-home',
          requestedBy: `account-${word}`,
        });
        await api.joinWaitingList(joined, call());
        for (let look = 0; look < 40; look += 1) {
          await turns(random(8));
          await answer(index);
        }
      }),
      ...Array.from({ length: 6 }, async (_, index) => {
        await turns(random(80));
        const spans = [timeOf(index), timeOf(index + 10)];
        await world.offers.publishTimes(offers, resourceFor(index), spans);
        await turns(random(20));
        await world.offers.publishTimes(offers, resourceFor(index), spans, 'again');
      }),
      // Somebody who does not wait, and searches, is as quick.
      ...Array.from({ length: 4 }, async (_, index) => {
        await turns(random(120));
        const bookingId = bookingIdOf('quick', index);
        const wanted = { offerId: offers[0], resourceId: resourceFor(index), span: timeOf(index) };
        await api.requestBooking(requestOf(bookingId, wanted), call());
        await turns(random(30));
        await api.cancelBooking({ bookingId, by: 'caregiver' }, call());
      }),
    ]);
    for (let isGoing = true; isGoing; ) {
      await world.settled();
      isGoing = (await Promise.all(families.map((_, index) => answer(index)))).includes(true);
    }
    await world.settled();

    let found = 0;
    for (const [number, offerId] of offers.entries()) {
      const { events } = await world.store.read(`waiting-${offerId}`);
      const thinking = new Map<string, string>();
      for (const { type, data } of events) {
        const [placeId, waitingId] = [String(data.placeId), String(data.waitingId)];
        if (type === 'PlaceFreed' && data.found === true) found += 1;
        if (type === 'PlaceOffered') {
          expect([...thinking.values()]).not.toContain(waitingId);
          expect(thinking.has(placeId)).toBe(false);
          thinking.set(placeId, waitingId);
        }
        if (type === 'OfferTaken' || type === 'OfferPassed') thinking.delete(placeId);
      }
      expect(thinking.size).toBe(0);
      // What can still be had is nothing that they have not said no to.
      for (const [index] of families.entries()) {
        const view = offerFor(index) === offers[number] ? await viewOf(index) : undefined;
        if (view?.status !== 'waiting') continue;
        const free = await world.offers.listTimesWithin({
          offerId,
          window,
          minMinutes: 15,
          maxMinutes: 100_000,
          first: 60,
        });
        const said = view.offers.filter(({ outcome }) => outcome === 'declined').map(({ span }) => span);
        expect(free.filter(({ span }) => !said.some((it) => overlaps(it, span)))).toEqual([]);
      }
    }
    expect(found).toBeGreaterThan(2);
    for (const resourceId of resources) {
      const there = [...(await world.offers.occupied(resourceId)).values()];
      for (const one of there) expect(there.filter((it) => overlaps(it.span, one.span))).toHaveLength(1);
    }
    expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  },
);
