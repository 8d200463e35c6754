import type { HouseholdId, Invoicing, Quote, RequestBooking, Terms } from '@adempauze/contracts';
import { inTime, type Log, type Timer } from '@adempauze/event-bus';
import { type CallContext, dayOf, type Instant, plusMs, UnavailableError } from '@adempauze/kernel';
import { answerWithin } from '../booking/booking.decider.ts';
import { atMost } from '../booking/booking.state.rules.ts';
import { callOf } from '../calls.ts';

/** How long a caregiver waits for the quote; without one the booking goes on (R03, R44). */
const quoteTimeoutMs = 1000;

/** What is agreed, at the price of who pays first, and who pays what of it. */
export type Quoted = { readonly terms: Terms; readonly quote: Quote };

/**
 * Who would pay, as far as it is known, and the most that the caregiver pays (R46). Where some have a price of their own,
 * the first to pay decides which it is (S48): invoicing says who that is in the same answer, so that nothing more is asked.
 * Never stands in the way: without an answer in time it is the price for everybody, cover is unknown, and the own cost is
 * the whole price only where the offer's bearer is the caregiver.
 */
export const createQuoting =
  ({ invoicing, timer, log }: { invoicing: Pick<Invoicing, 'quoteBooking'>; timer: Timer; log: Log }) =>
  async (
    {
      bookingId,
      householdId,
      span,
      gated = false,
      guaranteed = false,
    }: Pick<RequestBooking, 'bookingId' | 'span'> & {
      householdId: HouseholdId;
      gated?: boolean;
      guaranteed?: boolean;
    },
    offered: Terms,
    municipality: Terms['providerMunicipality'],
    heldUntil: Instant,
    context: CallContext,
  ): Promise<Quoted> => {
    const { payerPrices, ...terms } = offered;
    const { form, unit, quantity, unitPriceCents, bearer, providerId } = terms;
    try {
      const asked = invoicing.quoteBooking(
        {
          ...{ bookingId, householdId, form, unit, quantity, unitPriceCents, bearer, municipality, providerId },
          on: dayOf(span.from),
          ...(payerPrices === undefined
            ? {}
            : { payerPrices: payerPrices.map((it) => ({ payer: it.payer, unitPriceCents: it.unitPriceCents })) }),
          ...(guaranteed ? { ownAtMostCents: 0 } : {}),
          // What waits for a step before it may be confirmed until it begins.
          reservedUntil: gated ? span.from : lastConfirmation(terms, span.from, heldUntil),
        },
        callOf(context, 'quote'),
      );
      const outcome = await inTime(timer, quoteTimeoutMs, asked);
      if (outcome?.accepted) return { terms: pricedFor(outcome.value.pricedFor, offered), quote: outcome.value };
      const reason = outcome === undefined ? 'no answer in time' : outcome.rejection.code;
      log.warn({ bookingId, reason }, 'a booking goes on without a quote');
    } catch (error) {
      const fields = { bookingId, reason: error instanceof Error ? error.name : 'not an error' };
      if (error instanceof UnavailableError) log.warn(fields, 'a booking goes on without a quote');
      else log.error(fields, 'a quote failed; the booking goes on without');
    }
    const ownCostCents = bearer === 'own' ? terms.priceCents : 0;
    return { terms, quote: { ownCostCents, coverage: 'unknown', lines: [], refusals: [] } };
  };

/** A booking has one price: the payer's own, or that for everybody. */
const pricedFor = (payer: Quote['pricedFor'], { payerPrices, ...terms }: Terms): Terms => {
  const own = payerPrices?.find((it) => it.payer === payer);
  if (own === undefined) return terms;
  const { payer: _payer, ...price } = own;
  return { ...terms, ...price, ownPrice: true };
};

/** Until when room under a scheme may be needed: the last moment at which this booking can still be confirmed. */
const lastConfirmation = ({ instant, needsHelper }: Terms, begin: Instant, heldUntil: Instant): Instant => {
  if (needsHelper) return atMost(plusMs(heldUntil, answerWithin.helper), begin);
  return instant ? heldUntil : atMost(plusMs(heldUntil, answerWithin.provider), begin);
};
