import { deciderSpec } from '@adempauze/testing';
import { test } from '@jest/globals';
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
