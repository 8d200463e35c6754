import { ListTimesWithin } from '@adempauze/contracts';
import { fold, instantFromMs, minuteMs, msOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, now, offerId, openResource, publishBeds, publishOffer, publishTimes, span } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { OfferEvent } from '../offer/offer.events.ts';
import { resourceDecider } from '../resource/resource.decider.ts';
import type { ResourceEvent } from '../resource/resource.events.ts';
import { freeTimesOf } from './free-times.ts';
import { timesWithin } from './times-within.ts';

/* What somebody who waits could be offered. */

const offerOf = (over: ReturnType<typeof publishOffer>) => {
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...over, publishedAt: now } }]);
  if (offer === undefined) throw new Error('There is no offer.');
  return offer;
};
const freeIn = (...spans: ReturnType<typeof span>[]) => {
  const history: ResourceEvent[] = [
    { type: 'ResourceOpened', data: { ...openResource(), openedAt: now } },
    { type: 'TimesPublished', data: { ...publishTimes(...spans), publishedAt: now } },
  ];
  const resource = fold(resourceDecider, history);
  if (resource === undefined) throw new Error('There is no resource.');
  return [freeTimesOf(resource, msOf(now))];
};
const saturday = span('2027-05-08T07:00:00Z', '2027-05-08T15:00:00Z');
const sunday = span('2027-05-09T07:00:00Z', '2027-05-09T15:00:00Z');
const week = span('2027-05-02T22:00:00Z', '2027-05-09T22:00:00Z');
const lengthsOf = (
  offer: ReturnType<typeof offerOf>,
  free: ReturnType<typeof freeIn>,
  asked: Omit<Parameters<typeof ListTimesWithin.parse>[0] & object, 'offerId'>,
) =>
  timesWithin(offer, free, {
    ...ListTimesWithin.parse({ offerId, minMinutes: 15, maxMinutes: 100_000, ...asked }),
    nowMs: msOf(now),
  }).map(({ fromMs, untilMs }) => ({ from: instantFromMs(fromMs), minutes: (untilMs - fromMs) / minuteMs }));

test('who said nothing of the length is shown what is usual; who did, that; the first of each day first', () => {
  const offer = offerOf(publishOffer());
  const free = freeIn(saturday, sunday);
  expect(lengthsOf(offer, free, { window: week, first: 2 })).toEqual([
    { from: saturday.from, minutes: 210 },
    { from: sunday.from, minutes: 210 },
  ]);
  expect(lengthsOf(offer, free, { window: week, first: 1, maxMinutes: 120 })).toMatchObject([{ minutes: 120 }]);
  expect(lengthsOf(offer, free, { window: week, first: 1, minMinutes: 300 })).toMatchObject([{ minutes: 300 }]);
  expect(lengthsOf(offer, free, { window: week, minMinutes: 540 })).toEqual([]);
});
test('where only little is free it is offered to who said that little will do, and to nobody else', () => {
  const little = freeIn(span('2027-05-08T07:00:00Z', '2027-05-08T07:45:00Z'));
  const some = freeIn(span('2027-05-08T07:00:00Z', '2027-05-08T10:00:00Z'));
  const given = offerOf(publishOffer());
  expect(lengthsOf(given, some, { window: week, first: 1 })).toMatchObject([{ minutes: 180 }]);
  expect(lengthsOf(given, little, { window: week, first: 1 })).toEqual([]);
  const { minMinutes: _, maxMinutes: __, ...open } = publishOffer();
  expect(lengthsOf(offerOf(open), some, { window: week, first: 1 })).toMatchObject([{ minutes: 180 }]);
  expect(lengthsOf(offerOf(open), little, { window: week })).toEqual([]);
  expect(lengthsOf(offerOf(open), little, { window: week, minMinutes: 30, first: 1 })).toMatchObject([{ minutes: 45 }]);
});
test('of what touches a stretch: also what begins before it or ends after it, and nothing else', () => {
  const offer = offerOf(publishOffer());
  const free = freeIn(saturday, sunday);
  const touching = span('2027-05-09T09:00:00Z', '2027-05-09T10:00:00Z');
  expect(lengthsOf(offer, free, { window: week, touching, first: 1 })).toEqual([{ from: sunday.from, minutes: 210 }]);
  expect(lengthsOf(offer, free, { window: week, touching, minMinutes: 480 })).toEqual([
    { from: sunday.from, minutes: 480 },
  ]);
  const house = freeIn(span('2027-05-04T12:00:00Z', '2027-06-20T09:00:00Z'));
  const may = span('2027-05-04T10:00:00Z', '2027-05-31T22:00:00Z');
  const night = { from: at('2027-05-20T12:00:00Z'), until: at('2027-05-21T09:00:00Z') };
  const stays = lengthsOf(offerOf(publishBeds()), house, { window: may, touching: night, minMinutes: 2880 });
  expect(stays.map(({ from }) => from)).toEqual(
    ['2027-05-18', '2027-05-19', '2027-05-20'].map((day) => at(`${day}T12:00:00Z`)),
  );
});
test('what only lies beside a stretch takes no place in the answer: fewer than were asked for is all that there is', () => {
  const offer = offerOf(publishOffer());
  const free = freeIn(saturday, sunday);
  const touching = span('2027-05-08T10:45:00Z', '2027-05-08T11:00:00Z');
  const of = (first: number) => lengthsOf(offer, free, { window: week, touching, first });
  const all = of(60);
  expect(all.length).toBeGreaterThan(4);
  for (let first = 1; first <= all.length; first += 1) expect(of(first)).toEqual(all.slice(0, first));
});
test('a short window is wanted as a whole, where that can be had', () => {
  const offer = offerOf(publishOffer());
  const morning = span('2027-05-08T08:00:00Z', '2027-05-08T10:00:00Z');
  expect(lengthsOf(offer, freeIn(saturday), { window: morning })).toEqual([{ from: morning.from, minutes: 120 }]);
  const long = span('2027-05-08T05:00:00Z', '2027-05-08T16:00:00Z');
  expect(lengthsOf(offer, freeIn(saturday), { window: long, first: 1 })).toMatchObject([{ minutes: 210 }]);
});
test('of a house: the nights of a short window, and the fewest of a long one', () => {
  const beds = offerOf(publishBeds());
  const house = span('2027-05-04T12:00:00Z', '2027-06-20T09:00:00Z');
  const weekend = span('2027-05-07T12:00:00Z', '2027-05-09T09:00:00Z');
  expect(lengthsOf(beds, freeIn(house), { window: weekend })).toEqual([{ from: weekend.from, minutes: 45 * 60 }]);
  const may = span('2027-05-04T10:00:00Z', '2027-05-31T22:00:00Z');
  expect(lengthsOf(beds, freeIn(house), { window: may, first: 1 })).toMatchObject([{ minutes: 21 * 60 }]);
  expect(lengthsOf(beds, freeIn(house), { window: may, first: 1, minMinutes: 2880 })).toMatchObject([
    { minutes: 69 * 60 },
  ]);
});
test('nothing of what is withdrawn, nor of a resource of other offers', () => {
  const history: OfferEvent[] = [
    { type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } },
    { type: 'OfferWithdrawn', data: { offerId, withdrawnAt: now } },
  ];
  const withdrawn = fold(offerDecider, history);
  if (withdrawn === undefined) throw new Error('There is no offer.');
  expect(lengthsOf(withdrawn, freeIn(saturday), { window: week })).toEqual([]);
  expect(lengthsOf(offerOf(publishOffer()), [], { window: week })).toEqual([]);
});
test('whatever is found lies in the window, is as long as was asked, and is free', () => {
  const offer = offerOf(publishOffer());
  const free = freeIn(saturday, sunday);
  const quarters = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 190 }), quarters, quarters, quarters, (from, length, least, more) => {
      const begin = msOf(week.from) + from * 60 * minuteMs;
      const window = { from: instantFromMs(begin), until: instantFromMs(begin + length * 15 * minuteMs) };
      const [minMinutes, maxMinutes] = [least * 15, (least + more) * 15];
      return lengthsOf(offer, free, { window, minMinutes, maxMinutes }).every(({ from: start, minutes }) => {
        const until = instantFromMs(msOf(start) + minutes * minuteMs);
        const isFree = [saturday, sunday].some((it) => it.from <= start && until <= it.until);
        return (
          isFree && window.from <= start && until <= window.until && minutes >= minMinutes && minutes <= maxMinutes
        );
      });
    }),
    { numRuns: 400 },
  );
});

test('where times of several lengths lie among each other, what is asked for is found, and no more than that', () => {
  const { minMinutes: _, maxMinutes: __, ...visit } = publishOffer();
  const offer = offerOf({ ...visit, unit: 'visit' });
  const days = Array.from({ length: 6 }, (_, it) => {
    const day = `2027-05-0${3 + it}`;
    return it < 3 ? span(`${day}T06:00:00Z`, `${day}T18:00:00Z`) : span(`${day}T06:00:00Z`, `${day}T09:00:00Z`);
  });
  const asked = { window: week, minMinutes: 180, maxMinutes: 180 };
  const found = lengthsOf(offer, freeIn(...days), { ...asked, first: 10 });
  expect(found.map(({ from }) => from)).toEqual(days.slice(3).map(({ from }) => from));
  for (const first of [1, 2, 3, 4, 5, 6]) {
    const some = lengthsOf(offer, freeIn(...days), { ...asked, first });
    expect(some.length).toBeLessThanOrEqual(first);
    expect(new Set(some.map(({ minutes }) => minutes))).toEqual(new Set([180]));
  }
});
