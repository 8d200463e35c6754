import { RequestSeries, type SeriesView } from '@adempauze/contracts';
import { type CallContext, dayOf, type Outcome, overlaps, UnavailableError, wallTimeOf } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const openWithTwo = async (): Promise<World> => {
  const world = await openWorld({ startsAt: at('2027-01-30T08:00:00Z') });
  worlds.push(world);
  for (const word of ['fatima', 'jan']) await world.api.registerHousehold(fatima(word), world.call());
  return world;
};
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** A year from the first of February: both changes of the clocks lie in it. */
const series = (word: string, weekdays: number[], startsAt: string, endsAt: string, changes: object = {}) =>
  RequestSeries.parse({
    ...{ seriesId: seriesIdOf(word), householdId: householdIdOf(word), offerId: offerIdOf('block-care') },
    resourceId: resourceIdOf('worker'),
    rule: { from: '2027-02-01', until: '2028-01-31', weekdays, startsAt, endsAt },
    ...{ placeOfService: 'recipient-home', requestedBy: `account-${word}`, ...changes },
  });
const had = ({ dates }: SeriesView) => dates.filter(({ skipped }) => skipped === null);
const lost = ({ dates }: SeriesView) => dates.filter(({ skipped }) => skipped !== null);

test('of two series of two days a week for a year, on one worker, each date goes to one of them', async () => {
  const world = await openWithTwo();
  const { api, offers } = world;
  // Both want the Thursdays, at times that overlap.
  const [one, other] = (
    await Promise.all([
      api.requestSeries(series('fatima', [1, 4], '14:00', '17:30'), world.call('one')),
      api.requestSeries(series('jan', [4, 6], '15:00', '18:00'), world.call('other')),
    ])
  ).map(accepted);
  if (one === undefined || other === undefined) throw new Error('Two were asked for.');
  expect([one.dates.length, other.dates.length]).toEqual([105, 104]);
  const thursdays = (dates: SeriesView['dates']) =>
    dates.flatMap(({ on }) => (Temporal.PlainDate.from(on).dayOfWeek === 4 ? [on] : []));
  expect([...thursdays(had(one)), ...thursdays(had(other))].toSorted()).toEqual(thursdays(one.dates));
  expect([...lost(one), ...lost(other)].map(({ on, skipped }) => [on, skipped?.code]).toSorted()).toEqual(
    thursdays(one.dates).map((on) => [on, 'place-taken']),
  );

  // Both say yes at once, and both yeses are told twice.
  const yes = (word: string) => api.confirmSeries({ seriesId: seriesIdOf(word) }, world.call(`yes-${word}`));
  await Promise.all([yes('fatima'), yes('jan'), yes('fatima'), yes('jan')]);
  const agreed = await Promise.all(['fatima', 'jan'].map((word) => api.findSeries({ seriesId: seriesIdOf(word) })));
  for (const view of agreed) {
    expect(new Set(view && had(view).map(({ status }) => status))).toEqual(new Set(['confirmed']));
    expect(new Set(view && had(view).map(({ span }) => wallTimeOf(span.from))).size).toBe(1);
  }
  const places = [...(await offers.occupied(resourceIdOf('worker'))).values()];
  expect(places).toHaveLength(had(one).length + had(other).length);
  expect(places.every(({ taken }) => taken)).toBe(true);
  const inOrder = places.map(({ span }) => span).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  expect(inOrder.some((span, index) => index > 0 && overlaps(inOrder[index - 1] ?? span, span))).toBe(false);
  await world.settled();
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('an hour that the clocks skip is named, every other date keeps its time on the clock', async () => {
  const world = await openWithTwo();
  // Sundays and Wednesdays, from half past two at night: on 28 March that hour is not there.
  const view = accepted(await world.api.requestSeries(series('fatima', [3, 7], '02:30', '03:00'), world.call()));
  expect(lost(view).map(({ on }) => on)).toEqual(['2027-03-28']);
  expect(new Set(had(view).map(({ span }) => wallTimeOf(span.from)))).toEqual(new Set(['02:30']));
  expect(had(view).every(({ on, span }) => on === dayOf(span.from))).toBe(true);
  expect(had(view).length).toBe(103);
});

test('broken off anywhere in a year of dates it goes on by itself, and no date is there twice', async () => {
  const world = await openWithTwo();
  const { api, offers } = world;
  // What was done is done; the answer is lost.
  const losing = <I, V>(failures: number, act: (input: I, context: CallContext) => Promise<V>) => {
    let calls = 0;
    return async (input: I, context: CallContext): Promise<V> => {
      const answer = await act(input, context);
      calls += 1;
      if (calls <= failures) throw new UnavailableError('offers is down');
      return answer;
    };
  };
  const { seriesId } = series('fatima', [1, 3, 5], '14:00', '17:30');
  offers.holdPlaces = losing(2, offers.holdPlaces);
  await expect(api.requestSeries(series('fatima', [1, 3, 5], '14:00', '17:30'), world.call('ask'))).rejects.toThrow(
    UnavailableError,
  );
  const all = async (status: string) =>
    (await api.findSeries({ seriesId }))?.dates.every((it) => it.status === status) ?? false;
  await world.until(() => all('held'));
  offers.takePlaces = losing(2, offers.takePlaces);
  await expect(api.confirmSeries({ seriesId }, world.call('yes'))).rejects.toThrow(UnavailableError);
  await world.until(() => all('confirmed'));
  await world.settled();
  const places = await offers.occupied(resourceIdOf('worker'));
  expect(places.size).toBe(157);
  expect([...places.values()].every(({ taken }) => taken)).toBe(true);
  const { items, hasMore } = await api.listBookings({ householdId: householdIdOf('fatima'), page: { first: 100 } });
  expect(items).toHaveLength(100);
  expect(hasMore).toBe(true);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('stopped between the decision of the calendar and the yes of some of its dates, each date that has its place is confirmed once', async () => {
  const world = await openWithTwo();
  const { api, store, offers } = world;
  const { seriesId } = series('fatima', [1, 3, 5], '14:00', '17:30');
  accepted(await api.requestSeries(series('fatima', [1, 3, 5], '14:00', '17:30'), world.call('ask')));
  const { append } = store;
  let yeses = 0;
  store.append = (stream, events, options) => {
    if (events.some(({ type }) => type === 'BookingConfirmed')) {
      yeses += 1;
      if (yeses > 60 && yeses <= 90) return Promise.reject(new UnavailableError('the store is down'));
    }
    return append(stream, events, options);
  };
  await expect(api.confirmSeries({ seriesId }, world.call('yes'))).rejects.toThrow(UnavailableError);
  // All places were there before the first yes was written.
  expect([...(await offers.occupied(resourceIdOf('worker'))).values()].filter(({ taken }) => taken)).toHaveLength(157);
  const all = async () => (await api.findSeries({ seriesId }))?.dates.every((it) => it.status === 'confirmed') ?? false;
  await world.until(all);
  await world.settled();
  expect(accepted(await api.confirmSeries({ seriesId }, world.call('yes'))).dates).toHaveLength(157);
  const { events } = await store.readAll({ categories: ['booking'], maxCount: 1000 });
  const confirmed = events.flatMap(({ type, stream }) => (type === 'BookingConfirmed' ? [stream] : []));
  expect([confirmed.length, new Set(confirmed).size]).toEqual([157, 157]);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

const half = { from: '2027-02-01', until: '2027-06-30', weekdays: [2], startsAt: '14:00', endsAt: '17:30' };

test('what is called off or lost while the calendar decides is that date alone, and no place is left behind', async () => {
  const world = await openWithTwo();
  const { api, offers } = world;
  const wanted = series('fatima', [], '', '', { rule: half });
  const { seriesId } = wanted;
  const { dates } = accepted(await api.requestSeries(wanted, world.call('ask')));
  const [lostOne, early, late] = dates.flatMap(({ bookingId }) => bookingId ?? []);
  if (lostOne === undefined || early === undefined || late === undefined) throw new Error('There are many dates.');
  const resourceId = resourceIdOf('worker');
  const cancel = async (bookingId: typeof early) =>
    void accepted(await api.cancelBooking({ bookingId, by: 'caregiver' }, world.call()));
  const { takePlaces } = offers;
  offers.takePlaces = async (it, context) => {
    await offers.releasePlace({ resourceId, bookingId: lostOne, reason: 'cancelled' }, world.call());
    await cancel(early);
    const answer = await takePlaces(it, context);
    // Before it hears that it has its place.
    await cancel(late);
    return answer;
  };
  accepted(await api.confirmSeries({ seriesId }, world.call('yes')));
  await world.settled();
  const view = await api.findSeries({ seriesId });
  expect(view?.dates.slice(0, 3).map(({ status, skipped }) => [status, skipped?.code])).toEqual([
    ['held', 'hold-expired'],
    ['cancelled', 'hold-expired'],
    ['cancelled', 'booking-not-held'],
  ]);
  expect(new Set(view?.dates.slice(3).map(({ status, skipped }) => `${status} ${skipped}`))).toEqual(
    new Set(['confirmed null']),
  );
  const places = [...(await offers.occupied(resourceId)).values()];
  expect(places.map(({ taken }) => taken)).toEqual(Array(dates.length - 3).fill(true));
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
});

test('a yes, more dates, an end and the cancelling of one date at the same moment: who is confirmed has a place, and nobody else', async () => {
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 0, 3, 2],
    [2, 3, 0, 1],
  ]) {
    const world = await openWithTwo();
    const { api, offers } = world;
    const wanted = series('fatima', [], '', '', { rule: half });
    const { seriesId } = wanted;
    const { dates } = accepted(await api.requestSeries(wanted, world.call('ask')));
    const [, , , fourth] = dates.flatMap(({ bookingId }) => bookingId ?? []);
    if (fourth === undefined) throw new Error('There are many dates.');
    const [until, from] = ['2027-09-30T12:00:00Z', '2027-05-10T12:00:00Z'].map((it) => dayOf(at(it)));
    if (until === undefined || from === undefined) throw new Error('Two days were named.');
    const acts = [
      () => api.confirmSeries({ seriesId }, world.call('yes')),
      () => api.extendSeries({ seriesId, until, exceptions: [] }, world.call('more')),
      () => api.endSeries({ seriesId, from, by: 'caregiver' }, world.call('end')),
      () => api.cancelBooking({ bookingId: fourth, by: 'caregiver' }, world.call('cancel')),
    ];
    await Promise.all(order.map((index) => acts[index]?.()));
    await world.settled();
    const view = await api.findSeries({ seriesId });
    const places = await offers.occupied(resourceIdOf('worker'));
    const seen = view?.dates.flatMap(({ bookingId, status }) => {
      const place = places.get(bookingId ?? '');
      return [`${status} ${place === undefined ? 'free' : place.taken ? 'taken' : 'held'}`];
    });
    expect([...new Set(seen)].toSorted()).toEqual(expect.arrayContaining(['cancelled free', 'confirmed taken']));
    expect(seen?.filter((it) => !['cancelled free', 'confirmed taken', 'held held', 'null free'].includes(it))).toEqual(
      [],
    );
    expect((await world.parked.list({ first: 5 })).items).toEqual([]);
  }
});
