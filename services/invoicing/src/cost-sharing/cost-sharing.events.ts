import { RecordCostSharing } from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** What an insurer, a municipality and providers agreed to finance afterwards (S24). */
export const CostSharingEvent = z.discriminatedUnion('type', [
  event('CostSharingRecorded', { ...RecordCostSharing.shape, recordedAt: Instant }),
]);
export type CostSharingEvent = z.infer<typeof CostSharingEvent>;

export const costSharingStream = (costSharingId: string) => `cost_sharing-${costSharingId}`;
