import { type Decider, fold, type Rejection } from '@adempauze/kernel';
import { expect } from '@jest/globals';

/**
 * Tests of a decider that read as the rule: `given(held).when(take).then(taken).twiceIsOnce()`, or
 * `.thenRejected('hold-expired')`, with the facts of the rejection where they matter.
 */
export const deciderSpec =
  <C, S, E, R extends Rejection>(decider: Decider<C, S, E, R>) =>
  (...history: readonly E[]) => ({
    when(command: C) {
      const state = fold(decider, history);
      const decision = () => decider.decide(command, state);
      return {
        /** The answer is yes and exactly this happened; without arguments: yes, and nothing changed. */
        // biome-ignore lint/suspicious/noThenProperty: given, when, then; nobody awaits it
        then(...events: readonly E[]) {
          expect(decision()).toEqual({ accepted: true, events });
          return {
            /** The same command on what came of it is accepted too, and changes nothing. */
            twiceIsOnce() {
              expect(decider.decide(command, events.reduce(decider.evolve, state))).toEqual({
                accepted: true,
                events: [],
              });
            },
          };
        },
        thenRejected(code: R['code'], facts?: Rejection['facts']) {
          const rejection = facts === undefined ? expect.objectContaining({ code }) : { code, facts };
          expect(decision()).toEqual({ accepted: false, rejection });
        },
      };
    },
  });
