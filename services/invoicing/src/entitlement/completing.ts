import { type BookingId, HouseholdId, type Payer } from '@adempauze/contracts';
import type { Reaction, Reactions } from '@adempauze/event-bus';
import { UnexpectedRejectionError } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { z } from 'zod';
import { DeclineEvent } from '../decline/decline.events.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import { Award, AwardExtended } from '../funding/funding.events.ts';
import type { QuoteCommand, QuoteState } from '../quote/quote.decider.ts';
import type { EntitlementCommand, EntitlementState } from './entitlement.decider.ts';

const OfHousehold = z.object({ householdId: HouseholdId });
const Declined = DeclineEvent.options[0].shape.data;

/**
 * What is awarded stands in two streams: first the household's list, then the entitlement itself. Stopped in between, it
 * is finished here; otherwise there is nothing left to do. Care that was given and that the pot bears then hears of the
 * source that was found (A16), and of a no to its booking, which gives back the room that was reserved for it. Each
 * reaction can run again.
 */
export const completingAwards = ({
  entitlements,
  funding,
  quotes,
  tellUpTo,
  clock,
}: {
  readonly entitlements: Pick<CommandHandler<EntitlementCommand, EntitlementState>, 'handle'>;
  readonly funding: Pick<CommandHandler<FundingCommand, FundingState>, 'load'>;
  readonly quotes: Pick<CommandHandler<QuoteCommand, QuoteState>, 'load'>;
  /** Tells the claims of a household, or of a booking, what was written down up to a place in the log. */
  readonly tellUpTo: (
    position: string,
    only: { readonly householdId?: string; readonly bookingId?: string },
  ) => Promise<void>;
  readonly clock: Clock;
}): Reactions => {
  const send = async (entitlementId: string, command: EntitlementCommand, { callFor }: Reaction): Promise<void> => {
    const outcome = await entitlements.handle(entitlementId, command, callFor(command.type));
    if (!outcome.accepted) throw new UnexpectedRejectionError(outcome.rejection.code);
  };
  /** What a municipality will not bear takes no room of its schemes, so that the next booking finds it. */
  const giveBack = async (bookingId: BookingId, payer: Payer, { callFor }: Reaction): Promise<void> => {
    const { given } = (await quotes.load(bookingId)).state;
    if (given === undefined || payer.kind !== 'municipality') return;
    const { awards } = (await funding.load(given.householdId)).state;
    for (const { entitlementId, municipality } of awards) {
      if (municipality !== payer.id || !given.entitlementIds.includes(entitlementId)) continue;
      const command = { type: 'ReleaseRoom', data: { bookingId }, now: clock() } as const;
      await entitlements.handle(entitlementId, command, callFor(entitlementId));
    }
  };
  return {
    SchemeAwarded: async (event, reaction) => {
      const data = Award.parse(event.data);
      await send(data.entitlementId, { type: 'OpenEntitlement', data, now: clock() }, reaction);
      await tellUpTo(event.position, { householdId: data.householdId });
    },
    AwardExtended: async (event, reaction) => {
      const { entitlementId, householdId, until } = AwardExtended.parse(event.data);
      await send(entitlementId, { type: 'ExtendEntitlement', data: { until }, now: clock() }, reaction);
      await tellUpTo(event.position, { householdId });
    },
    PolicyRegistered: async (event) => {
      const { householdId } = OfHousehold.parse(event.data);
      await tellUpTo(event.position, { householdId });
    },
    BookingFundingDeclined: async (event, reaction) => {
      const { bookingId, payer } = Declined.parse(event.data);
      await giveBack(bookingId, payer, reaction);
      await tellUpTo(event.position, { bookingId });
    },
  };
};
