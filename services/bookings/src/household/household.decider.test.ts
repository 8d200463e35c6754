import { ChangeCareNeed, MandateId } from '@adempauze/contracts';
import { derivedId, fold, isRedacted } from '@adempauze/kernel';
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

test('taken back from somebody, no other mandate of theirs is left (R27)', () => {
  const other = mandateIdOf('other');
  const twice = { ...granted, data: { ...granted.data, mandateId: other } } as HouseholdEvent;
  const both = { ...withdrawn, data: { ...withdrawn.data, mandateId: other } } as HouseholdEvent;
  given(registered, granted, twice).when(withdraw).then(withdrawn, both).twiceIsOnce();
});
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
    fc.constantFrom(announce, say(true), say(false), correct({ languages: ['ar'] }), correct({ careHoursPerWeek: 2 })),
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
        // One, always; and who was it before is never who it is now.
        if (state === undefined || state.contactPerson.accountId === '') return false;
        if (state.handOver?.previous.accountId === state.contactPerson.accountId) return false;
      }
      return state === undefined || state.contactPerson.accountId.startsWith('account-');
    }),
  );
});

const correct = (data: object): HouseholdCommand => ({
  type: 'ChangeCareNeed',
  data: ChangeCareNeed.parse({ householdId, changedBy: 'account-fatima', ...data }),
  now: later,
});
test('what was told is corrected in one place, and the rest stays as it was (R26)', () => {
  const { recipient } = registered.data as HouseholdRegistered;
  if (isRedacted(recipient.profile)) throw new Error('The example has a recipient.');
  const change: HouseholdEvent = {
    type: 'CareNeedChanged',
    data: {
      ...{ householdId, changedBy: 'account-fatima', changedAt: later, languages: ['ar'] },
      recipient: { ...recipient, profile: { ...recipient.profile, traits: ['wandering'] } },
    },
  };
  given(registered)
    .when(correct({ languages: ['ar'], recipient: { traits: ['wandering'], conditions: ['dementia'] } }))
    .then(change)
    .twiceIsOnce();
  const state = fold(householdDecider, [registered, change]);
  expect(state?.registered.recipient.profile).toMatchObject({ traits: ['wandering'], name: 'Hendrik Zandstra' });
  expect(state?.registered.languages).toEqual(['ar']);
});
test('what is known already is no correction', () => {
  given(registered)
    .when(correct({ languages: ['nl'], careHoursPerWeek: 30, recipient: { conditions: ['dementia'] } }))
    .then();
  given().when(correct({})).thenRejected('household-not-found');
});
test('a registration that comes again after a correction is still the same', () => {
  const changed: HouseholdEvent = {
    type: 'CareNeedChanged',
    data: { householdId, careHoursPerWeek: 50, changedBy: 'account-fatima', changedAt: later },
  };
  given(registered, changed).when(register()).then();
});
test('of somebody who was forgotten nothing is corrected', () => {
  const { data } = registered as { data: HouseholdRegistered };
  const recipient = { ...data.recipient, profile: { redacted: true } } as const;
  given({ type: 'HouseholdRegistered', data: { ...data, recipient } })
    .when(correct({ languages: ['ar'] }))
    .thenRejected('person-forgotten');
});

const say = (consent: boolean): HouseholdCommand => ({
  type: 'SayBriefConsent',
  data: { householdId, given: consent, by: 'account-fatima' },
  now: later,
});
test('who tells the story says whether it may be read by who gives the care, and can take that back (R26)', () => {
  const withdrawn: HouseholdEvent = {
    type: 'BriefConsentSaid',
    data: { householdId, given: false, by: 'account-fatima', saidAt: later },
  };
  expect(fold(householdDecider, [registered])?.briefConsent).toEqual({ given: true, by: 'account-fatima', at: now });
  given(registered).when(say(false)).then(withdrawn).twiceIsOnce();
  expect(fold(householdDecider, [registered, withdrawn])?.briefConsent).toMatchObject({ given: false, at: later });
  const silent = registeredBy(register({ shareBrief: false }));
  expect(fold(householdDecider, [silent])?.briefConsent.given).toBe(false);
  given(silent)
    .when(say(true))
    .then({ ...withdrawn, data: { ...withdrawn.data, given: true } });
});

const handedOver: HouseholdEvent = {
  type: 'ContactPersonChanged',
  data: { householdId, contactPerson: { ...contactPerson, caregiverId }, changedAt: later },
};
const announce: HouseholdCommand = { type: 'AnnounceHandOver', data: { householdId }, now: later };
test('a hand-over names who it was before, and is announced once (R25)', () => {
  expect(fold(householdDecider, [registered])?.handOver).toBeNull();
  expect(fold(householdDecider, [registered, handedOver])?.handOver).toEqual({
    previous: expect.objectContaining({ accountId: 'account-fatima' }),
    since: later,
    announcedAt: null,
  });
  given(registered).when(announce).thenRejected('no-hand-over');
  given(registered, handedOver)
    .when(announce)
    .then({ type: 'HandOverAnnounced', data: { householdId, announcedAt: later } })
    .twiceIsOnce();
});
test('another spelling of the same person is no hand-over', () => {
  const renamed: HouseholdEvent = {
    type: 'ContactPersonChanged',
    data: {
      householdId,
      contactPerson: { accountId: 'account-fatima', name: 'F. Zandstra', organisation: '', caregiverId },
      changedAt: later,
    },
  };
  expect(fold(householdDecider, [registered, renamed])?.handOver).toBeNull();
});
