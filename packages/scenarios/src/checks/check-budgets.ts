import { count, type Fact, objects, ofCategory, text } from './history.ts';

/**
 * No budget is overspent at any moment; nothing is spent twice, nor given back more of than was spent, nor taken again
 * beyond what its holder spent.
 */
export const checkBudgets = (log: readonly Fact[]): string[] =>
  ofCategory(log, 'budget').flatMap(([stream, events]) => {
    const violations: string[] = [];
    const spends = new Map<string, number>();
    const asked = new Map<string, number>();
    let leftCents = 0;
    for (const event of events) {
      const spendId = text(event, 'spendId');
      if (event.type === 'BudgetOpened') leftCents += count(event, 'amountCents');
      if (event.type === 'BudgetSpent') {
        if (spends.has(spendId)) violations.push(`Spend ${spendId} stands twice in ${stream}.`);
        spends.set(spendId, count(event, 'amountCents'));
        asked.set(spendId, count(event, 'amountCents'));
        leftCents -= count(event, 'amountCents');
      }
      if (event.type === 'SpendReleased') {
        const released = count(event, 'releasedCents');
        const spent = spends.get(spendId) ?? 0;
        if (released > spent) violations.push(`${stream} gives back ${released} of ${spent} at ${event.position}.`);
        spends.set(spendId, spent - released);
        leftCents += released;
      }
      if (event.type === 'SpendsTakenAgain') {
        for (const it of objects(event, 'spends')) {
          const [again, spent] = [text(it, 'spendId'), count(it, 'amountCents')];
          if (spent > (asked.get(again) ?? 0))
            violations.push(`${stream} spends ${spent} on ${again}, never asked for.`);
          leftCents -= spent - (spends.get(again) ?? 0);
          spends.set(again, spent);
        }
      }
      if (leftCents < 0) violations.push(`${stream} is overspent at ${event.position}.`);
    }
    return violations;
  });
