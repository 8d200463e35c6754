import { createCommandHandler, createEventCodec, type EventStore } from '@adempauze/event-store';
import type { Clock, Vault } from '@adempauze/kernel';
import { budgetDecider } from './budget/budget.decider.ts';
import { BudgetEvent, budgetStream } from './budget/budget.events.ts';
import { claimDecider } from './claim/claim.decider.ts';
import { ClaimEvent, claimStream } from './claim/claim.events.ts';
import { costSharingDecider } from './cost-sharing/cost-sharing.decider.ts';
import { CostSharingEvent, costSharingStream } from './cost-sharing/cost-sharing.events.ts';
import { declineDecider } from './decline/decline.decider.ts';
import { DeclineEvent, declineStream } from './decline/decline.events.ts';
import { entitlementDecider } from './entitlement/entitlement.decider.ts';
import { EntitlementEvent, entitlementStream } from './entitlement/entitlement.events.ts';
import { fundingDecider } from './funding/funding.decider.ts';
import { FundingEvent, fundingStream } from './funding/funding.events.ts';
import { invoiceDecider } from './invoice/invoice.decider.ts';
import { InvoiceEvent, invoiceStream } from './invoice/invoice.events.ts';
import { invoiceNumbersDecider } from './invoice/invoice-numbers.decider.ts';
import { InvoiceNumbersEvent, invoiceNumbersStream } from './invoice/invoice-numbers.events.ts';
import { mandateDecider } from './mandate/mandate.decider.ts';
import { MandateEvent, mandateStream } from './mandate/mandate.events.ts';
import { potDecider } from './pot/pot.decider.ts';
import { PotEvent, potStream } from './pot/pot.events.ts';
import { quoteDecider } from './quote/quote.decider.ts';
import { QuoteEvent, quoteStream } from './quote/quote.events.ts';
import { schemeDecider } from './scheme/scheme.decider.ts';
import { SchemeEvent, schemeStream } from './scheme/scheme.events.ts';

export type Handlers = ReturnType<typeof createHandlers>;

/** A command handler for each kind of stream, and the codecs by category. */
export const createHandlers = ({
  store,
  clock,
  vault,
}: {
  readonly store: Pick<EventStore, 'append' | 'read'>;
  readonly clock: Clock;
  readonly vault: Vault;
}) => {
  const codecs = {
    scheme: createEventCodec({ schema: SchemeEvent }),
    mandate: createEventCodec({ schema: MandateEvent, vault }),
    funding: createEventCodec({ schema: FundingEvent }),
    entitlement: createEventCodec({ schema: EntitlementEvent }),
    quote: createEventCodec({ schema: QuoteEvent }),
    budget: createEventCodec({ schema: BudgetEvent }),
    pot: createEventCodec({ schema: PotEvent }),
    claim: createEventCodec({ schema: ClaimEvent }),
    cost_sharing: createEventCodec({ schema: CostSharingEvent }),
    funding_decline: createEventCodec({ schema: DeclineEvent }),
    invoice: createEventCodec({ schema: InvoiceEvent }),
    invoice_numbers: createEventCodec({ schema: InvoiceNumbersEvent }),
  };
  const shared = { store, clock };
  return {
    codecs,
    schemes: createCommandHandler({ ...shared, decider: schemeDecider, codec: codecs.scheme, streamOf: schemeStream }),
    mandates: createCommandHandler({
      ...shared,
      decider: mandateDecider,
      codec: codecs.mandate,
      streamOf: mandateStream,
    }),
    funding: createCommandHandler({
      ...shared,
      decider: fundingDecider,
      codec: codecs.funding,
      streamOf: fundingStream,
    }),
    entitlements: createCommandHandler({
      ...shared,
      decider: entitlementDecider,
      codec: codecs.entitlement,
      streamOf: entitlementStream,
    }),
    quotes: createCommandHandler({ ...shared, decider: quoteDecider, codec: codecs.quote, streamOf: quoteStream }),
    budgets: createCommandHandler({ ...shared, decider: budgetDecider, codec: codecs.budget, streamOf: budgetStream }),
    pots: createCommandHandler({ ...shared, decider: potDecider, codec: codecs.pot, streamOf: potStream }),
    costSharings: createCommandHandler({
      ...shared,
      decider: costSharingDecider,
      codec: codecs.cost_sharing,
      streamOf: costSharingStream,
    }),
    declines: createCommandHandler({
      ...shared,
      decider: declineDecider,
      codec: codecs.funding_decline,
      streamOf: declineStream,
    }),
    // A claim is busy for a moment and then left alone: a few thousand are all that is ever under way.
    claims: createCommandHandler({
      ...shared,
      decider: claimDecider,
      codec: codecs.claim,
      streamOf: claimStream,
      cachedStreams: 4000,
    }),
    invoices: createCommandHandler({
      ...shared,
      decider: invoiceDecider,
      codec: codecs.invoice,
      streamOf: invoiceStream,
      cachedStreams: 100,
    }),
    numbers: createCommandHandler({
      ...shared,
      decider: invoiceNumbersDecider,
      codec: codecs.invoice_numbers,
      streamOf: invoiceNumbersStream,
      cachedStreams: 24,
    }),
  };
};
