import type { Allocation, FundingDecline, FundingLine, Payer } from '@adempauze/contracts';
import { divide } from './allocation.rules.ts';
import type { ClaimEvent, ClaimInsurer, ClaimSource } from './claim.events.ts';

type DataOf<T extends ClaimEvent['type']> = Extract<ClaimEvent, { type: T }>['data'];
export type ClaimFacts = Omit<DataOf<'ClaimOpened'>, 'openedAt'>;
export type RoomAnswer = Omit<DataOf<'RoomAnswered'>, 'answeredAt'>;

/** Whose no, or whose source, makes that the cost is divided anew. */
export type Cause = Pick<DataOf<'ClaimReallocated'>, 'why' | 'payer' | 'reason'>;

type KnownPolicy = ClaimInsurer & { readonly declined: boolean };

export type ClaimState = {
  readonly claim: ClaimFacts | undefined;
  /** In the order in which they are asked and pay. */
  readonly sources: readonly (ClaimSource & { readonly declined: boolean })[];
  /** Every policy that is known, in the order in which they came to light. */
  readonly policies: readonly KnownPolicy[];
  /** The first of them whose insurer did not say no. */
  readonly insurer: KnownPolicy | undefined;
  readonly declines: readonly FundingDecline[];
  /** How often all sources were asked anew; `answers` are those of this round. */
  readonly round: number;
  readonly answers: readonly RoomAnswer[];
  /** The first division. */
  readonly settled: DataOf<'ClaimSettled'> | undefined;
  /** Every division, the first one first; the last counts. */
  readonly allocations: readonly Allocation[];
  /**
   * What the free budget bears by the last division. The rest is in the budget again, perhaps spent on another booking,
   * so no later division takes more. Undefined before the first.
   */
  readonly budgetCents: number | undefined;
  /** Why it is being divided anew, until it is. */
  readonly pending: Cause | undefined;
};

export const noClaim: ClaimState = {
  claim: undefined,
  sources: [],
  policies: [],
  insurer: undefined,
  declines: [],
  round: 0,
  answers: [],
  settled: undefined,
  allocations: [],
  budgetCents: undefined,
  pending: undefined,
};

const isSame = (a: Payer, b: Payer): boolean => a.kind === b.kind && a.id === b.id;
const municipalityOf = (id: string): Payer => ({ kind: 'municipality', id });
const insurerOf = (id: string): Payer => ({ kind: 'insurer', id });

/** Whether this payer said no after the source was there; a source that came since counts again. */
const isDeclined = (declines: readonly FundingDecline[], payer: Payer, since?: string): boolean =>
  declines.some((it) => isSame(it.payer, payer) && (since === undefined || since <= it.declinedAt));

const insured = (policies: readonly KnownPolicy[]) => ({
  policies,
  insurer: policies.find(({ declined }) => !declined),
});

export const evolveClaim = (state: ClaimState, { type, data }: ClaimEvent): ClaimState => {
  switch (type) {
    case 'ClaimOpened': {
      const { openedAt: _, ...claim } = data;
      const { entitlements, insurer, declines = [] } = claim;
      return {
        ...{ ...state, claim, declines },
        sources: entitlements.map((it) => ({
          ...it,
          declined: isDeclined(declines, municipalityOf(it.municipality), it.since),
        })),
        ...insured(
          insurer === undefined
            ? []
            : [{ ...insurer, declined: isDeclined(declines, insurerOf(insurer.insurerId), insurer.since) }],
        ),
      };
    }
    case 'RoomAnswered': {
      const { answeredAt: _, ...answer } = data;
      return { ...state, answers: [...state.answers, answer] };
    }
    case 'ClaimSettled': {
      const { settledAt: allocatedAt, fundingStatus, lines } = data;
      return {
        ...{ ...state, settled: data, pending: undefined, budgetCents: takenByBudget(state, data) },
        allocations: [{ allocatedAt, why: 'delivered', fundingStatus, lines }],
      };
    }
    case 'FundingDeclined': {
      const { deliveryId: _, bookingId: _booking, ...decline } = data;
      const { payer, reason } = decline;
      const strikes = (it: Payer, since: string | undefined) => isDeclined([decline], it, since);
      const sources = state.sources.map((it) =>
        strikes(municipalityOf(it.municipality), it.since) ? { ...it, declined: true } : it,
      );
      const policies = state.policies.map((it) =>
        strikes(insurerOf(it.insurerId), it.since) ? { ...it, declined: true } : it,
      );
      const askAnew = state.sources.some((it, at) => it.declined !== sources[at]?.declined);
      return {
        ...{ ...state, sources, declines: [...state.declines, decline], pending: { why: 'declined', payer, reason } },
        ...insured(policies),
        // Room that it leaves is for the others, who are asked for more than before.
        ...(askAnew ? { round: state.round + 1, answers: [] } : {}),
      };
    }
    case 'AwardFound': {
      const { source, extended } = data;
      const payer = municipalityOf(source.municipality);
      const known = state.sources.find(({ entitlementId }) => entitlementId === source.entitlementId);
      const told: ClaimState = { ...state, pending: { why: 'awarded', payer } };
      if (known === undefined) {
        const declined = isDeclined(state.declines, payer, source.since);
        return { ...told, sources: [...state.sources, { ...source, declined }] };
      }
      if (extended === undefined || known.declined) return told;
      // What was reserved there may have been given back when the care was moved out of the period as it was.
      const sources = state.sources.map((it) => (it === known ? { ...it, found: true as const } : it));
      return { ...told, sources, round: state.round + 1, answers: [] };
    }
    case 'PolicyFound': {
      const { policyId, insurerId, since } = data.insurer;
      const payer = insurerOf(insurerId);
      const known = policyId !== undefined && state.policies.some((it) => it.policyId === policyId);
      const policy = { ...data.insurer, declined: isDeclined(state.declines, payer, since) };
      return {
        ...{ ...state, pending: { why: 'insured', payer } },
        // One that is not needed now waits for a no of those before it.
        ...insured(known ? state.policies : [...state.policies, policy]),
      };
    }
    case 'ClaimReallocated': {
      const { reallocatedAt: allocatedAt, why, payer, reason, fundingStatus, lines } = data;
      const allocation: Allocation = {
        ...{ allocatedAt, why, payer, fundingStatus, lines },
        ...(reason === undefined ? {} : { reason }),
      };
      const budgetCents = takenByBudget(state, data);
      return { ...state, pending: undefined, allocations: [...state.allocations, allocation], budgetCents };
    }
    case 'AllocationKept':
      return { ...state, pending: undefined, budgetCents: takenByBudget(state, data) };
  }
};

/** As it was written down, or as it follows from what was before that was done. */
const takenByBudget = (state: ClaimState, data: { readonly budgetCents?: number | undefined }): number | undefined =>
  data.budgetCents ?? (state.claim?.budget && divideClaim(state.claim, state).budgetCents);

/** What a free budget can bear: what was set aside and no no has struck, and never more than the time before. */
const budgetOf = ({ budget }: ClaimFacts, { declines, budgetCents }: ClaimState) => {
  if (budget === undefined) return undefined;
  const { municipality, amountCents: allCents, spends = [{ amountCents: allCents, since: undefined }] } = budget;
  const openCents = spends
    .filter(({ since }) => !isDeclined(declines, municipalityOf(municipality), since))
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
  const amountCents = Math.min(openCents, budgetCents ?? openCents);
  return amountCents === 0 ? undefined : { municipality, amountCents };
};

/** Who of those who agreed to share did not say no since. */
const sharersOf = ({ sharing }: ClaimFacts, { declines }: ClaimState) => {
  if (sharing === undefined) return undefined;
  const unlessDeclined = (payer: Payer) => (isDeclined(declines, payer, sharing.since) ? undefined : payer.id);
  return {
    municipality: unlessDeclined(municipalityOf(sharing.municipality)),
    insurerId: unlessDeclined(insurerOf(sharing.insurerId)),
    insurerPercent: sharing.insurerPercent,
  };
};

/** Who bears the cost now; none before it is settled. */
export const linesOf = ({ allocations }: ClaimState): readonly FundingLine[] => allocations.at(-1)?.lines ?? [];

/** Whether a funder bears a part, or will as far as is known while it is being divided. */
export const isBorneBy = (state: ClaimState, payer: Payer): boolean => {
  if (payer.kind !== 'municipality' && payer.kind !== 'insurer') return false;
  const isDivided = state.settled !== undefined && state.pending === undefined;
  if (isDivided) return linesOf(state).some((line) => isSame(line.payer, payer));
  const { claim, sources, insurer } = state;
  const sharing = claim && sharersOf(claim, state);
  const payers = [
    ...sources.filter(({ declined }) => !declined).map(({ municipality }) => municipalityOf(municipality)),
    ...[claim && budgetOf(claim, state)?.municipality, sharing?.municipality]
      .filter((it) => it !== undefined)
      .map(municipalityOf),
    ...[insurer?.insurerId, sharing?.insurerId].filter((it) => it !== undefined).map(insurerOf),
  ];
  return payers.some((it) => isSame(it, payer));
};

export const hasDeclined = ({ declines }: ClaimState, payer: Payer): boolean => isDeclined(declines, payer);

/** The division as everybody answered by now, and what of it comes out of the free budget. */
export const divideClaim = (claim: ClaimFacts, state: ClaimState) => {
  const { sources, answers, insurer } = state;
  const { costCents, householdId, bearer, potId, ownCostCents } = claim;
  const schemes = sources.flatMap(({ entitlementId, municipality }) =>
    answers.filter((it) => it.entitlementId === entitlementId).map((it) => ({ ...it, municipality })),
  );
  return divide({
    ...{ costCents, householdId, schemes, bearer, potId, mostOwnCents: ownCostCents, insurer },
    budget: budgetOf(claim, state),
    sharing: sharersOf(claim, state),
  });
};
