import { type FormId, formOf } from '@adempauze/contracts';
import { type Day, plusMonths } from '@adempauze/kernel';
import { registerPolicy } from '../api/funding.ts';
import { findViewer } from '../api/supply.ts';
import { yes } from '../cast.ts';
import type { World } from '../world.ts';

/** A policy of Fatima's for supplementary care. */
export const insureFatima = (world: World, householdId: string, form: FormId, monday: Day) =>
  insure(world, householdId, form, monday, 'Fatima');

/** A policy that pays three quarters of a form (the share is chosen), from a month before this day. */
export const insure = (world: World, householdId: string, form: FormId, monday: Day, whose: string) => {
  const named = formOf(form);
  return world.step(
    'zekerzorg',
    {
      nl: `legt de aanvullende polis van ${whose} vast: 75% van ${named.nl.toLowerCase()}`,
      en: `records ${whose}'s supplementary policy: 75% of ${named.en.toLowerCase()}`,
    },
    async () => {
      const insurer = await world.as('zekerzorg');
      const { organisation } = await insurer.ask(findViewer, {});
      const [from, until] = [plusMonths(monday, -1), plusMonths(monday, 11)];
      const policy = { policyId: world.ids.next(), householdId, insurerId: organisation ?? '', from, until };
      return yes(await insurer.order(registerPolicy, { ...policy, shares: [{ form, percent: 75 }] }));
    },
    () => ({ nl: 'vastgelegd', en: 'recorded' }),
  );
};
