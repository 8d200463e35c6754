import type { Allocation, FundingDecline, FundingLine, Payer } from '@adempauze/contracts';
import { divide } from './allocation.rules.ts';
import type { ClaimBudget, ClaimEvent, ClaimInsurer, ClaimSource } from './claim.events.ts';
import {
  insurerOf,
  isDeclined,
  isSame,
  municipalityOf,
  oldestFirst,
  openSpends,
  payingBudget,
} from './standing.rules.ts';

export type DataOf<T extends ClaimEvent['type']> = Extract<ClaimEvent, { type: T }>['data'];
export type ClaimFacts = Omit<DataOf<'ClaimOpened'>, 'openedAt'>;
export type RoomAnswer = Omit<DataOf<'RoomAnswered'>, 'answeredAt'>;

/** Whose no, or whose source, makes that the cost is divided anew. */
export type Cause = Pick<DataOf<'ClaimReallocated'>, 'why' | 'payer' | 'reason'>;

type KnownPolicy = ClaimInsurer & { readonly declined: boolean };

export type ClaimState = {
  readonly claim: ClaimFacts | undefined;
  /** In the order in which they are asked and pay. */
  readonly sources: readonly (ClaimSource & { readonly declined: boolean })[];
  /** Every policy that is known, the oldest first, whenever it came to light. */
  readonly policies: readonly KnownPolicy[];
  /** The first of them whose insurer did not say no. */
  readonly insurer: KnownPolicy | undefined;
  readonly declines: readonly FundingDecline[];
  /** Every free budget that is known to hold something for this care, or to have held it. */
  readonly budgets: readonly ClaimBudget[];
  /** How often all sources were asked anew; `answers` are those of this round. */
  readonly round: number;
  readonly answers: readonly RoomAnswer[];
  /** The first division. */
  readonly settled: DataOf<'ClaimSettled'> | undefined;
  /** Every division, the first one first; the last counts. */
  readonly allocations: readonly Allocation[];
  /** The free budget that pays by the last division. */
  readonly budgetId: ClaimBudget['budgetId'] | undefined;
  /**
   * What it bears. All else is in the budgets again, perhaps spent on another booking, so a division that wants more, or
   * of another one, has to ask. Undefined before the first.
   */
  readonly budgetCents: number | undefined;
  /** What a free budget answered to that, until it is divided. */
  readonly heldCents: number | undefined;
  /** How often somebody said no or a source came to light: the budget is asked once each time, and knows what is late. */
  readonly turn: number;
  /** Why it is being divided anew, until it is. */
  readonly pending: Cause | undefined;
};

export const noClaim: ClaimState = {
  claim: undefined,
  sources: [],
  policies: [],
  insurer: undefined,
  declines: [],
  budgets: [],
  round: 0,
  answers: [],
  settled: undefined,
  allocations: [],
  budgetId: undefined,
  budgetCents: undefined,
  heldCents: undefined,
  turn: 0,
  pending: undefined,
};

const insured = (known: readonly KnownPolicy[]) => {
  const policies = oldestFirst(known, ({ policyId = '' }) => policyId);
  return { policies, insurer: policies.find(({ declined }) => !declined) };
};

/** Why it is to be divided anew; whatever a budget answered before that is not the answer to this. */
const because = (state: ClaimState, pending: Cause): ClaimState => ({
  ...{ ...state, pending, turn: state.turn + 1, heldCents: undefined },
});

export const evolveClaim = (state: ClaimState, { type, data }: ClaimEvent): ClaimState => {
  switch (type) {
    case 'ClaimOpened': {
      const { openedAt: _, ...claim } = data;
      const { entitlements, declines = [], insurer, policies = insurer ? [insurer] : [] } = claim;
      const { budget, budgets = budget ? [budget] : [] } = claim;
      return {
        ...{ ...state, claim, declines, budgets },
        sources: entitlements.map((it) => ({
          ...it,
          declined: isDeclined(declines, municipalityOf(it.municipality), it.since),
        })),
        ...insured(
          policies.map((it) => ({ ...it, declined: isDeclined(declines, insurerOf(it.insurerId), it.since) })),
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
        ...{ ...state, settled: data, ...over(state, data) },
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
        ...because(state, { why: 'declined', payer, reason }),
        ...{ sources, declines: [...state.declines, decline] },
        ...insured(policies),
        // Room that it leaves is for the others, who are asked for more than before.
        ...(askAnew ? { round: state.round + 1, answers: [] } : {}),
      };
    }
    case 'AwardFound': {
      const { source, extended } = data;
      const payer = municipalityOf(source.municipality);
      const known = state.sources.find(({ entitlementId }) => entitlementId === source.entitlementId);
      const told = because(state, { why: 'awarded', payer });
      if (known === undefined) {
        const declined = isDeclined(state.declines, payer, source.since);
        return { ...told, sources: [...state.sources, { ...source, declined }] };
      }
      if (extended === undefined || known.declined) return told;
      // What was reserved there may have been given back when the care was moved out of the period as it was.
      const sources = state.sources.map((it) => (it === known ? { ...it, ...source, found: true as const } : it));
      return { ...told, sources, round: state.round + 1, answers: [] };
    }
    case 'PolicyFound': {
      const { policyId, insurerId, since } = data.insurer;
      const payer = insurerOf(insurerId);
      const known = policyId !== undefined && state.policies.some((it) => it.policyId === policyId);
      const policy = { ...data.insurer, declined: isDeclined(state.declines, payer, since) };
      return {
        ...because(state, { why: 'insured', payer }),
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
      return { ...state, allocations: [...state.allocations, allocation], ...over(state, data) };
    }
    case 'AllocationKept':
      return { ...state, ...over(state, data) };
    case 'BudgetFound': {
      const told = because(state, { why: 'budgeted', payer: municipalityOf(data.municipality) });
      const known = state.budgets.find(({ budgetId }) => budgetId === data.budgetId);
      const { bound, ...budget } = data.budget;
      // Who gave the care was known only as the claim opened.
      const asBefore = known === undefined ? bound : known.bound;
      const found = asBefore ? { ...budget, bound: asBefore } : budget;
      return { ...told, budgets: [...state.budgets.filter((it) => it !== known), found] };
    }
    case 'BudgetAnswered':
      return { ...state, heldCents: data.heldCents };
  }
};

type Divided = Pick<DataOf<'ClaimSettled'>, 'budgetCents' | 'budgetId'>;
/** What a budget bears is as it was written down, or as it follows from what was before that was done. */
const over = (state: ClaimState, { budgetCents, budgetId = payingBudget(state)?.budgetId }: Divided) => ({
  ...{ pending: undefined, heldCents: undefined, budgetId },
  budgetCents:
    budgetCents ??
    (state.claim &&
      budgetId &&
      divideClaim(state.claim, state, state.budgetCents ?? Number.POSITIVE_INFINITY).budgetCents),
});

/** Who agreed to share, without who said no since. */
const agreedOf = ({ sharing, sharings = sharing ? [sharing] : [] }: ClaimFacts, { declines }: ClaimState) =>
  sharings.map(({ municipality, insurerId, insurerPercent, since }) => {
    const unlessDeclined = (payer: Payer) => (isDeclined(declines, payer, since) ? undefined : payer.id);
    return {
      municipality: unlessDeclined(municipalityOf(municipality)),
      insurerId: unlessDeclined(insurerOf(insurerId)),
      insurerPercent,
    };
  });

/** The first agreement that none of both said no to since, else the first with a party that did not. */
const sharersOf = (claim: ClaimFacts, state: ClaimState) => {
  const agreed = agreedOf(claim, state);
  return (
    agreed.find((it) => it.municipality !== undefined && it.insurerId !== undefined) ??
    // It bears what its insurer gives up (A09).
    agreed.find((it) => it.municipality !== undefined) ??
    agreed.find((it) => it.insurerId !== undefined)
  );
};

/** Who bears the cost now; none before it is settled. */
export const linesOf = ({ allocations }: ClaimState): readonly FundingLine[] => allocations.at(-1)?.lines ?? [];

/** Whether there is anything of a funder that no no has struck, needed yet or not. */
const mayBear = (state: ClaimState, { kind, id }: Payer): boolean => {
  const { claim, sources, policies } = state;
  if (claim === undefined) return false;
  const agreed = agreedOf(claim, state);
  if (kind === 'insurer') {
    return (
      policies.some((it) => !it.declined && it.insurerId === id) || agreed.some(({ insurerId }) => insurerId === id)
    );
  }
  return (
    sources.some((it) => !it.declined && it.municipality === id) ||
    agreed.some(({ municipality }) => municipality === id) ||
    openSpends(state).some(({ municipality }) => municipality === id)
  );
};

/**
 * Whether a funder bears a part, or may, as far as is known while it is being divided. Who said no before may say it again
 * of what came since, borne by then or not.
 */
export const isBorneBy = (state: ClaimState, payer: Payer): boolean => {
  if (payer.kind !== 'municipality' && payer.kind !== 'insurer') return false;
  const isDivided = state.settled !== undefined && state.pending === undefined;
  if (isDivided && !hasDeclined(state, payer)) return linesOf(state).some((line) => isSame(line.payer, payer));
  return mayBear(state, payer);
};

/** Whether a funder said no, at this very moment where one is given. */
export const hasDeclined = ({ declines }: ClaimState, payer: Payer, declinedAt?: string): boolean =>
  declines.some((it) => isSame(it.payer, payer) && (declinedAt ?? it.declinedAt) === it.declinedAt);

/** What a division wants of which free budget beyond what is known to be there; undefined when there is nothing to ask. */
export const wantedOfBudget = (
  claim: ClaimFacts,
  state: ClaimState,
): Pick<DataOf<'BudgetAnswered'>, 'budgetId' | 'wantCents'> | undefined => {
  const budgetId = payingBudget(state)?.budgetId;
  if (budgetId === undefined || state.pending === undefined || state.heldCents !== undefined) return undefined;
  const wantCents = divideClaim(claim, state, Number.POSITIVE_INFINITY).budgetCents;
  return wantCents > knownCents(state, budgetId) ? { budgetId, wantCents } : undefined;
};

/** What a free budget is known to have for this care: at first all that was set aside, and then what it bore or answered. */
const knownCents = (state: ClaimState, ofBudget: string | undefined): number => {
  const { settled, pending, heldCents, budgetId, budgetCents = 0 } = state;
  if (settled === undefined && pending === undefined) return Number.POSITIVE_INFINITY;
  return heldCents ?? (ofBudget === budgetId ? budgetCents : 0);
};

/** The division as everybody answered by now, and what of it comes out of which free budget. */
export const divideClaim = (claim: ClaimFacts, state: ClaimState, budgetAtMostCents?: number) => {
  const { sources, answers, insurer } = state;
  const { costCents, householdId, bearer, potId, ownCostCents } = claim;
  const schemes = sources.flatMap(({ entitlementId, municipality }) =>
    answers.filter((it) => it.entitlementId === entitlementId).map((it) => ({ ...it, municipality })),
  );
  const budget = payingBudget(state);
  const atMostCents = budgetAtMostCents ?? knownCents(state, budget?.budgetId);
  const divided = divide({
    ...{ costCents, householdId, schemes, bearer, potId, mostOwnCents: ownCostCents, insurer },
    budget: budget && { ...budget, amountCents: Math.min(budget.amountCents, atMostCents) },
    sharing: sharersOf(claim, state),
  });
  return { ...divided, budgetId: budget?.budgetId };
};
