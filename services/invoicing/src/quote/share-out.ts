import type { EstimateCosts, HouseholdId, PricePayer, Quote, SchemeRefusal } from '@adempauze/contracts';
import { priceFor } from '@adempauze/kernel';
import { allocate, insurerShareOf, type SchemeShare, type Sharing, totalOf } from '../claim/allocation.rules.ts';
import type { FindCostSharing } from '../cost-sharing/cost-sharing-list.ts';
import { coverOf, type Use, type Wish } from '../entitlement/cover.rules.ts';
import type { FundingState } from '../funding/funding.decider.ts';
import type { Award } from '../funding/funding.events.ts';

/** What costs something, for whom, and who stands surety there. */
export type Costing = EstimateCosts['options'][number] & {
  readonly householdId: HouseholdId;
  readonly potOf: (municipality: string) => string;
  /** Who agreed to share what other sources leave of it. */
  readonly sharing: Sharing | undefined;
};

/** What one entitlement takes of a wish, or why it takes nothing; undefined: it says neither. */
export type Taken =
  | { readonly use: Pick<Use, 'coveredQuantity' | 'coveredCents' | 'contributionCents' | 'refusal'> }
  | { readonly refusal: SchemeRefusal }
  | undefined;

/** Asks one entitlement, in force on the day, for room: in earnest, or only to know. */
export type AskRoom = (award: Award, wish: Wish) => Taken | Promise<Taken>;

export type Shared = {
  readonly quote: Quote;
  readonly unitPriceCents: number;
  /** Which took something, in the order in which they pay. */
  readonly entitlementIds: readonly Award['entitlementId'][];
};

/** The agreement under which it would fall; none where it is not said who gives the care. */
export const sharingFor = (
  { municipality, providerId, form, on }: EstimateCosts['options'][number],
  sharingOf: FindCostSharing,
): Sharing | undefined => (providerId === undefined ? undefined : sharingOf({ municipality, providerId, form, on }));

/**
 * Who would pay: entitlements, oldest first, then a policy, then who agreed to share what is left, then the bearer (R40).
 * Whoever is the first to pay, their price counts for all of it, where they have one of their own (S48); of two who share
 * that is the municipality, which also bears what the insurer would not (A09). The one rule for a quote and for an
 * estimate: they differ only in what asking for room does.
 */
export const shareOut = async (
  costing: Costing,
  { awards, policies }: FundingState,
  askRoom: AskRoom,
): Promise<Shared> => {
  const { householdId, quantity, bearer, municipality, on, form, potOf, sharing } = costing;
  const known = awards.length > 0 || policies.length > 0 || sharing !== undefined;
  // Whether they take anything, at what it costs when they do.
  const { schemes, refusals, entitlementIds } = await askAll(
    costing,
    awards,
    priceOf(costing, 'municipality'),
    askRoom,
  );
  const insurer = insurerShareOf(policies, form, on);
  const afterSchemes = insurer ? 'insurer' : sharing ? 'municipality' : bearer === 'own' ? 'caregiver' : undefined;
  const first = schemes.length > 0 ? 'municipality' : afterSchemes;
  const pricedFor = costing.payerPrices?.some(({ payer }) => payer === first) ? first : undefined;
  const unitPriceCents = priceOf(costing, pricedFor);

  const costCents = priceFor(quantity, unitPriceCents);
  const mostOwnCents = costing.ownAtMostCents;
  // What the caregiver does not bear is the pot's, also where they would bear all of it but for that bound.
  const potId = bearer === 'guarantee' || mostOwnCents !== undefined ? potOf(municipality) : '';
  const lines = allocate({ costCents, householdId, schemes, insurer, sharing, bearer, potId, mostOwnCents });
  const taken = schemes.length > 0 || insurer !== undefined || sharing !== undefined;
  const restCents = totalOf(lines, 'own', 'guarantee');
  const quote: Quote = {
    ownCostCents: totalOf(lines, 'own', 'contribution'),
    coverage: !known ? 'unknown' : !taken ? 'not' : restCents === 0 ? 'covered' : 'partly',
    lines,
    refusals,
    ...(pricedFor === undefined ? {} : { pricedFor }),
  };
  return { quote, unitPriceCents, entitlementIds };
};

const priceOf = ({ payerPrices, unitPriceCents }: Costing, payer: PricePayer | undefined): number =>
  payerPrices?.find((it) => it.payer === payer)?.unitPriceCents ?? unitPriceCents;

const askAll = async (costing: Costing, awards: readonly Award[], unitPriceCents: number, askRoom: AskRoom) => {
  const schemes: SchemeShare[] = [];
  const refusals: SchemeRefusal[] = [];
  const entitlementIds: Award['entitlementId'][] = [];
  const { form, unit, on, municipality } = costing;
  let quantity: number = costing.quantity;
  let costCents = priceFor(quantity, unitPriceCents);
  const isInForce = (award: Award) => award.from <= on && on < award.until;

  for (const award of awards) {
    if (quantity === 0) break;
    const wish: Wish = { form, unit, on, municipality, unitPriceCents, quantity, costCents };
    if (!isInForce(award)) {
      const newer = awards.findLast(({ schemeId }) => schemeId === award.schemeId);
      const another = awards.some((it) => it.schemeId === award.schemeId && isInForce(it));
      const { refusal } = coverOf(award, wish, []);
      if (newer === award && !another && refusal !== undefined) refusals.push(refusal);
      continue;
    }
    const taken = await askRoom(award, wish);
    if (taken === undefined) continue;
    if ('refusal' in taken) {
      refusals.push(taken.refusal);
      continue;
    }
    const { coveredQuantity, coveredCents, contributionCents, refusal } = taken.use;
    if (refusal !== undefined) refusals.push(refusal);
    schemes.push({ municipality: award.municipality, coveredCents, contributionCents });
    entitlementIds.push(award.entitlementId);
    quantity -= coveredQuantity;
    costCents -= coveredCents;
  }
  return { schemes, refusals, entitlementIds };
};
