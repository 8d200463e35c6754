import type { Bearer, FormId, FundingLine, Payer, RegisterPolicy } from '@adempauze/contracts';
import { type Day, splitCents } from '@adempauze/kernel';

/** What one entitlement takes on of a cost. */
export type SchemeShare = {
  readonly municipality: string;
  /** Own contribution included. */
  readonly coveredCents: number;
  readonly contributionCents: number;
};
export type InsurerShare = { readonly insurerId: string; readonly percent: number };

export type Split = {
  readonly costCents: number;
  readonly householdId: string;
  /** In the order in which they pay. */
  readonly schemes: readonly SchemeShare[];
  readonly insurer: InsurerShare | undefined;
  /** Set aside out of a free budget of the municipality (S09). */
  readonly budget?: { readonly municipality: string; readonly amountCents: number } | undefined;
  readonly bearer: Bearer;
  /** The most that the caregiver pays, contributions included (R46). Undefined before anything was shown. */
  readonly mostOwnCents: number | undefined;
  readonly potId: string;
};

/**
 * Who bears a cost: schemes, each without the own contribution; the contribution; the insurer's share of what is left,
 * the odd cent to the insurer; then what was set aside out of a free budget; then the caregiver up to what was shown, or the pot; and whatever nobody takes is the
 * pot's (R04, R40). The lines add up to the cost, none is 0.
 */
export const allocate = (split: Split): FundingLine[] => {
  const { costCents, schemes, insurer, budget, bearer, mostOwnCents, householdId, potId } = split;
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
  if (budget !== undefined) take('scheme', { kind: 'municipality', id: budget.municipality }, budget.amountCents);
  if (bearer === 'own') take('own', caregiver, ownLeftCents);
  take('guarantee', { kind: 'pot', id: potId }, leftCents);
  return lines;
};

/** The share of the oldest policy that is in force on a day and pays for this form; none of them, none. */
export const insurerShareOf = (
  policies: readonly RegisterPolicy[],
  form: FormId,
  on: Day,
): InsurerShare | undefined => {
  for (const { insurerId, shares, from, until } of policies) {
    if (on < from || on >= until) continue;
    const share = shares.find((it) => it.form === form);
    if (share !== undefined) return { insurerId, percent: share.percent };
  }
  return undefined;
};

export const totalOf = (lines: readonly FundingLine[], ...kinds: readonly FundingLine['kind'][]): number =>
  lines.reduce((sum, { kind, amountCents }) => (kinds.includes(kind) ? sum + amountCents : sum), 0);
