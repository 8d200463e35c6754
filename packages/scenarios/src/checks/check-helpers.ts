import { dayOf, hourMs, Instant, minuteMs, mondayOf } from '@adempauze/kernel';
import { count, type Fact, object, ofCategory, text } from './history.ts';

/** The family's yes to who comes (R51), or a proposal to somebody it knew, which needs none. */
export const isApproved = (fact: Fact): boolean =>
  fact.type === 'HelperApproved' || (fact.type === 'HelperProposed' && text(fact, 'awaits') !== 'family');

const travelMs = 30 * minuteMs;

/** Nobody is in two places at once, half an hour of travel included, nor asked for more hours in a week than offered. */
export const checkHelpers = (log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  for (const [stream, events] of ofCategory(log, 'helper')) {
    const [registered] = events;
    const mostMs = registered === undefined ? 0 : count(registered, 'maxHoursPerWeek') * hourMs;
    const spans = new Map<string, { readonly fromMs: number; readonly untilMs: number; readonly week: string }>();
    for (const event of events) {
      const matchId = text(event, 'matchId');
      if (event.type === 'HelperReleased') spans.delete(matchId);
      if (event.type !== 'HelperAssigned') continue;
      const from = Instant.parse(text(object(event, 'span'), 'from'));
      const fromMs = Date.parse(from);
      const untilMs = Date.parse(text(object(event, 'span'), 'until'));
      const week = mondayOf(dayOf(from));
      spans.delete(matchId);
      for (const it of spans.values())
        if (it.fromMs < untilMs + travelMs && fromMs < it.untilMs + travelMs)
          violations.push(`${stream} is in two places at once since ${event.position}.`);
      spans.set(matchId, { fromMs, untilMs, week });
      const worked = [...spans.values()].filter((it) => it.week === week);
      if (worked.reduce((sum, it) => sum + it.untilMs - it.fromMs, 0) > mostMs)
        violations.push(`${stream} is over the maximum of the week of ${week} since ${event.position}.`);
    }
  }
  return violations;
};
