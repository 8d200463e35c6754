import type { Quote, QuoteBooking } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import type { FindCostSharing } from '../cost-sharing/cost-sharing-list.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import { isSameQuestion, type QuoteCommand, type QuoteState } from './quote.decider.ts';
import { type AskRoom, shareOut, sharingFor } from './share-out.ts';

export type QuotingDependencies = {
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  /** The pot that stands surety in a municipality. */
  readonly potOf: (municipality: string) => string;
  /** Looked up in memory: it costs a quote no further look. Where it trails, a quote shows more than is then paid. */
  readonly sharingOf: FindCostSharing;
  readonly clock: Clock;
};

/**
 * Who would pay for a booking, before it is confirmed; see `shareOut`. Room is reserved under each entitlement until
 * `reservedUntil`. Never says no for want of a source (R03, R42); a household without any costs one look. Rejected with
 * `already-exists` when the same booking asks something else.
 */
export const createQuoting =
  ({ funding, entitlements, quotes, potOf, sharingOf, clock }: QuotingDependencies) =>
  async (input: QuoteBooking, context: CallContext): Promise<Outcome<Quote>> => {
    const { bookingId, reservedUntil, ownAtMostCents: _most, payerPrices: _prices, providerId: _by, ...asked } = input;
    const sources = (await funding.load(input.householdId)).state;
    const reserve: AskRoom = async (award, wish) => {
      const { entitlementId, schemeId } = award;
      const call = (step: string) => ({ ...context, commandId: derivedId(context.commandId, step, entitlementId) });
      const data = { ...wish, bookingId, reservedUntil };
      const command: EntitlementCommand = { type: 'ReserveRoom', data, now: clock() };
      let outcome = await entitlements.handle(entitlementId, command, call('reserve'));
      if (!outcome.accepted && outcome.rejection.code === 'entitlement-not-found') {
        // The award was recorded, but the process stopped before the entitlement opened.
        await entitlements.handle(entitlementId, { type: 'OpenEntitlement', data: award, now: clock() }, call('open'));
        outcome = await entitlements.handle(entitlementId, command, call('reserve'));
      }
      if (!outcome.accepted) return { refusal: { schemeId, ...outcome.rejection } };
      const use = outcome.value.state.uses.get(bookingId);
      return use && { use };
    };
    const sharing = sharingFor(input, sharingOf);
    const costing = { ...input, potOf, sharing };
    if (sources.awards.length === 0 && sources.policies.length === 0 && sharing === undefined) {
      return { accepted: true, position: undefined, value: (await shareOut(costing, sources, reserve)).quote };
    }
    const known = await quotes.load(bookingId);
    const { given } = known.state;
    if (given !== undefined) {
      return isSameQuestion(given, input)
        ? { accepted: true, position: known.position, value: given.quote }
        : { accepted: false, rejection: { code: 'already-exists', facts: {} } };
    }

    const { quote, unitPriceCents, entitlementIds } = await shareOut(costing, sources, reserve);
    const data = { ...asked, bookingId, unitPriceCents, entitlementIds: [...entitlementIds], quote };
    const outcome = await quotes.handle(
      bookingId,
      { type: 'GiveQuote', data, now: clock() },
      { ...context, commandId: derivedId(context.commandId, 'quote') },
    );
    if (!outcome.accepted) return outcome;
    return { accepted: true, position: outcome.position, value: outcome.value.state.given?.quote ?? quote };
  };
