import type { DayRange, OccupancyStep } from '@adempauze/contracts';
import { instantFromMs, instantOn, msOf } from '@adempauze/kernel';
import { isLive, isWithin, type SpanMs } from '../resource/calendar.rules.ts';
import { capacityIn } from '../resource/capacity.rules.ts';
import { bookableOf, type Resource } from '../resource/resource.state.rules.ts';

/** How full a resource is between two days: a step ends where somebody comes or goes, or where capacity or times change. */
export const timelineOf = (resource: Resource, days: DayRange, nowMs: number): OccupancyStep[] => {
  const span = { fromMs: msOf(instantOn(days.from)), untilMs: msOf(instantOn(days.until)) };
  const there = resource.occupations.filter((it) => isLive(it, nowMs) && meets(it, span));
  const open = bookableOf(resource).filter((it) => meets(it, span));
  const capacities = capacityIn(resource, span);
  const edges = [...there, ...open, ...capacities].flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]);
  const moments = [...new Set([span.fromMs, span.untilMs, ...edges])]
    .filter((it) => span.fromMs <= it && it <= span.untilMs)
    .sort((a, b) => a - b);
  return moments.slice(0, -1).map((fromMs, index): OccupancyStep => {
    const step = { fromMs, untilMs: moments[index + 1] ?? fromMs };
    const present = there.filter((it) => meets(it, step));
    return {
      span: { from: instantFromMs(step.fromMs), until: instantFromMs(step.untilMs) },
      capacity: capacities.find((it) => meets(it, step))?.capacity ?? resource.capacity,
      held: present.filter((it) => it.expiresAtMs !== null).length,
      taken: present.filter((it) => it.expiresAtMs === null).length,
      overridden: present.filter((it) => it.override !== undefined).length,
      open: isWithin(open, step),
    };
  });
};

const meets = (a: SpanMs, b: SpanMs): boolean => a.fromMs < b.untilMs && b.fromMs < a.untilMs;
