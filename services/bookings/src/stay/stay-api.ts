import type { Bookings, EndStay, Offers, PlanStay, StayId, StayView } from '@adempauze/contracts';
import type { ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Instant, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { latestFirst } from '../booking-overview/latest-first.ts';
import { rejection } from '../calls.ts';
import type { AtCost } from '../cancelling/charge.rules.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { StayCommand } from './stay.decider.ts';
import type { StayState } from './stay.state.rules.ts';
import { bookingOfStep, stayView } from './stay.view.ts';
import { knowsTheHouse, listedStays } from './stay-list.ts';

type StayApi = Pick<
  Bookings,
  'planStay' | 'confirmStay' | 'sayOutcome' | 'endStay' | 'findStay' | 'listStays' | 'proposeStay'
>;

/** A plan; with until when it is held, where a professional proposes it. */
type Asked = PlanStay & { readonly proposedUntil?: Instant };
type Planning = {
  planStay(input: Asked, context: CallContext): Promise<Outcome<StayView>>;
  endStay(input: AtCost<EndStay>, context: CallContext): Promise<Outcome<StayView>>;
};

/** How long a list may wait for its read model. */
const waitMs = 2000;

export const createStayApi = ({
  handler,
  process,
  bookings,
  briefs,
  offers,
  readModel,
  clock,
}: {
  readonly handler: Pick<CommandHandler<StayCommand, StayState>, 'load'>;
  readonly process: Pick<ProcessManager<StayCommand, StayState>, 'take'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): StayApi & Planning => {
  const { db } = readModel;
  const find = async (stayId: StayId): Promise<StayView | undefined> => {
    const { state, revision } = await handler.load(stayId);
    if (state === undefined || revision === undefined) return undefined;
    const ids = state.steps.map((_step, index) => bookingOfStep(stayId, index));
    const known = await Promise.all(ids.map(async (id) => [id, (await bookings.load(id)).state] as const));
    return stayView(state, new Map(known), revision, clock());
  };

  const take = async (stayId: StayId, command: StayCommand, context: CallContext): Promise<Outcome<StayView>> => {
    try {
      const outcome = await process.take(stayId, command, context);
      if (!outcome.accepted) return outcome;
      const value = await find(stayId);
      return value === undefined ? rejection('stay-not-found') : { ...outcome, value };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  /** Whose and of whom a stay is, or would be. Planned again it is what it was then; only what was sent can differ. */
  const aboutOf = async ({ stayId, householdId, offerId }: Asked) => {
    const { state } = await handler.load(stayId);
    if (state !== undefined) {
      const { providerId, form, caregiverId } = state.planned;
      return { accepted: true, value: { about: { providerId, form, caregiverId }, proposed: [] } } as const;
    }
    const brief = await briefs.find(householdId);
    if (brief === undefined) return rejection('household-not-found');
    if (brief === 'forgotten') return rejection('person-forgotten');
    const offer = await offers.findOffer({ offerId });
    if (offer === undefined) return rejection('offer-not-found');
    const { providerId, form, acclimatisation } = offer;
    const proposed = knowsTheHouse(db, householdId, providerId) ? [] : acclimatisation.map(({ step }) => step);
    return {
      accepted: true,
      value: { about: { providerId, form, caregiverId: brief.caregiverId }, proposed },
    } as const;
  };

  return {
    async planStay(input: Asked, context) {
      const known = await aboutOf(input);
      if (!known.accepted) return known;
      const { about, proposed } = known.value;
      const { steps, span, purpose, ...asked } = input;
      const data = {
        ...{ ...asked, ...about },
        steps: [...steps, { kind: 'stay' as const, span }],
        purpose: purpose === '' ? null : purpose,
      };
      const outcome = await take(asked.stayId, { type: 'PlanStay', data, proposed, now: clock() }, context);
      // A plan that found no place is a no with its reason, each time it is asked.
      const refusal = outcome.accepted ? outcome.value.refusal : null;
      return refusal === null ? outcome : { accepted: false, rejection: refusal };
    },
    confirmStay: ({ stayId }, context) => take(stayId, { type: 'ConfirmStay', now: clock() }, context),
    sayOutcome: ({ stayId, ...data }, context) => take(stayId, { type: 'SayOutcome', data, now: clock() }, context),
    async endStay({ stayId, acceptCostCents: _accepted, ...data }: AtCost<EndStay>, context) {
      const { state } = await handler.load(stayId);
      const now = clock();
      const running = state?.steps.findIndex(({ span }) => span.from <= now && now < span.until) ?? -1;
      if (data.given !== undefined && running >= 0) {
        const booking = (await bookings.load(bookingOfStep(stayId, running))).state;
        const most = booking?.terms.quantity ?? 0;
        if (data.given.quantity > most) return rejection('delivered-more-than-booked');
      }
      return take(stayId, { type: 'EndStay', data, now }, context);
    },
    findStay: ({ stayId }) => find(stayId),
    listStays: ({ waitFor, page, ...of }) =>
      latestFirst(
        readModel,
        { waitFor, page },
        (before, limit) => listedStays(db, of, before, limit),
        ({ stayId }) => find(stayId),
      ),
    async proposeStay({ householdId, offerId, waitFor }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const offer = await offers.findOffer({ offerId });
      if (offer === undefined) return undefined;
      const isFirstStay = !knowsTheHouse(db, householdId, offer.providerId);
      return { isFirstStay, steps: isFirstStay ? offer.acclimatisation : [] };
    },
  };
};
