import type {
  ActLimits,
  AgreementScope,
  Doer,
  HighRiskAct,
  LiabilityBearer,
  ProviderId,
  RecordInstruction,
  RecordTaskAgreement,
  TaskAgreementId,
  TaskAgreementView,
} from '@adempauze/contracts';
import { accept, type Decider, dayOf, type Instant, isRedacted, type Rejection, reject } from '@adempauze/kernel';
import { actIn, type TaskAgreed, type TaskAgreementEvent, wideAct } from './task-agreement.events.ts';

type Named = { readonly agreementId: TaskAgreementId };
export type TaskAgreementCommand = { readonly now: Instant } & (
  | {
      readonly type: 'RecordTaskAgreement';
      readonly data: RecordTaskAgreement & Pick<TaskAgreed, 'householdId' | 'recipientId' | 'providerId'>;
      /** What the organisation lets its people do. */
      readonly limits: Pick<ActLimits, 'workers' | 'volunteers'>;
    }
  | { readonly type: 'RecordInstruction'; readonly data: Named & Pick<RecordInstruction, 'outcome'> }
  | { readonly type: 'DeclineTask' | 'WithdrawTask' | 'TellReview'; readonly data: Named }
);

export type Agreement = {
  readonly agreed: TaskAgreed;
  /** `null`: the recipient was forgotten. */
  readonly act: HighRiskAct | null;
  readonly instruction: TaskAgreementView['instruction'];
  readonly reviewTold: boolean;
};
export type TaskAgreementState = {
  readonly agreements: readonly Agreement[];
  /** Those that ended, as they were: a late repeat brings none back, and an end that is said again is answered as before. */
  readonly ended: readonly Agreement[];
  /** Who would rather not do which act: they are not asked for it here again. */
  readonly refusals: readonly { readonly doer: string; readonly act: HighRiskAct | null }[];
};

export type TaskAgreementRejection = Rejection<
  | 'already-exists'
  | 'agreement-not-found'
  | 'act-agreed-already'
  | 'act-not-allowed'
  | 'doer-said-no'
  | 'review-in-the-past'
  | 'instruction-not-given'
  | 'instruction-not-clear'
>;

/** Who answers for what this doer does: the caregiver for themselves, an organisation for its own people (R55). */
export const liableFor = (doer: Doer, providerId: ProviderId): LiabilityBearer => {
  switch (doer.kind) {
    case 'caregiver':
      return { kind: 'caregiver' };
    case 'volunteer':
      return { kind: 'volunteer-organisation', providerId };
    case 'worker':
      return { kind: 'provider', providerId };
  }
};

/** The doer as one word, for comparing. */
export const doerKey = (doer: Doer): string => {
  switch (doer.kind) {
    case 'caregiver':
      return doer.kind;
    case 'volunteer':
      return doer.helperId;
    case 'worker':
      return doer.workerId;
  }
};

export const isSameScope = (a: AgreementScope, b: AgreementScope): boolean => a.kind === b.kind && a.id === b.id;

/**
 * Who does which high-risk act in one household. A no of the doer stays said; an instruction is repeated until it is
 * clear; on one act of one booking, series or stay there is one agreement at a time.
 */
export const taskAgreementDecider: Decider<
  TaskAgreementCommand,
  TaskAgreementState,
  TaskAgreementEvent,
  TaskAgreementRejection
> = {
  initialState: { agreements: [], ended: [], refusals: [] },

  evolve(state, { type, data }) {
    if (type === 'TaskAgreed') {
      const act = isRedacted(data.act) ? null : actIn(data.act);
      const instruction = { status: 'to-do' as const, timesGiven: 0, since: data.agreedAt };
      return { ...state, agreements: [...state.agreements, { agreed: data, act, instruction, reviewTold: false }] };
    }
    const { agreementId } = data;
    const isIt = (it: Agreement) => it.agreed.agreementId === agreementId;
    const change = (to: (it: Agreement) => Agreement): TaskAgreementState => ({
      ...state,
      agreements: state.agreements.map((it) => (isIt(it) ? to(it) : it)),
    });
    const ended = {
      agreements: state.agreements.filter((it) => !isIt(it)),
      ended: [...state.ended, ...state.agreements.filter(isIt)],
    };
    switch (type) {
      case 'InstructionRecorded':
        return change((it) => ({ ...it, instruction: instructionAfter(it.instruction, data) }));
      case 'TaskDeclined': {
        const said = state.agreements.find(isIt);
        const refusal = said === undefined ? [] : [{ doer: doerKey(said.agreed.doer), act: said.act }];
        return { ...state, ...ended, refusals: [...state.refusals, ...refusal] };
      }
      case 'TaskWithdrawn':
        return { ...state, ...ended };
      case 'TaskReviewDue':
        return change((it) => ({ ...it, reviewTold: true }));
    }
  },

  decide(command, state) {
    const { now } = command;
    const { agreementId } = command.data;
    const isIt = ({ agreed }: Agreement) => agreed.agreementId === agreementId;
    const known = state.agreements.find(isIt);
    if (command.type === 'RecordTaskAgreement') {
      const { data, limits } = command;
      const { act, doer, scope, reviewOn } = data;
      if (known !== undefined) return isSame(known, data) ? accept() : reject('already-exists');
      if (state.ended.some(isIt)) return reject('already-exists');
      if (reviewOn <= dayOf(now)) return reject('review-in-the-past');
      const allowed = { caregiver: undefined, volunteer: limits.volunteers, worker: limits.workers }[doer.kind];
      if (allowed?.includes(act) === false) return reject('act-not-allowed');
      if (state.refusals.some((it) => it.doer === doerKey(doer) && it.act === act)) return reject('doer-said-no');
      if (state.agreements.some((it) => it.act === act && isSameScope(it.agreed.scope, scope)))
        return reject('act-agreed-already');
      return accept({ type: 'TaskAgreed', data: { ...data, act: wideAct(act), agreedAt: now } });
    }
    if (known === undefined) {
      const isOver = command.type !== 'RecordInstruction' && state.ended.some(isIt);
      return isOver ? accept() : reject('agreement-not-found');
    }
    const { householdId, scope, reviewOn } = known.agreed;
    const about = { agreementId, householdId, scope };
    switch (command.type) {
      case 'RecordInstruction': {
        const { outcome } = command.data;
        const { status, timesGiven } = known.instruction;
        if (outcome === 'given' ? status === 'given' : statusAfter[outcome] === status) return accept();
        if (outcome !== 'given' && timesGiven === 0) return reject('instruction-not-given');
        // What was not clear is repeated first, and asked about again then.
        if ((outcome === 'clear' || outcome === 'observed') && status === 'repeat')
          return reject('instruction-not-clear');
        const data = { agreementId, householdId, outcome, recordedAt: now };
        return accept({ type: 'InstructionRecorded', data });
      }
      case 'DeclineTask':
        return accept({ type: 'TaskDeclined', data: { ...about, declinedAt: now } });
      case 'WithdrawTask':
        return accept({ type: 'TaskWithdrawn', data: { ...about, withdrawnAt: now } });
      case 'TellReview':
        if (known.reviewTold || dayOf(now) < reviewOn) return accept();
        return accept({ type: 'TaskReviewDue', data: { ...about, dueAt: now } });
    }
  },
};

const statusAfter = { given: 'given', observed: 'observed', unclear: 'repeat', clear: 'clear' } as const;

const instructionAfter = (
  { timesGiven }: Agreement['instruction'],
  { outcome, recordedAt }: { outcome: RecordInstruction['outcome']; recordedAt: Instant },
): Agreement['instruction'] => ({
  status: statusAfter[outcome],
  timesGiven: outcome === 'given' ? timesGiven + 1 : timesGiven,
  since: recordedAt,
});

const isSame = ({ agreed, act }: Agreement, asked: RecordTaskAgreement): boolean =>
  act === asked.act &&
  isSameScope(agreed.scope, asked.scope) &&
  doerKey(agreed.doer) === doerKey(asked.doer) &&
  agreed.reviewOn === asked.reviewOn;

/** What both sides see of it. */
export const agreementView = ({ agreed, act, instruction }: Agreement): TaskAgreementView => ({
  agreementId: agreed.agreementId,
  householdId: agreed.householdId,
  scope: agreed.scope,
  act,
  doer: agreed.doer,
  liable: liableFor(agreed.doer, agreed.providerId),
  instruction: { ...instruction },
  reviewOn: agreed.reviewOn,
  recordedAt: agreed.agreedAt,
});
