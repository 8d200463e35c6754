import { DeliveryId, PlanStay, type StayView, WorkerId } from '@adempauze/contracts';
import { derivedId, type Outcome, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  requestOf,
  resourceIdOf,
  stayIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { bookingOfStep } from './stay.view.ts';

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

const stayId = stayIdOf('one');
const householdId = householdIdOf('fatima');
const resourceId = resourceIdOf('beds');
const worker = WorkerId.parse(derivedId('worker', 'mia'));
const plan = (changes: object = {}) =>
  PlanStay.parse({
    ...{ stayId, householdId, offerId: offerIdOf('guest-house'), resourceId },
    span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') },
    steps: [
      { kind: 'part-day', span: { from: at('2027-05-03T08:00:00Z'), until: at('2027-05-03T12:00:00Z') } },
      { kind: 'night', span: { from: at('2027-05-06T13:00:00Z'), until: at('2027-05-07T09:00:00Z') } },
    ],
    ...{ purpose: 'Slapen.', requestedBy: 'account-fatima', ...changes },
  });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const told = ({ steps }: StayView) => steps.map(({ status, gate }) => `${status} ${gate}`);
const planned = async (world: World): Promise<StayView> => {
  accepted(await world.api.planStay(plan(), world.call('plan')));
  return accepted(await world.api.confirmStay({ stayId }, world.call('yes')));
};
const say = (world: World, step: number, word: 'go-on' | 'stop', voice: 'caregiver' | 'recipient' | 'house') =>
  world.api.sayOutcome({ stayId, step, voice, word, metWorkerIds: voice === 'house' ? [worker] : [] }, world.call());
const goesWell = async (world: World, step: number): Promise<StayView> => {
  accepted(await say(world, step, 'go-on', 'caregiver'));
  accepted(await say(world, step, 'go-on', 'recipient'));
  return accepted(await say(world, step, 'go-on', 'house'));
};

test('a first stay proposes its steps, which are held together and gated one after the other (R15)', async () => {
  const world = await openWithFatima();
  const { api } = world;
  expect(await api.proposeStay({ householdId, offerId: offerIdOf('guest-house') })).toMatchObject({
    isFirstStay: true,
    steps: [{ step: 'part-day' }, { step: 'night' }],
  });
  expect(codeOf(await api.planStay(plan({ steps: [] }), world.call()))).toBe('acclimatisation-first');
  const held = accepted(await api.planStay(plan(), world.call('plan')));
  expect(held).toMatchObject({ status: 'held', turn: { actor: 'caregiver' } });
  expect(told(held)).toEqual(['held none', 'held closed', 'held closed']);
  const agreed = accepted(await api.confirmStay({ stayId }, world.call('yes')));
  expect(told(agreed)).toEqual(['confirmed none', 'reserved closed', 'reserved closed']);
  expect((await world.offers.occupied(resourceId)).size).toBe(3);

  world.moveTo(at('2027-05-03T12:30:00Z'));
  expect(told(await goesWell(world, 0))).toEqual(['confirmed none', 'confirmed open', 'reserved closed']);
  expect((await world.offers.findResource({ resourceId }))?.roster).toMatchObject([
    { workerId: worker, span: plan().steps[1]?.span },
    { workerId: worker, span: plan().span },
  ]);
  world.moveTo(at('2027-05-07T09:30:00Z'));
  const open = await goesWell(world, 1);
  expect(told(open)).toEqual(['confirmed none', 'confirmed open', 'confirmed open']);
  expect(open).toMatchObject({ metWorkerIds: [worker], turn: { actor: 'nobody' } });
  await world.settled();
  expect((await api.proposeStay({ householdId, offerId: offerIdOf('guest-house') }))?.isFirstStay).toBe(false);
  const [listed] = (await api.listStays({ householdId, page: { first: 5 } })).items;
  expect(listed?.item.stayId).toBe(stayId);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('planned again it is the same, also while its offer cannot be asked', async () => {
  const world = await openWithFatima();
  const first = accepted(await world.api.planStay(plan(), world.call('plan')));
  world.offers.findOffer = async () => undefined;
  expect(accepted(await world.api.planStay(plan(), world.call('later')))).toEqual(first);
  world.offers.findOffer = () => Promise.reject(new UnavailableError('offers is down'));
  expect(accepted(await world.api.planStay(plan(), world.call('later')))).toEqual(first);
  expect(codeOf(await world.api.planStay(plan({ purpose: 'Anders.' }), world.call()))).toBe('already-exists');
});

test('what is gated is neither confirmed nor given by anybody, whatever they send', async () => {
  const world = await openWithFatima();
  const { steps } = await planned(world);
  const bookingId = steps[1]?.bookingId ?? bookingIdOf('none');
  const status = async () => (await world.api.findBooking({ bookingId }))?.status;
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
  accepted(await world.api.acceptBooking({ bookingId }, world.call()));
  expect(await status()).toBe('reserved');
  world.moveTo(at('2027-05-06T13:00:01Z'));
  const deliveryId = DeliveryId.parse(derivedId('delivery', 'one'));
  expect(codeOf(await world.api.recordDelivery({ bookingId, deliveryId, quantity: 100 }, world.call()))).toBe(
    'booking-not-confirmed',
  );
});

test('A15: it does not fit: all that was to come is released, and the contact person has a task', async () => {
  const world = await openWithFatima();
  await planned(world);
  world.moveTo(at('2027-05-03T12:30:00Z'));
  accepted(await say(world, 0, 'go-on', 'caregiver'));
  const ended = accepted(await say(world, 0, 'stop', 'recipient'));
  expect(told(ended)).toEqual(['confirmed none', 'cancelled closed', 'cancelled closed']);
  expect(ended).toMatchObject({ status: 'ended', endReason: 'does-not-fit', turn: { actor: 'nobody' } });
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  await world.settled();
  const [task] = await tasks(world);
  expect(task).toMatchObject({ kind: 'stay-does-not-fit', partOf: { kind: 'stay', id: stayId } });
  accepted(await world.api.finishTask({ taskId: task?.taskId ?? never() }, world.call()));
  await world.settled();
  expect(await tasks(world)).toEqual([]);
  expect(await tasks(world, true)).toMatchObject([{ doneAt: world.clock() }]);
});

test('an untenable stay ends early: what was given is recorded, the bed is free, nothing is left open', async () => {
  const world = await openWithFatima();
  await planned(world);
  world.moveTo(at('2027-05-03T12:30:00Z'));
  await goesWell(world, 0);
  const partDay = { bookingId: bookingOfStep(stayId, 0), deliveryId: DeliveryId.parse(derivedId('delivery', 'one')) };
  accepted(await world.api.recordDelivery({ ...partDay, quantity: 100 }, world.call()));
  world.moveTo(at('2027-05-06T20:00:00Z'));
  const given = { deliveryId: DeliveryId.parse(derivedId('delivery', 'two')), quantity: 50 };
  const end = (quantity: number) =>
    world.api.endStay({ stayId, by: 'provider', reason: 'untenable', given: { ...given, quantity } }, world.call());
  expect(codeOf(await end(500))).toBe('delivered-more-than-booked');
  expect(told(accepted(await end(50)))).toEqual(['delivered none', 'delivered open', 'cancelled closed']);
  await world.settled();
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  expect(await tasks(world)).toMatchObject([{ kind: 'stay-untenable' }]);
});

test('ended by the family in the middle of it, the house is to say what was given, and then the bed is free', async () => {
  const world = await openWithFatima();
  const { api } = world;
  await planned(world);
  world.moveTo(at('2027-05-03T12:30:00Z'));
  await goesWell(world, 0);
  world.moveTo(at('2027-05-06T20:00:00Z'));
  const ended = accepted(await api.endStay({ stayId, by: 'caregiver', reason: 'untenable' }, world.call()));
  expect(told(ended)).toEqual(['confirmed none', 'confirmed open', 'cancelled closed']);
  expect(ended.turn).toMatchObject({ actor: 'provider', until: ended.steps[1]?.span.until });
  const given = { deliveryId: DeliveryId.parse(derivedId('delivery', 'two')), quantity: 50 };
  const say = (quantity: number) =>
    api.endStay({ stayId, by: 'provider', reason: 'untenable', given: { ...given, quantity } }, world.call());
  expect(codeOf(await say(500))).toBe('delivered-more-than-booked');
  const said = accepted(await say(50));
  expect([told(said), said.turn.actor]).toEqual([['confirmed none', 'delivered open', 'cancelled closed'], 'nobody']);
  const delivered = await api.findBooking({ bookingId: bookingOfStep(stayId, 1) });
  expect(delivered?.delivery).toMatchObject(given);
  // What was said stands.
  expect(told(accepted(await say(70)))).toEqual(told(said));
  expect(await api.findBooking({ bookingId: bookingOfStep(stayId, 1) })).toEqual(delivered);
  await world.settled();
  expect([...(await world.offers.occupied(resourceId)).keys()]).toEqual([bookingOfStep(stayId, 0)]);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('an outcome that nobody gives is told to the contact person, and what waited for it does not stay for ever', async () => {
  const world = await openWithFatima();
  await planned(world);
  await world.settled();
  world.moveTo(at('2027-05-05T12:00:00Z'));
  await world.nudge();
  expect(await world.api.findStay({ stayId })).toMatchObject({ turn: { actor: 'contact-person' } });
  await world.settled();
  // The part-day itself was not recorded either: that is a task of its own.
  expect(await tasks(world)).toMatchObject([{ kind: 'outcome-overdue' }, { kind: 'record-overdue' }]);
  world.moveTo(at('2027-05-06T13:00:00Z'));
  await world.nudge();
  await world.until(async () => (await world.api.findStay({ stayId }))?.status === 'ended');
  await world.settled();
  const ended = await world.api.findStay({ stayId });
  expect(ended && told(ended)).toEqual(['confirmed none', 'expired closed', 'cancelled closed']);
  expect(await world.api.unmetDemand({})).toEqual([]);
});

test('a house that is full for one step holds none of it, counts as demand once, and says so again', async () => {
  const world = await openWithFatima();
  const { api } = world;
  const span = { from: at('2027-05-12T13:00:00Z'), until: at('2027-05-13T09:00:00Z') };
  const bed = { offerId: offerIdOf('guest-house'), resourceId, span, placeOfService: 'provider' as const };
  accepted(await api.requestBooking(requestOf(bookingIdOf('other'), bed), world.call()));
  const ask = async () => codeOf(await api.planStay(plan(), world.call('plan')));
  expect([await ask(), await ask()]).toEqual(['place-taken', 'place-taken']);
  await world.settled();
  expect((await world.offers.occupied(resourceId)).size).toBe(1);
  expect(await api.unmetDemand({})).toMatchObject([{ form: 'F12', count: 1 }]);
  expect(await tasks(world, true)).toEqual([]);
});

test('broken off between an outcome and what follows from it, it goes on by itself', async () => {
  const world = await openWithFatima();
  await planned(world);
  world.moveTo(at('2027-05-03T12:30:00Z'));
  const { releasePlaces } = world.offers;
  let failures = 2;
  world.offers.releasePlaces = (it, context) => {
    if (failures === 0) return releasePlaces(it, context);
    failures -= 1;
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await expect(say(world, 0, 'stop', 'house')).rejects.toThrow(UnavailableError);
  await world.until(async () => (await world.offers.occupied(resourceId)).size === 1);
  await world.settled();
  expect(told((await world.api.findStay({ stayId })) ?? never())).toEqual([
    ...['confirmed none', 'cancelled closed', 'cancelled closed'],
  ]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

/** Once what follows from what happened has been read too. */
const tasks = async (world: World, done = false) => {
  await world.settled();
  await world.settled();
  return world.api.listTasks({ householdId, done });
};
const never = (): never => {
  throw new Error('It is not there.');
};

test('the places of a stay are taken in one decision: all of them, or none where one was lost', async () => {
  const world = await openWithFatima();
  const { api, offers, store } = world;
  const held = accepted(await api.planStay(plan(), world.call('plan')));
  const last = held.steps.at(-1)?.bookingId ?? bookingIdOf('none');
  accepted(await offers.releasePlace({ resourceId, bookingId: last, reason: 'cancelled' }, world.call()));
  const { takePlaces } = offers;
  let asked = 0;
  offers.takePlaces = (it, context) => {
    asked += 1;
    return takePlaces(it, context);
  };
  const lost = accepted(await api.confirmStay({ stayId }, world.call('yes')));
  expect(lost).toMatchObject({ status: 'ended', endReason: 'step-lost' });
  expect(told(lost).map((it) => it.split(' ')[0])).toEqual(Array(3).fill('cancelled'));
  await world.settled();
  expect(asked).toBe(1);
  expect((await offers.occupied(resourceId)).size).toBe(0);
  // Nobody was told of a place, or of a yes, that was taken back at once.
  const { events } = await store.readAll({ categories: ['resource', 'booking'], maxCount: 100 });
  const types = new Set(events.map(({ type }) => type));
  expect([types.has('PlaceTaken'), types.has('BookingConfirmed'), types.has('BookingReserved')]).toEqual(
    Array(3).fill(false),
  );
});

test('one step that says no by itself keeps the others from a place', async () => {
  const world = await openWithFatima();
  const { api, offers, store } = world;
  const held = accepted(await api.planStay(plan(), world.call('plan')));
  const first = held.steps[0]?.bookingId ?? bookingIdOf('none');
  const { append } = store;
  store.append = async (stream, events, options) => {
    const appended = await append(stream, events, options);
    // Called off in the moment of the yes: the stay has not heard of it.
    if (events.some(({ type }) => type === 'StayConfirmed'))
      accepted(await api.cancelBooking({ bookingId: first, by: 'caregiver' }, world.call()));
    return appended;
  };
  const { takePlaces } = offers;
  let asked = 0;
  offers.takePlaces = (it, context) => {
    asked += 1;
    return takePlaces(it, context);
  };
  const lost = accepted(await api.confirmStay({ stayId }, world.call('yes')));
  expect(lost).toMatchObject({ status: 'ended', endReason: 'step-lost' });
  await world.settled();
  expect(asked).toBe(0);
  expect((await offers.occupied(resourceId)).size).toBe(0);
});

test('a stay that waits for the house asks for all of its holds or none, also where one step is near', async () => {
  const world = await openWithFatima();
  const { api, offers, store } = world;
  const { holdPlaces, extendHolds } = offers;
  offers.holdPlaces = async (it, context) => {
    const outcome = await holdPlaces(it, context);
    if (!outcome.accepted) return outcome;
    const held = outcome.value.held.map((one) => ({ ...one, terms: { ...one.terms, instant: false } }));
    return { ...outcome, value: { ...outcome.value, held } };
  };
  // The first step is tomorrow: its answer is due before that of the others.
  world.moveTo(at('2027-05-02T09:00:00Z'));
  accepted(await api.planStay(plan(), world.call('plan')));
  let asked = 0;
  offers.extendHolds = async (it, context) => {
    asked += 1;
    const last = it.bookingIds.at(-1) ?? bookingIdOf('none');
    // Lost in the moment of the yes: bookings has not heard of it.
    accepted(await offers.releasePlace({ resourceId, bookingId: last, reason: 'cancelled' }, world.call()));
    return extendHolds(it, context);
  };
  const lost = accepted(await api.confirmStay({ stayId }, world.call('yes')));
  expect(lost).toMatchObject({ status: 'ended', endReason: 'step-lost' });
  expect(asked).toBe(1);
  await world.settled();
  const { events } = await store.readAll({ categories: ['booking'], maxCount: 100 });
  expect(events.map(({ type }) => type)).not.toContain('AcceptanceAsked');
  expect((await offers.occupied(resourceId)).size).toBe(0);
});
