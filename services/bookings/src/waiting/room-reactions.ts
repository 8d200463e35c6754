import { integrationEvents, OfferId, WaitingId } from '@adempauze/contracts';
import { parseOpen, type Reaction, type Reactions } from '@adempauze/event-bus';
import type { CommandHandler, SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { z } from 'zod';
import type { Corrections } from './corrections.ts';
import type { Look } from './looking.ts';
import type { WaitingCommand, WaitingList } from './waiting.decider.ts';

const Entered = z.object({ offerId: OfferId, waitingId: WaitingId });
const Closed = z.object({ offerId: OfferId, placeId: z.string(), why: z.string() });
type OnList = z.infer<typeof Entered>;
const Needed = z.object({ householdId: z.string() });
const Passed = Entered.extend({ placeId: z.string(), why: z.string() });

/**
 * When to look for a place for who waits: there is more room than before; the offer may suit more than it did, or somebody
 * needs something else; somebody joins, or goes before others from now on; somebody said no, and has nothing to think about
 * any more; a place fitted nobody as a whole, and may in part. Who let an offer pass in silence is asked again when there is
 * something new, so that no place is kept from others for nobody.
 */
export const roomReactions = ({
  look,
  lists,
  listsOf,
  isCorrected,
  clock,
}: {
  readonly look: Look;
  readonly lists: Pick<CommandHandler<WaitingCommand, WaitingList>, 'load' | 'handle'>;
  /** Where a household waits, by itself or by a wish. */
  readonly listsOf: (householdId: string) => Promise<readonly OnList[]>;
  readonly isCorrected: Corrections;
  readonly clock: Clock;
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
    // What was free, and is now for them: in what the offer is wider is for nobody to know. So every no may be a yes now.
    // Broken off where there was nothing to lift, its second try lifts what its first led to: three noes each may be heard again.
    'offers.offer-widened.v1': async ({ data }, reaction) => {
      const { offerId } = parseOpen(integrationEvents['offers.offer-widened.v1'], data);
      await lists.handle(offerId, { type: 'LiftRefusals', offerId, now: clock() }, reaction.callFor('lift'));
      await look({ offerId, cause: 'free' }, reaction);
    },
    // They corrected what they need, or where they live.
    CareNeedChanged: async (event, reaction) => {
      if (!(await isCorrected(event))) return;
      for (const { offerId, waitingId } of await listsOf(Needed.parse(event.data).householdId)) {
        const lift = { type: 'LiftRefusals', offerId, waitingId, now: clock() } as const;
        await lists.handle(offerId, lift, reaction.callFor(`lift-${waitingId}`));
        await look({ offerId, only: waitingId, cause: 'free' }, reaction);
      }
    },
    WaitingJoined: lookFor,
    WaitingRaised: lookFor,
    OfferPassed: async (event, reaction) => {
      const { offerId, placeId, waitingId, why } = Passed.parse(event.data);
      // A no of the offer as it was, since when it may suit more: whoever heard it was passed by when that was told.
      const isOvertaken = async () =>
        (await lists.load(offerId)).state.places
          .get(placeId)
          ?.offers.some((it) => it.data.waitingId === waitingId && it.overtaken);
      if (why === 'declined' || (why === 'refused' && (await isOvertaken()))) await lookFor(event, reaction);
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
