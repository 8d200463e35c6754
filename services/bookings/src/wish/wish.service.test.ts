import { JoinWaitingList, MakeWish, WishId } from '@adempauze/contracts';
import { dayOf, derivedId, hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  personIdOf,
  requestOf,
  resourceIdOf,
  rijswijk,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { mostWishes } from './wishes.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** Three offers of block care; of the first two somebody has the afternoon. */
const taken = ['block-care', 'own-account'] as const;
const bookingOf = (word: string) => bookingIdOf('taken', word);
const wishIdOf = (word: string) => WishId.parse(derivedId('wish', word));
const wishOf = (word: string) =>
  MakeWish.parse({
    ...{ wishId: wishIdOf(word), householdId: householdIdOf(word), forms: ['F01'], requestedBy: `account-${word}` },
    window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
  });
const openFull = async (): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  for (const word of ['fatima', 'anna', 'bram'])
    accepted(await world.api.registerHousehold(fatima(word), world.call()));
  for (const word of taken) {
    const place = { offerId: offerIdOf(word), resourceId: resourceIdOf(word) };
    accepted(await world.api.requestBooking(requestOf(bookingOf(word), place), world.call()));
    accepted(await world.api.confirmBooking({ bookingId: bookingOf(word) }, world.call()));
  }
  return world;
};
const cancel = async ({ api, call }: World, bookingId = bookingOf('block-care')) =>
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, call()));
const wishNow = async (world: World, word: string) => {
  const found = await world.api.findWish({ wishId: wishIdOf(word) });
  if (found === undefined) throw new Error(`${word} has no wish.`);
  return found;
};
const openOffers = async (world: World, word: string) =>
  (await wishNow(world, word)).offers.filter(({ outcome }) => outcome === 'offered');

test('a wish waits at every offer that suits, and of two places that come free it is offered one', async () => {
  const world = await openFull();
  const { api } = world;
  const made = accepted(await api.makeWish(wishOf('anna'), world.call()));
  expect(made).toMatchObject({ status: 'waiting', offers: [] });
  expect(made.lists).toHaveLength(3);
  expect(made.lists).toContainEqual(expect.objectContaining({ offerId: offerIdOf('block-care'), aheadLonger: 0 }));
  // Asked again it is the same wish.
  expect(accepted(await api.makeWish(wishOf('anna'), world.call())).lists).toHaveLength(3);

  await Promise.all(taken.map((word) => cancel(world, bookingOf(word))));
  await world.until(async () => (await openOffers(world, 'anna')).length === 1);
  await world.settled();
  const [offer] = await openOffers(world, 'anna');
  expect(await openOffers(world, 'anna')).toHaveLength(1);
  const other = taken.find((word) => offerIdOf(word) !== offer?.offerId) ?? 'block-care';
  expect((await api.findWaitingList({ offerId: offerIdOf(other) })).places).toMatchObject([
    { status: 'nobody', offeredTo: [{ outcome: 'elsewhere' }] },
  ]);
  // What is not offered to her is anybody's.
  const free = { offerId: offerIdOf(other), resourceId: resourceIdOf(other) };
  const bram = requestOf(bookingIdOf('bram'), { ...free, householdId: householdIdOf('bram') });
  expect(accepted(await api.requestBooking(bram, world.call())).status).toBe('held');

  accepted(await api.confirmBooking({ bookingId: offer?.bookingId ?? bookingIdOf('x') }, world.call()));
  await world.until(async () => (await wishNow(world, 'anna')).status === 'served');
  await world.until(async () => {
    const lists = await Promise.all(
      ['block-care', 'own-account', 'on-acceptance'].map((word) => api.findWaitingList({ offerId: offerIdOf(word) })),
    );
    return lists.every(({ waiting }) => waiting.length === 0);
  });
  expect((await wishNow(world, 'anna')).lists).toEqual([]);
  await world.settled();
  expect(await api.listWishes({ householdId: householdIdOf('anna') })).toMatchObject([{ status: 'served' }]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('on a list it goes by how long it waits; declined, the place goes on, and the wish waits for the next', async () => {
  const world = await openFull();
  const { api } = world;
  accepted(await api.makeWish(wishOf('anna'), world.call()));
  world.pass(1000);
  const offerId = offerIdOf('block-care');
  const { window, requestedBy } = wishOf('bram');
  const join = JoinWaitingList.parse({
    ...{ waitingId: waitingIdOf('bram'), householdId: householdIdOf('bram'), offerId, window, requestedBy },
    placeOfService: 'recipient-home',
  });
  expect(accepted(await api.joinWaitingList(join, world.call()))).toMatchObject({ aheadLonger: 1 });
  await cancel(world);
  await world.until(async () => (await openOffers(world, 'anna')).length === 1);
  const [offer] = await openOffers(world, 'anna');
  await cancel(world, offer?.bookingId);
  await world.until(
    async () => (await api.findWaiting({ offerId, waitingId: waitingIdOf('bram') }))?.offers[0]?.outcome === 'offered',
  );
  expect(await wishNow(world, 'anna')).toMatchObject({ status: 'waiting', offers: [{ outcome: 'declined' }] });
  await cancel(world, bookingOf('own-account'));
  await world.until(async () => (await openOffers(world, 'anna')).length === 1);
  expect((await openOffers(world, 'anna'))[0]).toMatchObject({ offerId: offerIdOf('own-account'), span: afternoon });
  // Bram's own list is one thing, a wish is another.
  await world.settled();
  expect(await api.listWaiting({ householdId: householdIdOf('anna') })).toEqual([]);
  expect(await api.listWaiting({ householdId: householdIdOf('bram') })).toHaveLength(1);
});

test('a place that nobody else wanted while it thought about another one comes round again', async () => {
  const world = await openFull();
  const { api } = world;
  accepted(await api.makeWish(wishOf('anna'), world.call()));
  await Promise.all(taken.map((word) => cancel(world, bookingOf(word))));
  await world.until(async () => (await openOffers(world, 'anna')).length === 1);
  await world.settled();
  const [first] = await openOffers(world, 'anna');
  await cancel(world, first?.bookingId);
  await world.until(async () => {
    const [now] = await openOffers(world, 'anna');
    return now !== undefined && now.offerId !== first?.offerId;
  });
  // Let go of too, neither comes back: each goes round once more, and no further.
  const [second] = await openOffers(world, 'anna');
  await cancel(world, second?.bookingId);
  await world.settled();
  expect(await openOffers(world, 'anna')).toEqual([]);
  expect((await wishNow(world, 'anna')).status).toBe('waiting');
});

test('broken off while it looked around or joined, it goes on by itself; who ends it waits nowhere', async () => {
  const world = await openFull();
  const { api, offers } = world;
  const { listSuitable } = offers;
  let failures = 3;
  offers.listSuitable = (it) => {
    if (failures === 0) return listSuitable(it);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(api.makeWish(wishOf('anna'), world.call())).rejects.toThrow(UnavailableError);
  await world.until(async () => (await wishNow(world, 'anna')).lists.length === 3);
  expect(accepted(await api.endWish({ wishId: wishIdOf('anna') }, world.call()))).toMatchObject({
    ...{ status: 'left', lists: [] },
  });
  await cancel(world);
  await world.settled();
  expect((await api.findWaitingList({ offerId: offerIdOf('block-care') })).waiting).toEqual([]);
  expect((await wishNow(world, 'anna')).offers).toEqual([]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('when care ends, or somebody is forgotten, nothing is waited for any more', async () => {
  for (const how of ['ended', 'forgotten'] as const) {
    const world = await openFull();
    const { api } = world;
    accepted(await api.makeWish(wishOf('anna'), world.call()));
    await world.settled();
    const householdId = householdIdOf('anna');
    const end = { householdId, ending: 'death' as const, on: dayOf(world.clock()), endedBy: 'account-anna' };
    if (how === 'ended') accepted(await api.endCare(end, world.call()));
    else accepted(await api.forgetPerson({ personId: personIdOf('anna-recipient') }, world.call()));
    await world.until(async () => (await wishNow(world, 'anna')).status === 'left');
    await world.until(
      async () => (await api.findWaitingList({ offerId: offerIdOf('block-care') })).waiting.length === 0,
    );
    await cancel(world);
    await world.settled();
    expect((await wishNow(world, 'anna')).offers).toEqual([]);
  }
});

test('what is waited for and what is not found counts as demand, by what showed it', async () => {
  const world = await openFull();
  const { api } = world;
  accepted(await api.makeWish(wishOf('anna'), world.call()));
  const search = {
    ...{ searchId: derivedId('search'), forms: ['F12' as const, 'F13' as const], municipality: wishMunicipality },
    ...{ month: '2027-06' as never, askedBy: 'visitor' as const },
  };
  accepted(await api.recordNothingFound(search, world.call()));
  accepted(await api.recordNothingFound(search, world.call()));
  const any = { ...search, searchId: derivedId('any'), forms: [] };
  accepted(await api.recordNothingFound(any, world.call()));
  const late = requestOf(bookingIdOf('late'), {
    ...{ householdId: householdIdOf('bram'), offerId: offerIdOf('block-care'), resourceId: resourceIdOf('block-care') },
  });
  expect(await api.requestBooking(late, world.call())).toMatchObject({ rejection: { code: 'place-taken' } });
  const onAcceptance = { offerId: offerIdOf('on-acceptance'), resourceId: resourceIdOf('free') };
  const bookingId = bookingIdOf('declined');
  accepted(await api.requestBooking(requestOf(bookingId, onAcceptance), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  accepted(await api.declineBooking({ bookingId, reason: 'no-staff' }, world.call()));
  await world.settled();
  const row = { municipality: wishMunicipality, count: 1 };
  const block = { ...row, form: 'F01', month: '2027-05' };
  expect(await api.unmetBySource({ municipality: wishMunicipality })).toEqual([
    { ...block, source: 'declined', reason: 'no-staff' },
    { ...block, source: 'request', reason: 'place-taken' },
    { ...block, source: 'waiting', reason: null },
    { ...row, source: 'search', reason: null, form: null, month: '2027-06' },
    { ...row, source: 'search', reason: null, form: 'F12', month: '2027-06' },
    { ...row, source: 'search', reason: null, form: 'F13', month: '2027-06' },
  ]);
  // Requests alone are counted as ever.
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F01', count: 2 }]);
  expect(plusMs(world.clock(), hourMs) < afternoon.from).toBe(true);
});
const wishMunicipality = rijswijk.municipality as never;

test('a household has twenty wishes that wait, and room for another once one has ended or its time has passed', async () => {
  const world = await openFull();
  const { api } = world;
  const ofAnna = (word: string) => ({ ...wishOf(word), householdId: householdIdOf('anna') });
  const words = Array.from({ length: mostWishes }, (_, it) => `wish-${it}`);
  for (const word of words) accepted(await api.makeWish(ofAnna(word), world.call()));
  await world.settled();
  const tooMany = { accepted: false, rejection: { code: 'too-many-wishes', facts: { most: mostWishes } } };
  expect(await api.makeWish(ofAnna('more'), world.call())).toEqual(tooMany);
  accepted(await api.makeWish(ofAnna('wish-0'), world.call()));
  accepted(await api.makeWish(wishOf('bram'), world.call()));
  // Each stands on its lists, also the last.
  expect((await wishNow(world, words.at(-1) ?? '')).lists).toHaveLength(3);
  accepted(await api.endWish({ wishId: wishIdOf('wish-0') }, world.call()));
  await world.settled();
  accepted(await api.makeWish(ofAnna('more'), world.call()));
  await world.settled();
  expect(await api.makeWish(ofAnna('another'), world.call())).toEqual(tooMany);
  world.moveTo(plusMs(wishOf('anna').window.until, hourMs));
  const window = { from: at('2027-06-01T08:00:00Z'), until: at('2027-06-02T08:00:00Z') };
  accepted(await api.makeWish({ ...ofAnna('another'), window }, world.call()));
});
