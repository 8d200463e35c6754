import { DeliveryId } from '@adempauze/contracts';
import type { Reactions } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import { z } from 'zod';
import type { Spends } from '../budget/spends.ts';
import { type ClaimCommand, type ClaimState, paidByBudget } from './claim.decider.ts';

const OfClaim = z.object({ deliveryId: DeliveryId });

/**
 * What a free budget bears no more is in it again. It follows from the division itself, so that whoever made it, and
 * wherever that stopped, it is done. Each reaction can run again: a later division never bears more than one before.
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
    if (state.claim?.budget === undefined) return;
    await spends.keepOnly(state.claim.bookingId, paidByBudget(state), callFor);
  };
  // Also where all lines stay: what the budget bore can be the same municipality's scheme's now.
  return { ClaimReallocated: release, AllocationKept: release };
};
