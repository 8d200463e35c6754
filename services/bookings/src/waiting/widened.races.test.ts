import { JoinWaitingList } from '@adempauze/contracts';
import { hourMs, overlaps, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { randomFrom, turns } from '../random-order.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { narrowed } from './narrow.fixtures.ts';

/*
 * An offer comes to suit one household after another, told more than once and in any order, while times are published,
 * households join, say yes and say no. What is in the log at the end decides.
 */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const offerId = offerIdOf('block-care');
const resourceId = resourceIdOf('worker');
const families = ['anna', 'bram', 'cora', 'dirk'] as const;
const window = { from: at('2027-06-01T22:00:00Z'), until: at('2027-08-30T22:00:00Z') };
const timeOf = (day: number): Span => {
  const from = plusMs(at('2027-06-19T07:00:00Z'), day * 24 * hourMs);
  return { from, until: plusMs(from, 3 * hourMs) };
};

test.each([1, 2, 3, 4])(
  'run %i: whom it suits in the end is offered what there is, and nobody twice at once',
  async (seed) => {
    const world = await openWorld();
    worlds.push(world);
    const { api, call } = world;
    const random = randomFrom(seed);
    for (const word of families) await api.registerHousehold(fatima(word), call());
    const offer = narrowed(world, { offerId, form: 'F01', to: families.map((word) => householdIdOf(word)) });
    const viewOf = (word: string) => api.findWaiting({ offerId, waitingId: waitingIdOf(word) });
    const answered = new Set<string>();
    /** Three in four are a no, so that places go round; never twice to one question. */
    const answer = async (word: string): Promise<boolean> => {
      let isAnswered = false;
      for (const { bookingId, outcome } of (await viewOf(word))?.offers ?? []) {
        if (outcome !== 'offered' || answered.has(bookingId)) continue;
        answered.add(bookingId);
        isAnswered = true;
        await turns(random(4));
        if (random(4) === 0) await api.confirmBooking({ bookingId }, call());
        else await api.cancelBooking({ bookingId, by: 'caregiver' }, call());
      }
      return isAnswered;
    };

    await Promise.all([
      ...families.map(async (word) => {
        await turns(random(60));
        const joining = JoinWaitingList.parse({
          ...{ waitingId: waitingIdOf(word), householdId: householdIdOf(word), offerId, window },
          ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}` },
        });
        await api.joinWaitingList(joining, call());
        for (let look = 0; look < 40; look += 1) {
          await turns(random(8));
          await answer(word);
        }
      }),
      ...families.map(async (word) => {
        await turns(random(150));
        await offer.widens([householdIdOf(word)], word);
        await turns(random(20));
        await offer.widens([], `${word} again`);
      }),
      ...Array.from({ length: 5 }, async (_, day) => {
        await turns(random(80));
        await world.offers.publishTimes([offerId], resourceId, [timeOf(day)]);
      }),
    ]);
    for (let isGoing = true; isGoing; ) {
      await world.settled();
      isGoing = (await Promise.all(families.map(answer))).includes(true);
    }
    await world.settled();

    let offered = 0;
    const thinking = new Map<string, string>();
    for (const { type, data } of (await world.store.read(`waiting-${offerId}`)).events) {
      const [placeId, waitingId] = [String(data.placeId), String(data.waitingId)];
      if (type === 'PlaceOffered') {
        expect([...thinking.values()]).not.toContain(waitingId);
        thinking.set(placeId, waitingId);
      }
      if (type === 'OfferHeld') offered += 1;
      if (type === 'OfferTaken' || type === 'OfferPassed') thinking.delete(placeId);
    }
    expect(thinking.size).toBe(0);
    expect(offered).toBeGreaterThan(2);
    const free = await world.offers.listTimesWithin({
      offerId,
      window,
      minMinutes: 15,
      maxMinutes: 100_000,
      first: 60,
    });
    for (const word of families) {
      const view = await viewOf(word);
      if (view?.status !== 'waiting') continue;
      const said = view.offers.filter(({ outcome }) => outcome === 'declined').map(({ span }) => span);
      expect(free.filter(({ span }) => !said.some((it) => overlaps(it, span)))).toEqual([]);
    }
    const there = [...(await world.offers.occupied(resourceId)).values()];
    for (const one of there) expect(there.filter((it) => overlaps(it.span, one.span))).toHaveLength(1);
    expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  },
);
