import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArrangementId, EndStay, PlanArrangement, PlanStay, RequestSeries } from '@adempauze/contracts';
import { derivedId, type Outcome, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { bookingStream } from '../booking/booking.events.ts';
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
import { bookingOfStep } from '../stay/stay.view.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { mostHeld } from './held-limit.ts';

/* Nothing waits for a read model here: what counts is what was let through in the same instant. */

let world: World;
const folders: string[] = [];
afterEach(async () => {
  await world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const openWithFatima = async (options: Parameters<typeof openWorld>[0] = {}) => {
  world = await openWorld({ capacity: 2 * mostHeld, ...options });
  await world.api.registerHousehold(fatima(), world.call());
};

const householdId = householdIdOf('fatima');
const ask = (word: string | number, changes: object = {}) =>
  world.api.requestBooking(requestOf(bookingIdOf(word), changes), world.call());
const times = <V>(count: number, each: (number: number) => V): V[] =>
  Array.from({ length: count }, (_, it) => each(it));
const askMany = (word: string, count: number, changes: object = {}) =>
  Promise.all(times(count, (number) => ask(`${word}-${number}`, changes)));
const codeOf = <V>(outcome: Outcome<V>): string => (outcome.accepted ? 'accepted' : outcome.rejection.code);
const tally = (codes: readonly string[]) =>
  Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((it) => it === code).length]));
const answers = async <V>(outcomes: Promise<readonly Outcome<V>[]>) => tally((await outcomes).map(codeOf));

/** Three dates, or as many as there are until then. */
const series = (word: string, until = '2027-05-24') =>
  world.api.requestSeries(
    RequestSeries.parse({
      ...{ seriesId: seriesIdOf(word), householdId, offerId: offerIdOf('block-care') },
      rule: { from: '2027-05-10', until, startsAt: '13:00', endsAt: '17:00' },
      ...{ resourceId: resourceIdOf('weekly'), placeOfService: 'recipient-home', requestedBy: 'account-fatima' },
    }),
    world.call(),
  );
const datesOf = async (outcome: ReturnType<typeof series>): Promise<string[]> => {
  const it = await outcome;
  return it.accepted ? it.value.dates.map(({ status, skipped }) => skipped?.code ?? status ?? 'none') : [codeOf(it)];
};
/** Three steps. */
const stay = (word: string) =>
  world.api.planStay(
    PlanStay.parse({
      ...{ stayId: stayIdOf(word), householdId, offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds') },
      span: { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-15T09:00:00Z') },
      steps: [
        { kind: 'part-day', span: { from: at('2027-05-03T08:00:00Z'), until: at('2027-05-03T12:00:00Z') } },
        { kind: 'night', span: { from: at('2027-05-06T13:00:00Z'), until: at('2027-05-07T09:00:00Z') } },
      ],
      ...{ purpose: 'Slapen.', requestedBy: 'account-fatima' },
    }),
    world.call(),
  );
const requested = async (): Promise<number> => {
  const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 5000 });
  return events.filter(({ type }) => type === 'BookingRequested').length;
};

test('of 300 requests at the same instant exactly as many are held as may be, and letting go makes room again', async () => {
  await openWithFatima();
  await world.api.registerHousehold(fatima('jan'), world.call());
  const ofJan = askMany('jan', 50, { householdId: householdIdOf('jan'), resourceId: resourceIdOf('of-jan') });
  const outcomes = await askMany('at once', 300);
  expect(tally(outcomes.map(codeOf))).toEqual({ accepted: mostHeld, 'too-many-holds': 300 - mostHeld });
  expect(outcomes.at(-1)).toMatchObject({ rejection: { facts: { holds: mostHeld } } });
  expect((await world.offers.occupied(resourceIdOf('worker'))).size).toBe(mostHeld);
  expect(await answers(ofJan)).toEqual({ accepted: 50 });

  const by = 'caregiver' as const;
  for (const number of [0, 1, 2])
    await world.api.cancelBooking({ bookingId: bookingIdOf(`at once-${number}`), by }, world.call());
  for (const number of [3, 4])
    await world.api.confirmBooking({ bookingId: bookingIdOf(`at once-${number}`) }, world.call());
  await world.settled();
  expect(await answers(askMany('more', 20))).toEqual({ accepted: 5, 'too-many-holds': 15 });
  world.moveTo(at('2027-05-01T08:15:00Z'));
  expect(await answers(askMany('later', 210))).toEqual({ accepted: mostHeld, 'too-many-holds': 10 });
});

test('a booking that is asked twice at once counts once, and neither try is refused because of the other', async () => {
  await openWithFatima();
  const twice = await Promise.all(
    times(mostHeld + 20, (number) => Promise.all([ask(number), ask(number)])).map(async (it) => (await it).map(codeOf)),
  );
  expect(tally(twice.map((it) => it.join(' ')))).toEqual({
    'accepted accepted': mostHeld,
    'too-many-holds too-many-holds': 20,
  });
  expect(await answers(Promise.all(times(mostHeld, (number) => ask(number))))).toEqual({ accepted: mostHeld });
  expect(await requested()).toBe(mostHeld);
});

test('what fails makes room at once; while another try of it is under way its room is kept', async () => {
  await openWithFatima();
  const { holdPlace } = world.offers;
  world.offers.holdPlace = () => Promise.reject(new UnavailableError('offers is down'));
  const failed = await Promise.allSettled(times(mostHeld, (number) => ask(`down-${number}`)));
  expect(failed.filter(({ status }) => status === 'rejected')).toHaveLength(mostHeld);
  world.offers.holdPlace = async () => ({ accepted: false, rejection: { code: 'place-taken', facts: {} } });
  expect(await answers(askMany('taken', mostHeld))).toEqual({ 'place-taken': mostHeld });
  world.offers.holdPlace = holdPlace;
  expect(await answers(askMany('held', mostHeld - 1))).toEqual({ accepted: mostHeld - 1 });

  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const turns = [first.promise, second.promise].values();
  world.offers.holdPlace = async (hold, context) => {
    await turns.next().value;
    return holdPlace(hold, context);
  };
  const [failing, waiting] = [ask('slow'), ask('slow')];
  first.reject(new UnavailableError('this try was lost'));
  await expect(failing).rejects.toBeInstanceOf(UnavailableError);
  expect(codeOf(await ask('another'))).toBe('too-many-holds');
  second.resolve();
  expect(codeOf(await waiting)).toBe('accepted');
  expect(codeOf(await ask('another'))).toBe('too-many-holds');
});

test('a second try is let through with the first, whatever came to be held between them', async () => {
  await openWithFatima();
  await askMany('held', mostHeld - 2);
  const { holdPlace } = world.offers;
  const goesOn = Promise.withResolvers<void>();
  const isAsked = Promise.withResolvers<void>();
  world.offers.holdPlace = async (hold, context) => {
    isAsked.resolve();
    await goesOn.promise;
    return holdPlace(hold, context);
  };
  const first = ask('slow');
  await isAsked.promise;
  expect(await datesOf(series('between'))).toEqual(Array(3).fill('held'));
  const second = ask('slow');
  goesOn.resolve();
  expect(await second).toEqual(await first);
  expect(codeOf(await second)).toBe('accepted');
  expect(await requested()).toBe(mostHeld + 2);
});

test('a stay counts as one thing: its steps are not in its own way, and are in that of everything else', async () => {
  await openWithFatima();
  const outcomes = await Promise.all(times(100, (number) => stay(`at once-${number}`)));
  // The last that is let through finds 198.
  expect(tally(outcomes.map(codeOf))).toEqual({ accepted: 67, 'too-many-holds': 33 });
  expect([await requested(), (await world.offers.occupied(resourceIdOf('beds'))).size]).toEqual([201, 201]);
  expect(codeOf(await ask('one more'))).toBe('too-many-holds');
  // Planned again each is what it was, and no demand that was not met.
  const again = await Promise.all(times(100, (number) => stay(`at once-${number}`)));
  expect(again.map(codeOf)).toEqual(outcomes.map(codeOf));
  await world.settled();
  expect(await world.api.unmetDemand({})).toEqual([]);
  const end = EndStay.parse({ stayId: stayIdOf('at once-0'), by: 'caregiver', reason: 'cancelled' });
  await world.api.endStay(end, world.call());
  await world.settled();
  expect(await answers(askMany('in its place', 5))).toEqual({ accepted: 2, 'too-many-holds': 3 });
});

test('single requests, series, stays and plans at once never go beyond it by more than the last one’s own', async () => {
  await openWithFatima();
  const of = <V>(each: (number: number) => V) => times(30, each);
  const things = await Promise.all([
    ...of(async (number) => (await askMany(`one-${number}`, 3)).map(codeOf)),
    ...of((number) => datesOf(series(`at once-${number}`))),
    ...of(async (number) => [codeOf(await stay(`at once-${number}`))]),
    ...of(async (number) => {
      const parts = times(2, (part) => ({
        partId: derivedId('part', number, part),
        ask: {
          ...{ kind: 'booking', offerId: offerIdOf('block-care'), resourceId: resourceIdOf('planned') },
          ...{ span: requestOf(bookingIdOf('any')).span, placeOfService: 'recipient-home' },
        },
      }));
      const arrangementId = ArrangementId.parse(derivedId('arrangement', number));
      const plan = { arrangementId, householdId, parts, purpose: 'Even weg.', requestedBy: 'account-fatima' };
      const outcome = await world.api.planArrangement(PlanArrangement.parse(plan), world.call());
      return outcome.accepted ? outcome.value.parts.map((it) => it.reason?.code ?? it.status) : [codeOf(outcome)];
    }),
  ]);
  const codes = tally(things.flat());
  expect(Object.keys(codes).toSorted()).toEqual(['accepted', 'held', 'too-many-holds']);
  // A series is held as a whole, or not at all.
  expect(things.slice(30, 60).every((dates) => new Set(dates).size === 1)).toBe(true);
  const held = await requested();
  expect(held).toBeGreaterThanOrEqual(mostHeld);
  expect(held).toBeLessThanOrEqual(mostHeld + 2);
  await world.settled();
  expect(codeOf(await ask('more'))).toBe('too-many-holds');
});

test('parts of a plan are asked for one by one, as if each had been asked for alone', async () => {
  await openWithFatima();
  await askMany('held', mostHeld - 1);
  const part = (word: string) => ({
    partId: derivedId('part', word),
    ask: {
      ...{ kind: 'booking', offerId: offerIdOf('block-care'), resourceId: resourceIdOf('planned') },
      ...{ span: requestOf(bookingIdOf('any')).span, placeOfService: 'recipient-home' },
    },
  });
  const plan = PlanArrangement.parse({
    ...{ arrangementId: derivedId('arrangement', 'one'), householdId, parts: [part('a'), part('b')] },
    ...{ purpose: 'Even weg.', requestedBy: 'account-fatima' },
  });
  const outcome = await world.api.planArrangement(plan, world.call());
  expect(outcome).toMatchObject({ value: { parts: [{ status: 'held' }, { reason: { code: 'too-many-holds' } }] } });
  expect(await world.api.planArrangement(plan, world.call())).toEqual(outcome);
});

test('a stay that broke off half way goes on, whatever came to be held meanwhile', async () => {
  await openWithFatima();
  await askMany('held', mostHeld - 4);
  const { append } = world.store;
  Object.assign(world.store, {
    append: ((stream, ...rest) =>
      stream === bookingStream(bookingOfStep(stayIdOf('one'), 1))
        ? Promise.reject(new UnavailableError('the log is gone'))
        : append(stream, ...rest)) satisfies typeof append,
  });
  await expect(stay('one')).rejects.toBeInstanceOf(UnavailableError);
  expect(await requested()).toBe(mostHeld - 3);
  expect(await datesOf(series('between', '2027-06-07'))).toEqual(Array(5).fill('held'));
  Object.assign(world.store, { append });
  expect(codeOf(await stay('one'))).toBe('accepted');
  expect(await requested()).toBe(mostHeld - 4 + 3 + 5);
});

test('after a restart what is in the log counts from the first request, also where the read model is made anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookings-'));
  folders.push(folder);
  await openWithFatima({ folder });
  const racing = askMany('before', 150).catch(() => undefined);
  await world.until(async () => (await requested()) >= 20);
  await world.close();
  await racing;
  rmSync(join(folder, 'bookings'), { recursive: true });
  world = await openWorld({ folder, capacity: 2 * mostHeld });
  const held = await requested();
  expect(held).toBeGreaterThanOrEqual(20);
  const outcomes = answers(askMany('after', mostHeld));
  expect(await outcomes).toEqual({ accepted: mostHeld - held, 'too-many-holds': held });
  expect(await requested()).toBe(mostHeld);
});
