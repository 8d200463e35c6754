import type { AcclimatisationStep, EndStay, SayOutcome, StayEndReason } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  type Instant,
  isRedacted,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { AtCost } from '../cancelling/charge.rules.ts';
import type { StayData, StayEvent } from './stay.events.ts';
import { evolveStay, leftOpen, type Stay, type StayState, turnOf } from './stay.state.rules.ts';

export type StayCommand = { readonly now: Instant } & (
  | {
      readonly type: 'PlanStay';
      readonly data: Omit<StayData<'StayPlanned'>, 'plannedAt'>;
      /** What the house proposes to this household; nothing when it has been there before. */
      readonly proposed: readonly AcclimatisationStep[];
    }
  | { readonly type: 'RecordHeld' }
  | { readonly type: 'RecordRefused'; readonly code: string; readonly facts: Rejection['facts'] }
  | { readonly type: 'ConfirmStay' }
  /** `lost`: at least one could not be confirmed. */
  | { readonly type: 'RecordAgreed'; readonly lost: boolean }
  | { readonly type: 'SayOutcome'; readonly data: Omit<SayOutcome, 'stayId'> }
  | { readonly type: 'RecordGate'; readonly step: number }
  | { readonly type: 'RecordRostered'; readonly step: number }
  /** The outcome of a step was awaited too long. */
  | { readonly type: 'MissOutcome' }
  | { readonly type: 'EndStay'; readonly data: AtCost<Omit<EndStay, 'stayId' | 'acceptCostCents'>> }
  /** A booking of it ended by itself: cancelled, declined or expired. */
  | { readonly type: 'LoseStep'; readonly step: number }
  | { readonly type: 'RecordReleased' }
  | { readonly type: 'RecordGiven' }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type StayRejection = Rejection<
  | 'already-exists'
  | 'stay-not-found'
  | 'stay-not-held'
  | 'stay-ended'
  | 'acclimatisation-first'
  | 'step-not-begun'
  | 'step-not-in-turn'
  | 'time-in-the-past'
>;
type Answer = Decision<StayEvent, StayRejection>;
type EndData = Extract<StayCommand, { type: 'EndStay' }>['data'];

/**
 * A stay and what leads up to it (R15, A15). A later step waits for the outcome of the one before, by caregiver, recipient
 * and house; one word `stop`, or one lost step, releases all that was to come in one event. Nothing else opens a gate.
 */
export const stayDecider: Decider<StayCommand, StayState, StayEvent, StayRejection> = {
  initialState: undefined,
  evolve: evolveStay,
  decide(command, state) {
    if (command.type === 'PlanStay') return plan(command, state);
    return state === undefined ? reject('stay-not-found') : decideOn(state, command);
  },
};

const decideOn = (state: Stay, command: Exclude<StayCommand, { type: 'PlanStay' }>): Answer => {
  const { now } = command;
  const about = aboutOf(state);
  switch (command.type) {
    case 'RecordHeld':
      if (!state.wants.has('hold')) return accept();
      return accept({ type: 'StayHeld', data: { ...about, heldAt: now } });
    case 'RecordRefused': {
      if (!state.wants.has('hold')) return accept();
      const { code, facts } = command;
      return accept({ type: 'StayRefused', data: { ...about, code, facts: { ...facts }, refusedAt: now } });
    }
    case 'ConfirmStay':
      if (state.status === 'confirmed') return accept();
      if (state.status !== 'held') return reject('stay-not-held');
      return accept({ type: 'StayConfirmed', data: { ...about, confirmedAt: now } });
    case 'RecordAgreed': {
      if (!state.wants.has('confirm')) return accept();
      if (command.lost) return accept(ended(state, 'step-lost', 'caregiver', now));
      return accept({ type: 'StayAgreed', data: { ...about, agreedAt: now } });
    }
    case 'SayOutcome':
      return say(state, command.data, now);
    case 'RecordGate':
      if (state.steps[command.step]?.gate !== 'asked') return accept();
      return accept({ type: 'StayGateOpened', data: { ...about, step: command.step, openedAt: now } });
    case 'RecordRostered':
      if (!state.wants.has('roster')) return accept();
      return accept({ type: 'StayRostered', data: { ...about, step: command.step, rosteredAt: now } });
    case 'MissOutcome':
      if (state.deadlineAt === null || state.deadlineAt > now || state.status !== 'confirmed') return accept();
      return accept({ type: 'OutcomeOverdue', data: { ...about, step: turnOf(state), overdueAt: now } });
    case 'EndStay': {
      if (state.status === 'ended') return sayGiven(state, command.data.given, now);
      if (state.status === 'refused') return reject('stay-ended');
      const { by, reason, given, charges = [], agreedAt } = command.data;
      const running = state.steps.findIndex(({ span }) => span.from <= now && now < span.until);
      const recorded = given === undefined || running < 0 ? {} : { given: { step: running, ...given } };
      const agreed = {
        ...(charges.length === 0 ? {} : { charges: [...charges] }),
        ...(agreedAt === undefined ? {} : { agreedAt }),
      };
      return accept(ended(state, reason, by, now, { ...recorded, ...agreed }));
    }
    case 'LoseStep': {
      // What is over, or was let go by the stay itself, is no loss.
      const isOver = (state.steps[command.step]?.passedAt ?? null) !== null || command.step >= state.steps.length;
      if (state.status === 'ended' || state.status === 'refused' || isOver) return accept();
      // A plan that nobody had said yes to is no loss to anybody.
      return accept(ended(state, state.status === 'confirmed' ? 'step-lost' : 'cancelled', 'caregiver', now));
    }
    case 'RecordReleased': {
      if (!state.wants.has('release')) return accept();
      return accept({ type: 'StayReleased', data: { ...about, steps: state.end?.release ?? [], releasedAt: now } });
    }
    case 'RecordGiven': {
      const step = state.end?.given?.step;
      if (!state.wants.has('record') || step === undefined) return accept();
      return accept({ type: 'StayGivenRecorded', data: { ...about, step, recordedAt: now } });
    }
    case 'GoOn':
      return accept();
  }
};

/** Whoever ended it, the house says what was given of what was going on, until that is over anyway. */
const sayGiven = (state: Stay, given: EndData['given'], now: Instant): Answer => {
  const step = leftOpen(state);
  if (given === undefined || step === undefined || !(now < (state.steps[step]?.span.until ?? now))) return accept();
  return accept({ type: 'StayGivenSaid', data: { ...aboutOf(state), step, ...given, saidAt: now } });
};

const plan = ({ data, proposed, now }: StayCommand & { type: 'PlanStay' }, state: StayState): Answer => {
  if (state !== undefined) return isRepeat(state, data) ? accept() : reject('already-exists');
  if (data.steps.some(({ span }) => span.from <= now)) return reject('time-in-the-past');
  const named = new Set<string>([...data.steps.map(({ kind }) => kind), ...data.waived]);
  if (proposed.some((it) => !named.has(it))) return reject('acclimatisation-first');
  return accept({ type: 'StayPlanned', data: { ...data, plannedAt: now } });
};

const say = (state: Stay, { step, voice, word, metWorkerIds }: Omit<SayOutcome, 'stayId'>, now: Instant): Answer => {
  const it = state.steps[step];
  const repeated = it?.said[voice] === word && metWorkerIds.every((id) => it.metWorkerIds.includes(id));
  if (repeated) return accept();
  if (state.status === 'ended') return reject('stay-ended');
  if (state.status !== 'confirmed' || state.wants.has('confirm')) return reject('stay-not-held');
  // The stay itself comes after every gate: what is said of it is in its record of care.
  if (it === undefined || step !== turnOf(state) || step === state.steps.length - 1) return reject('step-not-in-turn');
  if (now < it.span.from) return reject('step-not-begun');
  const said: StayEvent = {
    type: 'OutcomeSaid',
    data: { ...aboutOf(state), step, voice, word, metWorkerIds: [...metWorkerIds], saidAt: now },
  };
  if (word === 'stop')
    return accept<StayEvent>(said, ended(state, 'does-not-fit', voice === 'house' ? 'provider' : 'caregiver', now));
  const words = { ...it.said, [voice]: word };
  if (words.caregiver === undefined || words.recipient === undefined || words.house === undefined) return accept(said);
  const met = [...new Set([...it.metWorkerIds, ...metWorkerIds])];
  const passed: StayEvent = {
    type: 'StepPassed',
    data: { ...aboutOf(state), step, metWorkerIds: met, passedAt: now },
  };
  return accept<StayEvent>(said, passed);
};

/** All that had not begun when that was agreed is let go of together. */
const ended = (
  state: Stay,
  reason: StayEndReason,
  by: EndStay['by'],
  now: Instant,
  more: Pick<StayData<'StayEnded'>, 'given' | 'charges' | 'agreedAt'> = {},
): StayEvent => ({
  type: 'StayEnded',
  data: {
    ...aboutOf(state),
    ...{ reason, by },
    release: state.steps.flatMap(({ span }, step) => (span.from > (more.agreedAt ?? now) ? [step] : [])),
    ...more,
    endedAt: now,
  },
});

const aboutOf = ({ planned: { stayId, householdId } }: Stay) => ({ stayId, householdId });

/** Words that were forgotten are not compared. */
const isRepeat = ({ planned }: Stay, data: (StayCommand & { type: 'PlanStay' })['data']): boolean => {
  const { plannedAt: _at, purpose, steps, ...kept } = planned;
  const { purpose: again, steps: askedSteps, ...asked } = data;
  const words = isRedacted(purpose) || isRedacted(again) || purpose === again;
  return (
    words &&
    planned.caregiverJoins === data.caregiverJoins &&
    JSON.stringify(steps.map(({ kind, span }) => [kind, span.from, span.until])) ===
      JSON.stringify(askedSteps.map(({ kind, span }) => [kind, span.from, span.until])) &&
    Object.entries(asked).every(([key, value]) => JSON.stringify(Reflect.get(kept, key)) === JSON.stringify(value))
  );
};
