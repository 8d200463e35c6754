import { FeedOwner, feedIdOf } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at } from '../examples.fixtures.ts';
import { type FeedCommand, feedDecider } from './feed.decider.ts';
import type { FeedEvent } from './feed.events.ts';

const now = at('2027-05-01T08:00:00Z');
const owner = FeedOwner.parse({ kind: 'household', id: derivedId('example', 'household') });
const feedId = feedIdOf(owner);
const one = '1'.repeat(64);
const two = '2'.repeat(64);
const opening = (secretHash: string): FeedCommand => ({ type: 'OpenFeed', feedId, owner, secretHash, now });
const closing = (reason: 'asked' | 'forgotten'): FeedCommand => ({ type: 'CloseFeed', feedId, reason, now });
const opened = (secretHash: string): FeedEvent => ({
  type: 'FeedOpened',
  data: { feedId, owner, secretHash, openedAt: now },
});
const closed = (reason: 'asked' | 'forgotten'): FeedEvent => ({
  type: 'FeedClosed',
  data: { feedId, reason, closedAt: now },
});
const given = deciderSpec(feedDecider);

test('a feed is opened with a secret, and with another one instead of it', () => {
  given().when(opening(one)).then(opened(one)).twiceIsOnce();
  given(opened(one)).when(opening(two)).then(opened(two)).twiceIsOnce();
});
test('it is closed once, and may be opened again', () => {
  given(opened(one)).when(closing('asked')).then(closed('asked')).twiceIsOnce();
  given().when(closing('asked')).then();
  given(opened(one), closed('asked')).when(opening(one)).then(opened(one));
});
test('who was forgotten has no feed, and never gets one', () => {
  given(opened(one)).when(closing('forgotten')).then(closed('forgotten')).twiceIsOnce();
  given(opened(one), closed('asked')).when(closing('forgotten')).then(closed('forgotten')).twiceIsOnce();
  given(opened(one), closed('forgotten')).when(opening(two)).thenRejected('person-forgotten');
});
test('whatever is asked in whatever order, one secret counts at most: the last that was opened and not closed', () => {
  const command = fc.constantFrom(opening(one), opening(two), closing('asked'), closing('forgotten'));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      let state = feedDecider.initialState;
      let counts: string | undefined;
      let forgotten = false;
      for (const it of commands) {
        const decision = feedDecider.decide(it, state);
        if (decision.accepted) state = decision.events.reduce(feedDecider.evolve, state);
        if (it.type === 'CloseFeed') {
          counts = undefined;
          forgotten ||= it.reason === 'forgotten';
        } else if (!forgotten) counts = it.secretHash;
        expect(state.open?.secretHash).toBe(counts);
      }
    }),
  );
});
