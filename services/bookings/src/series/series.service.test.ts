import { UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
} from '../examples.fixtures.ts';
import type { World } from '../trial-world.fixtures.ts';
import { accepted, openWithFatima, seriesId, told, tuesdays } from './series.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

test('a weekly series is held, shown with its cost and what is missing, and confirmed with one yes (R17, R46)', async () => {
  const world = await openWithFatima(worlds);
  const { api } = world;
  const taken = { from: at('2027-05-11T12:00:00Z'), until: at('2027-05-11T13:00:00Z') };
  accepted(await api.requestBooking(requestOf(bookingIdOf('other'), { span: taken }), world.call()));
  accepted(await api.confirmBooking({ bookingId: bookingIdOf('other') }, world.call()));

  const held = accepted(await api.requestSeries(tuesdays(), world.call('series')));
  expect(held).toMatchObject({ status: 'requested', zone: 'Europe/Amsterdam', purpose: 'Zwemmen.', ownCostCents: 0 });
  expect(told(held)).toEqual([
    ['2027-05-04', 'held'],
    ['2027-05-11', 'place-taken'],
    ['2027-05-18', 'held'],
    ['2027-05-25', 'held'],
    ['2027-06-01', 'held'],
  ]);
  const confirmed = accepted(await api.confirmSeries({ seriesId }, world.call('yes')));
  expect(told(confirmed).map(([, it]) => it)).toEqual([
    'confirmed',
    'place-taken',
    'confirmed',
    'confirmed',
    'confirmed',
  ]);
  expect(accepted(await api.confirmSeries({ seriesId }, world.call('yes')))).toEqual(confirmed);
  expect(accepted(await api.requestSeries(tuesdays(), world.call('series')))).toEqual(confirmed);

  await world.settled();
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F01', count: 1 }]);
  const [listed] = (await api.listSeries({ householdId: householdIdOf('fatima'), page: { first: 5 } })).items;
  expect(listed?.item).toEqual(confirmed);
  const { items } = await api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 20 } });
  expect(items.filter(({ item }) => item.partOf?.id === seriesId)).toHaveLength(5);
});

test('asked again it is the same, whatever became of its offer since', async () => {
  const world = await openWithFatima(worlds);
  const { api, offers } = world;
  const asked = tuesdays('meeting-place', { placeOfService: 'provider', caregiverJoins: true });
  const first = accepted(await api.requestSeries(asked, world.call('first')));
  const { findOffer } = offers;
  offers.findOffer = async (it) => {
    const offer = await findOffer(it);
    return offer && { ...offer, caregiverJoins: 'no' };
  };
  expect(accepted(await api.requestSeries(asked, world.call('first')))).toEqual(first);
  expect(accepted(await api.requestSeries(asked, world.call('later')))).toEqual(first);
  // What is new is asked of the offer as it is, and another question under the same id is no repeat.
  const other = { ...asked, seriesId: seriesIdOf('two') };
  expect(await api.requestSeries(other, world.call())).toMatchObject({ rejection: { code: 'caregiver-cannot-join' } });
  const changed = { ...asked, caregiverJoins: false };
  expect(await api.requestSeries(changed, world.call())).toMatchObject({ rejection: { code: 'already-exists' } });
  offers.findOffer = () => Promise.reject(new UnavailableError('offers is down'));
  expect(accepted(await api.requestSeries(asked, world.call('later')))).toEqual(first);
});

test('one lost date leaves the others; it grows, and it ends early without a loose end', async () => {
  const world = await openWithFatima(worlds);
  const { api } = world;
  accepted(await api.requestSeries(tuesdays('on-acceptance'), world.call()));
  expect(told(accepted(await api.confirmSeries({ seriesId }, world.call()))).map(([, it]) => it)).toEqual(
    Array(5).fill('awaiting-acceptance'),
  );
  const view = await api.findSeries({ seriesId });
  const lost = view?.dates[1]?.bookingId ?? bookingIdOf('none');
  accepted(await api.declineBooking({ bookingId: lost, reason: 'closed' }, world.call()));
  expect(told(accepted(await api.acceptSeries({ seriesId }, world.call()))).map(([, it]) => it)).toEqual([
    ...['confirmed', 'declined', 'confirmed', 'confirmed', 'confirmed'],
  ]);
  const grown = accepted(
    await api.extendSeries(
      {
        seriesId,
        until: tuesdays('block-care', { rule: { ...tuesdays().rule, until: '2027-06-15' } }).rule.until,
        exceptions: [],
      },
      world.call(),
    ),
  );
  expect(told(grown).slice(4)).toEqual([
    ['2027-06-01', 'confirmed'],
    ['2027-06-08', 'held'],
    ['2027-06-15', 'held'],
  ]);
  const from = tuesdays('block-care', { rule: { ...tuesdays().rule, from: '2027-05-20', until: '2027-06-15' } }).rule
    .from;
  const ended = accepted(await api.endSeries({ seriesId, from, by: 'caregiver' }, world.call()));
  expect(ended).toMatchObject({ status: 'ended', endedFrom: '2027-05-20' });
  expect(told(ended).map(([, it]) => it)).toEqual([
    ...['confirmed', 'declined', 'confirmed', 'cancelled', 'cancelled', 'cancelled', 'cancelled'],
  ]);
  await world.settled();
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(2);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a provider says no to a whole series in one action, with a reason that is read, and it counts as one no (R35)', async () => {
  const world = await openWithFatima(worlds);
  const { api } = world;
  const decline = (reason: 'no-staff' | 'closed' = 'no-staff') => api.declineSeries({ seriesId, reason }, world.call());
  expect(await decline()).toMatchObject({ accepted: false, rejection: { code: 'series-not-found' } });
  accepted(await api.requestSeries(tuesdays('on-acceptance'), world.call()));
  // The caregiver has not said yes: there is nothing that waits for the provider.
  expect(await decline()).toMatchObject({ rejection: { code: 'series-not-awaiting-acceptance' } });
  const view = accepted(await api.confirmSeries({ seriesId }, world.call()));
  const first = view.dates[0]?.bookingId ?? bookingIdOf('none');
  accepted(await api.acceptBooking({ bookingId: first }, world.call()));

  const declined = accepted(await decline());
  expect(declined.declinedFor).toBe('no-staff');
  expect(told(declined).map(([, it]) => it)).toEqual(['confirmed', ...Array(4).fill('declined')]);
  expect(accepted(await decline())).toEqual(declined);
  expect(await decline('closed')).toMatchObject({ rejection: { code: 'series-not-awaiting-acceptance' } });
  expect((await api.findBooking({ bookingId: declined.dates[3]?.bookingId ?? first }))?.endReason).toBe('no-staff');
  await world.settled();
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(1);
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F01', month: '2027-05', count: 1 }]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('the places of what ends are freed in one decision; what has begun keeps its own, and a calendar that is away holds nothing up', async () => {
  const world = await openWithFatima(worlds);
  const { api, offers } = world;
  accepted(await api.requestSeries(tuesdays(), world.call()));
  accepted(await api.confirmSeries({ seriesId }, world.call()));
  await world.settled();
  const size = async () => (await offers.occupied(resourceIdOf('worker'))).size;
  expect(await size()).toBe(5);
  // In the first of its afternoons.
  world.moveTo(at('2027-05-04T12:00:00Z'));
  const { releasePlace, releasePlaces } = offers;
  const away = () => Promise.reject(new UnavailableError('offers is down'));
  offers.releasePlace = away;
  const { from } = tuesdays().rule;
  const end = (on: typeof from) => api.endSeries({ seriesId, from: on, by: 'provider' }, world.call());
  const third = tuesdays('block-care', { rule: { ...tuesdays().rule, from: '2027-05-18' } }).rule.from;
  accepted(await end(third));
  expect(await size()).toBe(2);

  offers.releasePlaces = away;
  const ended = accepted(await end(from));
  expect(told(ended).map(([, it]) => it)).toEqual(['confirmed', ...Array(4).fill('cancelled')]);
  offers.releasePlace = releasePlace;
  offers.releasePlaces = releasePlaces;
  await world.until(async () => (await size()) === 1);
  await world.settled();
  expect(await size()).toBe(1);
});

test('a no that is broken off goes on by itself', async () => {
  const world = await openWithFatima(worlds);
  const { api, offers } = world;
  accepted(await api.requestSeries(tuesdays('on-acceptance'), world.call()));
  accepted(await api.confirmSeries({ seriesId }, world.call()));
  const { releasePlace, releasePlaces } = offers;
  let failures = 2;
  offers.releasePlaces = (it, context) => {
    if (failures === 0) return releasePlaces(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  let alone = 2;
  offers.releasePlace = (it, context) => {
    if (alone === 0) return releasePlace(it, context);
    alone -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await api.declineSeries({ seriesId, reason: 'closed' }, world.call()).catch((error: unknown) => {
    expect(error).toBeInstanceOf(UnavailableError);
  });
  await world.until(async () => (await offers.occupied(resourceIdOf('worker'))).size === 0);
  await world.settled();
  expect((await api.findSeries({ seriesId }))?.dates.every(({ status }) => status === 'declined')).toBe(true);
  expect(await api.unmetDemand({})).toMatchObject([{ count: 1 }]);
});

test('broken off between its yes and its dates, it goes on by itself', async () => {
  const world = await openWithFatima(worlds);
  const { api, offers } = world;
  accepted(await api.requestSeries(tuesdays(), world.call()));
  const { takePlaces } = offers;
  let failures = 2;
  offers.takePlaces = (it, context) => {
    if (failures === 0) return takePlaces(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(api.confirmSeries({ seriesId }, world.call())).rejects.toThrow(UnavailableError);
  await world.until(async () => {
    const view = await api.findSeries({ seriesId });
    return view?.dates.every(({ status }) => status === 'confirmed') ?? false;
  });
  await world.settled();
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('nobody in particular is asked, nothing is promised', async () => {
  const world = await openWithFatima(worlds);
  const ask = async (changes: object) => {
    const outcome = await world.api.requestSeries(tuesdays('block-care', changes), world.call());
    return outcome.accepted ? 'accepted' : outcome.rejection.code;
  };
  expect(await ask({ householdId: householdIdOf('nobody') })).toBe('household-not-found');
  expect(await ask({ offerId: offerIdOf('nothing') })).toBe('offer-not-found');
  expect(await ask({ resourceId: undefined })).toBe('resource-required');
  expect(await world.api.findSeries({ seriesId })).toBeUndefined();
});
