import type { EventBus } from '@adempauze/event-bus';
import { type EventStore, type Projection, type SourceEvent, storeSource } from '@adempauze/event-store';
import { budgetListProjection } from './budget-list/budget-list.ts';
import { claimListProjection } from './claim-list/claim-list.ts';
import { costSharingListProjection } from './cost-sharing/cost-sharing-list.ts';
import type { Handlers } from './handlers.ts';
import {
  endedBookings,
  endedEventTypes,
  forgottenEventTypes,
  tariffEventTypes,
  tariffs,
} from './integration/incoming.ts';
import { invoiceListProjection } from './invoice-list/invoice-list.ts';
import { ledgerProjection } from './ledger/ledger.ts';
import { schemeListProjection } from './scheme-list/scheme-list.ts';
import { sourceListProjection } from './source-list/source-list.ts';
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
  ofOurs(sourceListProjection),
  ofOurs(costSharingListProjection),
  ofOurs(ledgerProjection),
  tariffs,
  endedBookings,
];

/** Of the streams that fill the read model. */
export const ownCodecs = ({
  scheme,
  mandate,
  funding,
  cost_sharing,
  funding_decline,
  budget,
  pot,
  claim,
  invoice,
}: Handlers['codecs']) => ({
  ...{ scheme, mandate, funding, cost_sharing, funding_decline, budget, pot, claim, invoice },
});

export const tariffSource = 'invoicing-tariffs';
export const endedSource = 'invoicing-ended';

/** Our own log first, then the prices that offers tells of, which bookings ended and whom bookings forgot. */
export const sourcesOf = (store: EventStore, bus: EventBus, codecs: Handlers['codecs']) => [
  storeSource({ name: 'invoicing', store, codecs: ownCodecs(codecs) }),
  bus.source({ name: tariffSource, types: tariffEventTypes }),
  // Apart from the prices: a delivery waits for those, and for nothing of bookings.
  bus.source({ name: endedSource, types: [...endedEventTypes, ...forgottenEventTypes] }),
];
