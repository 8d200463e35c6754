import type { Allocation, FundingDecline, FundingLine, Payer } from '@adempauze/contracts';
import { divide } from './allocation.rules.ts';
import type { ClaimEvent, ClaimInsurer, ClaimSource } from './claim.events.ts';

type DataOf<T extends ClaimEvent['type']> = Extract<ClaimEvent, { type: T }>['data'];
export type ClaimFacts = Omit<DataOf<'ClaimOpened'>, 'openedAt'>;
export type RoomAnswer = Omit<DataOf<'RoomAnswered'>, 'answeredAt'>;

/** Whose no, or whose source, makes that the cost is divided anew. */
export type Cause = Pick<DataOf<'ClaimReallocated'>, 'why' | 'payer' | 'reason'>;

export type ClaimState = {
  readonly claim: ClaimFacts | undefined;
  /** In the order in which they are asked and pay. */
  readonly sources: readonly (ClaimSource & { readonly declined: boolean })[];
  readonly insurer: (ClaimInsurer & { readonly declined: boolean }) | undefined;
  readonly declines: readonly FundingDecline[];
  /** How often all sources were asked anew; `answers` are those of this round. */
  readonly round: number;
  readonly answers: readonly RoomAnswer[];
  /** The first division. */
  readonly settled: DataOf<'ClaimSettled'> | undefined;
  /** Every division, the first one first; the last counts. */
  readonly allocations: readonly Allocation[];
  /** Why it is being divided anew, until it is. */
  readonly pending: Cause | undefined;
};

export const noClaim: ClaimState = {
  claim: undefined,
  sources: [],
  insurer: undefined,
  declines: [],
  round: 0,
  answers: [],
  settled: undefined,
  allocations: [],
  pending: undefined,
};

const isSame = (a: Payer, b: Payer): boolean => a.kind === b.kind && a.id === b.id;
const municipalityOf = (id: string): Payer => ({ kind: 'municipality', id });
const insurerOf = (id: string): Payer => ({ kind: 'insurer', id });

/** Whether this payer said no after the source was there; a source that came since counts again. */
const isDeclined = (declines: readonly FundingDecline[], payer: Payer, since?: string): boolean =>
  declines.some((it) => isSame(it.payer, payer) && (since === undefined || since <= it.declinedAt));

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
        insurer: insurer && {
          ...insurer,
          declined: isDeclined(declines, insurerOf(insurer.insurerId), insurer.since),
        },
      };
    }
    case 'RoomAnswered': {
      const { answeredAt: _, ...answer } = data;
      return { ...state, answers: [...state.answers, answer] };
    }
    case 'ClaimSettled': {
      const { settledAt: allocatedAt, fundingStatus, lines } = data;
      return {
        ...{ ...state, settled: data, pending: undefined },
        allocations: [{ allocatedAt, why: 'delivered', fundingStatus, lines }],
      };
    }
    case 'FundingDeclined': {
      const { deliveryId: _, bookingId: _booking, ...decline } = data;
      const { payer, reason } = decline;
      const says = (it: Payer) => isSame(it, payer);
      const sources = state.sources.map((it) =>
        says(municipalityOf(it.municipality)) ? { ...it, declined: true } : it,
      );
      const { insurer } = state;
      const askAnew = state.sources.some((it, at) => it.declined !== sources[at]?.declined);
      return {
        ...{ ...state, sources, declines: [...state.declines, decline], pending: { why: 'declined', payer, reason } },
        insurer: insurer && says(insurerOf(insurer.insurerId)) ? { ...insurer, declined: true } : insurer,
        // Room that it leaves is for the others, who are asked for more than before.
        ...(askAnew ? { round: state.round + 1, answers: [] } : {}),
      };
    }
    case 'AwardFound': {
      const { source } = data;
      const payer = municipalityOf(source.municipality);
      const known = state.sources.some(({ entitlementId }) => entitlementId === source.entitlementId);
      const declined = isDeclined(state.declines, payer, source.since);
      return {
        ...{ ...state, pending: { why: 'awarded', payer } },
        sources: known ? state.sources : [...state.sources, { ...source, declined }],
      };
    }
    case 'PolicyFound': {
      const payer = insurerOf(data.insurer.insurerId);
      const declined = isDeclined(state.declines, payer, data.insurer.since);
      const isTaken = state.insurer !== undefined && !state.insurer.declined;
      return {
        ...{ ...state, pending: { why: 'insured', payer } },
        insurer: isTaken ? state.insurer : { ...data.insurer, declined },
      };
    }
    case 'ClaimReallocated': {
      const { reallocatedAt: allocatedAt, why, payer, reason, fundingStatus, lines } = data;
      const allocation: Allocation = {
        ...{ allocatedAt, why, payer, fundingStatus, lines },
        ...(reason === undefined ? {} : { reason }),
      };
      return { ...state, pending: undefined, allocations: [...state.allocations, allocation] };
    }
    case 'AllocationKept':
      return { ...state, pending: undefined };
  }
};

/** Who bears the cost now; none before it is settled. */
export const linesOf = ({ allocations }: ClaimState): readonly FundingLine[] => allocations.at(-1)?.lines ?? [];

/** Whether a funder bears a part, or will as far as is known while it is being divided. */
export const isBorneBy = (state: ClaimState, payer: Payer): boolean => {
  if (payer.kind !== 'municipality' && payer.kind !== 'insurer') return false;
  const isDivided = state.settled !== undefined && state.pending === undefined;
  if (isDivided) return linesOf(state).some((line) => isSame(line.payer, payer));
  const { claim, sources, insurer } = state;
  const payers = [
    ...sources.filter(({ declined }) => !declined).map(({ municipality }) => municipalityOf(municipality)),
    ...(insurer === undefined || insurer.declined ? [] : [insurerOf(insurer.insurerId)]),
    ...[claim?.budget?.municipality, claim?.sharing?.municipality]
      .filter((it) => it !== undefined)
      .map(municipalityOf)
      .filter((it) => !isDeclined(state.declines, it)),
    ...(claim?.sharing === undefined ? [] : [insurerOf(claim.sharing.insurerId)]).filter(
      (it) => !isDeclined(state.declines, it),
    ),
  ];
  return payers.some((it) => isSame(it, payer));
};

export const hasDeclined = ({ declines }: ClaimState, payer: Payer): boolean => isDeclined(declines, payer);

/** The division as everybody answered by now, and what of it comes out of the free budget. */
export const divideClaim = (claim: ClaimFacts, { sources, answers, insurer, declines }: ClaimState) => {
  const { costCents, householdId, budget, sharing, bearer, potId, ownCostCents } = claim;
  const schemes = sources.flatMap(({ entitlementId, municipality }) =>
    answers.filter((it) => it.entitlementId === entitlementId).map((it) => ({ ...it, municipality })),
  );
  const unlessDeclined = (payer: Payer) => (isDeclined(declines, payer) ? undefined : payer.id);
  return divide({
    ...{ costCents, householdId, schemes, bearer, potId, mostOwnCents: ownCostCents },
    insurer: insurer === undefined || insurer.declined ? undefined : insurer,
    budget: budget && unlessDeclined(municipalityOf(budget.municipality)) ? budget : undefined,
    sharing: sharing && {
      municipality: unlessDeclined(municipalityOf(sharing.municipality)),
      insurerId: unlessDeclined(insurerOf(sharing.insurerId)),
      insurerPercent: sharing.insurerPercent,
    },
  });
};
