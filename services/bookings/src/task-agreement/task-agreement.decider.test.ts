import { type Doer, HelperId, HighRiskAct, RecordInstruction, TaskAgreementId, WorkerId } from '@adempauze/contracts';
import { Day, derivedId, fold } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { about, at, bookingIdOf, personIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { actLimitsDecider, limitsOf } from './act-limits.decider.ts';
import { agreementView, type TaskAgreementCommand, taskAgreementDecider } from './task-agreement.decider.ts';
import { actIn, type TaskAgreementEvent, wideAct } from './task-agreement.events.ts';

const given = deciderSpec(taskAgreementDecider);
const now = at('2027-05-01T09:00:00Z');
const later = at('2027-05-02T09:00:00Z');
const { householdId, providerId } = about;
const idOf = (word: string) => TaskAgreementId.parse(derivedId('agreement', word));
const agreementId = idOf('one');
const scope = { kind: 'booking', id: bookingIdOf('one') } as const;
const caregiver: Doer = { kind: 'caregiver' };
const volunteer: Doer = { kind: 'volunteer', helperId: HelperId.parse(derivedId('helper')) };
const worker: Doer = { kind: 'worker', workerId: WorkerId.parse(derivedId('worker')) };
type Recorded = Extract<TaskAgreementCommand, { type: 'RecordTaskAgreement' }>['data'];
const data: Recorded = {
  ...{ agreementId, householdId, providerId, recipientId: personIdOf('fatima-recipient'), scope },
  act: 'tube-feeding',
  ...{ doer: worker, reviewOn: Day.parse('2027-08-01'), recordedBy: 'account-provider' },
};
type Changes = Partial<Recorded>;
const record = (changes: Changes = {}, limits = limitsOf(undefined)): TaskAgreementCommand => ({
  ...{ type: 'RecordTaskAgreement', data: { ...data, ...changes }, limits, now },
});
const agreed = (changes: Changes = {}): TaskAgreementEvent => {
  const { act, ...rest } = { ...data, ...changes };
  return { type: 'TaskAgreed', data: { ...rest, act: wideAct(act), agreedAt: now } };
};
const instruct = (outcome: RecordInstruction['outcome']): TaskAgreementCommand => ({
  ...{ type: 'RecordInstruction', data: { agreementId, outcome }, now: later },
});
const instructed = (outcome: RecordInstruction['outcome']): TaskAgreementEvent => ({
  ...{ type: 'InstructionRecorded', data: { agreementId, householdId, outcome, recordedAt: later } },
});
const end = (type: 'DeclineTask' | 'WithdrawTask'): TaskAgreementCommand => ({
  type,
  data: { agreementId },
  now: later,
});
const declined: TaskAgreementEvent = {
  type: 'TaskDeclined',
  data: { agreementId, householdId, scope, declinedAt: later },
};

test('each act has a named doer, and who answers for it follows from that (R55)', () => {
  given().when(record()).then(agreed()).twiceIsOnce();
  const viewOf = (doer: Doer) => {
    const [first] = fold(taskAgreementDecider, [agreed({ doer })]).agreements;
    return first && agreementView(first);
  };
  expect(viewOf(caregiver)?.liable).toEqual({ kind: 'caregiver' });
  expect(viewOf(volunteer)?.liable).toEqual({ kind: 'volunteer-organisation', providerId });
  expect(viewOf(worker)).toMatchObject({
    ...{ act: 'tube-feeding', liable: { kind: 'provider', providerId }, instruction: { status: 'to-do' } },
  });
});
test('one act of one booking has one agreement at a time; of the series it may have another', () => {
  given(agreed())
    .when(record({ agreementId: idOf('two'), doer: caregiver }))
    .thenRejected('act-agreed-already');
  const ofSeries = { agreementId: idOf('two'), scope: { kind: 'series', id: seriesIdOf('one') } } as const;
  given(agreed()).when(record(ofSeries)).then(agreed(ofSeries));
  given(agreed())
    .when(record({ doer: caregiver }))
    .thenRejected('already-exists');
});
test('what an organisation lets its people do is its own to say; a caregiver it says nothing of', () => {
  given()
    .when(record({ doer: volunteer }))
    .thenRejected('act-not-allowed');
  given()
    .when(record({ doer: caregiver }, { workers: [], volunteers: [] }))
    .then(agreed({ doer: caregiver }));
  given()
    .when(record({}, { workers: [], volunteers: [] }))
    .thenRejected('act-not-allowed');
  given()
    .when(record({ doer: volunteer }, { workers: [], volunteers: ['tube-feeding'] }))
    .then(agreed({ doer: volunteer }));
});
test('it is looked at again on a day that is still to come', () =>
  given()
    .when(record({ reviewOn: Day.parse('2027-05-01') }))
    .thenRejected('review-in-the-past'));
test('an instruction is repeated until it is clear', () => {
  given(agreed()).when(instruct('clear')).thenRejected('instruction-not-given');
  given(agreed()).when(instruct('given')).then(instructed('given')).twiceIsOnce();
  given(agreed(), instructed('given')).when(instruct('unclear')).then(instructed('unclear')).twiceIsOnce();
  const unclear = [agreed(), instructed('given'), instructed('unclear')] as const;
  given(...unclear)
    .when(instruct('clear'))
    .thenRejected('instruction-not-clear');
  given(...unclear)
    .when(instruct('given'))
    .then(instructed('given'));
  const [clear] = fold(taskAgreementDecider, [...unclear, instructed('given'), instructed('clear')]).agreements;
  expect(clear?.instruction).toEqual({ status: 'clear', timesGiven: 2, since: later });
});
test('a no of the doer is respected: the same person is not asked for it here again', () => {
  given(agreed()).when(end('DeclineTask')).then(declined).twiceIsOnce();
  given(agreed(), declined)
    .when(record({ agreementId: idOf('two') }))
    .thenRejected('doer-said-no');
  const other = { agreementId: idOf('two'), doer: caregiver };
  given(agreed(), declined).when(record(other)).then(agreed(other));
  const otherAct = { agreementId: idOf('two'), act: 'suctioning' } as const;
  given(agreed(), declined).when(record(otherAct)).then(agreed(otherAct));
});
test('what was withdrawn can be agreed again, under an id of its own', () => {
  const withdrawn: TaskAgreementEvent = {
    type: 'TaskWithdrawn',
    data: { agreementId, householdId, scope, withdrawnAt: later },
  };
  given(agreed()).when(end('WithdrawTask')).then(withdrawn).twiceIsOnce();
  given(agreed(), withdrawn).when(record()).thenRejected('already-exists');
  given(agreed(), withdrawn)
    .when(record({ agreementId: idOf('two') }))
    .then(agreed({ agreementId: idOf('two') }));
  given().when(end('WithdrawTask')).thenRejected('agreement-not-found');
});
test('on the day of the review it is told once', () => {
  const tell = (on: string): TaskAgreementCommand => ({ type: 'TellReview', data: { agreementId }, now: at(on) });
  given(agreed()).when(tell('2027-07-31T21:59:59Z')).then();
  given(agreed())
    .when(tell('2027-07-31T22:00:00Z'))
    .then({
      type: 'TaskReviewDue',
      data: { agreementId, householdId, scope, dueAt: at('2027-07-31T22:00:00Z') },
    })
    .twiceIsOnce();
});
test('every act is sealed at the same length', () => {
  expect(new Set(HighRiskAct.options.map((act) => wideAct(act).length)).size).toBe(1);
  for (const act of HighRiskAct.options) expect(actIn(wideAct(act))).toBe(act);
});
test('limits are said as a whole, and saying the same again changes nothing', () => {
  const limits = { providerId, workers: ['suctioning', 'tube-feeding'], volunteers: [] } as const;
  const set = (it: typeof limits) => ({
    ...{ type: 'SetActLimits' as const, data: { ...it, workers: [...it.workers], volunteers: [] }, now },
  });
  deciderSpec(actLimitsDecider)()
    .when(set(limits))
    .then({
      type: 'ActLimitsSet',
      data: { providerId, workers: ['tube-feeding', 'suctioning'], volunteers: [], setAt: now },
    })
    .twiceIsOnce();
});

test('whatever happens: one agreement a scope and act, nobody who said no is named, and each command twice is once', () => {
  const ids = ['a', 'b', 'c'].map(idOf);
  const command: fc.Arbitrary<TaskAgreementCommand> = fc.oneof(
    fc
      .record({
        agreementId: fc.constantFrom(...ids),
        act: fc.constantFrom('tube-feeding' as const, 'suctioning' as const),
        doer: fc.constantFrom(caregiver, volunteer, worker),
      })
      .map((changes) => record(changes, { workers: ['tube-feeding'], volunteers: ['suctioning'] })),
    fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...RecordInstruction.shape.outcome.options)).map(
      ([id, outcome]): TaskAgreementCommand => ({
        type: 'RecordInstruction',
        data: { agreementId: id, outcome },
        now: later,
      }),
    ),
    fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom('DeclineTask' as const, 'WithdrawTask' as const))
      .map(([id, type]): TaskAgreementCommand => ({ type, data: { agreementId: id }, now: later })),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
      let state = taskAgreementDecider.initialState;
      for (const next of commands) {
        const decision = taskAgreementDecider.decide(next, state);
        if (!decision.accepted) continue;
        state = decision.events.reduce(taskAgreementDecider.evolve, state);
        const again = taskAgreementDecider.decide(next, state);
        if (!again.accepted || again.events.length > 0) return false;
        const keys = state.agreements.map(({ act }) => act);
        if (new Set(keys).size !== keys.length) return false;
        for (const { agreed: it, act, instruction } of state.agreements) {
          const who = it.doer.kind === 'worker' ? it.doer.workerId : it.doer.kind;
          if (state.refusals.some(({ doer, act: no }) => doer === who && no === act)) return false;
          if (it.doer.kind === 'worker' && act !== 'tube-feeding') return false;
          if (it.doer.kind === 'volunteer' && act !== 'suctioning') return false;
          if (instruction.status !== 'to-do' && instruction.timesGiven === 0) return false;
        }
      }
      return true;
    }),
  );
});
