import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BookingFilter, type BookingId, type BookingView, DeliveryId, HelperId, MatchId } from '@adempauze/contracts';
import { derivedId, hourMs, minuteMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  afternoon,
  bookingIdOf,
  delft,
  fatima,
  householdIdOf,
  mandateIdOf,
  offerIdOf,
  providerIdOf,
  requestOf,
  resourceIdOf,
  rijswijk,
} from './examples.fixtures.ts';
import { openWorld, type World } from './trial-world.fixtures.ts';

const worlds: World[] = [];
const open = async (options: Parameters<typeof openWorld>[0] = {}): Promise<World> => {
  const world = await openWorld(options);
  worlds.push(world);
  return world;
};
/** A world in which Fatima is known. */
const openWithFatima = async (options: Parameters<typeof openWorld>[0] = {}): Promise<World> => {
  const world = await open(options);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const bookingId = bookingIdOf('one');
const resourceId = resourceIdOf('worker');
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const page = (first = 20, after?: string) => BookingFilter.shape.page.parse({ first, after });

/** Whether the place agrees with the booking: taken when it is promised, held while somebody thinks, else free. */
const agrees = async (world: World, id = bookingId): Promise<boolean> => {
  const view = await world.api.findBooking({ bookingId: id });
  const place = (await world.offers.occupied(resourceId)).get(id);
  if (view?.status === 'confirmed' || view?.status === 'delivered') return place?.taken === true;
  if (view?.status === 'held' || view?.status === 'awaiting-acceptance') return place?.taken === false;
  return place === undefined;
};

test('a time is asked for, its cost is shown, and it is confirmed in one sitting', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const held = accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  expect(held).toMatchObject({
    status: 'held',
    quote: { ownCostCents: 0, coverage: 'covered' },
    heldUntil: '2027-05-01T08:15:00.000Z',
    municipality: rijswijk.municipality,
    purpose: 'Naar de verjaardag van mijn zus.',
    step: { actor: 'caregiver', since: '2027-05-01T08:00:00.000Z' },
    revision: 0,
  });
  const confirmed = accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(confirmed).toMatchObject({ status: 'confirmed', step: { actor: 'nobody' }, revision: 1, heldUntil: null });
  expect(await api.findBooking({ bookingId })).toEqual(confirmed);
  expect(await agrees(world)).toBe(true);
});

test('asked or confirmed again, by the same command or another, nothing changes', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const request = () => api.requestBooking(requestOf(bookingId), world.call('request'));
  const [first, atOnce] = await Promise.all([request(), request()]);
  expect(atOnce).toEqual(first);
  expect(await request()).toEqual(first);
  expect(await api.requestBooking(requestOf(bookingId), world.call())).toEqual(first);
  expect(codeOf(await api.requestBooking(requestOf(bookingId, { purpose: 'Slapen' }), world.call()))).toBe(
    'already-exists',
  );
  const confirm = () => api.confirmBooking({ bookingId }, world.call('confirm'));
  const confirmed = await Promise.all([confirm(), confirm(), api.confirmBooking({ bookingId }, world.call())]);
  expect(confirmed.map((it) => accepted(it).revision)).toEqual([1, 1, 1]);
  expect(accepted(await confirm()).revision).toBe(1);
  await world.settled();
  expect((await api.findBooking({ bookingId }))?.revision).toBe(1);
});

test('without an answer on cover the booking goes on, and the most it can cost is shown (R03, R44, R46)', async () => {
  const down = await openWithFatima({ quoteBooking: () => Promise.reject(new UnavailableError('down')) });
  const ofOffer = async (world: World, word: string) => {
    const request = requestOf(bookingIdOf(word), { offerId: offerIdOf(word), resourceId: resourceIdOf(word) });
    return accepted(await world.api.requestBooking(request, world.call())).quote;
  };
  expect(await ofOffer(down, 'own-account')).toMatchObject({ coverage: 'unknown', ownCostCents: 16_000 });
  expect(await ofOffer(down, 'block-care')).toMatchObject({ coverage: 'unknown', ownCostCents: 0 });
  const silent = await openWithFatima({ quoteBooking: () => new Promise(() => {}) });
  expect(await ofOffer(silent, 'own-account')).toMatchObject({ coverage: 'unknown', ownCostCents: 16_000 });
  expect(silent.warnings).toHaveLength(1);
});

test('what cannot be asked is answered with its reason, and is no demand', async () => {
  const world = await openWithFatima();
  const ask = async (changes: Parameters<typeof requestOf>[1]) =>
    codeOf(await world.api.requestBooking(requestOf(bookingId, changes), world.call()));
  expect(await ask({ householdId: householdIdOf('nobody') })).toBe('household-not-found');
  expect(await ask({ offerId: offerIdOf('nothing') })).toBe('offer-not-found');
  expect(await ask({ placeOfService: 'provider' })).toBe('place-of-service-mismatch');
  expect(await ask({ resourceId: undefined })).toBe('resource-required');
  const past = { from: plusMs(world.clock(), -hourMs), until: plusMs(world.clock(), hourMs) };
  expect(await ask({ span: past })).toBe('time-in-the-past');
  expect((await world.offers.occupied(resourceId)).size).toBe(0);
  await world.settled();
  expect(await world.api.unmetDemand({})).toEqual([]);
  expect(await world.api.findBooking({ bookingId })).toBeUndefined();
});

test('A20: of three callers for the last two beds exactly two have one, and the third is counted as demand', async () => {
  const world = await open({ capacity: 2 });
  const { api } = world;
  const night = { from: plusMs(afternoon.from, 2 * hourMs), until: plusMs(afternoon.from, 20 * hourMs) };
  const bed = { offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds'), span: night };
  const callers = ['anna', 'bram', 'cora'];
  for (const word of callers) accepted(await api.registerHousehold(fatima(word), world.call()));
  const ask = (word: string) =>
    api.requestBooking(
      requestOf(bookingIdOf(word), { ...bed, householdId: householdIdOf(word), placeOfService: 'provider' }),
      world.call(word),
    );
  const asked = await Promise.all(callers.map(ask));
  const held = asked.filter((it) => it.accepted);
  expect(held).toHaveLength(2);
  for (const it of held) {
    const { bookingId } = accepted(it);
    expect(accepted(await api.confirmBooking({ bookingId }, world.call())).status).toBe('confirmed');
  }
  const loser = callers[asked.findIndex((it) => !it.accepted)] ?? '';
  expect(codeOf(await ask(loser))).toBe('place-taken');
  await world.settled();
  const demand = [{ form: 'F12', municipality: rijswijk.municipality, month: '2027-05', count: 1 }];
  expect(await api.unmetDemand({})).toEqual(demand);
  expect(await api.unmetDemand({ municipality: accepted(held[0] as Outcome<BookingView>).municipality })).toEqual([]);
  expect(await api.findBooking({ bookingId: bookingIdOf(loser) })).toMatchObject({
    status: 'refused',
    terms: { quantity: 100, priceCents: 12_000 },
    step: { actor: 'nobody' },
  });
  expect(codeOf(await api.confirmBooking({ bookingId: bookingIdOf(loser) }, world.call()))).toBe('booking-not-held');
});

const onAcceptance = { offerId: offerIdOf('on-acceptance') };
test('an offer on acceptance keeps its place while the provider thinks', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingId, onAcceptance), world.call()));
  const waiting = accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(waiting).toMatchObject({
    status: 'awaiting-acceptance',
    answerBy: '2027-05-03T08:00:00.000Z',
    step: { actor: 'provider' },
  });
  world.pass(24 * hourMs);
  expect(accepted(await api.acceptBooking({ bookingId }, world.call()))).toMatchObject({ status: 'confirmed' });
  expect(await agrees(world)).toBe(true);
});

test('a provider who says no frees the place, and the demand is counted', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingId, onAcceptance), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(accepted(await api.declineBooking({ bookingId, reason: 'no-staff' }, world.call())).status).toBe('declined');
  expect(await agrees(world)).toBe(true);
  await world.settled();
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F01', count: 1 }]);
});

test('a deadline that passes ends the booking, also when it passed while the process was down', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookings-'));
  const before = await openWorld({ folder });
  await before.api.registerHousehold(fatima(), before.call());
  accepted(await before.api.requestBooking(requestOf(bookingId, onAcceptance), before.call()));
  accepted(await before.api.confirmBooking({ bookingId }, before.call()));
  const confirmed = bookingIdOf('two');
  const evening = { from: plusMs(afternoon.from, 4 * hourMs), until: plusMs(afternoon.from, 6 * hourMs) };
  accepted(await before.api.requestBooking(requestOf(confirmed, { span: evening }), before.call('two')));
  const view = accepted(await before.api.confirmBooking({ bookingId: confirmed }, before.call('yes')));
  await before.close();

  const after = await open({ folder });
  expect(await after.api.findBooking({ bookingId: confirmed })).toEqual(view);
  expect(accepted(await after.api.confirmBooking({ bookingId: confirmed }, after.call('yes')))).toEqual(view);
  after.moveTo(plusMs(after.clock(), 49 * hourMs));
  await after.nudge();
  await after.until(async () => (await after.api.findBooking({ bookingId }))?.status === 'expired');
  await after.until(() => agrees(after));
  expect(await agrees(after, confirmed)).toBe(true);
  await after.settled();
  expect(await after.api.unmetDemand({})).toHaveLength(1);
  expect(await after.rebuildAndCompare(':memory:')).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('a caregiver who lets it go loses the place, and that is no unmet demand', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  world.pass(15 * minuteMs);
  expect(codeOf(await api.confirmBooking({ bookingId }, world.call()))).toBe('hold-expired');
  await world.settled();
  await world.nudge();
  await world.until(async () => (await api.findBooking({ bookingId }))?.status === 'expired');
  await world.until(() => agrees(world));
  expect(codeOf(await api.confirmBooking({ bookingId }, world.call()))).toBe('hold-expired');
  await world.settled();
  expect(await api.unmetDemand({})).toEqual([]);
});

test('a hold that passed ends the booking', async () => {
  const world = await openWithFatima();
  accepted(await world.api.requestBooking(requestOf(bookingId), world.call()));
  world.pass(15 * minuteMs);
  await world.offers.expireHold({ resourceId, bookingId }, world.call());
  await world.settled();
  expect((await world.api.findBooking({ bookingId }))?.status).toBe('expired');
});

test('asked again by the same command after the first try failed, the place is held for as long as is shown', async () => {
  const world = await openWithFatima();
  const append = world.store.append;
  const askAgainAfter = async (ms: number) => {
    world.store.append = async (stream, ...rest) => {
      if (stream.startsWith('booking-')) throw new UnavailableError('down');
      return append(stream, ...rest);
    };
    await expect(world.api.requestBooking(requestOf(bookingId), world.call('ask'))).rejects.toThrow('down');
    world.pass(ms);
    world.store.append = append;
    return accepted(await world.api.requestBooking(requestOf(bookingId), world.call('ask')));
  };
  const { heldUntil } = await askAgainAfter(10 * minuteMs);
  expect(heldUntil).toBe(plusMs(world.clock(), 15 * minuteMs));
  expect((await world.offers.occupied(resourceId)).get(bookingId)?.expiresAt).toBe(heldUntil);
});

test('the end of an earlier hold does not end the booking that holds the place anew', async () => {
  const world = await openWithFatima();
  const hold = world.offers.holdPlace;
  world.offers.holdPlace = async (input, context) => {
    await hold(input, context);
    throw new UnavailableError('down');
  };
  await expect(world.api.requestBooking(requestOf(bookingId), world.call('ask'))).rejects.toThrow('down');
  world.pass(20 * minuteMs);
  world.offers.holdPlace = async (input, context) => {
    // Offers notices just now that the first hold has passed, and bookings hears of it when it has the second.
    await world.offers.expireHold({ resourceId, bookingId }, world.call());
    return hold(input, context);
  };
  accepted(await world.api.requestBooking(requestOf(bookingId), world.call('ask')));
  await world.settled();
  expect((await world.api.findBooking({ bookingId }))?.status).toBe('held');
  expect(accepted(await world.api.confirmBooking({ bookingId }, world.call())).status).toBe('confirmed');
});

test('confirmed again by the same command after the first try failed, the place waits as long as the provider may', async () => {
  const world = await openWithFatima();
  const { api, offers, store } = world;
  accepted(await api.requestBooking(requestOf(bookingId, onAcceptance), world.call()));
  const append = store.append;
  store.append = async (stream, ...rest) => {
    if (stream.startsWith('booking-')) throw new UnavailableError('down');
    return append(stream, ...rest);
  };
  await expect(api.confirmBooking({ bookingId }, world.call('yes'))).rejects.toThrow('down');
  store.append = append;
  world.pass(10 * minuteMs);
  const { answerBy } = accepted(await api.confirmBooking({ bookingId }, world.call('yes')));
  expect((await offers.occupied(resourceId)).get(bookingId)?.expiresAt).toBe(answerBy);
});

test('stopped after the place was taken and before it was recorded, the reactor confirms', async () => {
  const world = await openWithFatima();
  accepted(await world.api.requestBooking(requestOf(bookingId), world.call()));
  await world.offers.takePlace({ resourceId, bookingId }, world.call());
  await world.settled();
  expect((await world.api.findBooking({ bookingId }))?.status).toBe('confirmed');
});

test('stopped after it was cancelled and before the place was freed, the reactor frees it', async () => {
  const world = await openWithFatima();
  accepted(await world.api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  const release = world.offers.releasePlace;
  world.offers.releasePlace = () => Promise.reject(new UnavailableError('down'));
  expect(accepted(await world.api.cancelBooking({ bookingId, by: 'caregiver' }, world.call())).status).toBe(
    'cancelled',
  );
  world.offers.releasePlace = release;
  await world.until(() => agrees(world));
});

const matchId = MatchId.parse(derivedId('match'));
const helperId = HelperId.parse(derivedId('helper'));
const volunteer = { offerId: offerIdOf('volunteer'), resourceId: undefined };
test('a volunteer is sought, found, and comes', async () => {
  const world = await openWithFatima();
  const { api } = world;
  expect(accepted(await api.requestBooking(requestOf(bookingId, volunteer), world.call())).resourceId).toBeNull();
  const wanted = accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(wanted).toMatchObject({
    status: 'awaiting-helper',
    answerBy: afternoon.from,
    step: { actor: 'coordinator' },
  });
  await world.matchingSays('helper-matched', { matchId, bookingId, helperId });
  await world.settled();
  expect(await api.findBooking({ bookingId })).toMatchObject({ status: 'confirmed', helperId });
});
test('or nobody is found, which is counted', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingId, volunteer), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  await world.matchingSays('match-closed', { matchId, bookingId });
  await world.settled();
  expect((await api.findBooking({ bookingId }))?.status).toBe('declined');
  await world.settled();
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F06', count: 1 }]);
});

test('what was given is recorded once it has begun', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  const delivery = { bookingId, deliveryId: DeliveryId.parse(derivedId('delivery')), quantity: 350 };
  expect(codeOf(await api.recordDelivery(delivery, world.call()))).toBe('care-not-begun');
  world.moveTo(afternoon.until);
  expect(accepted(await api.recordDelivery({ ...delivery, recipientAtEase: 'yes' }, world.call()))).toMatchObject({
    status: 'delivered',
    delivery: { quantity: 350, recordedAt: afternoon.until },
  });
  expect(codeOf(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()))).toBe('booking-ended');
});

/** One end at most, and a place that agrees with it. */
const isWhole = async (world: World, id: BookingId): Promise<boolean> => {
  const { events } = await world.store.read(`booking-${id}`);
  const ends = events.filter(({ type }) => /Cancelled|Expired|Declined/.test(type));
  return ends.length <= 1 && (await agrees(world, id));
};
test('confirm, cancel and expiry at the same moment leave one end, with which the place agrees', async () => {
  const world = await openWithFatima({ capacity: 1000 });
  const { api } = world;
  const ids = Array.from({ length: 60 }, (_, index) => bookingIdOf('race', index));
  for (const id of ids) accepted(await api.requestBooking(requestOf(id), world.call()));
  await Promise.all(
    ids.flatMap((id, index) => {
      const racers = [
        () => api.confirmBooking({ bookingId: id }, world.call()),
        () => api.cancelBooking({ bookingId: id, by: 'caregiver' }, world.call()),
        () => world.offers.expireHold({ resourceId, bookingId: id }, world.call()),
      ];
      return racers.map((_, at) => racers[(at + index) % racers.length]?.());
    }),
  );
  for (const id of ids) await world.until(() => isWhole(world, id));
});
test('a deadline that passes while the caregiver confirms leaves one end, with which the place agrees', async () => {
  const world = await openWithFatima({ capacity: 1000 });
  const { api } = world;
  const ids = Array.from({ length: 60 }, (_, index) => bookingIdOf('late', index));
  for (const id of ids) accepted(await api.requestBooking(requestOf(id), world.call()));
  await world.settled();
  const confirming = ids.map((bookingId, index) =>
    index % 3 === 0
      ? api.cancelBooking({ bookingId, by: 'caregiver' }, world.call())
      : api.confirmBooking({ bookingId }, world.call()),
  );
  world.pass(15 * minuteMs);
  await world.nudge();
  await Promise.all(confirming);
  const isOver = async (id: BookingId) => (await api.findBooking({ bookingId: id }))?.status !== 'held';
  for (const id of ids) await world.until(async () => (await isOver(id)) && (await isWhole(world, id)));
});

test('a booking as it was known then', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const before = world.clock();
  world.pass(minuteMs);
  const held = accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  const then = world.clock();
  world.pass(minuteMs);
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  expect(await api.findBooking({ bookingId, asOf: then })).toEqual(held);
  expect(await api.findBooking({ bookingId, asOf: before })).toBeUndefined();
});

test('who watches a booking hears each change once, until they stop', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const heard: string[] = [];
  const stop = api.watchBooking(bookingId, ({ revision, what }) => heard.push(`${revision} ${what}`));
  accepted(await api.requestBooking(requestOf(bookingId), world.call()));
  accepted(await api.requestBooking(requestOf(bookingIdOf('two'), { resourceId: resourceIdOf('b') }), world.call()));
  accepted(await api.confirmBooking({ bookingId }, world.call()));
  await world.settled();
  stop();
  accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  await world.settled();
  expect(heard).toEqual(['0 booking-requested', '1 booking-confirmed']);
});

test('lists are pages, the latest first, and show what the booking itself shows', async () => {
  const world = await openWithFatima({ capacity: 10 });
  const { api } = world;
  const ids = Array.from({ length: 5 }, (_, index) => bookingIdOf('list', index));
  let position = '';
  for (const id of ids) {
    world.pass(1000);
    const outcome = await api.requestBooking(requestOf(id), world.call());
    if (outcome.accepted) position = outcome.position ?? '';
  }
  const filter = { householdId: householdIdOf('fatima'), waitFor: position };
  const first = await api.listBookings({ ...filter, page: page(2) });
  expect(first.items.map(({ item }) => item.bookingId)).toEqual([ids[4], ids[3]]);
  expect(first.items[0]?.item).toEqual(await api.findBooking({ bookingId: bookingIdOf('list', 4) }));
  const next = await api.listBookings({ ...filter, page: page(3, first.items[1]?.cursor) });
  expect(next.items.map(({ item }) => item.bookingId)).toEqual([ids[2], ids[1], ids[0]]);
  expect([first.hasMore, next.hasMore]).toEqual([true, false]);
  const { bookingId: cancelled } = first.items[0]?.item ?? { bookingId };
  await api.cancelBooking({ bookingId: cancelled, by: 'caregiver' }, world.call());
  await world.settled();
  const count = async (more: Partial<BookingFilter>) =>
    (await api.listBookings({ page: page(), ...more })).items.length;
  expect(await count({ status: ['cancelled'] })).toBe(1);
  expect(await count({ status: ['held', 'cancelled'], providerId: providerIdOf('linde') })).toBe(5);
  expect(await count({ providerId: providerIdOf('other') })).toBe(0);
  expect(await count({ from: afternoon.until })).toBe(0);
  expect(await count({ until: afternoon.until })).toBe(5);
  expect(await count({ page: page(5, 'not-a-cursor') })).toBe(0);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a household is seen by its caregiver, its contact person and whoever has a mandate, while they have it', async () => {
  const world = await open();
  const { api } = world;
  const householdId = householdIdOf('fatima');
  const registeredBy = { accountId: 'account-broker', role: 'professional' } as const;
  const view = accepted(await api.registerHousehold(fatima('fatima', { registeredBy }), world.call()));
  expect(view).toMatchObject({
    caregiver: { name: 'Fatima Zandstra', place: delft },
    municipality: rijswijk.municipality,
    mandates: [{ accountId: 'account-broker' }],
  });
  expect(await api.findHousehold({ householdId })).toEqual(view);
  const seenBy = async (accountId: string) => {
    await world.settled();
    return (await api.listHouseholds({ accountId, page: page() })).items.length;
  };
  expect([await seenBy('account-fatima'), await seenBy('account-broker'), await seenBy('other')]).toEqual([1, 1, 0]);
  const { mandateId } = view.mandates[0] ?? { mandateId: mandateIdOf('none') };
  expect(accepted(await api.withdrawMandate({ householdId, mandateId }, world.call())).mandates).toEqual([]);
  expect(await seenBy('account-broker')).toBe(0);
  const contactPerson = { accountId: 'account-lead', name: 'Ria de Boer', organisation: 'Steunpunt' };
  accepted(await api.changeContactPerson({ householdId, contactPerson }, world.call()));
  expect([await seenBy('account-lead'), await seenBy('account-fatima')]).toEqual([1, 1]);
});
