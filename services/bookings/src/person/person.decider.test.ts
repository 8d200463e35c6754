import { plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, personIdOf } from '../examples.fixtures.ts';
import { personDecider } from './person.decider.ts';

test('anybody is forgotten once, known here or not', () => {
  const personId = personIdOf('helper');
  const now = at('2027-01-04T09:00:00Z');
  deciderSpec(personDecider)()
    .when({ type: 'ForgetPerson', personId, now })
    .then({ type: 'PersonForgotten', data: { personId, forgottenAt: now } })
    .twiceIsOnce();
});

test('however often and in whatever order it is asked: one event, and nobody is remembered again', () => {
  const times = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(times, (seconds) => {
      const personId = personIdOf('helper');
      let state = personDecider.initialState;
      let events = 0;
      for (const second of seconds) {
        const now = plusMs(at('2027-01-04T09:00:00Z'), second * 1000);
        const decision = personDecider.decide({ type: 'ForgetPerson', personId, now }, state);
        if (!decision.accepted) throw new Error('Forgetting is never refused.');
        events += decision.events.length;
        state = decision.events.reduce(personDecider.evolve, state);
        expect(state).toEqual({ forgotten: true });
      }
      expect(events).toBe(1);
    }),
  );
});
