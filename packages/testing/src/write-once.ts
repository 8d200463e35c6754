import type { Decider, Rejection } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

/**
 * The property of a decider whose stream is written once (a registration, a publication): whatever is asked in whatever
 * order, the first command is recorded and nothing after it; the same content again is accepted, another is refused;
 * and the state never changes again. `contentOf` is what a command says, apart from its moment.
 */
export const writesOnce = <C, S, E, R extends Rejection>({
  name,
  decider,
  commands,
  contentOf,
}: {
  readonly name: string;
  readonly decider: Decider<C, S, E, R>;
  /** Of few different contents, so that repeats and contradictions both occur. */
  readonly commands: fc.Arbitrary<C>;
  readonly contentOf: (command: C) => unknown;
}): void => {
  test(`${name}: the first is recorded, the same again changes nothing, another is refused`, () => {
    const seen = { repeats: 0, contradictions: 0 };
    fc.assert(
      fc.property(fc.array(commands, { minLength: 2, maxLength: 8 }), ([first, ...later]) => {
        if (first === undefined) return;
        const begun = decider.decide(first, decider.initialState);
        if (!begun.accepted) throw new Error('The first command of an empty stream is refused.');
        expect(begun.events).toHaveLength(1);
        const state = begun.events.reduce(decider.evolve, decider.initialState);
        for (const command of [first, ...later]) {
          const isRepeat = JSON.stringify(contentOf(command)) === JSON.stringify(contentOf(first));
          seen[isRepeat ? 'repeats' : 'contradictions'] += 1;
          const decision = decider.decide(command, state);
          if (isRepeat) expect(decision).toEqual({ accepted: true, events: [] });
          else expect(decision).toMatchObject({ accepted: false, rejection: { code: 'already-exists' } });
        }
      }),
    );
    expect(Math.min(seen.repeats, seen.contradictions)).toBeGreaterThan(20);
  });
};

/** Some moments, a second apart. */
export const moments = fc.integer({ min: 0, max: 5 }).map((second) => `2027-01-01T00:00:0${second}.000Z`);
