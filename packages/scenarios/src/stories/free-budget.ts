import { dayOf, plusMonths } from '@adempauze/kernel';
import { findBudget, openBudget, spendBudget } from '../api/funding.ts';
import { findNow, findViewer } from '../api/supply.ts';
import { yes } from '../cast.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story } from '../world.ts';
import { both } from './tell.ts';

/** A12, schemes S07 and S08: a free budget is spent without approval, and two at once cannot overspend it. */
export const freeBudget: Story = {
  id: 'A12',
  title: { nl: 'Een vrij budget en twee uitgaven tegelijk', en: 'A free budget and two spends at once' },
  async play(world) {
    const budgetId = world.ids.next();
    const anke = await world.as('anke');
    const { accountId } = await anke.ask(findViewer, {});
    const today = dayOf(await anke.ask(findNow, {}));
    await world.step(
      'hillegom',
      {
        nl: 'geeft Anke een vrij budget van EUR 10.000 voor een jaar',
        en: 'gives Anke a free budget of EUR 10,000 for a year',
      },
      async () => {
        const municipality = await world.as('hillegom');
        const period = { from: today, until: plusMonths(today, 12) };
        const budget = { budgetId, holderAccountId: accountId, name: 'Vrij budget', amountCents: 10_000_00, ...period };
        return yes(await municipality.order(openBudget, budget));
      },
      () => ({ nl: 'te besteden, zonder toestemming vooraf', en: 'ready to spend, without approval' }),
    );
    const spend = (amountCents: number) =>
      anke.order(spendBudget, { budgetId, spendId: world.ids.next(), amountCents, form: 'F02' });
    const balance = async () => (await anke.ask(findBudget, { id: budgetId }))?.balanceCents ?? 0;

    await world.step(
      'anke',
      {
        nl: 'besteedt drie dagdelen aanwezigheidszorg van EUR 60',
        en: 'spends three part-days of presence care at EUR 60',
      },
      async () => {
        for (let partDay = 0; partDay < 3; partDay += 1) yes(await spend(60_00));
        return balance();
      },
      (left) =>
        both(
          left,
          (it) => `EUR 180 uitgegeven, nog ${it}`,
          (it) => `EUR 180 spent, ${it} left`,
        ),
    );
    costs(await balance(), 9_820_00, { nl: 'Het saldo na drie dagdelen', en: 'The balance after three part-days' });

    const outcomes = await world.step(
      'anke',
      { nl: 'besteedt op twee schermen tegelijk EUR 9.000', en: 'spends EUR 9,000 on two screens at once' },
      () => Promise.all([spend(9_000_00), spend(9_000_00)]),
      (both) => ({
        nl: both.map((it) => (it.accepted ? 'uitgegeven' : it.rejection.message.nl)).join(' / '),
        en: both.map((it) => (it.accepted ? 'spent' : it.rejection.message.en)).join(' / '),
      }),
    );
    equals(outcomes.filter((it) => it.accepted).length, 1, {
      nl: 'Het aantal gelukte uitgaven',
      en: 'The spends that succeeded',
    });
    const refused = outcomes.find((it) => !it.accepted);
    holds(
      refused !== undefined && !refused.accepted && refused.rejection.code === 'budget-exceeded',
      'De andere uitgave is niet geweigerd om het saldo.',
      'The other spend was not refused for the balance.',
    );
    costs(await balance(), 820_00, { nl: 'Het saldo aan het eind', en: 'The balance at the end' });
    const left = 'EUR 820';
    world.fact(
      `over aan het eind van het jaar: ${left},00, gemeld en geen fout`,
      `left at the year's end: ${left}.00, reported and no fault`,
    );
  },
};
