import type { RecordCostSharing } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { CostSharingEvent } from './cost-sharing.events.ts';

export type CostSharingCommand = {
  readonly type: 'RecordCostSharing';
  readonly data: RecordCostSharing;
  readonly now: Instant;
};
export type CostSharingState = { readonly agreed: RecordCostSharing | undefined };
export type CostSharingRejection = Rejection<'already-exists'>;

/** What was agreed never changes: other percentages are another agreement, from another day. */
export const costSharingDecider: Decider<CostSharingCommand, CostSharingState, CostSharingEvent, CostSharingRejection> =
  {
    initialState: { agreed: undefined },
    evolve(_state, { data: { recordedAt: _, ...agreed } }) {
      return { agreed };
    },
    decide({ data, now }, { agreed }) {
      if (agreed === undefined) return accept({ type: 'CostSharingRecorded', data: { ...data, recordedAt: now } });
      return sameContent(agreed, data) ? accept() : reject('already-exists');
    },
  };
