import { type ActLimits, HighRiskAct } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection } from '@adempauze/kernel';
import type { ActLimitsEvent } from './task-agreement.events.ts';

export type ActLimitsCommand = { readonly type: 'SetActLimits'; readonly data: ActLimits; readonly now: Instant };
/** Undefined until the organisation has said something. */
export type ActLimitsState = Pick<ActLimits, 'workers' | 'volunteers'> | undefined;

/** Until an organisation says otherwise: who is trained does what the offer says; a volunteer does no act. Chosen. */
export const limitsOf = (state: ActLimitsState): NonNullable<ActLimitsState> =>
  state ?? { workers: [...HighRiskAct.options], volunteers: [] };

/** The matrix of acts by kind of worker, as data of an organisation (R55). */
export const actLimitsDecider: Decider<ActLimitsCommand, ActLimitsState, ActLimitsEvent, Rejection<never>> = {
  initialState: undefined,
  evolve: (_state, { data: { workers, volunteers } }) => ({ workers, volunteers }),
  decide({ data, now }, state) {
    const { providerId } = data;
    const [workers, volunteers] = [inOrder(data.workers), inOrder(data.volunteers)];
    if (state !== undefined && same(workers, state.workers) && same(volunteers, state.volunteers)) return accept();
    return accept({ type: 'ActLimitsSet', data: { providerId, workers, volunteers, setAt: now } });
  },
};

const inOrder = (acts: readonly HighRiskAct[]): HighRiskAct[] =>
  HighRiskAct.options.filter((act) => acts.includes(act));
const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join();
