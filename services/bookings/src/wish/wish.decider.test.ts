import { BookingId, MakeWish, type OfferId, WishId } from '@adempauze/contracts';
import { derivedId, fold, hourMs, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, householdIdOf, offerIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { asksOfWish, type WishCommand, wishDecider } from './wish.decider.ts';
import type { WishEvent } from './wish.events.ts';

const now = at('2027-05-01T08:00:00Z');
const wishId = WishId.parse(derivedId('wish'));
const make = (changes: Partial<MakeWish> = {}): WishCommand => ({
  type: 'MakeWish',
  data: {
    ...MakeWish.parse({
      ...{ wishId, householdId: householdIdOf('anna'), forms: ['F12'], requestedBy: 'account-anna' },
      window: { from: at('2027-05-02T22:00:00Z'), until: at('2027-05-07T22:00:00Z') },
    }),
    ...changes,
    homeMunicipality: about.homeMunicipality,
  },
  now,
});
const words = ['farm', 'house', 'garden'] as const;
const listOf = (word: string) => ({
  ...{ offerId: offerIdOf(word), waitingId: waitingIdOf(word), placeOfService: 'provider' as const },
});
const found: WishCommand = { type: 'FindLists', lists: words.map(listOf), now };
const claim = (word: string, placeId = 'place-1', when = now): WishCommand => ({
  ...{ type: 'ClaimPlace', offerId: offerIdOf(word), placeId, now: when },
  bookingId: BookingId.parse(derivedId('booking', word, placeId)),
});
const ofPlace = (type: 'EndClaim' | 'TakePlace', word: string, placeId = 'place-1'): WishCommand => ({
  ...{ type, offerId: offerIdOf(word), placeId, now },
});
const after = (...commands: readonly WishCommand[]): WishEvent[] => {
  const history: WishEvent[] = [];
  for (const command of commands) {
    const decision = wishDecider.decide(command, fold(wishDecider, history));
    if (decision.accepted) history.push(...decision.events);
  }
  return history;
};
const given = deciderSpec(wishDecider);
const asked = (history: readonly WishEvent[]) => asksOfWish(fold(wishDecider, history)).map(({ id }) => id);

test('it looks around, stands on every list found, and in the end on none but the one where it was served', () => {
  const joined = words.map(
    (word): WishCommand => ({ type: 'RecordJoined', offerId: offerIdOf(word), joined: true, now }),
  );
  expect(asked(after(make()))).toEqual(['look']);
  expect(asked(after(make(), found))).toEqual(words.map((word) => `join-${offerIdOf(word)}`));
  expect(asked(after(make(), found, ...joined))).toEqual([]);
  const served = after(make(), found, ...joined, claim('house'), ofPlace('TakePlace', 'house'));
  expect(asked(served)).toEqual([`leave-${offerIdOf('farm')}`, `leave-${offerIdOf('garden')}`]);
  const left = after(make(), found, ...joined, { type: 'EndWish', why: 'left', now });
  expect(asked(left)).toHaveLength(3);
});

test('while it thinks about one place it is offered no other; when that is over it is', () => {
  const thinking = after(make(), found, claim('farm'));
  given(...thinking)
    .when(claim('house'))
    .thenRejected('wish-elsewhere');
  given(...thinking)
    .when(claim('farm'))
    .then();
  given(
    ...thinking,
    ...[
      { type: 'ClaimEnded' as const, data: { wishId, offerId: offerIdOf('farm'), placeId: 'place-1', endedAt: now } },
    ],
  )
    .when(claim('house'))
    .then({
      type: 'PlaceClaimed',
      data: {
        ...{ wishId, offerId: offerIdOf('house'), placeId: 'place-1', claimedAt: now },
        bookingId: BookingId.parse(derivedId('booking', 'house', 'place-1')),
      },
    });
});

test('once it is over, it takes no place; and a window in the past is no wish', () => {
  given(...after(make(), found, claim('farm'), ofPlace('TakePlace', 'farm')))
    .when(claim('house'))
    .thenRejected('wish-ended');
  given()
    .when(make({ window: { from: plusMs(now, -2 * hourMs), until: now } }))
    .thenRejected('time-in-the-past');
  given(...after(make()))
    .when(make())
    .then();
  given(...after(make()))
    .when(make({ maxKm: 5 }))
    .thenRejected('already-exists');
});

const word = fc.constantFrom(...words);
const place = fc.constantFrom('place-1', 'place-2');
const acting: fc.Arbitrary<WishCommand> = fc.oneof(
  fc.constant(make()),
  fc.constant(found),
  fc.record({
    ...{ type: fc.constant('RecordJoined' as const), offerId: word.map(offerIdOf), joined: fc.boolean() },
    now: fc.constant(now),
  }),
  fc.tuple(word, place).map(([it, placeId]) => claim(it, placeId)),
  fc
    .tuple(fc.constantFrom('EndClaim' as const, 'TakePlace' as const), word, place)
    .map(([type, it, placeId]) => ofPlace(type, it, placeId)),
  fc.tuple(fc.constantFrom('EndClaim' as const, 'TakePlace' as const), word).map(([type, it]) => ofPlace(type, it)),
  fc.record({ type: fc.constant('RecordLeft' as const), offerId: word.map(offerIdOf), now: fc.constant(now) }),
);

const ending: fc.Arbitrary<WishCommand> = fc.record({
  ...{ type: fc.constant('EndWish' as const), why: fc.constantFrom('left' as const, 'forgotten' as const) },
  now: fc.constant(now),
});
const command = fc.oneof({ weight: 12, arbitrary: acting }, { weight: 1, arbitrary: ending });

test('in every order of commands: one place at a time, served once, and nothing is asked for ever', () => {
  let served = 0;
  fc.assert(
    fc.property(fc.array(command, { minLength: 5, maxLength: 40 }), fc.boolean(), (some, isMade) => {
      const history: WishEvent[] = [];
      const commands = isMade ? [make(), ...some] : some;
      for (const next of commands) {
        const before = fold(wishDecider, history);
        const decision = wishDecider.decide(next, before);
        if (!decision.accepted) continue;
        history.push(...decision.events);
        const state = fold(wishDecider, history);
        // A claim begins only when none is open, on a wish that waits.
        if (decision.events.some(({ type }) => type === 'PlaceClaimed') && (before?.claim || before?.ended))
          return false;
        const again = wishDecider.decide(next, state);
        if (!again.accepted || again.events.length > 0) return false;
      }
      const ends = history.filter(({ type }) => type === 'WishEnded');
      if (ends.length > 1) return false;
      served += ends.filter((it) => it.type === 'WishEnded' && it.data.why === 'served').length;
      // Whatever is still asked, each ask once answered is gone.
      let state = fold(wishDecider, history);
      for (let [ask] = asksOfWish(state), steps = 0; ask !== undefined; [ask] = asksOfWish(state)) {
        steps += 1;
        if (steps > 20) return false;
        const offerId: OfferId = ask.kind === 'look' ? offerIdOf('farm') : ask.list.offerId;
        const answer: WishCommand =
          ask.kind === 'look'
            ? found
            : ask.kind === 'join'
              ? { type: 'RecordJoined', offerId, joined: true, now }
              : { type: 'RecordLeft', offerId, now };
        const decision = wishDecider.decide(answer, state);
        if (!decision.accepted) return false;
        state = decision.events.reduce(wishDecider.evolve, state);
      }
      return true;
    }),
    { numRuns: 3000 },
  );
  expect(served).toBeGreaterThan(50);
});
