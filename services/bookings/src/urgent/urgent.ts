import type { Bookings, UrgentId, UrgentView } from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, type Outcome, orWhenRedacted } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import { forgottenIn, type HouseholdCommand, type HouseholdState } from '../household/household.decider.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { UnderWay } from '../under-way.ts';
import type { UrgentCommand } from './urgent.decider.ts';
import type { UrgentOwner } from './urgent.events.ts';
import type { UrgentOption, UrgentState } from './urgent.state.rules.ts';
import { urgentView } from './urgent.view.ts';
import { listedCases } from './urgent-list.ts';

type UrgentApi = Pick<
  Bookings,
  | 'openUrgentCase'
  | 'bookUrgentOption'
  | 'handOverUrgentCase'
  | 'resolveUrgentCase'
  | 'findUrgentCase'
  | 'listUrgentCases'
>;
const waitMs = 2000;

type OptionAsk = Ask & { readonly option: UrgentOption; readonly state: NonNullable<UrgentState> };
/** What was chosen has to be asked for. */
const asksOf = (state: UrgentState): OptionAsk[] =>
  (state?.options ?? []).flatMap((option) =>
    state !== undefined && option.stage === 'chosen' ? [{ id: `book-${option.bookingId}`, option, state }] : [],
  );

/** An urgent case and what is booked for it: a place chosen is asked for and agreed in one go, and guaranteed (R09). */
export const createUrgent = ({
  handler,
  bookings,
  households,
  requestBooking,
  promising,
  readModel,
  underWay,
  clock,
  log,
}: {
  readonly handler: CommandHandler<UrgentCommand, UrgentState>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly requestBooking: Requesting;
  readonly promising: Pick<Bookings, 'confirmBooking'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const process = createProcessManager<UrgentCommand, UrgentState, OptionAsk>({
    name: 'urgent',
    ...{ handler, asks: asksOf, log },
    async perform({ option, state }, context) {
      const { bookingId, offerId, resourceId, span, placeOfService, bookedBy: requestedBy } = option;
      const { urgentId, householdId } = state.opened;
      const asked = await requestBooking(
        {
          ...{ bookingId, householdId, offerId, span, placeOfService, requestedBy, purpose: '' },
          ...(resourceId === undefined ? {} : { resourceId }),
          ...{ partOf: { kind: 'urgent', id: urgentId }, guaranteed: true },
        },
        callOf(context, 'request'),
      );
      const agreed = asked.accepted ? await promising.confirmBooking({ bookingId }, callOf(context, 'yes')) : asked;
      const now = clock();
      if (!agreed.accepted) return { type: 'RecordLost', bookingId, code: agreed.rejection.code, now };
      const { status } = agreed.value;
      if (status === 'confirmed' || status === 'delivered') return { type: 'RecordConfirmed', bookingId, now };
      return { type: 'RecordAsked', bookingId, now };
    },
  });
  const take = (urgentId: string, command: UrgentCommand, context: CallContext) =>
    underWay.track(urgentId, () => process.take(urgentId, command, context));

  const householdOf = async (householdId: string) => (await households.load(householdId)).state;

  const find = async (urgentId: UrgentId): Promise<UrgentView | undefined> => {
    const { state, revision } = await handler.load(urgentId);
    if (state === undefined || revision === undefined) return undefined;
    const household = await householdOf(state.opened.householdId);
    const known = await Promise.all(
      state.options.map(async ({ bookingId }) => [bookingId, (await bookings.load(bookingId)).state] as const),
    );
    const contact = household && {
      accountId: household.contactPerson.accountId,
      name: orWhenRedacted(household.contactPerson.name, null),
    };
    return urgentView(state, { contact, bookings: new Map(known), revision });
  };

  const answer = async (
    urgentId: UrgentId,
    command: UrgentCommand,
    context: CallContext,
  ): Promise<Outcome<UrgentView>> => {
    try {
      const outcome = await take(urgentId, command, context);
      if (!outcome.accepted) return outcome;
      const value = await find(urgentId);
      return value === undefined ? rejection('urgent-case-not-found') : { ...outcome, value };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  const api: UrgentApi = {
    async openUrgentCase(data, context) {
      const household = await householdOf(data.householdId);
      if (household === undefined) return rejection('household-not-found');
      if (forgottenIn(household) !== undefined) return rejection('person-forgotten');
      const { personId: recipientId, municipality } = household.registered.recipient;
      return answer(
        data.urgentId,
        { type: 'OpenCase', data: { ...data, recipientId, municipality }, now: clock() },
        context,
      );
    },
    async bookUrgentOption({ urgentId, ...data }, context) {
      const outcome = await answer(urgentId, { type: 'ChooseOption', data, now: clock() }, context);
      if (!outcome.accepted) return outcome;
      // What could not be had is a no with its reason, each time it is asked; the case itself goes on.
      const refusal = outcome.value.bookings.find((it) => it.bookingId === data.bookingId)?.refusal ?? null;
      if (refusal === null) return outcome;
      const why = (await bookings.load(data.bookingId)).state?.refusal;
      return rejection(refusal, why?.code === refusal ? why.facts : {});
    },
    async handOverUrgentCase({ urgentId, to, accountId }, context) {
      const { state } = await handler.load(urgentId);
      const household = state && (await householdOf(state.opened.householdId));
      if (state === undefined || household === undefined) return rejection('urgent-case-not-found');
      const known: Record<UrgentOwner['kind'], string | null> = {
        professional: state.opened.openedBy,
        'contact-person': household.contactPerson.accountId,
        region: null,
      };
      const owner = { kind: to, accountId: to === 'contact-person' ? known[to] : (accountId ?? known[to]) };
      return answer(urgentId, { type: 'HandOver', to: owner, now: clock() }, context);
    },
    resolveUrgentCase: ({ urgentId, outcome }, context) =>
      answer(urgentId, { type: 'Resolve', outcome, now: clock() }, context),
    findUrgentCase: ({ urgentId }) => find(urgentId),
    async listUrgentCases({ waitFor, ...of }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const found = await Promise.all(listedCases(readModel.db, of).map(find));
      return found.filter((it): it is UrgentView => it !== undefined);
    },
  };

  /** The owner has had their time: on to the next. A household that was forgotten needs nobody any more. */
  const escalate = async (urgentId: string, context: CallContext): Promise<void> => {
    const { state } = await handler.load(urgentId);
    const household = state && (await householdOf(state.opened.householdId));
    if (household === undefined) return;
    const now = clock();
    if (forgottenIn(household) !== undefined) {
      await take(urgentId, { type: 'Resolve', outcome: 'no-longer-needed', now }, context);
      return;
    }
    const { accountId: contactAccountId } = household.contactPerson;
    await take(urgentId, { type: 'Escalate', contactAccountId, now }, context);
  };

  return { api, take, escalate, handler };
};
