import { MandateId } from '@adempauze/contracts';
import { derivedId, fold } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, delft, fatima, householdIdOf, mandateIdOf, personIdOf, rijswijk } from '../examples.fixtures.ts';
import { type HouseholdCommand, householdDecider } from './household.decider.ts';
import type { HouseholdEvent, HouseholdRegistered } from './household.events.ts';

const given = deciderSpec(householdDecider);
const now = at('2027-01-04T09:00:00Z');
const later = at('2027-02-04T09:00:00Z');
const householdId = householdIdOf('fatima');
const caregiverId = personIdOf('fatima-caregiver');

const register = (changes = {}): HouseholdCommand => ({
  type: 'RegisterHousehold',
  data: fatima('fatima', changes),
  anyForgotten: false,
  now,
});
const registeredBy = (command: HouseholdCommand): HouseholdEvent => {
  const decision = householdDecider.decide(command, undefined);
  const [event] = decision.accepted ? decision.events : [];
  if (event === undefined) throw new Error('The example should be accepted.');
  return event;
};
const registered = registeredBy(register());

test('the story is told once, and each person has what is theirs (R26, R30)', () => {
  given().when(register()).then(registered).twiceIsOnce();
  const { caregiver, recipient, mandates } = registered.data as HouseholdRegistered;
  expect(caregiver).toEqual({
    personId: caregiverId,
    accountId: 'account-fatima',
    municipality: delft.municipality,
    profile: {
      name: 'Fatima Zandstra',
      phone: '0612345678',
      email: 'fatima.zandstra@example.org',
      place: delft,
      needProfile: 'Een middag zwemmen zonder telefoon.',
    },
  });
  expect(recipient).toMatchObject({ municipality: rijswijk.municipality, profile: { conditions: ['dementia'] } });
  expect(mandates).toEqual([]);
});
test('the same household with another story is refused', () =>
  given(registered)
    .when(register({ careHoursPerWeek: 31 }))
    .thenRejected('already-exists'));
test('nobody who was forgotten is written again', () => {
  given().when({ type: 'RegisterHousehold', data: fatima(), anyForgotten: true, now }).thenRejected('person-forgotten');
  const { data } = registered as { data: HouseholdRegistered };
  const redactedCaregiver = { ...data.caregiver, profile: { redacted: true } } as const;
  given({ type: 'HouseholdRegistered', data: { ...data, caregiver: redactedCaregiver } })
    .when(register())
    .thenRejected('person-forgotten');
});
test('a professional who registers on behalf has a mandate from then on (R27)', () => {
  const onBehalf = register({ registeredBy: { accountId: 'account-broker', role: 'professional' } });
  const mandateId = MandateId.parse(derivedId(householdId, 'mandate', 'account-broker'));
  const state = fold(householdDecider, [registeredBy(onBehalf)]);
  expect(state?.mandates).toEqual([{ mandateId, accountId: 'account-broker', grantedAt: now }]);
});

const contactPerson = { accountId: 'account-lead', name: 'Ria de Boer', organisation: 'Steunpunt Delft' };
const handOver: HouseholdCommand = { type: 'ChangeContactPerson', data: { householdId, contactPerson }, now: later };
test('the contact person hands over; there is always exactly one (R25)', () =>
  given(registered)
    .when(handOver)
    .then({
      type: 'ContactPersonChanged',
      data: { householdId, contactPerson: { ...contactPerson, caregiverId }, changedAt: later },
    })
    .twiceIsOnce());
test('there is nothing to hand over in a household that is not there', () =>
  given().when(handOver).thenRejected('household-not-found'));

const mandateId = mandateIdOf('broker');
const grant = (accountId = 'account-broker'): HouseholdCommand => ({
  type: 'GrantMandate',
  data: { householdId, mandateId, accountId },
  now: later,
});
const granted: HouseholdEvent = {
  type: 'MandateGranted',
  data: { householdId, mandateId, accountId: 'account-broker', grantedAt: later },
};
const withdraw: HouseholdCommand = { type: 'WithdrawMandate', data: { householdId, mandateId }, now: later };
const withdrawn: HouseholdEvent = {
  type: 'MandateWithdrawn',
  data: { householdId, mandateId, accountId: 'account-broker', withdrawnAt: later },
};
test('a mandate is given and taken back, each once', () => {
  given(registered).when(grant()).then(granted).twiceIsOnce();
  given(registered, granted).when(grant('account-other')).thenRejected('already-exists');
  given(registered, granted).when(withdraw).then(withdrawn).twiceIsOnce();
  given(registered).when(withdraw).thenRejected('mandate-not-found');
});
test('a late repeat of the grant does not bring it back', () =>
  given(registered, granted, withdrawn).when(grant()).thenRejected('already-exists'));

test('whatever happens there is exactly one contact person, and no mandate twice', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const command: fc.Arbitrary<HouseholdCommand> = fc.oneof(
    fc.constantFrom(register(), register({ careHoursPerWeek: 1 })),
    word.map(
      (it): HouseholdCommand => ({
        type: 'ChangeContactPerson',
        data: { householdId, contactPerson: { accountId: `account-${it}`, name: it, organisation: '' } },
        now: later,
      }),
    ),
    fc.tuple(word, word).map(
      ([mandate, account]): HouseholdCommand => ({
        type: 'GrantMandate',
        data: { householdId, mandateId: mandateIdOf(mandate), accountId: account },
        now: later,
      }),
    ),
    word.map(
      (it): HouseholdCommand => ({
        type: 'WithdrawMandate',
        data: { householdId, mandateId: mandateIdOf(it) },
        now: later,
      }),
    ),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      let state = householdDecider.initialState;
      for (const next of commands) {
        const decision = householdDecider.decide(next, state);
        if (!decision.accepted) continue;
        state = decision.events.reduce(householdDecider.evolve, state);
        const again = householdDecider.decide(next, state);
        if (!again.accepted || again.events.length > 0) return false;
        const ids = state?.mandates.map((it) => it.mandateId) ?? [];
        if (new Set(ids).size !== ids.length) return false;
      }
      return state === undefined || state.contactPerson.accountId.startsWith('account-');
    }),
  );
});
