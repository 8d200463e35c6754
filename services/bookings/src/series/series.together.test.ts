import type { SeriesView } from '@adempauze/contracts';
import type { CallContext, Outcome } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { resourceIdOf } from '../examples.fixtures.ts';
import type { World } from '../trial-world.fixtures.ts';
import { accepted, openWithFatima, seriesId, told, tuesdays } from './series.fixtures.ts';

/* What all dates of a series ask of one calendar, they ask together. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

test('a yes, an acceptance, a no and an end each ask the calendar once, whatever the number of dates', async () => {
  const open = async (offer: string) => {
    const world = await openWithFatima(worlds);
    const asked: string[] = [];
    const note = <I, V>(name: string, act: (input: I, context: CallContext) => Promise<V>) => {
      return (input: I, context: CallContext) => {
        asked.push(name);
        return act(input, context);
      };
    };
    const { offers } = world;
    offers.takePlace = note('takePlace', offers.takePlace);
    offers.takePlaces = note('takePlaces', offers.takePlaces);
    offers.extendHold = note('extendHold', offers.extendHold);
    offers.extendHolds = note('extendHolds', offers.extendHolds);
    offers.releasePlace = note('releasePlace', offers.releasePlace);
    offers.releasePlaces = note('releasePlaces', offers.releasePlaces);
    accepted(await world.api.requestSeries(tuesdays(offer), world.call()));
    return {
      ...world,
      /** What was asked of the calendar, also by what goes on by itself. */
      after: async (act: Promise<Outcome<SeriesView>>) => {
        accepted(await act);
        await world.settled();
        return asked.splice(0);
      },
    };
  };
  const yes = await open('block-care');
  expect(await yes.after(yes.api.confirmSeries({ seriesId }, yes.call()))).toEqual(['takePlaces']);
  const { events } = await yes.store.readAll({ categories: ['booking'], maxCount: 100 });
  // By the yes itself: whoever hears of a place that was taken here waits for it.
  expect(events.flatMap(({ type, metadata }) => (type === 'BookingConfirmed' ? [metadata.actor] : []))).toEqual(
    Array(5).fill('series'),
  );
  const { from } = tuesdays().rule;
  expect(await yes.after(yes.api.endSeries({ seriesId, from, by: 'provider' }, yes.call()))).toEqual(['releasePlaces']);

  const accept = await open('on-acceptance');
  expect(await accept.after(accept.api.confirmSeries({ seriesId }, accept.call()))).toEqual(['extendHolds']);
  expect(await accept.after(accept.api.acceptSeries({ seriesId }, accept.call()))).toEqual(['takePlaces']);

  const no = await open('on-acceptance');
  await no.after(no.api.confirmSeries({ seriesId }, no.call()));
  const decline = no.api.declineSeries({ seriesId, reason: 'closed' }, no.call());
  expect(await no.after(decline)).toEqual(['releasePlaces']);
  expect((await no.offers.occupied(resourceIdOf('worker'))).size).toBe(0);
});

test('a date that begins within two days is kept until then, the others for two days', async () => {
  const world = await openWithFatima(worlds);
  const { api, offers } = world;
  const kept: string[] = [];
  const { extendHolds } = offers;
  offers.extendHolds = (it, context) => {
    kept.push(`${it.bookingIds.length} until ${it.expiresAt}`);
    return extendHolds(it, context);
  };
  const rule = {
    from: '2027-05-02',
    until: '2027-05-06',
    weekdays: [1, 2, 3, 4, 7],
    startsAt: '13:00',
    endsAt: '17:00',
  };
  accepted(await api.requestSeries(tuesdays('on-acceptance', { rule }), world.call()));
  const view = accepted(await api.confirmSeries({ seriesId }, world.call()));
  expect(told(view).map(([, it]) => it)).toEqual(Array(5).fill('awaiting-acceptance'));
  // It is Saturday morning.
  expect(kept.toSorted()).toEqual(['1 until 2027-05-02T11:00:00.000Z', '4 until 2027-05-03T08:00:00.000Z']);
});
