import { BookingId, type CostEstimate, type EstimateCosts } from '@adempauze/contracts';
import { derivedId, priceFor } from '@adempauze/kernel';
import { type EntitlementState, entitlementDecider } from '../entitlement/entitlement.decider.ts';
import type { QuotingDependencies } from './quoting.ts';
import { type AskRoom, shareOut, sharingFor } from './share-out.ts';

/** No booking has this id, so that no room that is taken counts as its own. */
const nobody = BookingId.parse(derivedId('estimate'));

/**
 * What a household would be quoted for each option by itself: the decider that would reserve the room is asked, and what it
 * decides is dropped. One look at what the household has and one at each entitlement, however many options there are.
 */
export const createEstimating =
  ({ funding, entitlements, potOf, sharingOf, clock }: Omit<QuotingDependencies, 'quotes'>) =>
  async ({ householdId, options }: EstimateCosts): Promise<CostEstimate[]> => {
    const sources = (await funding.load(householdId)).state;
    const states = new Map<string, EntitlementState>(
      await Promise.all(
        sources.awards.map(async (award): Promise<[string, EntitlementState]> => {
          const { state } = await entitlements.load(award.entitlementId);
          // Awarded a moment ago, and not yet opened: it opens before anything is reserved.
          return [award.entitlementId, state.award === undefined ? { ...state, award } : state];
        }),
      ),
    );
    const now = clock();
    const ask: AskRoom = ({ entitlementId, schemeId }, wish) => {
      const state = states.get(entitlementId);
      if (state === undefined) return undefined;
      const data = { ...wish, bookingId: nobody, reservedUntil: now };
      const decision = entitlementDecider.decide({ type: 'ReserveRoom', data, now }, state);
      if (!decision.accepted) return { refusal: { schemeId, ...decision.rejection } };
      const [reserved] = decision.events;
      return reserved?.type === 'RoomReserved' ? { use: { refusal: undefined, ...reserved.data } } : undefined;
    };
    const estimates: CostEstimate[] = [];
    for (const option of options) {
      const costing = { ...option, householdId, potOf, sharing: sharingFor(option, sharingOf) };
      const { quote, unitPriceCents } = await shareOut(costing, sources, ask);
      estimates.push({ ...quote, priceCents: priceFor(option.quantity, unitPriceCents) });
    }
    return estimates;
  };
