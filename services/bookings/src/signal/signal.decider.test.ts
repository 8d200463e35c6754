import { SignalCaregiver } from '@adempauze/contracts';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import { at, delft, householdIdOf, personIdOf, signalIdOf } from '../examples.fixtures.ts';
import { type SignalCommand, signalDecider } from './signal.decider.ts';
import type { SignalEvent } from './signal.events.ts';
import { oneWorkingDayAfter } from './working-day.rules.ts';
import { signsNoPayment } from './young.rules.ts';

const given = deciderSpec(signalDecider);
const now = at('2027-05-03T09:30:00Z');
const signalId = signalIdOf('one');
const signal = (changes: object = {}, consents: string[] = ['caregiver', 'parent']): SignalCommand => ({
  type: 'Signal',
  data: SignalCaregiver.parse({
    ...{ signalId, consents, source: 'school', referredBy: 'account-school', note: 'Komt vaak te laat.' },
    caregiver: { personId: personIdOf('mila'), accountId: 'account-mila', name: 'Mila', birthYear: 2012, place: delft },
    contactPerson: { accountId: 'account-nora', organisation: 'Wijkteam' },
    ...changes,
  }),
  now,
});
const signalled = ((): SignalEvent => {
  const decision = signalDecider.decide(signal(), undefined);
  const [event] = decision.accepted ? decision.events : [];
  if (event === undefined) throw new Error('The example should be accepted.');
  return event;
})();
const takeUp: SignalCommand = { type: 'TakeUp', householdId: householdIdOf('mila'), by: 'account-nora', now };
const takenUp: SignalEvent = {
  type: 'SignalTakenUp',
  data: {
    ...{ signalId, caregiverId: personIdOf('mila'), householdId: householdIdOf('mila'), by: 'account-nora' },
    ...{ municipality: '0503' as never, signalledAt: now, takenUpAt: now },
  },
};

test('somebody is noticed before there is any request, and who looks after it has one working day (R01, A14)', () => {
  given().when(signal()).then(signalled).twiceIsOnce();
  expect(signalled.data).toMatchObject({ dueAt: at('2027-05-04T09:30:00Z'), signalledAt: now });
});
test('not without consent: of a young caregiver a parent agrees too', () => {
  given()
    .when(signal({}, ['caregiver']))
    .thenRejected('consent-needed');
  given()
    .when(signal({}, ['parent']))
    .thenRejected('consent-needed');
});
test('who is noticed does not look after it', () =>
  given()
    .when(signal({ contactPerson: { accountId: 'account-mila' } }))
    .thenRejected('adult-contact-needed'));
test('taken up once, for one household; closed once', () => {
  given(signalled).when(takeUp).then(takenUp).twiceIsOnce();
  given(signalled, takenUp)
    .when({ ...takeUp, householdId: householdIdOf('other') })
    .thenRejected('signal-taken-up');
  const closed: SignalEvent = {
    type: 'SignalClosed',
    data: {
      ...{ signalId, municipality: '0503' as never, reason: 'helped', by: 'account-nora' },
      ...{ signalledAt: now, closedAt: now },
    },
  };
  const close: SignalCommand = { type: 'Close', reason: 'helped', by: 'account-nora', now };
  given(signalled, takenUp).when(close).then(closed).twiceIsOnce();
  given(signalled, closed).when(takeUp).thenRejected('signal-closed');
});
test('it shows when nobody got in touch in time', () => {
  const late = at('2027-05-04T09:30:00Z');
  const overdue: SignalEvent = { type: 'SignalOverdue', data: { signalId, overdueAt: late } };
  given(signalled).when({ type: 'MissContact', now: late }).then(overdue).twiceIsOnce();
  given(signalled, takenUp).when({ type: 'MissContact', now: late }).then();
});

test.each([
  // A Friday afternoon; after hours; a Saturday; the day before Ascension Day; over the clocks going forward.
  ['2027-05-21T13:00:00Z', '2027-05-24T13:00:00Z'],
  ['2027-05-20T16:00:00Z', '2027-05-21T15:00:00Z'],
  ['2027-05-22T08:00:00Z', '2027-05-24T15:00:00Z'],
  ['2027-05-05T08:00:00Z', '2027-05-07T08:00:00Z'],
  ['2027-03-26T09:00:00Z', '2027-03-30T08:00:00Z'],
])('one working day after %s is %s', (from, until) => expect(oneWorkingDayAfter(at(from))).toBe(at(until)));

test('a young caregiver signs no payment, until the year in which they turn eighteen is over', () => {
  const young = { accountId: 'account-mila', birthYear: 2012 };
  expect(signsNoPayment(young, 'account-mila', at('2030-12-31T22:59:59Z'))).toBe(true);
  expect(signsNoPayment(young, 'account-mila', at('2030-12-31T23:00:00Z'))).toBe(false);
  expect(signsNoPayment(young, 'account-parent', now)).toBe(false);
  expect(signsNoPayment(undefined, 'account-mila', now)).toBe(false);
});
