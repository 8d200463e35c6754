import { expect, test } from '@jest/globals';
import { FollowingEvent } from './following.events.ts';

const about = {
  resourceId: '01980000-0000-7000-8000-000000000002',
  followingId: '7d0c2a4e-1111-5222-8333-444455556667',
};
/** As they were when they were first written (the address is sealed where it is stored); never edited. */
const written = [
  {
    type: 'CalendarFollowed',
    data: { ...about, address: { redacted: true }, followedAt: '2027-05-01T08:00:00.000Z' },
  },
  {
    type: 'CalendarFailed',
    data: { ...about, reason: 'not-reached', onBooking: false, failedAt: '2027-05-01T09:00:00.000Z' },
  },
  { type: 'CalendarRecovered', data: { ...about, recoveredAt: '2027-05-01T10:00:00.000Z' } },
  { type: 'CalendarUnfollowed', data: { ...about, unfollowedAt: '2027-05-02T08:00:00.000Z' } },
];

test('what was written can be read', () => {
  for (const it of written) expect(FollowingEvent.parse(it)).toEqual(it);
  expect(new Set(written.map(({ type }) => type)).size).toBe(FollowingEvent.options.length);
});
