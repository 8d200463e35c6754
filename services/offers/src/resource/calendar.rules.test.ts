import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  firstToLeave,
  isWithin,
  meltSpans,
  mostOccupied,
  type Occupied,
  type SpanMs,
  subtractSpans,
} from './calendar.rules.ts';

const anySpan = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 }))
  .map(([fromMs, length]): SpanMs => ({ fromMs, untilMs: fromMs + length }));
const spans = fc.array(anySpan, { maxLength: 12 });
const moments = (list: readonly SpanMs[]): number[] =>
  Array.from({ length: 45 }, (_, it) => it).filter((it) => list.some((s) => s.fromMs <= it && it < s.untilMs));
const expectMelted = (list: readonly SpanMs[]) => {
  for (const [i, it] of list.entries()) {
    expect(it.fromMs).toBeLessThan(it.untilMs);
    expect(it.fromMs).toBeGreaterThan(list[i - 1]?.untilMs ?? -1);
  }
};

test('melting keeps every moment, in the fewest spans', () => {
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const melted = meltSpans(meltSpans([], a), b);
      expectMelted(melted);
      expect(moments(melted)).toEqual(moments([...a, ...b]));
    }),
  );
});
test('taking out leaves every other moment', () => {
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const left = subtractSpans(meltSpans([], a), b);
      expectMelted(left);
      const gone = new Set(moments(b));
      expect(moments(left)).toEqual(moments(a).filter((it) => !gone.has(it)));
    }),
  );
});
test('a span lies within when all its moments do', () => {
  fc.assert(
    fc.property(spans, anySpan, (a, it) => {
      const open = new Set(moments(a));
      expect(isWithin(meltSpans([], a), it)).toBe(moments([it]).every((moment) => open.has(moment)));
    }),
  );
});

const occupied = fc
  .tuple(anySpan, fc.integer({ min: 0, max: 3 }), fc.option(fc.integer({ min: 0, max: 20 })))
  .map(
    ([it, buffer, expiresAtMs]): Occupied => ({ ...it, bookingId: 'b', freeAtMs: it.untilMs + buffer, expiresAtMs }),
  );
test('counts who is there at the fullest moment, and who leaves first', () => {
  fc.assert(
    fc.property(fc.array(occupied, { maxLength: 30 }), anySpan, fc.integer({ min: 0, max: 20 }), (list, it, nowMs) => {
      const sorted = list.toSorted((a, b) => a.fromMs - b.fromMs);
      const live = sorted.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
      const counts = moments([it]).map(
        (moment) => live.filter((o) => o.fromMs <= moment && moment < o.freeAtMs).length,
      );
      expect(mostOccupied(sorted, it, nowMs)).toBe(Math.max(0, ...counts));
      const leaving = live.filter((o) => o.fromMs < it.untilMs && o.freeAtMs > it.fromMs).map((o) => o.freeAtMs);
      expect(firstToLeave(sorted, it, nowMs)).toBe(leaving.length ? Math.min(...leaving) : undefined);
    }),
  );
});
