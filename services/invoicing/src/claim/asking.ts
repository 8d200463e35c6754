import type { CommandHandler } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId } from '@adempauze/kernel';
import { type BudgetCommand, type BudgetState, heldFor } from '../budget/budget.decider.ts';
import type { EntitlementCommand, EntitlementState } from '../entitlement/entitlement.decider.ts';
import type { FundingCommand, FundingState } from '../funding/funding.decider.ts';
import type { BudgetAsk, ClaimAsk, ClaimCommand, RoomAsk } from './claim.decider.ts';

export type AskingDependencies = {
  readonly entitlements: CommandHandler<EntitlementCommand, EntitlementState>;
  readonly budgets: CommandHandler<BudgetCommand, BudgetState>;
  readonly funding: CommandHandler<FundingCommand, FundingState>;
  readonly clock: Clock;
};

/** Asks an entitlement for its part, or a free budget for what it bore before, and makes the answer an input of the claim. */
export const createAsking = ({ entitlements, budgets, funding, clock }: AskingDependencies) => {
  const askRoom = async (
    { claim, source, round, quantity, costCents, mostContributionCents }: RoomAsk,
    context: CallContext,
  ): Promise<ClaimCommand> => {
    const { deliveryId, bookingId, unitPriceCents, deliveredOn: on, form, unit, municipality } = claim;
    const { entitlementId } = source;
    const again = round === 0 ? {} : { round };
    const command: EntitlementCommand = {
      type: 'ConsumeRoom',
      data: {
        ...{ deliveryId, bookingId, quantity, costCents, unitPriceCents, on, mostContributionCents, ...again },
        ...(source.found ? { found: { form, unit, municipality } } : {}),
      },
      now: clock(),
    };
    let outcome = await entitlements.handle(entitlementId, command, context);
    if (!outcome.accepted && outcome.rejection.code === 'entitlement-not-found') {
      // The award was recorded, but the process stopped before the entitlement opened.
      const { awards } = (await funding.load(claim.householdId)).state;
      const data = awards.find((it) => it.entitlementId === entitlementId);
      const open = { ...context, commandId: derivedId(context.commandId, 'open') };
      if (data) await entitlements.handle(entitlementId, { type: 'OpenEntitlement', data, now: clock() }, open);
      outcome = await entitlements.handle(entitlementId, command, context);
    }
    const use = outcome.accepted ? outcome.value.state.uses.get(bookingId) : undefined;
    const mine = use?.deliveryId === deliveryId ? use : undefined;
    return {
      type: 'RecordRoom',
      data: {
        ...{ deliveryId, entitlementId, ...again },
        coveredQuantity: mine?.coveredQuantity ?? 0,
        coveredCents: mine?.coveredCents ?? 0,
        contributionCents: mine?.contributionCents ?? 0,
      },
      now: clock(),
    };
  };

  const askBudget = async (
    { claim: { deliveryId, bookingId }, budgetId, turn, wantCents }: BudgetAsk,
    context: CallContext,
  ): Promise<ClaimCommand> => {
    const data = { budgetId, bookingId, wantCents, turn };
    const outcome = await budgets.handle(budgetId, { type: 'TakeAgain', data, now: clock() }, context);
    const spentCents = outcome.accepted ? heldFor(outcome.value.state, bookingId) : 0;
    // More may be spent than is needed: that is released once it is divided.
    const heldCents = Math.min(spentCents, wantCents);
    return { type: 'RecordBudget', data: { deliveryId, budgetId, turn, wantCents, heldCents }, now: clock() };
  };

  return (ask: ClaimAsk, context: CallContext): Promise<ClaimCommand> =>
    ask.of === 'room' ? askRoom(ask, context) : askBudget(ask, context);
};
