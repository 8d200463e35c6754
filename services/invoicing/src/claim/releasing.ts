import { DeliveryId } from '@adempauze/contracts';
import type { Reactions } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { z } from 'zod';
import type { Kept, Spends } from '../budget/spends.ts';
import type { ClaimCommand, ClaimState } from './claim.decider.ts';

const OfClaim = z.object({ deliveryId: DeliveryId });

/** What of what was set aside a divided claim keeps; undefined while it is being divided: what it needs is not known. */
export const keptBy = ({ claim, pending, budgets, budgetId, budgetCents = 0, turn }: ClaimState): Kept | undefined =>
  claim === undefined || pending !== undefined
    ? undefined
    : {
        ...{ bookingId: claim.bookingId, cents: budgetCents, turn, budgetId },
        budgetIds: budgets.map((it) => it.budgetId),
      };

/**
 * What a free budget bears no more is in it again. It follows from the division itself, so that whoever made it, and
 * wherever that stopped, it is done. Each reaction can run again, and late: a budget that was asked for more since knows.
 */
export const releasingBudgets = ({
  claims,
  spends,
}: {
  readonly claims: Pick<CommandHandler<ClaimCommand, ClaimState>, 'load'>;
  readonly spends: Spends;
}): Reactions => {
  const release: Reactions[string] = async ({ data }, { callFor }) => {
    const { state } = await claims.load(OfClaim.parse(data).deliveryId);
    const kept = keptBy(state);
    if (kept !== undefined) await spends.keepOnly(kept, callFor);
  };
  // Also where all lines stay: what the budget bore can be the same municipality's scheme's now.
  return { ClaimReallocated: release, AllocationKept: release };
};
