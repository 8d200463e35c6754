import type { FeedId, FeedOwner } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { FeedEvent } from './feed.events.ts';

export type FeedCommand = { readonly feedId: FeedId; readonly now: Instant } & (
  | { readonly type: 'OpenFeed'; readonly owner: FeedOwner; readonly secretHash: string }
  | { readonly type: 'CloseFeed'; readonly reason: 'asked' | 'forgotten' }
);

export type FeedState = {
  /** Undefined while it was never opened. */
  readonly owner: FeedOwner | undefined;
  /** While it is open. */
  readonly open: { readonly secretHash: string; readonly openedAt: Instant } | undefined;
  readonly forgotten: boolean;
};
export type FeedRejection = Rejection<'person-forgotten'>;

/** The address at which somebody's calendar program reads: one at a time, until it is closed. */
export const feedDecider: Decider<FeedCommand, FeedState, FeedEvent, FeedRejection> = {
  initialState: { owner: undefined, open: undefined, forgotten: false },
  evolve(state, event) {
    switch (event.type) {
      case 'FeedOpened': {
        const { owner, secretHash, openedAt } = event.data;
        return { ...state, owner, open: { secretHash, openedAt } };
      }
      case 'FeedClosed':
        return { ...state, open: undefined, forgotten: state.forgotten || event.data.reason === 'forgotten' };
    }
  },
  decide(command, state) {
    const { feedId, now } = command;
    switch (command.type) {
      case 'OpenFeed': {
        const { owner, secretHash } = command;
        // Nobody who was forgotten gets another address.
        if (state.forgotten) return reject('person-forgotten');
        if (state.open?.secretHash === secretHash) return accept();
        return accept({ type: 'FeedOpened', data: { feedId, owner, secretHash, openedAt: now } });
      }
      case 'CloseFeed': {
        const { reason } = command;
        if (state.open === undefined && (reason === 'asked' || state.forgotten)) return accept();
        return accept({ type: 'FeedClosed', data: { feedId, reason, closedAt: now } });
      }
    }
  },
};
