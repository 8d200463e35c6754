import { timingSafeEqual } from 'node:crypto';
import { type Bookings, type FeedOwner, type FeedView, feedIdOf, HouseholdId, PersonId } from '@adempauze/contracts';
import type { Reactions } from '@adempauze/event-bus';
import {
  type CommandHandler,
  createCommandHandler,
  createEventCodec,
  type EventStore,
  type ReadModel,
} from '@adempauze/event-store';
import { type CallContext, type Clock, type Outcome, reject, UnavailableError } from '@adempauze/kernel';
import { z } from 'zod';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import type { PersonCommand, PersonState } from '../person/person.decider.ts';
import { type FeedCommand, type FeedState, feedDecider } from './feed.decider.ts';
import { FeedEvent, feedStream } from './feed.events.ts';
import { householdsCaredForBy, listFeedEntries } from './feed-entries.ts';

const waitMs = 2000;
const Erased = z.object({ personId: PersonId });

/**
 * Calendar feeds. Whether a feed is open, and with which secret, is asked of its stream each time, so that closing it works
 * at once in every replica; only its entries come from the read model.
 */
export const createFeeds = ({
  store,
  persons,
  households,
  readModel,
  clock,
}: {
  readonly store: EventStore;
  readonly persons: Pick<CommandHandler<PersonCommand, PersonState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}) => {
  const codec = createEventCodec({ schema: FeedEvent });
  const feeds: CommandHandler<FeedCommand, FeedState> = createCommandHandler({
    ...{ store, clock, decider: feedDecider, codec, streamOf: feedStream },
    cachedStreams: 5000,
  });

  /** Whose person the feed is about; undefined for a provider, null when there is no such household. */
  const personOf = async ({ kind, id }: FeedOwner): Promise<string | null | undefined> => {
    if (kind === 'provider') return undefined;
    if (kind === 'helper') return id;
    const { state } = await households.load(HouseholdId.parse(id));
    return state?.registered.caregiver.personId ?? null;
  };
  const isForgotten = async (personId: string | undefined): Promise<boolean> =>
    personId !== undefined && (await persons.load(personId)).state.forgotten;

  const close = (owner: FeedOwner, reason: 'asked' | 'forgotten', context: CallContext) => {
    const feedId = feedIdOf(owner);
    return feeds.handle(feedId, { type: 'CloseFeed', feedId, reason, now: clock() }, context);
  };

  const api: Pick<Bookings, 'openFeed' | 'closeFeed' | 'findFeed' | 'readFeed'> = {
    async openFeed({ owner, secretHash }, context) {
      const personId = await personOf(owner);
      if (personId === null) return reject('household-not-found');
      if (await isForgotten(personId)) return reject('person-forgotten');
      const feedId = feedIdOf(owner);
      const command: FeedCommand = { type: 'OpenFeed', feedId, owner, secretHash, now: clock() };
      const outcome = await feeds.handle(feedId, command, context);
      if (!outcome.accepted) return outcome;
      const { state } = outcome.value;
      const fresh = state.open?.secretHash === secretHash;
      return { ...outcome, value: { ...viewOf(owner, state), fresh } };
    },
    async closeFeed({ owner }, context): Promise<Outcome<FeedView>> {
      const outcome = await close(owner, 'asked', context);
      return outcome.accepted ? { ...outcome, value: viewOf(owner, outcome.value.state) } : outcome;
    },
    findFeed: async ({ owner }) => viewOf(owner, (await feeds.load(feedIdOf(owner))).state),
    async readFeed({ feedId, secretHash }) {
      const { owner, open } = (await feeds.load(feedId)).state;
      if (owner === undefined || open === undefined || !isSameHash(open.secretHash, secretHash)) return undefined;
      const personId = await personOf(owner);
      // The event that closes it may still be on its way.
      if (personId === null || (await isForgotten(personId))) return undefined;
      return { owner, entries: listFeedEntries(readModel.db, owner, clock()) };
    },
  };

  /** Who is forgotten has no calendar left that anybody can read: as caregiver, or as helper. */
  const reactions: Reactions = {
    async PersonForgotten(event, reaction) {
      const { personId } = Erased.parse(event.data);
      if (!(await readModel.waitFor(event.position, waitMs)))
        throw new UnavailableError('The read model of bookings is behind; the feeds are closed later.');
      const owners: FeedOwner[] = [
        { kind: 'helper', id: personId },
        ...householdsCaredForBy(readModel.db, personId).map((id) => ({ kind: 'household' as const, id })),
      ];
      for (const owner of owners) {
        const { exists } = await feeds.load(feedIdOf(owner));
        if (exists) await close(owner, 'forgotten', reaction.callFor(`close-feed-${owner.id}`));
      }
    },
  };
  return { api, reactions };
};

/** Both are hashes, so that neither their length nor where they differ says anything of the secret. */
const isSameHash = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));

const viewOf = (owner: FeedOwner, { open }: FeedState): FeedView => ({
  feedId: feedIdOf(owner),
  owner,
  openedAt: open?.openedAt ?? null,
});
