import { minuteMs } from '@adempauze/kernel';
import { count, type Fact, object, text } from './history.ts';

/** How many fit when, told from a resource's events alone: what it opened with, and what was said since. */
export type CapacityTold = {
  tell(event: Fact): void;
  /** At a moment; a span that was named later counts before one named earlier, and any before none. */
  fitAt(atMs: number): number;
  /** Moments at which it may change. */
  edges(): number[];
  /** Kept free before and after each booking. */
  readonly travelMs: number;
  readonly bufferMs: number;
  /** Whether it is as it opened. */
  isPlain(): boolean;
};

export const capacityTold = (opened: Fact | undefined): CapacityTold => {
  let base = opened === undefined ? 0 : count(opened, 'capacity');
  const spans: { fromMs: number; untilMs: number; capacity: number }[] = [];
  let plain = true;
  return {
    travelMs: opened === undefined ? 0 : count(opened, 'travelMinutes') * minuteMs,
    bufferMs: opened === undefined ? 0 : count(opened, 'bufferMinutes') * minuteMs,
    tell(event) {
      if (event.type !== 'CapacityChanged') return;
      plain = false;
      const span = object(event, 'span');
      const capacity = count(event, 'capacity');
      const [fromMs, untilMs] = [Date.parse(text(span, 'from')), Date.parse(text(span, 'until'))];
      if (Number.isNaN(fromMs)) base = capacity;
      else spans.push({ fromMs, untilMs, capacity });
    },
    fitAt: (atMs) => spans.findLast((it) => it.fromMs <= atMs && atMs < it.untilMs)?.capacity ?? base,
    edges: () => spans.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]),
    isPlain: () => plain,
  };
};
