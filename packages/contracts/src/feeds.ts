import { derivedId, Instant, Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId } from './forms.ts';
import { BookingId, ProviderId, ResourceId } from './ids.ts';
import { command, query } from './service-api.ts';
import { TimeSpan } from './vocabulary.ts';

/*
 * Calendars that go out and come in (iCalendar, RFC 5545). Out: feeds that calendar programs read at a secret address.
 * In: the address of somebody's own calendar, of which only busy times are kept. Streams: feed-<id>, calendar-<resource>.
 */

export const FeedId = Uuid.brand<'FeedId'>();
export type FeedId = z.infer<typeof FeedId>;

/** For whom a feed is: the household of a caregiver, a provider with all that was asked of it, or one helper. */
export const FeedKind = z.enum(['household', 'provider', 'helper']);
export type FeedKind = z.infer<typeof FeedKind>;
export const FeedOwner = z.strictObject({ kind: FeedKind, id: Uuid });
export type FeedOwner = z.infer<typeof FeedOwner>;

/** There is one feed an owner, so that opening it again takes the place of what was open. */
export const feedIdOf = ({ kind, id }: FeedOwner): FeedId => FeedId.parse(derivedId('feed', kind, id));

/** SHA-256 of the secret in the address, in hex. The secret itself is shown once and kept nowhere. */
export const SecretHash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'A hash has 64 digits.' });

/** Opens a feed, or gives it another secret: the earlier address stops at once. */
export const OpenFeed = z.strictObject({ owner: FeedOwner, secretHash: SecretHash });
export type OpenFeed = z.infer<typeof OpenFeed>;
export const CloseFeed = z.strictObject({ owner: FeedOwner });
export type CloseFeed = z.infer<typeof CloseFeed>;

/** `openedAt`: when its present address was made; null while it is closed. */
export const FeedView = z.strictObject({ feedId: FeedId, owner: FeedOwner, openedAt: Instant.nullable() });
export type FeedView = z.infer<typeof FeedView>;
/** `fresh`: the secret that came with this command opens it. Not so for a repeat of an earlier command. */
export const OpenedFeed = FeedView.extend({ fresh: z.boolean() });
export type OpenedFeed = z.infer<typeof OpenedFeed>;

/** One booking as its owner's calendar may know it: no household, no person, no place, no need. */
export const FeedEntry = z.strictObject({
  bookingId: BookingId,
  providerId: ProviderId,
  form: FormId,
  span: TimeSpan,
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
  /** Of the booking; it only rises. */
  revision: z.int().min(0),
});
export type FeedEntry = z.infer<typeof FeedEntry>;

/** The most entries that a feed has, what is to come before what is over. */
export const mostFeedEntries = 2000;

export const feedOperations = {
  openFeed: command(OpenFeed, OpenedFeed),
  closeFeed: command(CloseFeed, FeedView),
  findFeed: query(z.strictObject({ owner: FeedOwner }), FeedView),
  /** Undefined when there is no such feed, when it was closed, and when the secret is another: all three alike. */
  readFeed: query(
    z.strictObject({ feedId: FeedId, secretHash: SecretHash }),
    z.strictObject({ owner: FeedOwner, entries: z.array(FeedEntry) }).optional(),
  ),
};

/**
 * Reads the calendar at this address now and every quarter of an hour, as busy time. The address is a secret of the worker:
 * it is sealed, and shown to nobody. Rejected with `calendar-unreadable`, or with `calendar-unreachable` and why.
 */
export const FollowCalendar = z.strictObject({
  resourceId: ResourceId,
  url: z
    .string()
    .trim()
    .max(2000)
    .regex(/^(https?|webcal):\/\/[^\s]+$/i, { error: 'An address begins with https:// or webcal://.' }),
});
export type FollowCalendar = z.infer<typeof FollowCalendar>;
/** Reads it no more, lets go of what it said was taken, and destroys the key to its address. */
export const UnfollowCalendar = z.strictObject({ resourceId: ResourceId });
export type UnfollowCalendar = z.infer<typeof UnfollowCalendar>;

/** Why a calendar could not be read. Words, so that nothing of the address or of what stands there is told. */
export const CalendarFailure = z.enum([
  'not-reached',
  'too-slow',
  'not-found',
  'not-allowed',
  'server-failed',
  'address-refused',
  'too-many-redirects',
  'too-large',
  'no-calendar',
]);
export type CalendarFailure = z.infer<typeof CalendarFailure>;

/** How the reading of a calendar goes. When it was last read well stands with the busy times themselves. */
export const CalendarFollowing = z.strictObject({
  resourceId: ResourceId,
  followedAt: Instant,
  /** The last try failed: why, and since when it has been failing. `onBooking`: while somebody booked. Null: all is well. */
  failure: z
    .strictObject({
      reason: CalendarFailure,
      since: Instant,
      onBooking: z.boolean(),
      /** The last time that it was read well before; null when that is not known. */
      wellAt: Instant.nullable(),
    })
    .nullable(),
});
export type CalendarFollowing = z.infer<typeof CalendarFollowing>;

export const calendarOperations = {
  followCalendar: command(FollowCalendar),
  unfollowCalendar: command(UnfollowCalendar),
  findFollowing: query(z.strictObject({ resourceId: ResourceId }), CalendarFollowing.optional()),
};
