import type { StayEndReason, StayVoice, StayWord, WorkerId } from '@adempauze/contracts';
import { hourMs, type Instant, plusMs } from '@adempauze/kernel';
import type { StayData, StayEvent } from './stay.events.ts';

/** How long after a step each may take to say how it was; before the next begins. */
export const sayWithinMs = 48 * hourMs;

export type StayStep = StayData<'StayPlanned'>['steps'][number] & {
  readonly said: { readonly [V in StayVoice]?: StayWord };
  readonly metWorkerIds: readonly WorkerId[];
  readonly passedAt: Instant | null;
  /** `asked`: the step before it went well, and its booking has yet to hear of it. */
  readonly gate: 'none' | 'closed' | 'asked' | 'open';
};
/** What the process has recorded that it wants, and has no answer to yet. */
export type StayWants = 'hold' | 'confirm' | 'roster' | 'release' | 'record';

export type Stay = {
  readonly planned: StayData<'StayPlanned'>;
  readonly status: 'asked' | 'held' | 'confirmed' | 'refused' | 'ended';
  readonly steps: readonly StayStep[];
  readonly wants: ReadonlySet<StayWants>;
  readonly refusal: Pick<StayData<'StayRefused'>, 'code' | 'facts'> | null;
  readonly end: StayData<'StayEnded'> | null;
  readonly endReason: StayEndReason | null;
  /** Since when the turn lasts, and when it ends. */
  readonly since: Instant;
  readonly deadlineAt: Instant | null;
  readonly overdue: boolean;
};
export type StayState = Stay | undefined;

/** The step whose outcome is next: the first that has not passed. */
export const turnOf = ({ steps }: Stay): number => steps.findIndex(({ passedAt }) => passedAt === null);

/** The step that was going on when it ended, as long as nobody said what was given of it. */
export const leftOpen = ({ steps, end }: Pick<Stay, 'steps' | 'end'>): number | undefined => {
  if (end === null || end.given !== undefined) return undefined;
  const running = steps.findIndex(({ span }) => span.from <= end.endedAt && end.endedAt < span.until);
  return running < 0 ? undefined : running;
};

export const evolveStay = (state: StayState, { type, data }: StayEvent): StayState => {
  if (type === 'StayPlanned') {
    const steps = data.steps.map((it, index) => ({
      ...{ ...it, said: {}, metWorkerIds: [], passedAt: null },
      gate: index === 0 ? ('none' as const) : ('closed' as const),
    }));
    return {
      ...{ planned: data, status: 'asked', steps, wants: new Set(['hold']), refusal: null, end: null, endReason: null },
      ...{ since: data.plannedAt, deadlineAt: null, overdue: false },
    };
  }
  if (state === undefined) return state;
  switch (type) {
    case 'StayHeld':
      return { ...wanting(state, [], ['hold']), status: 'held', since: data.heldAt };
    case 'StayRefused': {
      const refusal = { code: data.code, facts: data.facts };
      return { ...wanting(state, [], ['hold']), status: 'refused', refusal, since: data.refusedAt };
    }
    case 'StayConfirmed':
      return { ...wanting(state, ['confirm'], []), status: 'confirmed', since: data.confirmedAt };
    case 'StayAgreed':
      return { ...wanting(state, [], ['confirm']), deadlineAt: sayBy(state, 0) };
    case 'OutcomeSaid':
      return withStep(state, data.step, (it) => ({
        ...it,
        said: { ...it.said, [data.voice]: data.word },
        metWorkerIds: [...new Set([...it.metWorkerIds, ...data.metWorkerIds])],
      }));
    case 'StepPassed': {
      const passed = withStep(state, data.step, (it) => ({ ...it, passedAt: data.passedAt }));
      const opened = withStep(passed, data.step + 1, (it) => ({ ...it, gate: 'asked' }));
      const wants = data.metWorkerIds.length > 0 ? (['roster'] as const) : [];
      return {
        ...wanting(opened, wants, []),
        ...{ since: data.passedAt, deadlineAt: sayBy(state, data.step + 1), overdue: false },
      };
    }
    case 'StayGateOpened':
      return withStep(state, data.step, (it) => ({ ...it, gate: 'open' }));
    case 'StayRostered':
      return wanting(state, [], ['roster']);
    case 'OutcomeOverdue':
      return { ...state, since: data.overdueAt, deadlineAt: null, overdue: true };
    case 'StayEnded': {
      const wants = [
        ...(data.release.length > 0 ? (['release'] as const) : []),
        ...(data.given === undefined ? [] : (['record'] as const)),
      ];
      // A gate that was to open stays closed: nothing comes after the end.
      const steps = state.steps.map((it) => (it.gate === 'asked' ? { ...it, gate: 'closed' as const } : it));
      return {
        ...wanting({ ...state, steps }, wants, ['hold', 'confirm', 'roster']),
        ...{ status: 'ended', end: data, endReason: data.reason, since: data.endedAt, deadlineAt: null },
      };
    }
    case 'StayGivenSaid': {
      if (state.end === null) return state;
      const { step, deliveryId, quantity } = data;
      return { ...wanting(state, ['record'], []), end: { ...state.end, given: { step, deliveryId, quantity } } };
    }
    case 'StayReleased':
      return wanting(state, [], ['release']);
    case 'StayGivenRecorded':
      return wanting(state, [], ['record']);
  }
};

/** Until when a step's outcome is awaited; the last one, the stay itself, opens nothing any more. */
const sayBy = ({ steps }: Stay, step: number): Instant | null => {
  const [it, next] = [steps[step], steps[step + 1]];
  if (it === undefined || next === undefined) return null;
  const late = plusMs(it.span.until, sayWithinMs);
  return late < next.span.from ? late : next.span.from;
};

const wanting = (state: Stay, more: readonly StayWants[], less: readonly StayWants[]): Stay => {
  const wants = new Set([...state.wants, ...more]);
  for (const it of less) wants.delete(it);
  return { ...state, wants };
};

const withStep = (state: Stay, step: number, change: (it: StayStep) => StayStep): Stay => ({
  ...state,
  steps: state.steps.map((it, index) => (index === step ? change(it) : it)),
});
