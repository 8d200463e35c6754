import { createEventCodec, type RecordedEvent } from '@adempauze/event-store';
import { expect, test } from '@jest/globals';
import { FeedEvent } from './feed.events.ts';

/** As they were stored when they were first written; never edited. */
const stored = [
  {
    type: 'FeedOpened',
    data: {
      feedId: '7d0c2a4e-1111-5222-8333-444455556666',
      owner: { kind: 'household', id: '01980000-0000-7000-8000-000000000001' },
      secretHash: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      openedAt: '2027-05-01T08:00:00.000Z',
    },
  },
  {
    type: 'FeedClosed',
    data: {
      feedId: '7d0c2a4e-1111-5222-8333-444455556666',
      reason: 'forgotten',
      closedAt: '2027-06-01T08:00:00.000Z',
    },
  },
] as const;

test('what was stored can be read', async () => {
  const codec = createEventCodec({ schema: FeedEvent });
  const recorded = stored.map(
    (it, revision): RecordedEvent => ({
      ...it,
      ...{ id: `event-${revision}`, stream: 'feed-x', revision, position: String(revision) },
      metadata: { v: 1, at: '2027-05-01T08:00:00.000Z' },
    }),
  );
  expect(await codec.decode(recorded)).toEqual(stored);
  for (const it of stored) expect(FeedEvent.parse(it)).toEqual(it);
});
