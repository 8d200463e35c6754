import type { Offers } from '@adempauze/contracts';
import { type CallContext, type Outcome, reject } from '@adempauze/kernel';
import { followingCategory } from './following.events.ts';
import { type Calendars, createFollowing, createFollowingCodec, type FollowingRuntime } from './following.ts';

type FollowingApi = Pick<Offers, 'followCalendar' | 'unfollowCalendar' | 'findFollowing'>;
/** What gives or promises a place of one resource: the worker's own calendar is looked at first. */
type PlaceApi = Pick<Offers, 'holdPlace' | 'holdPlaces' | 'movePlace' | 'takePlace' | 'takePlaces'>;

export const followingCodecs = (calendars: Calendars | undefined) =>
  calendars === undefined ? {} : { [followingCategory]: createFollowingCodec(calendars) };

/** Nothing where no calendars can be followed: then nobody can, and everything else is as ever. */
export const openFollowing = (
  calendars: Calendars | undefined,
  parts: Omit<Parameters<typeof createFollowing>[0], 'calendars' | 'codec'>,
): FollowingRuntime | undefined =>
  calendars && createFollowing({ ...parts, calendars, codec: createFollowingCodec(calendars) });

/** The operations on calendars that are followed, and those that look at them first. */
export const withFollowing = (following: FollowingRuntime | undefined, places: PlaceApi): FollowingApi & PlaceApi => {
  if (following === undefined)
    return {
      ...places,
      followCalendar: async () => reject('calendar-not-reached'),
      unfollowCalendar: async () => ({ accepted: true, position: undefined, value: undefined }),
      findFollowing: async () => undefined,
    };
  const after =
    <I extends { readonly resourceId: Parameters<FollowingRuntime['refresh']>[0] }, V>(
      act: (input: I, context: CallContext) => Promise<Outcome<V>>,
    ) =>
    async (input: I, context: CallContext): Promise<Outcome<V>> => {
      await following.refresh(input.resourceId);
      return act(input, context);
    };
  const { followCalendar, unfollowCalendar, findFollowing } = following;
  return {
    ...{ followCalendar, unfollowCalendar, findFollowing },
    holdPlace: after(places.holdPlace),
    holdPlaces: after(places.holdPlaces),
    movePlace: after(places.movePlace),
    takePlace: after(places.takePlace),
    takePlaces: after(places.takePlaces),
  };
};
