import type { BookingId, HouseholdId } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock } from '@adempauze/kernel';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';

type About = { readonly bookingId: BookingId; readonly householdId: HouseholdId };
type CallFor = (step: string) => CallContext;

export type Reservations = {
  /** The booking is confirmed: its room stays taken. */
  keep(booking: About, callFor: CallFor): Promise<void>;
  /** The booking is not to be: its room is free again. */
  release(booking: About, callFor: CallFor): Promise<void>;
};

/** What becomes of a booking decides over the room that was reserved for it, never the other way round (R04). */
export const createReservations = ({
  funding,
  entitlements,
  clock,
}: {
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly clock: Clock;
}): Reservations => {
  const tell = async (type: 'KeepRoom' | 'ReleaseRoom', { bookingId, householdId }: About, callFor: CallFor) => {
    const { awards } = (await funding.load(householdId)).state;
    // All of them, also where a quote stopped half-way: who knows nothing of the booking does nothing.
    for (const { entitlementId } of awards) {
      await entitlements.handle(entitlementId, { type, data: { bookingId }, now: clock() }, callFor(entitlementId));
    }
  };
  return {
    keep: (booking, callFor) => tell('KeepRoom', booking, callFor),
    release: (booking, callFor) => tell('ReleaseRoom', booking, callFor),
  };
};
