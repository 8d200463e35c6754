import { JoinWaitingList } from '@adempauze/contracts';
import { fold, hourMs, type Instant, overlaps, plusMs, type Span } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { fitsWish, isNew, orderFor, type Place, thinkingIn } from './order.rules.ts';
import { type WaitingCommand, type WaitingList, waitingDecider } from './waiting.decider.ts';
import type { WaitingEvent } from './waiting.events.ts';

/* A list that finds places by looking: whatever comes in whatever order, what it gives away it gives by its own rules. */

const start = at('2027-05-01T08:00:00Z');
const offerId = offerIdOf('block-care');
const later = (hours: number): Instant => plusMs(start, hours * hourMs);
/** Anna and Bram wait twice. */
const households = { 'anna-again': 'anna', 'bram-again': 'bram' } as const;
const families = ['anna', 'bram', 'cora', 'dirk', 'eva', 'fleur', 'anna-again', 'bram-again'] as const;
const householdOf = (word: (typeof families)[number]) =>
  householdIdOf(word === 'anna-again' || word === 'bram-again' ? households[word] : word);
const resources = [resourceIdOf('worker'), resourceIdOf('other')];

/** Eight weeks and more, so that some have waited too long. */
const moment = fc.integer({ min: 0, max: 1500 }).map(later);
const span = fc
  .tuple(fc.integer({ min: 1600, max: 1612 }), fc.integer({ min: 1, max: 4 }))
  .map(([from, hours]): Span => ({ from: later(from), until: later(from + hours) }));
const waitingId = fc.constantFrom(...families).map(waitingIdOf);
const placeId = fc.integer({ min: 1, max: 6 }).map((it) => `place-${it}`);
const ofPlace = { placeId, waitingId, now: moment };

const join = fc
  .record({
    word: fc.constantFrom(...families),
    lane: fc.constantFrom('urgent' as const, 'normal' as const, 'normal' as const),
    minutes: fc.constantFrom([15, 100_000], [60, 60], [120, 180]),
    distance: fc.constantFrom('near' as const, 'around' as const, 'far' as const),
    familiar: fc.subarray(resources),
    now: moment,
  })
  .map(({ word, lane, minutes: [minMinutes, maxMinutes], distance, familiar, now }): WaitingCommand => {
    const data = JoinWaitingList.parse({
      ...{ waitingId: waitingIdOf(word), householdId: householdOf(word), offerId, lane, minMinutes, maxMinutes },
      ...{ window: { from: start, until: later(1700) }, placeOfService: 'recipient-home', requestedBy: `by-${word}` },
    });
    return { type: 'Join', data: { ...data, fit: { familiar, distance } }, now };
  });
const free = fc
  .record({ placeId, resourceId: fc.constantFrom(...resources), span, isFound: fc.boolean(), now: moment })
  .map(
    ({ isFound, ...it }): WaitingCommand => ({
      ...{ type: 'FreePlace', offerId, ...it },
      ...(isFound ? { cause: 'times' as const, found: true as const } : {}),
    }),
  );
/** The answer to one of the offers that are open then; without any, to an offer that is not. */
const answers = [
  { type: 'RecordHeld' },
  { type: 'TakeOffer' },
  { type: 'PassOn', why: 'declined' },
  { type: 'PassOn', why: 'declined' },
  { type: 'PassOn', why: 'silent' },
  { type: 'RecordRefused', because: 'place-gone' },
  { type: 'RecordRefused', because: 'other' },
  { type: 'RecordRefused', because: 'may-pass' },
  { type: 'RecordRefused', because: 'elsewhere' },
  { type: 'RecordRefused', because: 'forgotten' },
] as const;
type Answer = {
  readonly answer: (typeof answers)[number];
  readonly which: number;
  readonly placeId: string;
  readonly waitingId: ReturnType<typeof waitingIdOf>;
  readonly now: Instant;
};
const answer: fc.Arbitrary<Answer> = fc.record({ answer: fc.constantFrom(...answers), which: fc.nat(5), ...ofPlace });
const step: fc.Arbitrary<WaitingCommand | Answer> = fc.oneof(
  { weight: 3, arbitrary: join },
  { weight: 3, arbitrary: free },
  { weight: 4, arbitrary: answer },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('Leave' as const, 'Raise' as const), waitingId, now: moment }),
  },
  {
    weight: 1,
    arbitrary: moment.map((now): WaitingCommand => ({ type: 'LiftRefusals', offerId, now })),
  },
);
const commandOf = (it: WaitingCommand | Answer, { places }: WaitingList): WaitingCommand => {
  if ('type' in it) return it;
  const open = [...places.values()].flatMap(({ placeId: id, offers }) =>
    offers.flatMap(({ data, outcome }) => (outcome === 'offered' ? [{ placeId: id, waitingId: data.waitingId }] : [])),
  );
  const of = open[it.which % Math.max(1, open.length)] ?? { placeId: it.placeId, waitingId: it.waitingId };
  return { ...it.answer, ...of, now: it.now };
};

/** Whom a place could be offered to: asked of the state in words of its own. */
const couldHave = ({ entries, places }: WaitingList, place: Place, now: Instant) =>
  [...entries.values()].filter(
    (it) =>
      it.status === 'waiting' &&
      fitsWish(it, place.span) &&
      !thinkingIn(places).has(it.waitingId) &&
      !place.offers.some(({ data }) => data.waitingId === it.waitingId) &&
      !place.offers.some(({ data, outcome }) => data.householdId === it.householdId && isLetPass(outcome)) &&
      !openOf(places).some((open) => open.householdId === it.householdId && overlaps(open.span, place.span)) &&
      (!place.isFound ||
        (isNew(it, place.span, now) &&
          ![...entries.values()].some(
            ({ householdId, status, had }) =>
              householdId === it.householdId && status === 'waiting' && had.some((span) => overlaps(span, place.span)),
          ))),
  );
const isLetPass = (outcome: string) => outcome === 'declined' || outcome === 'silent';
const openOf = (places: WaitingList['places']) =>
  [...places.values()].flatMap(({ span, offers }) =>
    offers.flatMap(({ data, outcome }) => (outcome === 'offered' ? [{ ...data, span }] : [])),
  );
const countHouseholds = (all: readonly { readonly householdId: string }[]) =>
  new Set(all.map(({ householdId }) => householdId)).size;

test('in every order: one at a time, nobody asked twice for a time, no place lost, and always to who is first by the rules', () => {
  const seen = { offered: 0, found: 0, nobody: 0, passed: 0, refused: 0, lifted: 0, twice: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 45 }), (steps) => {
      const history: WaitingEvent[] = [];
      const said = new Map<string, Span[]>();
      let heard: { readonly who: string; readonly span: Span }[] = [];
      for (const next of steps) {
        const now = fold(waitingDecider, history);
        const decision = waitingDecider.decide(commandOf(next, now), now);
        if (!decision.accepted) continue;
        for (const event of decision.events) {
          const before = fold(waitingDecider, history);
          history.push(event);
          const state = fold(waitingDecider, history);
          if (event.type === 'PlaceOffered') {
            seen.offered += 1;
            const place = before.places.get(event.data.placeId);
            const chosen = before.entries.get(event.data.waitingId);
            if (place === undefined || chosen === undefined) return false;
            const candidates = couldHave(before, place, event.data.offeredAt);
            if (!candidates.includes(chosen) || event.data.why?.among !== countHouseholds(candidates)) return false;
            const goesFirst = orderFor(place, event.data.offeredAt);
            if (candidates.some((it) => it !== chosen && goesFirst(it, chosen).isFirst)) return false;
            // Of their own answers, not of what the state remembers.
            const isAgain = (said.get(chosen.waitingId) ?? []).some((it) => overlaps(it, place.span));
            if (place.isFound && isAgain) return false;
            const isNo = heard.some(({ who, span: no }) => who === chosen.waitingId && overlaps(no, place.span));
            if (place.isFound && isNo) return false;
            if (place.isFound) seen.found += 1;
          }
          if (event.type === 'OfferPassed' && (event.data.why === 'declined' || event.data.why === 'silent')) {
            seen.passed += 1;
            const place = before.places.get(event.data.placeId);
            if (place) said.set(event.data.waitingId, [...(said.get(event.data.waitingId) ?? []), place.span]);
          }
          if (event.type === 'OfferPassed' && event.data.why === 'refused' && !event.data.mayPass) {
            seen.refused += 1;
            const place = before.places.get(event.data.placeId);
            const isGone = decision.events.some((it) => it.type === 'PlaceClosed' && it.data.why === 'gone');
            if (place && !isGone && !place.offers.at(-1)?.overtaken)
              heard.push({ who: event.data.waitingId, span: place.span });
          }
          if (event.type === 'RefusalsLifted') {
            seen.lifted += 1;
            heard = [];
          }
          if (event.type === 'PlaceClosed' && event.data.why === 'nobody') {
            seen.nobody += 1;
            const place = before.places.get(event.data.placeId);
            if (place === undefined || couldHave(before, place, event.data.closedAt).length > 0) return false;
          }
          const open = openOf(state.places);
          if (new Set(open.map(({ waitingId: id }) => id)).size !== open.length) return false;
          // Whatever it waits for, a household has one place at a time of the day to think about.
          if (
            open.some((one) =>
              open.some((it) => it !== one && it.householdId === one.householdId && overlaps(it.span, one.span)),
            )
          )
            return false;
          if (open.some((one) => open.some((it) => it !== one && it.householdId === one.householdId))) seen.twice += 1;
        }
        for (const place of fold(waitingDecider, history).places.values()) {
          const open = place.offers.filter(({ outcome }) => outcome === 'offered');
          if (open.length !== (place.status === 'offered' ? 1 : 0)) return false;
        }
      }
      return true;
    }),
    { numRuns: 1500 },
  );
  const { twice, ...often } = seen;
  expect(Math.min(...Object.values(often))).toBeGreaterThan(50);
  expect(twice).toBeGreaterThan(10);
});
