import {
  type BookingId,
  BudgetId,
  type DeclinedFunding,
  type DeclineFunding,
  type DeliveryId,
} from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, type Outcome } from '@adempauze/kernel';
import type { DeclineCommand, DeclineState } from '../decline/decline.decider.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import type { QuoteCommand, QuoteState } from '../quote/quote.decider.ts';
import { noKey, type ToTell } from '../source-list/source-list.ts';
import type { ClaimState } from './claim.decider.ts';
import { claimView } from './claim-view.ts';
import type { Settlement } from './settlement.ts';

export type DividingAnewDependencies = {
  readonly settlement: Settlement;
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly quotes: CommandHandler<QuoteCommand, QuoteState>;
  readonly declines: CommandHandler<DeclineCommand, DeclineState>;
  readonly deliveryOf: (bookingId: BookingId) => DeliveryId | undefined;
  readonly isBilled: (deliveryId: DeliveryId) => boolean;
  /** Waits, not for ever, until the lists have what was written up to here. */
  readonly listed: (position: string) => Promise<unknown>;
  readonly clock: Clock;
};

export type DividingAnew = {
  /** A funder says no: to a claim, or to a booking whose quote names it and that was not given yet. */
  decline(input: DeclineFunding, context: CallContext): Promise<Outcome<DeclinedFunding>>;
  /** Tells a claim what it does not know yet; see `sourceListProjection`. Safe to repeat. @throws what its parts throw. */
  tell(it: ToTell): Promise<void>;
};

const unknown = { accepted: false, rejection: { code: 'claim-not-found', facts: {} } } as const;

/** Who bears a cost is not what was thought: the claim decides anew, and nothing of the booking moves (R04). */
export const createDividingAnew = (dependencies: DividingAnewDependencies): DividingAnew => {
  const { settlement, funding, entitlements, quotes, declines, deliveryOf, isBilled, listed, clock } = dependencies;

  const declineClaim = async (
    deliveryId: DeliveryId,
    { payer, reason }: DeclineFunding,
    context: CallContext,
  ): Promise<Outcome<DeclinedFunding>> => {
    const outcome = await settlement.decline(deliveryId, { payer, reason }, context);
    if (!outcome.accepted) return outcome;
    const { value: state, position } = outcome;
    // What corrects it is not billed yet, and the lists have to know that.
    if (position !== undefined) await listed(position);
    const claim = claimView(state, isBilled);
    const said = state.declines.findLast((it) => it.payer.kind === payer.kind && it.payer.id === payer.id);
    if (claim === undefined || said === undefined) return unknown;
    return { accepted: true, position, value: { ...said, bookingId: claim.bookingId, claim } };
  };

  return {
    async decline(input, context) {
      const { payer, reason, bookingId } = input;
      const deliveryId = input.deliveryId ?? (bookingId && deliveryOf(bookingId));
      if (deliveryId !== undefined) return declineClaim(deliveryId, input, context);
      if (bookingId === undefined) return unknown;
      const { given } = (await quotes.load(bookingId)).state;
      const isTheirs = given?.quote.lines.some((it) => it.payer.kind === payer.kind && it.payer.id === payer.id);
      if (!isTheirs || payer.kind === 'caregiver' || payer.kind === 'pot') return unknown;
      const data = { bookingId, payer, reason };
      const outcome = await declines.handle(bookingId, { type: 'DeclineBooking', data, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      const said = outcome.value.state.declines.findLast(
        (it) => it.payer.kind === payer.kind && it.payer.id === payer.id,
      );
      if (said === undefined) return unknown;
      return { accepted: true, position: outcome.position, value: { ...said, bookingId, claim: null } };
    },

    async tell({ deliveryId, bookingId, householdId, kind, sourceId }) {
      const context = {
        commandId: derivedId('tell', deliveryId, kind, sourceId),
        correlationId: derivedId('tell', deliveryId),
        actor: 'invoicing',
      };
      const outcome = await told();
      // Said by the funder itself, and stopped half-way.
      if (outcome === undefined) await settlement.resume([deliveryId]);

      async function told(): Promise<Outcome<ClaimState> | undefined> {
        switch (kind) {
          case 'award': {
            const { awards } = (await funding.load(householdId)).state;
            const award = awards.find(({ entitlementId }) => entitlementId === sourceId);
            if (award === undefined) return undefined;
            const { entitlementId, municipality, awardedAt: since, until } = award;
            // The award, or its longer period, may be recorded and not be in its entitlement yet.
            const send = (command: EntitlementCommand) =>
              entitlements.handle(entitlementId, command, {
                ...context,
                commandId: derivedId(context.commandId, command.type, award.until),
              });
            await send({ type: 'OpenEntitlement', data: award, now: clock() });
            await send({ type: 'ExtendEntitlement', data: { until: award.until }, now: clock() });
            // Each period that the award had is told once.
            const offer = { ...context, commandId: derivedId(context.commandId, award.until) };
            return settlement.offerAward(deliveryId, { entitlementId, municipality, since, until, found: true }, offer);
          }
          case 'policy': {
            const { policies } = (await funding.load(householdId)).state;
            return settlement.offerPolicy(
              deliveryId,
              policies.find(({ policyId }) => policyId === sourceId),
              context,
            );
          }
          case 'budget':
            return settlement.offerBudget(deliveryId, BudgetId.parse(sourceId), context);
          case 'decline': {
            const said = (await declines.load(bookingId)).state.declines.find((it) => noKey(it) === sourceId);
            return said && settlement.noteDecline(deliveryId, said, context);
          }
        }
      }
    },
  };
};
