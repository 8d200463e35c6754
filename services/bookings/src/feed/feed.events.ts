import { FeedId, FeedOwner, SecretHash } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. Of the secret only a hash ever stands here. */

export const FeedEvent = z.discriminatedUnion('type', [
  /** Also gives an open feed another secret: the earlier one counts no more. */
  event('FeedOpened', { feedId: FeedId, owner: FeedOwner, secretHash: SecretHash, openedAt: Instant }),
  event('FeedClosed', { feedId: FeedId, reason: z.enum(['asked', 'forgotten']), closedAt: Instant }),
]);
export type FeedEvent = z.infer<typeof FeedEvent>;

export const feedStream = (feedId: string) => `feed-${feedId}`;
