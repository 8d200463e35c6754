import { derivedId } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, resourceId } from '../examples.fixtures.ts';
import { type FollowingCommand, followingDecider } from './following.decider.ts';
import type { FollowingEvent } from './following.events.ts';

const one = derivedId('following', 1);
const two = derivedId('following', 2);
const address = (id: string) => `https://agenda.example/${id}.ics`;
const follow = (followingId: string): FollowingCommand => ({
  ...{ type: 'Follow', resourceId, followingId, address: address(followingId), now },
});
const unfollow: FollowingCommand = { type: 'Unfollow', resourceId, now };
const fails = (followingId: string, onBooking = false): FollowingCommand => ({
  ...{ type: 'NoteFailure', resourceId, followingId, reason: 'too-slow', onBooking, now },
});
const works = (followingId: string): FollowingCommand => ({ type: 'NoteSuccess', resourceId, followingId, now });
const followed = (followingId: string): FollowingEvent => ({
  type: 'CalendarFollowed',
  data: { resourceId, followingId, address: address(followingId), followedAt: now },
});
const unfollowed = (followingId: string): FollowingEvent => ({
  type: 'CalendarUnfollowed',
  data: { resourceId, followingId, unfollowedAt: now },
});
const failed = (followingId: string, onBooking = false): FollowingEvent => ({
  type: 'CalendarFailed',
  data: { resourceId, followingId, reason: 'too-slow', onBooking, failedAt: now },
});
const recovered = (followingId: string): FollowingEvent => ({
  type: 'CalendarRecovered',
  data: { resourceId, followingId, recoveredAt: now },
});
const given = deciderSpec(followingDecider);

test('a calendar is followed, another one in its place, and none', () => {
  given().when(follow(one)).then(followed(one)).twiceIsOnce();
  given(followed(one)).when(follow(two)).then(followed(two));
  given(followed(one)).when(unfollow).then(unfollowed(one)).twiceIsOnce();
  given().when(unfollow).then();
});
test('the same address again is the same following', () => {
  const again: FollowingCommand = { type: 'Follow', resourceId, followingId: two, address: address(one), now };
  given(followed(one)).when(again).then();
});
test('that it fails is noted once, that it works again too; what came too late not', () => {
  given(followed(one)).when(fails(one)).then(failed(one)).twiceIsOnce();
  given(followed(one), failed(one)).when(fails(one, true)).then(failed(one, true)).twiceIsOnce();
  given(followed(one), failed(one)).when(works(one)).then(recovered(one)).twiceIsOnce();
  given(followed(one)).when(works(one)).then();
  given(followed(two)).when(fails(one)).then();
  given(followed(one), unfollowed(one)).when(fails(one)).then();
});
test('in whatever order: at most one is followed, and whose key is to go is never the one that is', () => {
  const command = fc.constantFrom(follow(one), follow(two), unfollow, fails(one), fails(two, true), works(one));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      let state = followingDecider.initialState;
      for (const it of commands) {
        const decision = followingDecider.decide(it, state);
        if (decision.accepted) state = decision.events.reduce(followingDecider.evolve, state);
        if (it.type === 'Follow') expect(state.now?.address).toBe(it.address);
        if (it.type === 'Unfollow') expect(state.now).toBeUndefined();
        if (state.now !== undefined) expect(state.before).not.toBe(state.now.followingId);
      }
    }),
  );
});
