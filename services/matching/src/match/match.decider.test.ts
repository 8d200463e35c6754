import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, bookingIdOf, helperIdOf, matchIdOf, requestNamed } from '../examples.fixtures.ts';
import { type MatchCommand, type MatchState, matchDecider } from './match.decider.ts';
import type { LapseReason, MatchEvent } from './match.events.ts';

const given = deciderSpec(matchDecider);
const matchId = matchIdOf('a');
const bookingId = bookingIdOf('a');
const wim = helperIdOf('Wim');
const noor = helperIdOf('Noor');
const monday = at('2027-02-22T10:00:00Z');
const wednesday = at('2027-02-24T10:00:00Z');

const request = requestNamed('a');
const open: MatchCommand = { type: 'OpenMatch', data: request, now: monday };
const opened: MatchEvent = {
  type: 'MatchOpened',
  data: { ...request, languages: [...request.languages], span: { ...request.span }, openedAt: monday },
};
const propose = (helperId = wim, now = monday, objection?: LapseReason): MatchCommand => ({
  type: 'ProposeHelper',
  data: { matchId, helperId },
  objection: objection === undefined ? undefined : { code: objection, facts: {} },
  now,
});
const proposed = (helperId = wim, proposal = 1, answerBy = wednesday): MatchEvent => ({
  type: 'HelperProposed',
  data: { matchId, helperId, proposal, answerBy, proposedAt: monday },
});
const refuse = (helperId = wim, now = monday): MatchCommand => ({
  type: 'RefuseProposal',
  data: { matchId, helperId },
  now,
});
const refused = (helperId = wim, proposal = 1): MatchEvent => ({
  type: 'ProposalRefused',
  data: { matchId, helperId, proposal, refusedAt: monday },
});
const lapsed = (reason: LapseReason, helperId = wim, proposal = 1, lapsedAt = monday): MatchEvent => ({
  type: 'ProposalLapsed',
  data: { matchId, helperId, proposal, reason, facts: {}, lapsedAt },
});
const confirm = (helperId = wim, proposal = 1, now = monday): MatchCommand => ({
  type: 'ConfirmMatch',
  data: { matchId, helperId, proposal },
  now,
});
const matched = (helperId = wim, proposal = 1): MatchEvent => ({
  type: 'HelperMatched',
  data: { matchId, helperId, proposal, bookingId, matchedAt: monday },
});
const check = (helperId = wim, now = monday): MatchCommand => ({
  type: 'CheckAnswer',
  data: { matchId, helperId },
  now,
});
const passDeadline = (now = wednesday): MatchCommand => ({ type: 'PassDeadline', data: { matchId }, now });
const close: MatchCommand = { type: 'CloseMatch', data: { matchId }, now: monday };
const closed = (reason: 'nobody-found' | 'answer-by-passed', closedAt = monday): MatchEvent => ({
  type: 'MatchClosed',
  data: { matchId, bookingId, reason, closedAt },
});
const cancel: MatchCommand = { type: 'CancelMatch', data: { matchId }, now: monday };
const cancelled = (helperId?: typeof wim): MatchEvent => ({
  type: 'MatchCancelled',
  data: { matchId, bookingId, ...(helperId === undefined ? {} : { helperId }), cancelledAt: monday },
});

test('a wish for a helper opens a match, once', () => given().when(open).then(opened).twiceIsOnce());
test('a helper is asked, and has two days', () => given(opened).when(propose()).then(proposed()).twiceIsOnce());
test('or until the booking waits no longer', () =>
  given(opened)
    .when(propose(wim, at('2027-02-28T12:00:00Z')))
    .then({
      type: 'HelperProposed',
      data: {
        matchId,
        helperId: wim,
        proposal: 1,
        answerBy: request.bookingAnswerBy,
        proposedAt: at('2027-02-28T12:00:00Z'),
      },
    })
    .twiceIsOnce());
test('one helper is asked at a time', () =>
  given(opened, proposed()).when(propose(noor)).thenRejected('match-not-open'));
test('who cannot come is not asked', () =>
  given(opened)
    .when(propose(wim, monday, 'helper-at-maximum'))
    .thenRejected('helper-at-maximum'));
test('who said no is not asked again', () =>
  given(opened, proposed(), refused()).when(propose()).thenRejected('helper-said-no'));
test('nobody is asked once the booking no longer waits', () =>
  given(opened).when(propose(wim, request.bookingAnswerBy)).thenRejected('match-not-open'));
test('there is nothing to propose for', () => given().when(propose()).thenRejected('match-not-found'));

test('no puts the request back into the queue; no reason is asked', () =>
  given(opened, proposed()).when(refuse()).then(refused()).twiceIsOnce());
test('another can be asked then', () =>
  given(opened, proposed(), refused()).when(propose(noor)).then(proposed(noor, 2)).twiceIsOnce());
test('an answer of somebody who was not asked', () => {
  given(opened, proposed()).when(refuse(noor)).thenRejected('match-not-proposed');
  given(opened, proposed()).when(check(noor)).thenRejected('match-not-proposed');
  given(opened).when(check()).thenRejected('match-not-proposed');
});
test('a millisecond before the deadline counts', () =>
  given(opened, proposed())
    .when(check(wim, at('2027-02-24T09:59:59.999Z')))
    .then()
    .twiceIsOnce());
test('and on the deadline it is too late, swept or not', () => {
  given(opened, proposed()).when(check(wim, wednesday)).thenRejected('answer-too-late');
  given(opened, proposed()).when(refuse(wim, wednesday)).thenRejected('answer-too-late');
  given(opened, proposed(), lapsed('answer-too-late')).when(check(wim, wednesday)).thenRejected('answer-too-late');
});
test('yes makes the match', () => given(opened, proposed()).when(confirm()).then(matched()).twiceIsOnce());
test('yes to an older proposal makes nothing', () => {
  given(opened, proposed(wim), lapsed('answer-too-late'), proposed(noor, 2))
    .when(confirm())
    .thenRejected('match-not-proposed');
  given(opened, proposed(wim), lapsed('answer-too-late')).when(confirm()).thenRejected('match-not-open');
  given(opened, proposed(), cancelled()).when(confirm()).thenRejected('match-not-open');
});
test('a yes that was taken on in time makes the match also when it is finished later', () =>
  given(opened, proposed())
    .when(confirm(wim, 1, at('2027-02-25T10:00:00Z')))
    .then({
      type: 'HelperMatched',
      data: { matchId, helperId: wim, proposal: 1, bookingId, matchedAt: at('2027-02-25T10:00:00Z') },
    })
    .twiceIsOnce());
test('no after yes is no answer to a proposal', () =>
  given(opened, proposed(), matched()).when(refuse()).thenRejected('match-not-proposed'));
test('a helper who turns out to be taken goes out of the request, which stays in the queue', () => {
  const why = { code: 'helper-already-assigned', facts: {} } as const;
  const lapse: MatchCommand = {
    type: 'LapseProposal',
    data: { matchId, helperId: wim, proposal: 1 },
    why,
    now: monday,
  };
  given(opened, proposed()).when(lapse).then(lapsed('helper-already-assigned')).twiceIsOnce();
  given(opened, proposed(), lapsed('helper-already-assigned')).when(check()).thenRejected('helper-already-assigned');
  given(opened, proposed(), lapsed('helper-already-assigned')).when(propose()).then(proposed(wim, 2));
  given(opened, proposed(), matched()).when(lapse).then();
});

test('silence puts the request back into the queue', () => {
  given(opened, proposed())
    .when(passDeadline())
    .then(lapsed('answer-too-late', wim, 1, wednesday))
    .twiceIsOnce();
  given(opened, proposed())
    .when(passDeadline(at('2027-02-24T09:59:59.999Z')))
    .then();
});
test('when the booking waits no longer the match is closed', () => {
  const evening = request.bookingAnswerBy;
  given(opened).when(passDeadline(evening)).then(closed('answer-by-passed', evening)).twiceIsOnce();
  given(opened, proposed()).when(passDeadline(evening)).then(closed('answer-by-passed', evening));
  given(opened, proposed(), matched()).when(passDeadline(evening)).then();
  given().when(passDeadline(evening)).then();
});
test('the organisation finds nobody', () => {
  given(opened).when(close).then(closed('nobody-found')).twiceIsOnce();
  given(opened, proposed()).when(close).then(closed('nobody-found'));
  given(opened, proposed(), matched()).when(close).thenRejected('match-not-open');
  given(opened, cancelled()).when(close).thenRejected('match-not-open');
});
test('a booking that is cancelled cancels the match, and says whom to release', () => {
  given(opened, proposed()).when(cancel).then(cancelled()).twiceIsOnce();
  given(opened, proposed(), matched()).when(cancel).then(cancelled(wim)).twiceIsOnce();
  given(opened, closed('nobody-found')).when(cancel).then();
  given().when(cancel).then();
});

const commands = fc.array(
  fc.record({
    kind: fc.integer({ min: 0, max: 8 }),
    helper: fc.constantFrom(wim, noor),
    hours: fc.integer({ min: 0, max: 30 }),
  }),
  { maxLength: 40 },
);

test('whatever is asked: proposals are numbered, one is open at a time, a refusal is never forgotten, an end is an end', () => {
  fc.assert(
    fc.property(commands, (asked) => {
      let state: MatchState = matchDecider.evolve(matchDecider.initialState, opened);
      let hours = 0;
      for (const { kind, helper, hours: later } of asked) {
        hours += later;
        const now = at(new Date(Date.parse(monday) + hours * 3_600_000).toISOString());
        const proposal = state.status === 'absent' ? 0 : state.proposals;
        const why = { code: 'helper-already-assigned', facts: {} } as const;
        const data = { matchId, helperId: helper, proposal };
        const all: MatchCommand[] = [
          propose(helper, now),
          propose(helper, now),
          refuse(helper, now),
          confirm(helper, proposal, now),
          { type: 'LapseProposal', data, why, now },
          passDeadline(now),
          { ...close, now },
          { ...cancel, now },
          check(helper, now),
        ];
        const command = all[kind] ?? open;
        const before = state;
        const decision = matchDecider.decide(command, before);
        if (!decision.accepted) continue;
        expect(decision.events.length).toBeLessThanOrEqual(1);
        state = decision.events.reduce(matchDecider.evolve, before);
        if (before.status === 'absent' || state.status === 'absent') throw new Error('The match is gone.');
        expect(matchDecider.decide(command, state)).toEqual({ accepted: true, events: [] });
        expect(state.refusedBy.slice(0, before.refusedBy.length)).toEqual(before.refusedBy);
        expect(state.proposals - before.proposals).toBe(decision.events[0]?.type === 'HelperProposed' ? 1 : 0);
        if (before.status === 'closed' || before.status === 'cancelled') expect(state).toBe(before);
        if (state.status === 'proposed') expect(state.refusedBy).not.toContain(state.current.helperId);
      }
    }),
    { numRuns: 300 },
  );
});

const careful = requestNamed('a', { approval: 'family-first' });
const openedCarefully: MatchEvent = {
  type: 'MatchOpened',
  data: { ...careful, languages: [...careful.languages], span: { ...careful.span }, openedAt: monday },
};
const shown = (helperId = wim, proposal = 1): MatchEvent => ({
  type: 'HelperProposed',
  data: { matchId, helperId, proposal, awaits: 'family', answerBy: wednesday, proposedAt: monday },
});
const tuesday = at('2027-02-23T10:00:00Z');
const approve = (answer: 'yes' | 'no', helperId = wim, now = tuesday): MatchCommand => ({
  ...{ type: 'ApproveHelper', data: { matchId, helperId, answer }, now },
});
const approved: MatchEvent = {
  type: 'HelperApproved',
  data: { matchId, helperId: wim, proposal: 1, answerBy: at('2027-02-25T10:00:00Z'), approvedAt: tuesday },
};
const notWanted: MatchEvent = {
  type: 'HelperNotWanted',
  data: { matchId, helperId: wim, proposal: 1, saidAt: tuesday },
};
test('a family that wishes so says yes before the helper is asked, who has two days from then (R51)', () => {
  given(openedCarefully).when(propose()).then(shown()).twiceIsOnce();
  for (const early of [check(), refuse(), confirm()]) {
    given(openedCarefully, shown()).when(early).thenRejected('family-not-asked');
  }
  given(openedCarefully, shown()).when(approve('yes')).then(approved).twiceIsOnce();
  given(openedCarefully, shown(), approved).when(confirm()).then(matched());
  given(openedCarefully, shown()).when(approve('yes', noor)).thenRejected('match-not-proposed');
});
test('whom the family would rather not have is not proposed again, and never heard of it', () => {
  given(openedCarefully, shown()).when(approve('no')).then(notWanted).twiceIsOnce();
  given(openedCarefully, shown(), notWanted).when(propose()).thenRejected('family-said-no');
  given(openedCarefully, shown(), notWanted).when(propose(noor)).then(shown(noor, 2));
  given(openedCarefully, shown(), approved).when(approve('no')).thenRejected('match-not-proposed');
});
test('a familiar face was approved before, and is asked at once (R14)', () => {
  const data = { matchId, helperId: wim };
  const known: MatchCommand = { type: 'ProposeHelper', data, objection: undefined, isKnown: true, now: monday };
  given(openedCarefully).when(known).then(proposed());
});
test('a family that says nothing in two days keeps nobody waiting', () => {
  given(openedCarefully, shown())
    .when(approve('yes', wim, wednesday))
    .thenRejected('answer-too-late');
  given(openedCarefully, shown())
    .when(passDeadline())
    .then(lapsed('answer-too-late', wim, 1, wednesday));
});
