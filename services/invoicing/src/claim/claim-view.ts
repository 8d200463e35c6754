import type { ClaimView, DeliveryId } from '@adempauze/contracts';
import { type ClaimState, linesOf } from './claim.state.rules.ts';

/** The claim as it may be shown, before anybody's own sight narrows it; undefined when there is none. */
export const claimView = (state: ClaimState, isBilled: (deliveryId: DeliveryId) => boolean): ClaimView | undefined => {
  const { claim, allocations, declines } = state;
  if (claim === undefined) return undefined;
  const { deliveryId, bookingId, householdId, providerId, offerId, form, deliveredOn, quantity } = claim;
  const { costCents, vat, municipality, lateCancellation } = claim;
  const last = allocations.at(-1);
  return {
    ...{ deliveryId, bookingId, householdId, providerId, offerId, form, deliveredOn, quantity },
    ...{ costCents, vat, municipality },
    fundingStatus: last !== undefined && isBilled(deliveryId) ? 'settled' : (last?.fundingStatus ?? 'open'),
    lateCancellation: lateCancellation ?? false,
    lines: [...linesOf(state)],
    allocations: [...allocations],
    declines: [...declines],
  };
};
