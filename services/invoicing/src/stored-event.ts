import type { SourceEvent } from '@adempauze/event-store';
import type { BudgetEvent } from './budget/budget.events.ts';
import type { ClaimEvent } from './claim/claim.events.ts';
import type { CostSharingEvent } from './cost-sharing/cost-sharing.events.ts';
import type { DeclineEvent } from './decline/decline.events.ts';
import type { FundingEvent } from './funding/funding.events.ts';
import type { InvoiceEvent } from './invoice/invoice.events.ts';
import type { MandateEvent } from './mandate/mandate.events.ts';
import type { PotEvent } from './pot/pot.events.ts';
import type { SchemeEvent } from './scheme/scheme.events.ts';

type ProjectedEvent =
  | SchemeEvent
  | MandateEvent
  | FundingEvent
  | CostSharingEvent
  | DeclineEvent
  | BudgetEvent
  | PotEvent
  | ClaimEvent
  | InvoiceEvent;

/** An own event as projections and the publication see it: checked when written, personal fields still sealed. */
export type StoredEvent = ProjectedEvent & Pick<SourceEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

const types = new Set<string>([
  'SchemePublished',
  'SchemeMandateGranted',
  'SchemeAwarded',
  'AwardExtended',
  'PolicyRegistered',
  'CostSharingRecorded',
  'BookingFundingDeclined',
  'BudgetOpened',
  'BudgetSpent',
  'SpendReleased',
  'SpendsTakenAgain',
  'SpendsKept',
  'PotOpened',
  'ClaimOpened',
  'RoomAnswered',
  'ClaimSettled',
  'FundingDeclined',
  'AwardFound',
  'PolicyFound',
  'BudgetFound',
  'BudgetAnswered',
  'ClaimReallocated',
  'AllocationKept',
  'InvoiceDrafted',
  'InvoiceLinesAdded',
  'InvoiceIssued',
] satisfies StoredEvent['type'][]);

/** Whether this is an event of ours; nobody else writes to these streams, so its shape needs no second check. */
export const isStoredEvent = (event: SourceEvent | StoredEvent): event is StoredEvent => types.has(event.type);
