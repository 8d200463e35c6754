import {
  AddParts,
  DeliveryId,
  EndCare,
  FlagPalliative,
  OpenUrgentCase,
  PlanArrangement,
  PlanStay,
  ProposeRespite,
  RequestSeries,
  UrgentId,
} from '@adempauze/contracts';
import { Day, derivedId, hourMs, minuteMs, type Outcome, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  proposalIdOf,
  requestOf,
  resourceIdOf,
  seriesIdOf,
  stayIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
const openWithFatima = async (): Promise<World> => {
  const world = await openWorld({ startsAt: at('2027-05-01T08:00:00Z') });
  worlds.push(world);
  await world.api.registerHousehold(fatima(), world.call());
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const householdId = householdIdOf('fatima');
const end = (changes: object = {}) =>
  EndCare.parse({ householdId, ending: 'death', on: '2027-05-01', endedBy: 'account-fatima', ...changes });
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const statusOf = async (world: World, word: string) =>
  (await world.api.findBooking({ bookingId: bookingIdOf(word) }))?.status;
const tasksOf = async (world: World) => {
  await world.settled();
  return (await world.api.listTasks({ householdId, done: false })).map(({ kind, dueAt }) => `${kind} ${dueAt}`);
};
const book = async (world: World, word: string, day: string, resource = 'worker') => {
  const span = { from: at(`${day}T11:00:00Z`), until: at(`${day}T15:00:00Z`) };
  const bookingId = bookingIdOf(word);
  const request = requestOf(bookingId, { span, resourceId: resourceIdOf(resource) });
  accepted(await world.api.requestBooking(request, world.call()));
  accepted(await world.api.confirmBooking({ bookingId }, world.call()));
};

test('what is to come is let go of, of whatever kind; what was given stays, and the file stays open (R28)', async () => {
  const world = await openWithFatima();
  const { api } = world;
  await book(world, 'given', '2027-05-02');
  await book(world, 'to-come', '2027-05-20');
  const seriesId = seriesIdOf('one');
  accepted(
    await api.requestSeries(
      RequestSeries.parse({
        ...{ seriesId, householdId, offerId: offerIdOf('block-care'), resourceId: resourceIdOf('another') },
        ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
        rule: { from: '2027-05-04', until: '2027-06-29', weekdays: [2], startsAt: '13:00', endsAt: '17:00' },
      }),
      world.call(),
    ),
  );
  accepted(await api.confirmSeries({ seriesId }, world.call()));
  const stayId = stayIdOf('one');
  accepted(
    await api.planStay(
      PlanStay.parse({
        ...{ stayId, householdId, offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds') },
        span: { from: at('2027-06-10T13:00:00Z'), until: at('2027-06-15T09:00:00Z') },
        ...{ waived: ['part-day', 'night'], requestedBy: 'account-fatima' },
      }),
      world.call(),
    ),
  );
  accepted(await api.confirmStay({ stayId }, world.call()));
  const offerId = offerIdOf('block-care');
  const window = { from: at('2027-06-01T00:00:00Z'), until: at('2027-07-01T00:00:00Z') };
  accepted(
    await api.joinWaitingList(
      {
        ...{ waitingId: waitingIdOf('one'), householdId, offerId, window, minMinutes: 15, maxMinutes: 600 },
        ...{ lane: 'normal', placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
      },
      world.call(),
    ),
  );
  world.moveTo(at('2027-05-03T08:00:00Z'));
  accepted(
    await api.requestBooking(
      requestOf(bookingIdOf('asked'), {
        span: { from: at('2027-05-21T11:00:00Z'), until: at('2027-05-21T15:00:00Z') },
      }),
      world.call(),
    ),
  );
  const given = { bookingId: bookingIdOf('given'), deliveryId: DeliveryId.parse(derivedId('delivery')) };
  accepted(await api.recordDelivery({ ...given, quantity: 400 }, world.call()));
  const urgentId = UrgentId.parse(derivedId('urgent'));
  accepted(
    await api.openUrgentCase(
      OpenUrgentCase.parse({
        ...{ urgentId, householdId, need: 'Opname.', openedBy: 'account-gp' },
        span: { from: world.clock(), until: plusMs(world.clock(), 20 * hourMs) },
      }),
      world.call(),
    ),
  );
  accepted(await api.flagPalliative(FlagPalliative.parse({ householdId, flaggedBy: 'account-nurse' }), world.call()));

  const ended = accepted(await api.endCare(end({ on: '2027-05-03' }), world.call('end')));
  expect(ended.released).toHaveLength(2 + 9 + 1);
  expect([await statusOf(world, 'given'), await statusOf(world, 'to-come'), await statusOf(world, 'asked')]).toEqual([
    'delivered',
    'cancelled',
    'cancelled',
  ]);
  expect(await api.findSeries({ seriesId })).toMatchObject({ status: 'ended' });
  expect(await api.findStay({ stayId })).toMatchObject({ status: 'ended' });
  expect(await api.findWaiting({ offerId, waitingId: waitingIdOf('one') })).toMatchObject({ status: 'left' });
  expect(await api.findUrgentCase({ urgentId })).toMatchObject({ status: 'resolved', outcome: 'care-ended' });
  expect(await api.findPalliative({ householdId })).toMatchObject({ active: false, endedWhy: 'care-ended' });
  for (const resource of ['another', 'beds']) {
    expect((await world.offers.occupied(resourceIdOf(resource))).size).toBe(0);
  }
  await world.until(async () => (await tasksOf(world)).length === 2);
  expect(await tasksOf(world)).toEqual([
    'aftercare-death-two-weeks 2027-05-17T07:00:00.000Z',
    'aftercare-death-three-months 2027-08-03T07:00:00.000Z',
  ]);
  // The caregiver may need somebody now.
  world.pass(1);
  await book(world, 'afterwards', '2027-05-25');
  world.pass(hourMs);
  await world.settled();
  await world.nudge();
  await world.settled();
  expect(await statusOf(world, 'afterwards')).toBe('confirmed');
  expect(await api.listEndings({ householdId })).toMatchObject([{ ending: 'death', completedAt: world.clock() }]);
});

test('the same ending is one, by whomever it is said, and the three endings have tasks of their own', async () => {
  const world = await openWithFatima();
  accepted(await world.api.endCare(end(), world.call()));
  accepted(await world.api.endCare(end({ endedBy: 'account-nurse' }), world.call()));
  expect(await world.api.listEndings({ householdId })).toMatchObject([{ endedBy: 'account-fatima' }]);
  expect(await tasksOf(world)).toHaveLength(2);
  accepted(await world.api.endCare(end({ ending: 'other-provider' }), world.call()));
  accepted(await world.api.endCare(end({ ending: 'no-more-care' }), world.call()));
  expect(new Set((await tasksOf(world)).map((it) => it.split(' ')[0])).size).toBe(6);
  expect((await world.api.endCare(end({ on: '2028-05-01' }), world.call())).accepted).toBe(false);
});

test('an end that lies ahead leaves what comes before it', async () => {
  const world = await openWithFatima();
  await book(world, 'before', '2027-05-10');
  await book(world, 'after', '2027-05-20');
  accepted(await world.api.endCare(end({ ending: 'other-provider', on: Day.parse('2027-05-15') }), world.call()));
  expect([await statusOf(world, 'before'), await statusOf(world, 'after')]).toEqual(['confirmed', 'cancelled']);
});

test('a booking that is being asked for or confirmed at that very moment ends too, and its place is free', async () => {
  for (const round of [0, 1, 2, 3, 4, 5]) {
    const world = await openWithFatima();
    const { api } = world;
    const span = { from: at('2027-05-20T11:00:00Z'), until: at('2027-05-20T15:00:00Z') };
    const later = { from: at('2027-05-21T11:00:00Z'), until: at('2027-05-21T15:00:00Z') };
    accepted(await api.requestBooking(requestOf(bookingIdOf('held'), { span }), world.call()));
    const wait = async (turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    };
    const [confirmed, , ended] = await Promise.all([
      wait(round % 3).then(() => api.confirmBooking({ bookingId: bookingIdOf('held') }, world.call('yes'))),
      wait(round % 2).then(async () => {
        await api.requestBooking(requestOf(bookingIdOf('asking'), { span: later }), world.call('ask'));
        await api.confirmBooking({ bookingId: bookingIdOf('asking') }, world.call('ask-yes'));
      }),
      wait(round).then(() => api.endCare(end(), world.call('end'))),
    ]);
    expect(ended.accepted).toBe(true);
    expect(confirmed.accepted || confirmed.rejection.code).toBeTruthy();
    world.pass(21 * minuteMs);
    await world.settled();
    await world.nudge();
    await world.settled();
    expect([await statusOf(world, 'held'), await statusOf(world, 'asking')]).toEqual(['cancelled', 'cancelled']);
    expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(0);
  }
});

test('stopped right after it was said, the ending is carried out by itself', async () => {
  const world = await openWithFatima();
  await book(world, 'to-come', '2027-05-20');
  const { releasePlace } = world.offers;
  world.offers.releasePlace = () => Promise.reject(new Error('The machine went down.'));
  await world.api.endCare(end(), world.call('end')).catch(() => {});
  world.offers.releasePlace = releasePlace;
  await world.settled();
  await world.until(async () => (await statusOf(world, 'to-come')) === 'cancelled');
  await world.until(async () => (await world.offers.occupied(resourceIdOf('worker'))).size === 0);
  expect(await tasksOf(world)).toHaveLength(2);
});

const arrangementId = derivedId('arrangement');
const [morning, ride, weekly, away] = ['morning', 'ride', 'weekly', 'away'].map((it) => derivedId('part', it));
/** A morning with a ride there, a series, and nights that could not be had. */
const plan = () => {
  const span = { from: at('2027-05-20T11:00:00Z'), until: at('2027-05-20T15:00:00Z') };
  const there = { from: at('2027-05-20T10:00:00Z'), until: span.from };
  const ask = { kind: 'booking', offerId: offerIdOf('block-care'), placeOfService: 'recipient-home' };
  const place = (word: string) => ({ resourceId: resourceIdOf(word) });
  return PlanArrangement.parse({
    ...{ arrangementId, householdId, requestedBy: 'account-fatima' },
    parts: [
      { partId: morning, ask: { ...ask, ...place('a'), span } },
      { partId: ride, tripOf: { partId: morning, leg: 'there' }, ask: { ...ask, ...place('b'), span: there } },
      {
        partId: weekly,
        ask: {
          ...{ ...ask, ...place('c'), kind: 'series' },
          rule: { from: '2027-05-04', until: '2027-06-29', weekdays: [2], startsAt: '13:00', endsAt: '17:00' },
        },
      },
      { partId: away, ask: { ...ask, offerId: offerIdOf('guest-house'), ...place('beds'), span } },
    ],
  });
};
const partsNow = async ({ api }: World) => {
  const found = await api.findArrangement({ arrangementId: plan().arrangementId });
  return { parts: found?.parts.map(({ status, end }) => `${status} ${end}`), next: found?.next.step };
};

test('a plan and a proposal end with the care, and nothing of them is left to choose (R28)', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.planArrangement(plan(), world.call()));
  accepted(await api.confirmArrangement({ arrangementId: plan().arrangementId }, world.call()));
  expect(await partsNow(world)).toEqual({
    parts: ['agreed null', 'agreed null', 'agreed null', 'refused null'],
    next: 'choose',
  });
  const proposalId = proposalIdOf('one');
  const part = { kind: 'booking', offerId: offerIdOf('block-care'), placeOfService: 'recipient-home' };
  const proposed = ProposeRespite.parse({
    ...{ proposalId, householdId, proposedBy: 'account-nora' },
    parts: [
      {
        ...{ ...part, resourceId: resourceIdOf('d') },
        span: { from: at('2027-05-22T11:00:00Z'), until: at('2027-05-22T15:00:00Z') },
      },
    ],
  });
  accepted(await api.proposeRespite(proposed, world.call()));

  accepted(await api.endCare(end(), world.call('end')));
  expect(await partsNow(world)).toEqual({ parts: Array(4).fill('ended care-ended'), next: 'nothing' });
  expect(await api.findProposal({ proposalId })).toMatchObject({ status: 'ended', parts: [{ status: 'released' }] });
  expect(await api.acceptProposal({ proposalId, by: 'account-fatima' }, world.call())).toMatchObject({
    rejection: { code: 'proposal-ended' },
  });
  expect(await api.proposeAgain({ proposalId, days: 7, proposedBy: 'account-nora' }, world.call())).toMatchObject({
    rejection: { code: 'proposal-ended' },
  });
  accepted(await api.declineProposal({ proposalId, by: 'account-fatima' }, world.call()));
  for (const resource of ['a', 'b', 'c', 'd'])
    expect((await world.offers.occupied(resourceIdOf(resource))).size).toBe(0);
  // What is asked for afterwards is another beginning, also where the ending is looked at once more.
  world.pass(1);
  const [first] = plan().parts;
  if (first === undefined) throw new Error('The plan has parts.');
  const again = AddParts.parse({
    ...{ arrangementId, requestedBy: 'account-fatima', parts: [{ ...first, partId: derivedId('part', 'new') }] },
  });
  accepted(await api.addArrangementParts(again, world.call()));
  accepted(await api.confirmArrangement({ arrangementId: plan().arrangementId }, world.call()));
  world.pass(hourMs);
  await world.settled();
  await world.nudge();
  await world.settled();
  expect((await partsNow(world)).parts?.at(-1)).toBe('agreed null');
  expect(await tasksOf(world)).not.toContainEqual(expect.stringMatching(/^trip-lost/));
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('of a plan, what comes before a later end stands', async () => {
  const world = await openWithFatima();
  const { api } = world;
  accepted(await api.planArrangement(plan(), world.call()));
  accepted(await api.confirmArrangement({ arrangementId: plan().arrangementId }, world.call()));
  accepted(await api.endCare(end({ ending: 'other-provider', on: Day.parse('2027-06-01') }), world.call()));
  expect((await partsNow(world)).parts).toEqual(['agreed null', 'agreed null', 'ended care-ended', 'refused null']);
  const series = (await api.findArrangement({ arrangementId: plan().arrangementId }))?.parts[2]?.seriesId;
  const dates = series ? (await api.findSeries({ seriesId: series }))?.dates : [];
  expect(dates?.map(({ on, status }) => [on < '2027-06-01', status])).toEqual([
    ...Array(4).fill([true, 'confirmed']),
    ...Array(5).fill([false, 'cancelled']),
  ]);
});
