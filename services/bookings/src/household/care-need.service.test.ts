import { CareWishes, ChangeCareNeed, type HoldPlace, PlanStay, RequestSeries } from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
  stayIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
type Need = Pick<HoldPlace, 'conditions' | 'highRiskActs' | 'traits' | 'placeOfService'>;
/** A world, with what offers is asked for, as far as it is about the recipient. */
const openWithFatima = async () => {
  const world = await openWorld({ capacity: 5 });
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  const asked: Need[] = [];
  const { offers } = world;
  const listening = <I extends Need, C, O>(ask: (input: I, context: C) => O) => {
    return (input: I, context: C): O => {
      const { conditions, highRiskActs, traits, placeOfService } = input;
      asked.push({ conditions, highRiskActs, traits, placeOfService });
      return ask(input, context);
    };
  };
  offers.holdPlace = listening(offers.holdPlace);
  offers.holdPlaces = listening(offers.holdPlaces);
  offers.movePlace = listening(offers.movePlace);
  offers.askTerms = listening(offers.askTerms);
  return { world, asked };
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const householdId = householdIdOf('fatima');
const change = (data: object) => ChangeCareNeed.parse({ householdId, changedBy: 'account-fatima', ...data });

test('what is corrected once counts for every later booking, and is asked of nobody again (R26)', async () => {
  const { world, asked } = await openWithFatima();
  const { api, call } = world;
  accepted(await api.requestBooking(requestOf(bookingIdOf('before')), call()));
  expect(asked).toEqual([
    { conditions: ['dementia'], highRiskActs: [], traits: undefined, placeOfService: 'recipient-home' },
  ]);
  const need = { conditions: ['dementia', 'frailty'], highRiskActs: ['catheter-care'], traits: ['wandering'] };
  const wishes = CareWishes.parse({ womanPreferred: true, approvesHelper: true });
  accepted(await api.changeCareNeed(change({ recipient: need, caregiver: { wishes } }), call()));

  asked.splice(0);
  const { resourceId: _, ...byHelper } = requestOf(bookingIdOf('helper'), { offerId: offerIdOf('volunteer') });
  accepted(await api.requestBooking(requestOf(bookingIdOf('after')), call()));
  accepted(await api.requestBooking(byHelper, call()));
  accepted(await api.confirmBooking({ bookingId: bookingIdOf('after') }, call()));
  const evening = { from: at('2027-05-04T17:00:00Z'), until: at('2027-05-04T21:00:00Z') };
  accepted(await api.rescheduleBooking({ bookingId: bookingIdOf('after'), span: evening }, call()));
  const about = { householdId, requestedBy: 'account-fatima' };
  accepted(
    await api.requestSeries(
      RequestSeries.parse({
        ...{
          ...about,
          seriesId: seriesIdOf('one'),
          offerId: offerIdOf('block-care'),
          resourceId: resourceIdOf('worker'),
        },
        placeOfService: 'recipient-home',
        rule: { from: '2027-06-01', until: '2027-06-20', startsAt: '13:00', endsAt: '16:00' },
      }),
      call(),
    ),
  );
  accepted(
    await api.planStay(
      PlanStay.parse({
        ...{ ...about, stayId: stayIdOf('one'), offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds') },
        span: { from: at('2027-07-10T13:00:00Z'), until: at('2027-07-12T09:00:00Z') },
        ...{ steps: [], waived: ['part-day', 'night'] },
      }),
      call(),
    ),
  );
  expect(asked.length).toBeGreaterThanOrEqual(5);
  for (const { placeOfService, ...it } of asked) {
    expect(it).toEqual(need);
    expect(placeOfService).toBeDefined();
  }
});
test('a household is asked before a helper is, unless it left that to the coordinator, who hears only that (R51)', async () => {
  const { world } = await openWithFatima();
  const { api, call } = world;
  const wanted = async () => {
    const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 100 });
    return events.filter(({ type }) => type === 'HelperWanted').map(({ data }) => data.approval);
  };
  const ask = async (word: string) => {
    const { resourceId: _, ...request } = requestOf(bookingIdOf(word), { offerId: offerIdOf('volunteer') });
    accepted(await api.requestBooking(request, call()));
    accepted(await api.confirmBooking({ bookingId: bookingIdOf(word) }, call()));
  };
  const say = async (wishes: Parameters<typeof CareWishes.parse>[0]) =>
    accepted(await api.changeCareNeed(change({ caregiver: { wishes: CareWishes.parse(wishes) } }), call()));
  await ask('nothing-said');
  await say({ approvesHelper: false });
  await ask('left-to-them');
  await say({ approvesHelper: true });
  await ask('asked-for');
  await say({ womanPreferred: true });
  await ask('another-wish');
  expect(await wanted()).toEqual(['family-first', undefined, 'family-first', 'family-first']);
});
test('a provider knows of a booking since it was asked, in the view and in the list (R51)', async () => {
  const { world } = await openWithFatima();
  const { api, call } = world;
  const bookingId = bookingIdOf('one');
  accepted(await api.requestBooking(requestOf(bookingId, { offerId: offerIdOf('on-acceptance') }), call()));
  const seen = async () => {
    await world.settled();
    const { items } = await api.listBookings({ householdId, page: { first: 10 } });
    return [(await api.findBooking({ bookingId }))?.askedAt, items[0]?.item.askedAt];
  };
  expect(await seen()).toEqual([null, null]);
  const asked = world.clock();
  accepted(await api.confirmBooking({ bookingId }, call()));
  world.pass(60_000);
  accepted(await api.acceptBooking({ bookingId }, call()));
  expect(await seen()).toEqual([asked, asked]);
});
