import type { Quote, QuoteBooking, SchemeRefusal } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome, priceFor } from '@adempauze/kernel';
import { allocate, insurerShareOf, type SchemeShare, totalOf } from '../claim/allocation.rules.ts';
import { coverOf } from '../entitlement/cover.rules.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import type { Award } from '../funding/funding.events.ts';
import { isSameQuestion, type QuoteCommand, type QuoteState } from './quote.decider.ts';

export type QuotingDependencies = {
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  /** The pot that stands surety in a municipality. */
  readonly potOf: (municipality: string) => string;
  readonly clock: Clock;
};

/**
 * Who would pay for a booking, before it is confirmed: entitlements, oldest first, then a policy, then the bearer.
 * Room is reserved under each entitlement until `reservedUntil`. Never says no for want of a source (R03, R42); a
 * household without any costs one look. Rejected with `already-exists` when the same booking asks something else.
 */
export const createQuoting =
  ({ funding, entitlements, quotes, potOf, clock }: QuotingDependencies) =>
  async (input: QuoteBooking, context: CallContext): Promise<Outcome<Quote>> => {
    const { awards, policies } = (await funding.load(input.householdId)).state;
    if (awards.length === 0 && policies.length === 0) {
      const quote = split(input, { schemes: [], insurer: undefined, refusals: [], known: false }, potOf);
      return { accepted: true, position: undefined, value: quote };
    }
    const known = await quotes.load(input.bookingId);
    const { given } = known.state;
    if (given !== undefined) {
      return isSameQuestion(given, input)
        ? { accepted: true, position: known.position, value: given.quote }
        : { accepted: false, rejection: { code: 'already-exists', facts: {} } };
    }

    const reserved = await reserve(entitlements, awards, input, context, clock);
    const insurer = insurerShareOf(policies, input.form, input.on);
    const quote = split(input, { ...reserved, insurer, known: true }, potOf);
    const { reservedUntil: _, ownAtMostCents: _most, ...asked } = input;
    const outcome = await quotes.handle(
      input.bookingId,
      { type: 'GiveQuote', data: { ...asked, entitlementIds: reserved.entitlementIds, quote }, now: clock() },
      { ...context, commandId: derivedId(context.commandId, 'quote') },
    );
    if (!outcome.accepted) return outcome;
    return { accepted: true, position: outcome.position, value: outcome.value.state.given?.quote ?? quote };
  };

const split = (
  input: QuoteBooking,
  sources: {
    schemes: readonly SchemeShare[];
    insurer: ReturnType<typeof insurerShareOf>;
    refusals: readonly SchemeRefusal[];
    /** False when the household has no source at all, so that nobody can say. */
    known: boolean;
  },
  potOf: (municipality: string) => string,
): Quote => {
  const { householdId, bearer, ownAtMostCents: mostOwnCents } = input;
  const { schemes, insurer, refusals, known } = sources;
  const costCents = priceFor(input.quantity, input.unitPriceCents);
  const potId = bearer === 'guarantee' ? potOf(input.municipality) : '';
  const lines = allocate({ costCents, householdId, schemes, insurer, bearer, potId, mostOwnCents });
  const restCents = totalOf(lines, 'own', 'guarantee');
  const taken = schemes.length > 0 || insurer !== undefined;
  return {
    ownCostCents: totalOf(lines, 'own', 'contribution'),
    coverage: !known ? 'unknown' : !taken ? 'not' : restCents === 0 ? 'covered' : 'partly',
    lines,
    refusals: [...refusals],
  };
};

const reserve = async (
  entitlements: QuotingDependencies['entitlements'],
  awards: readonly Award[],
  input: QuoteBooking,
  context: CallContext,
  clock: Clock,
) => {
  const schemes: SchemeShare[] = [];
  const refusals: SchemeRefusal[] = [];
  const entitlementIds: Award['entitlementId'][] = [];
  let quantity: number = input.quantity;
  let costCents = priceFor(input.quantity, input.unitPriceCents);
  const isInForce = (award: Award) => award.from <= input.on && input.on < award.until;

  for (const award of awards) {
    if (quantity === 0) break;
    const wish = { ...input, quantity, costCents };
    if (!isInForce(award)) {
      const newer = awards.findLast(({ schemeId }) => schemeId === award.schemeId);
      const another = awards.some((it) => it.schemeId === award.schemeId && isInForce(it));
      const { refusal } = coverOf(award, wish, []);
      if (newer === award && !another && refusal !== undefined) refusals.push(refusal);
      continue;
    }
    const { entitlementId, schemeId, municipality } = award;
    const call = (step: string) => ({ ...context, commandId: derivedId(context.commandId, step, entitlementId) });
    const command: EntitlementCommand = { type: 'ReserveRoom', data: wish, now: clock() };
    let outcome = await entitlements.handle(entitlementId, command, call('reserve'));
    if (!outcome.accepted && outcome.rejection.code === 'entitlement-not-found') {
      // The award was recorded, but the process stopped before the entitlement opened.
      await entitlements.handle(entitlementId, { type: 'OpenEntitlement', data: award, now: clock() }, call('open'));
      outcome = await entitlements.handle(entitlementId, command, call('reserve'));
    }
    if (!outcome.accepted) {
      refusals.push({ schemeId, ...outcome.rejection });
      continue;
    }
    const use = outcome.value.state.uses.get(input.bookingId);
    if (use === undefined) continue;
    if (use.refusal !== undefined) refusals.push(use.refusal);
    schemes.push({ municipality, coveredCents: use.coveredCents, contributionCents: use.contributionCents });
    entitlementIds.push(entitlementId);
    quantity -= use.coveredQuantity;
    costCents -= use.coveredCents;
  }
  return { schemes, refusals, entitlementIds };
};
