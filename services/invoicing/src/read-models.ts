import type { EventBus } from '@adempauze/event-bus';
import { type EventStore, type Projection, type SourceEvent, storeSource } from '@adempauze/event-store';
import { budgetListProjection } from './budget-list/budget-list.ts';
import { claimListProjection } from './claim-list/claim-list.ts';
import type { Handlers } from './handlers.ts';
import { tariffEventTypes, tariffs } from './integration/incoming.ts';
import { invoiceListProjection } from './invoice-list/invoice-list.ts';
import { ledgerProjection } from './ledger/ledger.ts';
import { schemeListProjection } from './scheme-list/scheme-list.ts';
import { isStoredEvent, type StoredEvent } from './stored-event.ts';

/** Leaves alone what is not ours. */
const ofOurs = ({ name, tables, project }: Projection<StoredEvent>): Projection<SourceEvent> => ({
  name,
  tables,
  project: (event) => (isStoredEvent(event) ? project(event) : undefined),
});

export const projections: readonly Projection<SourceEvent>[] = [
  ofOurs(schemeListProjection),
  ofOurs(budgetListProjection),
  ofOurs(invoiceListProjection),
  ofOurs(claimListProjection),
  ofOurs(ledgerProjection),
  tariffs,
];

export const tariffSource = 'invoicing-tariffs';

/** Our own log first, then the prices that offers tells of. */
export const sourcesOf = (
  store: EventStore,
  bus: EventBus,
  { scheme, mandate, budget, pot, claim, invoice }: Handlers['codecs'],
) => [
  storeSource({ name: 'invoicing', store, codecs: { scheme, mandate, budget, pot, claim, invoice } }),
  bus.source({ name: tariffSource, types: tariffEventTypes }),
];
