import type { AgreementScope, Bookings, HouseholdId, OfferId, Offers, ProviderId } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { type ActLimitsCommand, type ActLimitsState, limitsOf } from './act-limits.decider.ts';
import { bookingAgreements } from './booking-agreements.ts';
import { agreementView, type TaskAgreementCommand, type TaskAgreementState } from './task-agreement.decider.ts';

export type TaskAgreementApi = Pick<
  Bookings,
  | 'recordTaskAgreement'
  | 'recordInstruction'
  | 'declineTaskAgreement'
  | 'withdrawTaskAgreement'
  | 'setActLimits'
  | 'findActLimits'
  | 'findBookingAgreements'
  | 'findTaskAgreement'
>;

type Promised = { readonly householdId: HouseholdId; readonly providerId: ProviderId; readonly offerId: OfferId };

export const createTaskAgreementApi = ({
  agreements,
  limits,
  bookings,
  briefs,
  offers,
  findSeries,
  findStay,
  clock,
}: {
  readonly agreements: CommandHandler<TaskAgreementCommand, TaskAgreementState>;
  readonly limits: CommandHandler<ActLimitsCommand, ActLimitsState>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly findSeries: Bookings['findSeries'];
  readonly findStay: Bookings['findStay'];
  readonly clock: Clock;
}): TaskAgreementApi => {
  const promisedBy = async (scope: AgreementScope): Promise<Promised | undefined> => {
    switch (scope.kind) {
      case 'booking':
        return (await bookings.load(scope.id)).state?.about;
      case 'series':
        return findSeries({ seriesId: scope.id });
      case 'stay':
        return findStay({ stayId: scope.id });
    }
  };

  /** A volunteer where volunteers come, and the one who was found; a worker everywhere else. */
  const mayBe = async (
    doer: Parameters<TaskAgreementApi['recordTaskAgreement']>[0]['doer'],
    { offerId }: Promised,
    scope: AgreementScope,
  ): Promise<boolean> => {
    if (doer.kind === 'caregiver') return true;
    const needsHelper = (await offers.findOffer({ offerId }))?.needsHelper ?? false;
    if (doer.kind === 'worker') return !needsHelper;
    if (scope.kind !== 'booking') return needsHelper;
    return (await bookings.load(scope.id)).state?.helperId === doer.helperId;
  };

  const send = async (householdId: HouseholdId, command: TaskAgreementCommand, context: CallContext) => {
    const { agreementId } = command.data;
    const outcome = await agreements.handle(householdId, command, context);
    if (!outcome.accepted) return outcome;
    const isIt = ({ agreed }: { agreed: { agreementId: string } }) => agreed.agreementId === agreementId;
    const { state } = outcome.value;
    // One that has ended is answered as it was, however often that is said.
    const found = state.agreements.find(isIt) ?? state.ended.find(isIt);
    if (found === undefined) return rejection('agreement-not-found');
    return { accepted: true as const, position: outcome.position, value: agreementView(found) };
  };

  return {
    async recordTaskAgreement(data, context) {
      const { scope, act, doer } = data;
      const promised = await promisedBy(scope);
      if (promised === undefined) return rejection(`${scope.kind}-not-found`);
      const { householdId, providerId } = promised;
      const brief = await briefs.find(householdId);
      if (brief === undefined) return rejection('household-not-found');
      if (brief === 'forgotten') return rejection('person-forgotten');
      if (!brief.highRiskActs.includes(act)) return rejection('act-not-needed');
      if (!(await mayBe(doer, promised, scope))) return rejection('doer-not-of-provider');
      const { recipientId } = brief;
      const command: TaskAgreementCommand = {
        ...{ type: 'RecordTaskAgreement', data: { ...data, householdId, recipientId, providerId } },
        ...{ limits: limitsOf((await limits.load(providerId)).state), now: clock() },
      };
      try {
        return await send(householdId, command, context);
      } catch (error) {
        if (error instanceof PersonForgottenError) return rejection('person-forgotten');
        throw error;
      }
    },
    recordInstruction: ({ householdId, ...data }, context) =>
      send(householdId, { type: 'RecordInstruction', data, now: clock() }, context),
    declineTaskAgreement: ({ householdId, ...data }, context) =>
      send(householdId, { type: 'DeclineTask', data, now: clock() }, context),
    withdrawTaskAgreement: ({ householdId, ...data }, context) =>
      send(householdId, { type: 'WithdrawTask', data, now: clock() }, context),
    async setActLimits(data, context): ReturnType<Bookings['setActLimits']> {
      const { providerId } = data;
      const outcome = await limits.handle(providerId, { type: 'SetActLimits', data, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      const value = { providerId, ...limitsOf(outcome.value.state) };
      return { accepted: true, position: outcome.position, value } satisfies Outcome<typeof value>;
    },
    findActLimits: async ({ providerId }) => ({
      providerId,
      ...limitsOf((await limits.load(providerId)).state),
    }),
    async findBookingAgreements({ bookingId }) {
      const booking = (await bookings.load(bookingId)).state;
      if (booking === undefined) return undefined;
      const { householdId } = booking.about;
      const [brief, { state }] = await Promise.all([briefs.find(householdId), agreements.load(householdId)]);
      const acts = brief === undefined || brief === 'forgotten' ? [] : brief.highRiskActs;
      return bookingAgreements(booking, acts, state);
    },
    async findTaskAgreement({ householdId, agreementId }) {
      const { state } = await agreements.load(householdId);
      const found = state.agreements.find(({ agreed }) => agreed.agreementId === agreementId);
      return found && agreementView(found);
    },
  };
};
