import { ActivationId } from '@adempauze/contracts';
import { derivedId, fold } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { about, afternoon, at, householdIdOf, offerIdOf, resourceIdOf } from '../examples.fixtures.ts';
import { type ActivationCommand, activationDecider, statusOfDate } from './activation.decider.ts';
import type { ActivationEvent } from './backup.events.ts';

const now = at('2027-05-01T08:00:00Z');
const named = (word: string) => ({
  ...{ offerId: offerIdOf(word), resourceId: resourceIdOf(word), placeOfService: 'recipient-home' as const },
  ...{ providerId: about.providerId, form: about.form },
});
const activate: ActivationCommand = {
  type: 'ActivateBackup',
  data: {
    ...{ activationId: ActivationId.parse(derivedId('activation', 'one')), householdId: householdIdOf('fatima') },
    ...{ candidates: [named('one'), named('two'), named('three')], requestedBy: 'account-fatima' },
    dates: [{ span: afternoon }, { span: afternoon }],
  },
  now,
};
const place = { date: fc.nat(2), candidate: fc.nat(3) };
const command: fc.Arbitrary<ActivationCommand> = fc.oneof(
  fc.constant(activate),
  fc.record({ type: fc.constant('RecordTry' as const), ...place, now: fc.constant(now) }),
  fc.record({
    ...{ type: fc.constant('RecordTry' as const), ...place, now: fc.constant(now) },
    no: fc.constant({ code: 'place-taken', facts: {} }),
  }),
  fc.record({ type: fc.constant('LoseBackup' as const), ...place, now: fc.constant(now) }),
);

test('nobody is asked twice for a time, in any order of answers, and at most one comes', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const history: ActivationEvent[] = [];
      for (const next of commands) {
        const decision = activationDecider.decide(next, fold(activationDecider, history));
        if (!decision.accepted) continue;
        history.push(...decision.events);
        const state = fold(activationDecider, history);
        const again = activationDecider.decide(next, state);
        if (!again.accepted || again.events.length > 0) return false;
        const areTrue = state?.dates.every((it) => {
          const order = it.tried.map(({ candidate }) => candidate);
          const inOrder = order.every((candidate, index) => candidate === index);
          return inOrder && it.candidate === order.length && (statusOfDate(state, it) !== 'found' || it.candidate < 3);
        });
        if (areTrue === false) return false;
      }
      return true;
    }),
    { numRuns: 1500 },
  );
});

test('beyond the last backup nobody answers, neither yes nor no', () => {
  const no = { code: 'place-taken', facts: {} };
  const history: ActivationEvent[] = [];
  const send = (next: ActivationCommand) => {
    const decision = activationDecider.decide(next, fold(activationDecider, history));
    if (decision.accepted) history.push(...decision.events);
  };
  send(activate);
  for (const candidate of [0, 1, 2]) send({ type: 'RecordTry', date: 0, candidate, no, now });
  const before = history.length;
  send({ type: 'RecordTry', date: 0, candidate: 3, now });
  send({ type: 'RecordTry', date: 0, candidate: 3, no, now });
  expect(history).toHaveLength(before);
});
