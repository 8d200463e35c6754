import { type Bearer, type FormId, FundingLine, type Payer, type RegisterPolicy } from '@adempauze/contracts';
import { Cents, type Day, splitCents } from '@adempauze/kernel';
import type { z } from 'zod';

/** What one entitlement takes on of a cost. */
export type SchemeShare = {
  readonly municipality: string;
  /** Own contribution included. */
  readonly coveredCents: number;
  readonly contributionCents: number;
};
/** Who shares what other sources leave (S24); a party that declined is absent. */
export type Sharing = {
  readonly municipality: string | undefined;
  readonly insurerId: string | undefined;
  readonly insurerPercent: number;
};
export type InsurerShare = { readonly insurerId: string; readonly percent: number };

/** More, or below zero less, of a cost for one payer. */
export const FundingChange = FundingLine.extend({ amountCents: Cents });
export type FundingChange = z.infer<typeof FundingChange>;

export type Split = {
  readonly costCents: number;
  readonly householdId: string;
  /** In the order in which they pay. */
  readonly schemes: readonly SchemeShare[];
  readonly insurer: InsurerShare | undefined;
  /** Set aside out of a free budget of the municipality (S09). */
  readonly budget?: { readonly municipality: string; readonly amountCents: number } | undefined;
  /** Agreed between an insurer and the municipality. */
  readonly sharing?: Sharing | undefined;
  readonly bearer: Bearer;
  /** The most that the caregiver pays, contributions included (R46). Undefined before anything was shown. */
  readonly mostOwnCents: number | undefined;
  readonly potId: string;
};

/**
 * Who bears a cost: schemes, each without the own contribution; the contribution; the insurer's share of what is left,
 * the odd cent to the insurer; then what was set aside out of a free budget; then whoever agreed to share what is left, the
 * odd cent to the municipality; then the caregiver up to what was shown, or the pot; and whatever nobody takes is the pot's
 * (R04, R40). The lines add up to the cost, none is 0.
 */
export const allocate = (split: Split): FundingLine[] => divide(split).lines;

/** The same, with what of it comes out of the free budget. */
export const divide = (split: Split): { readonly lines: FundingLine[]; readonly budgetCents: number } => {
  const { costCents, schemes, insurer, budget, sharing, bearer, mostOwnCents, householdId, potId } = split;
  const caregiver: Payer = { kind: 'caregiver', id: householdId };
  const lines: FundingLine[] = [];
  let leftCents = costCents;
  let ownLeftCents = mostOwnCents ?? costCents;
  const take = (kind: FundingLine['kind'], payer: Payer, atMostCents: number) => {
    const amountCents = Math.min(leftCents, Math.max(0, atMostCents));
    leftCents -= amountCents;
    if (amountCents === 0) return 0;
    const same = lines.findIndex((it) => it.kind === kind && it.payer.kind === payer.kind && it.payer.id === payer.id);
    const line = lines[same];
    if (line === undefined) lines.push({ kind, payer, amountCents });
    else lines[same] = { ...line, amountCents: line.amountCents + amountCents };
    return amountCents;
  };

  for (const { municipality, coveredCents, contributionCents } of schemes) {
    const own = Math.min(contributionCents, coveredCents, ownLeftCents);
    take('scheme', { kind: 'municipality', id: municipality }, coveredCents - own);
    ownLeftCents -= take('contribution', caregiver, own);
  }
  if (insurer !== undefined && leftCents > 0) {
    const [share = 0] = splitCents(leftCents, [insurer.percent, 100 - insurer.percent]);
    take('insurance', { kind: 'insurer', id: insurer.insurerId }, share);
  }
  const budgetCents =
    budget === undefined ? 0 : take('scheme', { kind: 'municipality', id: budget.municipality }, budget.amountCents);
  if (sharing !== undefined) {
    const { municipality, insurerId, insurerPercent } = sharing;
    const [, insurerCents = 0] = splitCents(leftCents, [100 - insurerPercent, insurerPercent]);
    if (insurerId !== undefined) take('insurance', { kind: 'insurer', id: insurerId }, insurerCents);
    // What the insurer does not take on is the municipality's (A09); an insurer never bears more than its percentage.
    if (municipality !== undefined) take('scheme', { kind: 'municipality', id: municipality }, leftCents);
  }
  if (bearer === 'own') take('own', caregiver, ownLeftCents);
  take('guarantee', { kind: 'pot', id: potId }, leftCents);
  return { lines, budgetCents };
};

/** The share of the oldest policy that is in force on a day and pays for this form; none of them, none. */
export const insurerShareOf = (
  policies: readonly RegisterPolicy[],
  form: FormId,
  on: Day,
): InsurerShare | undefined => {
  const [share] = policiesFor(policies, form, on);
  return share && { insurerId: share.insurerId, percent: share.percent };
};

/** What all of them pay that are in force on a day and pay for this form, each with the policy that says so. */
export const policiesFor = <P extends RegisterPolicy>(
  policies: readonly P[],
  form: FormId,
  on: Day,
): readonly (InsurerShare & { readonly policy: P })[] =>
  policies.flatMap((policy) => {
    const share = policy.from <= on && on < policy.until ? policy.shares.find((it) => it.form === form) : undefined;
    return share === undefined ? [] : [{ insurerId: policy.insurerId, percent: share.percent, policy }];
  });

/** What changes between two divisions of one cost, by kind and payer; the changes add up to 0, none is 0. */
export const changesBetween = (before: readonly FundingLine[], after: readonly FundingLine[]): FundingChange[] => {
  const changes = new Map<string, FundingChange>();
  const add = (line: FundingLine, sign: 1 | -1) => {
    const key = `${line.kind}/${line.payer.kind}/${line.payer.id}`;
    const known = changes.get(key)?.amountCents ?? 0;
    changes.set(key, { ...line, amountCents: known + sign * line.amountCents });
  };
  for (const line of before) add(line, -1);
  for (const line of after) add(line, 1);
  return [...changes.values()].filter(({ amountCents }) => amountCents !== 0);
};

export const totalOf = (lines: readonly FundingLine[], ...kinds: readonly FundingLine['kind'][]): number =>
  lines.reduce((sum, { kind, amountCents }) => (kinds.includes(kind) ? sum + amountCents : sum), 0);
