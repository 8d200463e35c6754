import { integrationEvents, OfferId, WaitingId } from '@adempauze/contracts';
import { parseOpen, type Reaction, type Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import type { Look } from './looking.ts';
import type { WaitingCommand, WaitingList } from './waiting.decider.ts';

const Entered = z.object({ offerId: OfferId, waitingId: WaitingId });
const Closed = z.object({ offerId: OfferId, placeId: z.string(), why: z.string() });
const Passed = Entered.extend({ why: z.string() });

/**
 * When to look for a place for who waits: there is more room than before; somebody joins, or goes before others from now on;
 * somebody said no, and has nothing to think about any more; a place fitted nobody as a whole, and may in part. Who let an
 * offer pass in silence is asked again when there is something new, so that no place is kept from others for nobody.
 */
export const roomReactions = ({
  look,
  lists,
}: {
  readonly look: Look;
  readonly lists: Pick<CommandHandler<WaitingCommand, WaitingList>, 'load'>;
}): Reactions => {
  const lookFor = async ({ data }: SourceEvent, reaction: Reaction): Promise<void> => {
    const { offerId, waitingId } = Entered.parse(data);
    await look({ offerId, only: waitingId, cause: 'free' }, reaction);
  };
  return {
    'offers.room-came.v1': async ({ data }, reaction) => {
      const { offerIds, ...room } = parseOpen(integrationEvents['offers.room-came.v1'], data);
      for (const offerId of offerIds) await look({ offerId, ...room }, reaction);
    },
    WaitingJoined: lookFor,
    WaitingRaised: lookFor,
    OfferPassed: async (event, reaction) => {
      if (Passed.parse(event.data).why === 'declined') await lookFor(event, reaction);
    },
    PlaceClosed: async ({ data }, reaction) => {
      const { offerId, placeId, why } = Closed.parse(data);
      const place = why === 'nobody' ? (await lists.load(offerId)).state.places.get(placeId) : undefined;
      if (place === undefined) return;
      const { resourceId, span, cause } = place;
      await look({ offerId, resourceId, span, cause, unlessMissed: true }, reaction);
    },
  };
};
