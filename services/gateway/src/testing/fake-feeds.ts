import {
  type Bookings,
  CalendarFollowing,
  type FeedEntry,
  type FeedOwner,
  FeedView,
  feedIdOf,
  type Offers,
} from '@adempauze/contracts';
import { at, idOf, type Kit } from './fake-basics.ts';

const openedAt = at('2027-05-01T08:00:00Z');
const feedOf = (owner: FeedOwner) => FeedView.parse({ feedId: feedIdOf(owner), owner, openedAt });

/** What stands in every feed, and which secret opens which feed now. */
export const feedsWorld = () => ({ feedEntries: [] as FeedEntry[], feeds: new Map<string, string>() });

/** The operations of bookings on calendar feeds. A feed is open once it was opened here. */
export const fakeFeeds = ({ yes }: Kit, world: ReturnType<typeof feedsWorld>) => {
  const owners = new Map<string, FeedOwner>();
  return {
    async openFeed(input, context) {
      const { owner, secretHash } = input;
      const outcome = await yes('openCalendarFeed', () => ({ ...feedOf(owner), fresh: true }))(input, context);
      owners.set(feedIdOf(owner), owner);
      if (outcome.accepted) world.feeds.set(feedIdOf(owner), secretHash);
      return outcome;
    },
    async closeFeed(input, context) {
      world.feeds.delete(feedIdOf(input.owner));
      return yes('closeCalendarFeed', () => ({ ...feedOf(input.owner), openedAt: null }))(input, context);
    },
    findFeed: async ({ owner }) => feedOf(owner),
    async readFeed({ feedId, secretHash }) {
      const owner = owners.get(feedId);
      return owner && world.feeds.get(feedId) === secretHash ? { owner, entries: world.feedEntries } : undefined;
    },
  } satisfies Partial<Bookings>;
};

const following = () =>
  CalendarFollowing.parse({
    resourceId: idOf('resource'),
    followedAt: openedAt,
    failure: { reason: 'too-slow', since: openedAt, onBooking: true, wellAt: openedAt },
  });

/** The operations of offers on calendars that are followed. */
export const fakeCalendars = ({ yes }: Kit) =>
  ({
    followCalendar: yes('followCalendar', () => undefined),
    unfollowCalendar: yes('unfollowCalendar', () => undefined),
    findFollowing: async ({ resourceId }) => ({ ...following(), resourceId }),
  }) satisfies Partial<Offers>;
