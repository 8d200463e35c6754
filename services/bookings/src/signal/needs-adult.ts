import type { Clock } from '@adempauze/kernel';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { signsNoPayment } from './young.rules.ts';

/** Whether this account is of a young caregiver of this household, whose yes to what costs something is an adult's (A14). */
export const createNeedsAdult =
  ({ briefs, clock }: { readonly briefs: Pick<HouseholdBriefs, 'find'>; readonly clock: Clock }) =>
  async (householdId: Parameters<HouseholdBriefs['find']>[0], accountId: string): Promise<boolean> => {
    const brief = await briefs.find(householdId);
    return brief !== 'forgotten' && signsNoPayment(brief?.young, accountId, clock());
  };
export type NeedsAdult = ReturnType<typeof createNeedsAdult>;
