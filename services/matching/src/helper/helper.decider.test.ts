import type { RegisterHelper } from '@adempauze/contracts';
import { fold, isRedacted, minuteMs, msOf, overlaps, plusMs, redacted } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  at,
  bookingIdOf,
  helperIdOf,
  matchIdOf,
  organisationId,
  otherOrganisationId,
  registered,
  registration,
  spanOf,
  tuesday,
} from '../examples.fixtures.ts';
import { minutesPerWeek, withTravel } from './availability.rules.ts';
import { type HelperCommand, type HelperState, helperDecider } from './helper.decider.ts';
import type { HelperEvent } from './helper.events.ts';

const given = deciderSpec(helperDecider);
const now = at('2027-02-23T09:00:00Z');
const helperId = helperIdOf('Wim');

const register = (differences: Partial<RegisterHelper> = {}): Extract<HelperCommand, { type: 'RegisterHelper' }> => ({
  type: 'RegisterHelper',
  data: registration('Wim', differences),
  organisationKind: 'volunteer-organisation',
  now: at('2027-01-04T09:00:00Z'),
});
const appointment = (match: string, span = tuesday, proposal = 1) => ({
  matchId: matchIdOf(match),
  bookingId: bookingIdOf(match),
  proposal,
  span,
});
const assign = (match: string, span = tuesday, proposal = 1): Extract<HelperCommand, { type: 'AssignHelper' }> => ({
  type: 'AssignHelper',
  data: { helperId, organisationId, form: 'F06', ...appointment(match, span, proposal) },
  now,
});
const assigned = (match: string, span = tuesday, proposal = 1): HelperEvent => ({
  type: 'HelperAssigned',
  data: { helperId, ...appointment(match, span, proposal), assignedAt: now },
});
const release = (match: string, proposal?: number): HelperCommand => ({
  type: 'ReleaseHelper',
  data: { helperId, matchId: matchIdOf(match), ...(proposal === undefined ? {} : { proposal }) },
  now,
});
const released = (match: string): HelperEvent => ({
  type: 'HelperReleased',
  data: { helperId, matchId: matchIdOf(match), bookingId: bookingIdOf(match), releasedAt: now },
});
const forgotten: HelperEvent = { type: 'HelperForgotten', data: { helperId, forgottenAt: now } };
const wim = registered('Wim', { maxHoursPerWeek: 6 });

test('an organisation of volunteers registers a helper', () =>
  given().when(register()).then(registered('Wim')).twiceIsOnce());
test('a welfare organisation does too (F06)', () =>
  given()
    .when({ ...register(), organisationKind: 'welfare' })
    .then(registered('Wim'))
    .twiceIsOnce());
test('a nursing home has no volunteers here', () =>
  given()
    .when({ ...register(), organisationKind: 'nursing-home' })
    .thenRejected('no-volunteer-organisation'));
test('an organisation that nobody knows registers nobody', () =>
  given()
    .when({ ...register(), organisationKind: undefined })
    .thenRejected('provider-not-found'));
test('the same id with another phone is another helper', () =>
  given(registered('Wim'))
    .when(register({ phone: '06 12345678' }))
    .thenRejected('already-exists'));
test('who was forgotten is not registered again', () =>
  given(registered('Wim'), forgotten).when(register()).thenRejected('person-forgotten'));

test('a free helper takes an appointment on', () => given(wim).when(assign('a')).then(assigned('a')).twiceIsOnce());
test('nobody can be assigned who is not there', () => given().when(assign('a')).thenRejected('helper-not-found'));
test('a second family in the same slot comes too late (A18)', () =>
  given(wim, assigned('a')).when(assign('b')).thenRejected('helper-already-assigned'));
test('half an hour of travel is kept free', () => {
  given(wim, assigned('a'))
    .when(assign('b', spanOf('2027-03-02T15:29:00Z', '2027-03-02T16:00:00Z')))
    .thenRejected('helper-already-assigned');
  const later = spanOf('2027-03-02T15:30:00Z', '2027-03-02T16:00:00Z');
  given(wim, assigned('a')).when(assign('b', later)).then(assigned('b', later));
});
test('not a minute above the weekly maximum', () => {
  const thursday = spanOf('2027-03-04T10:00:00Z', '2027-03-04T14:00:00Z');
  given(wim, assigned('a')).when(assign('b', thursday)).then(assigned('b', thursday));
  given(wim, assigned('a'))
    .when(assign('b', { ...thursday, until: plusMs(thursday.until, minuteMs) }))
    .thenRejected('helper-at-maximum', { maxHoursPerWeek: 6 });
});
test('outside the windows', () =>
  given(wim)
    .when(assign('a', spanOf('2027-03-02T20:00:00Z', '2027-03-02T21:30:00Z')))
    .thenRejected('helper-not-available'));
test('a form that this helper does not give', () =>
  given(registered('Wim', { forms: ['F21'] }))
    .when(assign('a'))
    .thenRejected('helper-other-form'));
test('a helper of another organisation', () =>
  given(registered('Wim', { organisationId: otherOrganisationId }))
    .when(assign('a'))
    .thenRejected('helper-of-other-organisation'));
test('what has begun cannot be taken on', () =>
  given(wim)
    .when({ ...assign('a'), now: tuesday.from })
    .thenRejected('time-in-the-past'));
test('who was forgotten takes nothing on', () =>
  given(wim, forgotten).when(assign('a')).thenRejected('person-forgotten'));
test('nor when only the key is gone, and it is recorded then', () => {
  const { type, data } = wim as Extract<HelperEvent, { type: 'HelperRegistered' }>;
  given({ type, data: { ...data, name: redacted, place: redacted } })
    .when(assign('a'))
    .thenRejected('person-forgotten');
  given({ type, data: { ...data, name: redacted, place: redacted } })
    .when({ type: 'ForgetHelper', data: { helperId }, now })
    .then(forgotten)
    .twiceIsOnce();
});

test('released, the time is free again', () => {
  given(wim, assigned('a')).when(release('a')).then(released('a')).twiceIsOnce();
  given(wim, assigned('a'), released('a')).when(assign('b')).then(assigned('b'));
});
test('a release of an older proposal does not take the newer away', () => {
  given(wim, assigned('a', tuesday, 2))
    .when(release('a', 1))
    .then();
  given(wim, assigned('a', tuesday, 2))
    .when(release('a', 2))
    .then(released('a'));
});
test('a newer proposal of the same match takes the place of the older', () => {
  given(wim, assigned('a', tuesday, 1))
    .when(assign('a', tuesday, 2))
    .then(assigned('a', tuesday, 2))
    .twiceIsOnce();
  const state = fold(helperDecider, [wim, assigned('a', tuesday, 1), assigned('a', tuesday, 2)]);
  expect(state).toMatchObject({ assignments: [appointment('a', tuesday, 2)] });
});
test('there is nothing to release of somebody who is not there', () => given().when(release('a')).then().twiceIsOnce());

test('a person who is no helper is forgotten without a trace here', () =>
  given().when({ type: 'ForgetHelper', data: { helperId }, now }).then().twiceIsOnce());
test('a forgotten helper has no name, and what stands stands', () => {
  given(wim, assigned('a')).when({ type: 'ForgetHelper', data: { helperId }, now }).then(forgotten).twiceIsOnce();
  expect(fold(helperDecider, [wim, assigned('a'), forgotten])).toMatchObject({
    status: 'forgotten',
    profile: { name: null, phone: null, place: null },
    assignments: [appointment('a')],
  });
});
test('appointments of weeks gone by are dropped from the state', () => {
  const old = spanOf('2027-02-16T13:00:00Z', '2027-02-16T15:00:00Z');
  expect(fold(helperDecider, [wim, assigned('old', old), assigned('a')])).toMatchObject({
    assignments: [appointment('a')],
  });
});

const command = fc.oneof(
  fc
    .record({
      match: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      proposal: fc.integer({ min: 1, max: 3 }),
      quarter: fc.integer({ min: 0, max: 14 * 96 }),
      quarters: fc.integer({ min: 1, max: 20 }),
    })
    .map(({ match, proposal, quarter, quarters }) => {
      const from = plusMs(at('2027-03-22T07:00:00Z'), quarter * 15 * minuteMs); // over the change of the clock
      return assign(match, { from, until: plusMs(from, quarters * 15 * minuteMs) }, proposal);
    }),
  fc
    .record({
      match: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      proposal: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    })
    .map(({ match, proposal }) => release(match, proposal)),
  fc.constant<HelperCommand>({ type: 'ForgetHelper', data: { helperId }, now }),
);

test('whatever is asked, appointments never overlap and no week is fuller than the maximum', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      let state: HelperState = helperDecider.evolve(helperDecider.initialState, wim);
      for (const it of commands) {
        const decision = helperDecider.decide(it, state);
        if (!decision.accepted) continue;
        state = decision.events.reduce(helperDecider.evolve, state);
        expect(helperDecider.decide(it, state)).toEqual({ accepted: true, events: [] });
        checkCalendar(state);
      }
    }),
    { numRuns: 300 },
  );
});

const checkCalendar = (state: HelperState) => {
  if (state.status === 'absent') throw new Error('The helper is gone.');
  const minutes = new Map<string, number>();
  state.assignments.forEach(({ span }, index) => {
    for (const other of state.assignments.slice(index + 1)) expect(overlaps(withTravel(span), other.span)).toBe(false);
    for (const [monday, some] of minutesPerWeek(span)) minutes.set(monday, (minutes.get(monday) ?? 0) + some);
    expect(msOf(span.until)).toBeGreaterThan(msOf(span.from));
  });
  for (const sum of minutes.values()) expect(sum).toBeLessThanOrEqual(state.profile.maxHoursPerWeek * 60);
  expect(isRedacted(state.profile.name)).toBe(false);
};
