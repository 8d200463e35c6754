import { RequestSeries, type SeriesView } from '@adempauze/contracts';
import { dayOf, type Outcome, overlaps, UnavailableError, wallTimeOf } from '@adempauze/kernel';
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
  const fail = (failures: number, at: 'holdPlaces' | 'takePlace') => {
    let calls = 0;
    if (at === 'holdPlaces') {
      const { holdPlaces } = offers;
      offers.holdPlaces = async (it, context) => {
        const answer = await holdPlaces(it, context);
        calls += 1;
        // What was held is held; the answer is lost.
        if (calls <= failures) throw new UnavailableError('offers is down');
        return answer;
      };
      return;
    }
    const { takePlace } = offers;
    offers.takePlace = (it, context) => {
      calls += 1;
      // In the middle of the second portion, several times.
      return calls > 50 && calls <= 50 + failures
        ? Promise.reject(new UnavailableError('offers is down'))
        : takePlace(it, context);
    };
  };
  const { seriesId } = series('fatima', [1, 3, 5], '14:00', '17:30');
  fail(2, 'holdPlaces');
  await expect(api.requestSeries(series('fatima', [1, 3, 5], '14:00', '17:30'), world.call('ask'))).rejects.toThrow(
    UnavailableError,
  );
  const all = async (status: string) =>
    (await api.findSeries({ seriesId }))?.dates.every((it) => it.status === status) ?? false;
  await world.until(() => all('held'));
  fail(20, 'takePlace');
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
