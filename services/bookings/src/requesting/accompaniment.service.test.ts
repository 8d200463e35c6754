import { PlanArrangement, PlanStay, type RequestBooking, RequestSeries } from '@adempauze/contracts';
import { derivedId, type Outcome } from '@adempauze/kernel';
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
const openWithFatima = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const away = (word: string, offer: string, changes: Partial<RequestBooking> = {}) =>
  requestOf(bookingIdOf(word), { offerId: offerIdOf(offer), placeOfService: 'provider', ...changes });

test('caregiver and recipient go away together, on one place, and it can change until it begins (R24)', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const held = accepted(await api.requestBooking(away('one', 'meeting-place', { caregiverJoins: true }), world.call()));
  expect(held).toMatchObject({ caregiverJoins: true, terms: { accompaniment: 'optional' } });
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(1);
  const { bookingId } = held;
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  const alone = accepted(await api.setCaregiverJoins({ bookingId, caregiverJoins: false }, world.call()));
  expect(alone).toMatchObject({ status: 'confirmed', caregiverJoins: false, quote: held.quote, terms: held.terms });
  const listed = async () => {
    await world.settled();
    return (await api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 5 } })).items[0]?.item;
  };
  expect(await listed()).toEqual(alone);
  const together = accepted(await api.setCaregiverJoins({ bookingId, caregiverJoins: true }, world.call()));
  expect(await listed()).toEqual(together);
  // Asked again it is the same request, whatever was said since.
  expect(
    accepted(await api.requestBooking(away('one', 'meeting-place', { caregiverJoins: true }), world.call())),
  ).toEqual(together);
  world.moveTo(at('2027-05-03T11:00:00Z'));
  expect(await api.setCaregiverJoins({ bookingId, caregiverJoins: false }, world.call())).toMatchObject({
    rejection: { code: 'booking-already-begun' },
  });
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('only where the offer serves it, and always where it is for both together', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const no = async (word: string, offer: string, caregiverJoins: boolean) => {
    const outcome = await api.requestBooking(away(word, offer, { caregiverJoins }), world.call());
    return outcome.accepted ? 'yes' : outcome.rejection.code;
  };
  expect(await no('cannot', 'guest-house', true)).toBe('caregiver-cannot-join');
  expect(await no('must', 'for-both', false)).toBe('caregiver-must-join');
  // It is a question that was wrong, and no demand that was not met (R35).
  expect(await api.unmetDemand({})).toEqual([]);
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  const both = accepted(await api.requestBooking(away('both', 'for-both'), world.call()));
  expect(both.caregiverJoins).toBe(true);
});

test('a series, a stay and a part of a plan say it for all that comes of them', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const householdId = householdIdOf('fatima');
  const rule = { from: '2027-05-04', until: '2027-05-11', startsAt: '13:00', endsAt: '17:00' };
  const asked = { householdId, placeOfService: 'provider', requestedBy: 'account-fatima' };
  const series = (word: string, offer: string, resource: string) =>
    RequestSeries.parse({
      ...{ ...asked, seriesId: seriesIdOf(word), offerId: offerIdOf(offer), resourceId: resourceIdOf(resource), rule },
      caregiverJoins: true,
    });
  expect(await api.requestSeries(series('no', 'guest-house', 'beds'), world.call())).toMatchObject({
    rejection: { code: 'caregiver-cannot-join' },
  });
  const { caregiverJoins, dates } = accepted(
    await api.requestSeries(series('one', 'meeting-place', 'hall'), world.call()),
  );
  expect(caregiverJoins).toBe(true);
  const [first] = dates.flatMap(({ bookingId }) => bookingId ?? []);
  expect(first && (await api.findBooking({ bookingId: first }))?.caregiverJoins).toBe(true);

  const stay = PlanStay.parse({
    ...{ ...asked, stayId: stayIdOf('one'), offerId: offerIdOf('for-both'), resourceId: resourceIdOf('house') },
    span: { from: at('2027-06-10T13:00:00Z'), until: at('2027-06-12T09:00:00Z') },
  });
  expect(accepted(await api.planStay(stay, world.call())).caregiverJoins).toBe(true);

  const span = { from: at('2027-06-20T11:00:00Z'), until: at('2027-06-20T15:00:00Z') };
  const ask = { ...{ kind: 'booking', offerId: offerIdOf('meeting-place'), placeOfService: 'provider', span } };
  const plan = PlanArrangement.parse({
    ...{ householdId, requestedBy: 'account-fatima', arrangementId: derivedId('arrangement') },
    parts: [
      { partId: derivedId('part'), ask: { ...ask, resourceId: resourceIdOf('hall'), caregiverJoins: true } },
      {
        partId: derivedId('part not had'),
        ask: { ...ask, offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds'), caregiverJoins: true },
      },
    ],
  });
  const { parts } = accepted(await api.planArrangement(plan, world.call()));
  expect(parts.map(({ status, reason }) => reason?.code ?? status)).toEqual(['held', 'caregiver-cannot-join']);
  const bookingId = parts[0]?.bookingId;
  expect(bookingId && (await api.findBooking({ bookingId }))?.caregiverJoins).toBe(true);
});
