import type { CalendarFailure, CalendarFollowing, ResourceId } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Redacted } from '@adempauze/kernel';
import type { FollowingEvent } from './following.events.ts';

export type FollowingCommand = { readonly resourceId: ResourceId; readonly now: Instant } & (
  | { readonly type: 'Follow'; readonly followingId: string; readonly address: string }
  | { readonly type: 'Unfollow' }
  /** What came of a try; too late when something else is followed by now. */
  | {
      readonly type: 'NoteFailure';
      readonly followingId: string;
      readonly reason: CalendarFailure;
      readonly onBooking: boolean;
      readonly wellAt?: Instant | undefined;
    }
  | { readonly type: 'NoteSuccess'; readonly followingId: string }
);

export type Following = {
  readonly followingId: string;
  readonly address: string | Redacted;
  readonly followedAt: Instant;
  readonly failure: NonNullable<CalendarFollowing['failure']> | null;
};
/** `before`: whose key is to be destroyed, whatever broke off. */
export type FollowingState = { readonly now: Following | undefined; readonly before: string | undefined };

/** Which calendar of others a resource follows, and how the reading of it goes. */
export const followingDecider: Decider<FollowingCommand, FollowingState, FollowingEvent, never> = {
  initialState: { now: undefined, before: undefined },
  evolve(state, { type, data }) {
    const failure = state.now?.failure;
    switch (type) {
      case 'CalendarFollowed': {
        const { followingId, address, followedAt } = data;
        const before = state.now?.followingId ?? state.before;
        return {
          now: { followingId, address, followedAt, failure: null },
          before: before === followingId ? undefined : before,
        };
      }
      case 'CalendarUnfollowed':
        return { now: undefined, before: data.followingId };
      case 'CalendarFailed': {
        const { reason, onBooking, wellAt = null, failedAt } = data;
        return withFailure(state, {
          reason,
          since: failure?.since ?? failedAt,
          onBooking: onBooking || failure?.onBooking === true,
          wellAt: failure?.wellAt ?? wellAt,
        });
      }
      case 'CalendarRecovered':
        return withFailure(state, null);
    }
  },
  decide(command, { now: state }) {
    const { resourceId, now } = command;
    switch (command.type) {
      case 'Follow': {
        const { followingId, address } = command;
        if (state?.address === address) return accept();
        return accept({ type: 'CalendarFollowed', data: { resourceId, followingId, address, followedAt: now } });
      }
      case 'Unfollow': {
        if (state === undefined) return accept();
        const { followingId } = state;
        return accept({ type: 'CalendarUnfollowed', data: { resourceId, followingId, unfollowedAt: now } });
      }
      case 'NoteFailure': {
        const { followingId, reason, onBooking, wellAt } = command;
        if (state?.followingId !== followingId) return accept();
        const { failure } = state;
        if (failure?.reason === reason && (failure.onBooking || !onBooking)) return accept();
        const well = wellAt === undefined ? {} : { wellAt };
        return accept({
          type: 'CalendarFailed',
          data: { resourceId, followingId, reason, onBooking, ...well, failedAt: now },
        });
      }
      case 'NoteSuccess': {
        const { followingId } = command;
        if (state?.followingId !== followingId || state.failure === null) return accept();
        return accept({ type: 'CalendarRecovered', data: { resourceId, followingId, recoveredAt: now } });
      }
    }
  },
};

const withFailure = (state: FollowingState, failure: Following['failure']): FollowingState =>
  state.now === undefined ? state : { ...state, now: { ...state.now, failure } };
