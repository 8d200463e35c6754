import { fold, minuteMs, msOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, publishBeds, publishOffer } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/terms.rules.ts';
import { anyLife, live } from './history.fixtures.ts';
import { resourceDecider } from './resource.decider.ts';
import { ResourceEvent } from './resource.events.ts';

const offerOf = (data: ReturnType<typeof publishOffer>): Offer => {
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, publishedAt: now } }]);
  if (offer === undefined) throw new Error('The example is an offer.');
  return offer;
};
const offers = [offerOf(publishOffer()), offerOf({ ...publishBeds(), offerId: publishBeds().providerId as never })];

/** Who has a place, told from the events alone, by other code than the decider's. */
type Place = { from: number; until: number; expires: number };
const told = (places: Map<string, Place>, event: ResourceEvent, bufferMinutes: number): void => {
  switch (event.type) {
    case 'PlaceHeld': {
      const { bookingId, span, expiresAt } = event.data;
      const until = msOf(span.until) + bufferMinutes * minuteMs;
      places.set(bookingId, { from: msOf(span.from), until, expires: msOf(expiresAt) });
      return;
    }
    case 'HoldExtended':
    case 'PlaceTaken': {
      const place = places.get(event.data.bookingId);
      if (place === undefined) throw new Error(`${event.type} for who had no place.`);
      place.expires = event.type === 'PlaceTaken' ? Number.POSITIVE_INFINITY : msOf(event.data.expiresAt);
      return;
    }
    case 'PlaceReleased':
    case 'HoldExpired':
      places.delete(event.data.bookingId);
  }
};

test('never more occupied than its capacity, at any instant, whatever happens in whatever order', () => {
  const happened = new Map<string, number>();
  fc.assert(
    fc.property(anyLife, (life) => {
      const places = new Map<string, Place>();
      let latestMs = 0;
      for (const { events, nowMs } of live(life, offers)) {
        for (const event of events) {
          told(places, event, life.bufferMinutes);
          happened.set(event.type, (happened.get(event.type) ?? 0) + 1);
        }
        latestMs = Math.max(latestMs, nowMs);
        const living = [...places.values()].filter(({ expires }) => expires > latestMs);
        for (const { from } of living) {
          expect(living.filter((it) => it.from <= from && from < it.until).length).toBeLessThanOrEqual(life.capacity);
        }
      }
    }),
    { numRuns: 1000 },
  );
  // The lives are worth looking at only when much happens in them.
  for (const { shape } of ResourceEvent.options) expect(happened.get(shape.type.value)).toBeGreaterThan(200);
});

test('a command that was accepted is accepted again at once, and changes nothing', () => {
  fc.assert(
    fc.property(anyLife, (life) => {
      for (const { command, after, accepted } of live(life, offers)) {
        if (accepted) expect(resourceDecider.decide(command, after)).toEqual({ accepted: true, events: [] });
      }
    }),
    { numRuns: 500 },
  );
});

test('only live holds are taken, and places only within openings', () => {
  fc.assert(
    fc.property(anyLife, (life) => {
      for (const { before, events } of live(life, offers)) {
        for (const event of events) {
          if (event.type === 'PlaceTaken') {
            const own = before?.occupations.find((it) => it.bookingId === event.data.bookingId);
            expect(own?.expiresAtMs ?? 0).toBeGreaterThan(msOf(event.data.takenAt));
          }
          if (event.type === 'PlaceHeld') {
            const { span, heldAt } = event.data;
            expect(msOf(span.from)).toBeGreaterThan(msOf(heldAt));
            expect(before?.openings.some((it) => it.fromMs <= msOf(span.from) && msOf(span.until) <= it.untilMs)).toBe(
              true,
            );
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
