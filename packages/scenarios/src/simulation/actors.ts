import {
  AcceptBooking,
  AnswerProposal,
  ApproveHelper,
  type BookingView,
  CancelBooking,
  ChangeTariff,
  CloseMatch,
  ConfirmBooking,
  DeclineBooking,
  ForgetPerson,
  type MatchView,
  Month,
  PageRequest,
  ProposeHelper,
  ProviderId,
  PublishTimes,
  RecordDelivery,
  RequestBooking,
  SpendBudget,
  WithdrawOffer,
  WithdrawTimes,
} from '@adempauze/contracts';
import { type Clock, dayOf, monthOf, type Outcome, plusDays, plusMonths } from '@adempauze/kernel';
import type { Random } from '../torture/random.ts';
import type { Caller, Command } from './caller.ts';
import { awardTo, civilServant, type Family, insure, type Slot, type Town, welcomeFamily } from './town.ts';

export type Asked = { readonly bookingId: string; readonly slot: Slot; readonly family: Family };

export type Actors = {
  /** Does one thing, and resolves when it was answered or given up. */
  act(): Promise<unknown>;
  /** Records most of the care that has begun and was not recorded. */
  wrapUp(): Promise<void>;
  /** Bills every month that is over. */
  billAll(): Promise<void>;
  readonly asked: readonly Asked[];
};

/** People who ask, confirm, answer, cancel, deliver, spend and forget, at random and in each other's way. */
export const createActors = ({
  caller,
  town,
  random,
  clock,
  newId,
}: {
  readonly caller: Caller;
  readonly town: Town;
  readonly random: Random;
  readonly clock: Clock;
  readonly newId: () => string;
}): Actors => {
  const asked: Asked[] = [];
  const { families, organisationId } = town;

  /** Mostly one of the last, which is where the trouble is. */
  const someAsked = () => {
    const among = random.chance(0.85) ? Math.min(asked.length, 25) : asked.length;
    return asked[asked.length - random.whole(1, among)];
  };

  /** Now and then twice at once with the same key, or a second time with another. */
  const order = async <V>(command: Command<V>): Promise<Outcome<V> | undefined> => {
    const key = newId();
    const first = caller.order(command, key);
    if (random.chance(0.12)) void (await Promise.all([first, caller.order(command, key)]));
    else if (random.chance(0.08)) void (await Promise.all([first, caller.order(command)]));
    return first;
  };

  const aboutBooking = (
    operation: 'confirmBooking' | 'acceptBooking' | 'declineBooking' | 'cancelBooking',
    bookingId: string,
  ): Command<BookingView> => ({
    operation,
    about: { bookingId },
    send({ bookings }, context) {
      if (operation === 'confirmBooking') return bookings.confirmBooking(ConfirmBooking.parse({ bookingId }), context);
      if (operation === 'acceptBooking') return bookings.acceptBooking(AcceptBooking.parse({ bookingId }), context);
      if (operation === 'declineBooking')
        return bookings.declineBooking(DeclineBooking.parse({ bookingId, reason: 'no-staff' }), context);
      return bookings.cancelBooking(CancelBooking.parse({ bookingId, by: 'caregiver' }), context);
    },
  });

  const confirm = (bookingId: string) => order(aboutBooking('confirmBooking', bookingId));

  const ask = async () => {
    if (families.length === 0) return welcomeFamily(caller, families, newId, random);
    const family = random.pick(families);
    const now = clock();
    const coming = town.slots.filter(({ span }) => span.from > now);
    const near = coming.filter(({ span }) => dayOf(span.from) <= plusDays(dayOf(now), 2));
    const choice = random.chance(0.7) && near.length > 0 ? near : random.chance(0.97) ? coming : town.slots;
    if (choice.length === 0) return undefined;
    const slot = random.pick(choice);
    const bookingId = newId();
    const { householdId, caregiverId } = family;
    const input = RequestBooking.parse({
      ...{ bookingId, householdId, offerId: slot.offerId, span: slot.span, placeOfService: slot.placeOfService },
      ...(slot.resourceId === undefined ? {} : { resourceId: slot.resourceId }),
      ...{ purpose: random.chance(0.5) ? 'Even naar buiten.' : '', requestedBy: `account-${caregiverId}` },
    });
    asked.push({ bookingId, slot, family });
    const outcome = await order({
      operation: 'requestBooking',
      about: { bookingId },
      send: ({ bookings }, context) => bookings.requestBooking(input, context),
    });
    if (outcome?.accepted && random.chance(0.75)) return confirm(bookingId);
    return outcome;
  };

  const deliver = (bookingId: string, view: BookingView | undefined) => {
    if (view === undefined || view.span.from > clock()) return undefined;
    const all = view.terms.quantity;
    const input = RecordDelivery.parse({
      ...{ bookingId, deliveryId: newId(), quantity: random.chance(0.7) ? all : random.whole(1, all) },
      ...(random.chance(0.5) ? { caregiverRested: 'yes' } : {}),
    });
    return order({
      operation: 'recordDelivery',
      about: { bookingId, deliveryId: input.deliveryId },
      send: ({ bookings }, context) => bookings.recordDelivery(input, context),
    });
  };

  /** Whoever has to do something about this booking does it. */
  const moveOn = async () => {
    const it = someAsked();
    if (it === undefined) return undefined;
    const { bookingId } = it;
    const view = await caller.ask(({ bookings }) =>
      bookings.findBooking({ bookingId: RequestBooking.shape.bookingId.parse(bookingId) }),
    );
    if (view?.status === 'held') return confirm(bookingId);
    if (view?.status === 'awaiting-acceptance')
      return order(aboutBooking(random.chance(0.7) ? 'acceptBooking' : 'declineBooking', bookingId));
    if (view?.status === 'confirmed' && random.chance(0.6)) return deliver(bookingId, view);
    return undefined;
  };

  const meddle = async () => {
    const it = someAsked();
    if (it === undefined) return undefined;
    const operation = random.pick(['confirmBooking', 'acceptBooking', 'declineBooking', 'cancelBooking'] as const);
    return order(aboutBooking(operation, it.bookingId));
  };

  const cancel = () => {
    const it = someAsked();
    return it && order(aboutBooking('cancelBooking', it.bookingId));
  };

  const propose = ({ matchId }: MatchView) => {
    const input = ProposeHelper.parse({ matchId, helperId: random.pick(town.helperIds) });
    return order({
      operation: 'proposeHelper',
      about: { matchId, helperId: input.helperId },
      send: ({ matching }, context) => matching.proposeHelper(input, context),
    });
  };
  /** The family's word on whom the coordinator found. */
  const approve = ({ matchId, helperId }: MatchView) => {
    const input = ApproveHelper.parse({ matchId, helperId, answer: random.chance(0.85) ? 'yes' : 'no' });
    return order({
      operation: 'approveHelper',
      about: { matchId, helperId: input.helperId, answer: input.answer },
      send: ({ matching }, context) => matching.approveHelper(input, context),
    });
  };
  /** A coordinator who is too early tries the helper at times before the family said anything. */
  const answer = async (match: MatchView) => {
    const { matchId, helperId, awaits } = match;
    if (helperId === null) return undefined;
    if (awaits === 'family' && random.chance(0.9)) {
      const approved = await approve(match);
      if (!approved?.accepted || approved.value.status !== 'proposed') return approved;
    }
    const input = AnswerProposal.parse({ matchId, helperId, answer: random.chance(0.75) ? 'yes' : 'no' });
    return order({
      operation: 'answerProposal',
      about: { matchId, helperId: input.helperId, answer: input.answer },
      send: ({ matching }, context) => matching.answerProposal(input, context),
    });
  };
  const coordinate = async () => {
    const page = await caller.ask(({ matching }) =>
      matching.listMatches({
        organisationId: ProviderId.parse(organisationId),
        status: ['open', 'proposed'],
        page: PageRequest.parse({ first: 50 }),
      }),
    );
    if (page === undefined || page.items.length === 0) return undefined;
    const match = random.pick(page.items).item;
    if (random.chance(0.05)) {
      const input = CloseMatch.parse({ matchId: match.matchId });
      return order({
        operation: 'closeMatch',
        about: { matchId: match.matchId },
        send: ({ matching }, context) => matching.closeMatch(input, context),
      });
    }
    // A family that cancels while the helper says yes.
    if (match.status === 'proposed' && random.chance(0.2))
      return Promise.all([answer(match), order(aboutBooking('cancelBooking', match.bookingId))]);
    if (match.status === 'proposed') return answer(match);
    const proposed = await propose(match);
    return proposed?.accepted && random.chance(0.7) ? answer(proposed.value) : proposed;
  };

  const spend = () => {
    const { budgetId } = town;
    const input = SpendBudget.parse({ budgetId, spendId: newId(), amountCents: random.whole(1, 9000) });
    return order({
      operation: 'spendBudget',
      about: { budgetId, spendId: input.spendId, amountCents: input.amountCents },
      send: ({ invoicing }, context) => invoicing.spendBudget(input, context),
    });
  };

  const changeTimes = () => {
    const { resourceId, spans } = random.pick(town.resources);
    const publishing = random.chance(0.6);
    const input = { resourceId, spans: [random.pick(publishing ? spans : town.slots.map(({ span }) => span))] };
    if (publishing)
      return order({
        operation: 'publishTimes',
        about: { resourceId },
        send: ({ offers }, context) => offers.publishTimes(PublishTimes.parse(input), context),
      });
    return order({
      operation: 'withdrawTimes',
      about: { resourceId },
      send: ({ offers }, context) => offers.withdrawTimes(WithdrawTimes.parse(input), context),
    });
  };
  const changeOffer = () => {
    const offerId = random.pick(town.offerIds);
    if (random.chance(0.04))
      return order({
        operation: 'withdrawOffer',
        about: { offerId },
        send: ({ offers }, context) => offers.withdrawOffer(WithdrawOffer.parse({ offerId }), context),
      });
    const from = plusDays(dayOf(clock()), random.whole(0, 6));
    const input = ChangeTariff.parse({
      offerId,
      tariff: { from, priceCents: random.whole(0, 12_000), vat: 'exempt' },
    });
    return order({
      operation: 'changeTariff',
      about: { offerId },
      send: ({ offers }, context) => offers.changeTariff(input, context),
    });
  };

  const forget = async () => {
    if (families.length === 0) return undefined;
    const family = random.pick(families);
    const personId = random.chance(0.15)
      ? random.pick(town.helperIds)
      : random.pick([family.caregiverId, family.recipientId]);
    const input = ForgetPerson.parse({ personId });
    const outcome = await order({
      operation: 'forgetPerson',
      about: { personId },
      send: ({ bookings }, context) => bookings.forgetPerson(input, context),
    });
    for (let at = families.length - 1; outcome?.accepted && at >= 0; at -= 1) {
      const it = families[at];
      // Some go on asking all the same.
      if ((it?.caregiverId === personId || it?.recipientId === personId) && random.chance(0.8)) families.splice(at, 1);
    }
    return outcome;
  };

  const welcome = async () => {
    const family = await welcomeFamily(caller, families, newId, random);
    if (family === undefined) return undefined;
    const { householdId } = family;
    const today = dayOf(clock());
    if (random.chance(0.5)) await order(insure(newId(), householdId, today));
    return order(awardTo(random.pick(town.schemeIds), householdId, today));
  };

  const extend = async () => {
    if (families.length === 0) return undefined;
    const householdId = RequestBooking.shape.householdId.parse(random.pick(families).householdId);
    const entitlements = await caller.ask(({ invoicing }) => invoicing.listEntitlements({ householdId }));
    if (entitlements === undefined || entitlements.length === 0) return undefined;
    const { entitlementId } = random.pick(entitlements);
    return order({
      operation: 'extendEntitlement',
      about: { entitlementId },
      send: ({ invoicing }, context) =>
        invoicing.extendEntitlement({ entitlementId, decidedBy: { accountId: civilServant } }, context),
    });
  };

  const bill = (month: string) => {
    const input = { month: Month.parse(month) };
    return order({
      operation: 'billMonth',
      about: { month },
      send: ({ invoicing }, context) => invoicing.billMonth(input, context),
    });
  };
  const lastMonth = () => monthOf(plusMonths(dayOf(clock()), -1));

  const repeat = async () => {
    // A no is not recorded, so that the same may be a yes later.
    const it = random.pick(caller.told);
    if (it.answer !== 'rejected') await caller.ask((doors) => it.again(doors));
  };

  const habits: readonly { readonly weight: number; readonly act: () => Promise<unknown> | undefined }[] = [
    { weight: 30, act: ask },
    { weight: 30, act: moveOn },
    { weight: 8, act: meddle },
    { weight: 4, act: cancel },
    { weight: 14, act: coordinate },
    { weight: 5, act: spend },
    { weight: 3, act: changeTimes },
    { weight: 2, act: changeOffer },
    { weight: 2, act: forget },
    { weight: 3, act: welcome },
    { weight: 3, act: extend },
    { weight: 1, act: () => bill(lastMonth()) },
    { weight: 4, act: repeat },
  ];
  const weights = habits.reduce((sum, { weight }) => sum + weight, 0);

  return {
    asked,
    async act() {
      let draw = random.whole(1, weights);
      for (const habit of habits) {
        draw -= habit.weight;
        if (draw <= 0) return habit.act();
      }
      return undefined;
    },
    async wrapUp() {
      for (const { bookingId } of asked) {
        const view = await caller.ask(({ bookings }) =>
          bookings.findBooking({ bookingId: RequestBooking.shape.bookingId.parse(bookingId) }),
        );
        if (view?.status === 'confirmed' && random.chance(0.9)) await deliver(bookingId, view);
      }
    },
    async billAll() {
      for (let day = town.firstDay; monthOf(day) <= lastMonth(); day = plusMonths(day, 1)) await bill(monthOf(day));
    },
  };
};
