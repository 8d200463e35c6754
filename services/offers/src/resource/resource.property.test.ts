import { BookingId } from '@adempauze/contracts';
import { fold, type Instant, minuteMs, msOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, publishBeds, publishOffer } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { keptPlacesOf } from './held-places.ts';
import { anyLife, anyWholeLife, type Life, live } from './history.fixtures.ts';
import type { ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import { ResourceEvent } from './resource.events.ts';
import { findOccupation, pruned, type ResourceState } from './resource.state.rules.ts';

const offerOf = (data: ReturnType<typeof publishOffer>): Offer => {
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, publishedAt: now } }]);
  if (offer === undefined) throw new Error('The example is an offer.');
  return offer;
};
const offers = [offerOf(publishOffer()), offerOf({ ...publishBeds(), offerId: publishBeds().providerId as never })];

/** Who has a place and how many fit, told from the events alone, by other code than the decider's. */
type Place = { from: number; until: number; expires: number; isOverride: boolean };
type Told = {
  readonly places: Map<string, Place>;
  readonly capacities: { from: number; until: number; capacity: number }[];
  /** Whether capacity stayed as it was and nobody went beyond it knowingly. */
  isPlain: boolean;
};
const told = (
  { places, capacities, ...it }: Told,
  event: ResourceEvent,
  { bufferMinutes, travelMinutes }: { bufferMinutes: number; travelMinutes: number },
): boolean => {
  const around = (span: { from: Instant; until: Instant }) => ({
    from: msOf(span.from) - travelMinutes * minuteMs,
    until: msOf(span.until) + bufferMinutes * minuteMs,
  });
  switch (event.type) {
    case 'PlaceHeld':
    case 'CapacityOverridden': {
      const { bookingId, span, expiresAt } = event.data;
      const isOverride = event.type === 'CapacityOverridden';
      places.set(bookingId, { ...around(span), expires: msOf(expiresAt), isOverride });
      return it.isPlain && !isOverride;
    }
    case 'PlaceMoved': {
      const place = places.get(event.data.bookingId);
      if (place === undefined) throw new Error('PlaceMoved for who had no place.');
      places.set(event.data.bookingId, { ...place, ...around(event.data.span), isOverride: false });
      return it.isPlain;
    }
    case 'HoldExtended':
    case 'PlaceTaken': {
      const place = places.get(event.data.bookingId);
      if (place === undefined) throw new Error(`${event.type} for who had no place.`);
      place.expires = event.type === 'PlaceTaken' ? Number.POSITIVE_INFINITY : msOf(event.data.expiresAt);
      return it.isPlain;
    }
    case 'CapacityChanged': {
      const { span, capacity } = event.data;
      // Without a span it stands behind every span that was named, before or after.
      if (span !== undefined) capacities.push({ from: msOf(span.from), until: msOf(span.until), capacity });
      else {
        const spans = capacities.filter((one) => one.from !== -Number.MAX_VALUE);
        capacities.splice(
          0,
          capacities.length,
          { from: -Number.MAX_VALUE, until: Number.MAX_VALUE, capacity },
          ...spans,
        );
      }
      return false;
    }
    case 'PlaceReleased':
    case 'HoldExpired':
      places.delete(event.data.bookingId);
      return it.isPlain;
    default:
      return it.isPlain;
  }
};
const fitAt = ({ capacities }: Told, capacity: number, atMs: number): number =>
  capacities.findLast((it) => it.from <= atMs && atMs < it.until)?.capacity ?? capacity;
const thereAt = (places: readonly Place[], atMs: number): number =>
  places.filter((it) => it.from <= atMs && atMs < it.until).length;

const expectRoom = (lives: fc.Arbitrary<Life>, numRuns: number): Map<string, number> => {
  const happened = new Map<string, number>();
  fc.assert(
    fc.property(lives, (life) => {
      const tooMany: string[] = [];
      const all: Told = { places: new Map(), capacities: [], isPlain: true };
      let latestMs = 0;
      for (const { events, nowMs } of live(life, offers)) {
        for (const event of events) {
          all.isPlain = told(all, event, life);
          happened.set(event.type, (happened.get(event.type) ?? 0) + 1);
          latestMs = Math.max(latestMs, ...momentsOf(event));
          if (event.type !== 'PlaceHeld' && event.type !== 'PlaceMoved') continue;
          // Whoever is given a place finds room for all who are there, those beyond capacity too.
          const own = all.places.get(event.data.bookingId);
          const living = [...all.places.values()].filter(({ expires }) => expires > latestMs);
          const edges = [
            ...living.map(({ from }) => from),
            ...all.capacities.flatMap(({ from, until }) => [from, until]),
          ];
          for (const atMs of [own?.from ?? 0, ...edges].filter((it) => own && own.from <= it && it < own.until))
            if (thereAt(living, atMs) > fitAt(all, life.capacity, atMs)) tooMany.push(`${event.type} at ${atMs}`);
        }
        latestMs = Math.max(latestMs, nowMs);
        const living = [...all.places.values()].filter(({ expires }) => expires > latestMs);
        if (all.isPlain) {
          for (const { from } of living) {
            expect(living.filter((it) => it.from <= from && from < it.until).length).toBeLessThanOrEqual(life.capacity);
          }
        }
        const published = living.filter((it) => !it.isOverride);
        const changes = all.capacities.flatMap(({ from, until }) => [from, until]).filter((it) => Math.abs(it) < 1e16);
        for (const edge of [...published.map(({ from }) => from), ...changes]) {
          const atMs = Math.max(edge, latestMs);
          if (thereAt(published, atMs) > fitAt(all, life.capacity, atMs)) tooMany.push(`somebody at ${atMs}`);
        }
      }
      expect(tooMany).toEqual([]);
    }),
    { numRuns },
  );
  return happened;
};

test('never more occupied than its capacity, at any instant, whatever happens in whatever order', () => {
  expectRoom(anyLife, 1000);
  const happened = expectRoom(anyWholeLife, 1600);
  // The lives are worth looking at only when much happens in them.
  const seldom = ResourceEvent.options.filter(({ shape }) => (happened.get(shape.type.value) ?? 0) <= 200);
  expect(seldom.map(({ shape }) => [shape.type.value, happened.get(shape.type.value)])).toEqual([]);
});

/** The moments at which an event says that it happened. */
const momentsOf = ({ data }: ResourceEvent): number[] =>
  Object.entries(data).flatMap(([name, value]) =>
    name.endsWith('At') && name !== 'expiresAt' && typeof value === 'string' ? [Date.parse(value)] : [],
  );

test('a command that was accepted is accepted again at once, and changes nothing', () => {
  fc.assert(
    fc.property(anyWholeLife, (life) => {
      for (const { command, after, accepted } of live(life, offers)) {
        if (accepted) expect(resourceDecider.decide(command, after)).toEqual({ accepted: true, events: [] });
      }
    }),
    { numRuns: 500 },
  );
});

test('several that are kept as far as they can be are what each of them would be by itself', () => {
  let some = 0;
  fc.assert(
    fc.property(anyWholeLife, (life) => {
      for (const { command, before, events, after } of live(life, offers)) {
        if (command.type !== 'TakePlaces' && command.type !== 'ExtendHolds') continue;
        if (before === undefined || command.data.mode !== 'fitting') continue;
        const { now } = command;
        const { resourceId } = command.data;
        const kept: string[] = [];
        let state: ResourceState = pruned(before, Math.max(msOf(now), before.latestMs));
        for (const bookingId of command.data.bookingIds) {
          const alone: ResourceCommand =
            command.type === 'TakePlaces'
              ? { type: 'TakePlace', data: { resourceId, bookingId }, now }
              : { type: 'ExtendHold', data: { resourceId, bookingId, expiresAt: command.data.expiresAt }, now };
          const decision = resourceDecider.decide(alone, state);
          if (!decision.accepted) continue;
          kept.push(bookingId);
          state = decision.events.reduce(resourceDecider.evolve, state);
        }
        if (kept.length > 0 && kept.length < command.data.bookingIds.length) some += 1;
        const answer = keptPlacesOf(command, after);
        expect(answer.kept).toEqual(kept);
        expect(answer.refused.map(({ bookingId }) => bookingId)).toEqual(
          command.data.bookingIds.filter((it) => !kept.includes(it)),
        );
        expect(answer.refused.map(({ code }) => code)).not.toContain('place-taken');
        expect(events.map(({ data }) => 'bookingId' in data && data.bookingId)).toEqual(
          kept.filter(
            (it) => findOccupation(before, BookingId.parse(it)) !== findOccupation(after, BookingId.parse(it)),
          ),
        );
      }
    }),
    { numRuns: 500 },
  );
  expect(some).toBeGreaterThan(50);
});

test('only live holds are taken, and places only within openings', () => {
  fc.assert(
    fc.property(anyWholeLife, (life) => {
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
