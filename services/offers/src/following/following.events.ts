import { CalendarFailure, ResourceId } from '@adempauze/contracts';
import { event, Instant, personal, Uuid } from '@adempauze/kernel';
import { z } from 'zod';

/*
 * Kept for ever: a changed shape raises its version and takes an upcaster. Each following has a key of its own, under which
 * its address is sealed: whoever follows no more has the key destroyed, and the address is gone from log and backups too.
 */
const following = { resourceId: ResourceId, followingId: Uuid };

export const FollowingEvent = z.discriminatedUnion('type', [
  /** Takes the place of what was followed before. */
  event('CalendarFollowed', {
    ...following,
    address: personal(z.string(), { of: 'followingId' }),
    followedAt: Instant,
  }),
  event('CalendarUnfollowed', { ...following, unfollowedAt: Instant }),
  /** The first time, and when it fails in another way or while somebody books; not each time. */
  event('CalendarFailed', {
    ...following,
    reason: CalendarFailure,
    onBooking: z.boolean(),
    /** When it was last read well, as far as who tried knows. */
    wellAt: Instant.optional(),
    failedAt: Instant,
  }),
  event('CalendarRecovered', { ...following, recoveredAt: Instant }),
]);
export type FollowingEvent = z.infer<typeof FollowingEvent>;

export const followingCategory = 'calendar';
export const followingStream = (resourceId: string) => `${followingCategory}-${resourceId}`;
