import {
  type AcclimatisationStep,
  type BookingView,
  formOf,
  type Offers,
  type PartOf,
  type RequestBooking,
  type Terms,
} from '@adempauze/contracts';
import type { CommandHandler, Handled } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  type Instant,
  minuteMs,
  type Outcome,
  plusMs,
  UnavailableError,
} from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { type BookingCommand, isRepeat } from '../booking/booking.decider.ts';
import { atMost, type BookingState } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import { callOf, rejection } from '../calls.ts';
import type { HeldLimit } from './held-limit.ts';
import type { HouseholdBrief, HouseholdBriefs } from './household-brief.ts';
import { publishedTerms } from './published-terms.ts';
import type { createQuoting, Quoted } from './quote.ts';

/** How long a free place waits for the caregiver's yes. */
export const holdMs = 15 * minuteMs;

/** Refusals that say: there was no place. The others say that the question was wrong, and are no demand (R35). */
const unmetDemand = new Set([
  'place-taken',
  'time-not-offered',
  'offer-withdrawn',
  'tariff-missing',
  'not-suitable',
  'condition-not-served',
  'act-not-served',
  'outside-travel-range',
]);

/**
 * A request in one sitting (R03): a place is held, or the terms are asked where a helper is needed; the own cost is
 * asked, or known to be unknown; then one append. Stopped in between, the hold expires by itself. A refusal by offers
 * is recorded as unmet demand; the same booking asked again gets the same answer.
 */
export const createRequesting = ({
  bookings,
  briefs,
  offers,
  quote,
  heldLimit,
  releasePlace,
  clock,
}: {
  readonly bookings: CommandHandler<BookingCommand, BookingState>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'holdPlace' | 'askTerms' | 'findOffer'>;
  readonly quote: ReturnType<typeof createQuoting>;
  readonly heldLimit: HeldLimit;
  readonly releasePlace: (place: Place, reason: 'cancelled', context: CallContext) => Promise<void>;
  readonly clock: Clock;
}) => {
  const record = async (command: BookingCommand, input: Asked, context: CallContext) => {
    const outcome = await bookings.handle(input.bookingId, command, context);
    return outcome.accepted ? answerOf(outcome.value, outcome.position, clock()) : outcome;
  };

  const refuse = async (
    input: Asked,
    brief: HouseholdBrief,
    refusal: { code: string; facts: Readonly<Record<string, string | number>> },
    now: Instant,
    context: CallContext,
  ): Promise<Outcome<BookingView>> => {
    const offer = await offers.findOffer({ offerId: input.offerId });
    if (offer === undefined) return { accepted: false, rejection: refusal };
    if (!fits(input, offer)) return rejection('place-of-service-mismatch');
    if (input.isDemand === false || !unmetDemand.has(refusal.code)) return { accepted: false, rejection: refusal };
    const terms = publishedTerms(offer, input.span);
    const data = { ...requestOf(input, brief, terms), reason: refusal.code, facts: { ...refusal.facts } };
    return record({ type: 'RefuseRequest', data, now }, input, context);
  };

  const request = async (
    input: Asked,
    brief: HouseholdBrief,
    { terms, quote, heldUntil, now }: Quoted & { heldUntil: Instant; now: Instant },
    context: CallContext,
  ): Promise<Outcome<BookingView>> => {
    const purpose = input.purpose === '' ? null : input.purpose;
    const data = { ...requestOf(input, brief, terms), purpose, quote, heldUntil };
    try {
      return await record({ type: 'RequestBooking', data, now }, input, context);
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  const holdAndWrite = async (
    input: Asked,
    brief: HouseholdBrief,
    { heldUntil, now }: { heldUntil: Instant; now: Instant },
    context: CallContext,
  ): Promise<Outcome<BookingView>> => {
    const { bookingId, householdId, offerId, resourceId, span, step } = input;
    const wish = {
      ...{ bookingId, householdId, offerId, span, ...needOf(input, brief) },
      ...(step === undefined ? {} : { step }),
    };
    const answer =
      input.place?.answer ??
      (resourceId === undefined
        ? await offers.askTerms(wish, callOf(context, 'ask'))
        : // Asked again later it is another call: an answer from the record would say nothing of a hold that has passed.
          await offers.holdPlace({ ...wish, resourceId, expiresAt: heldUntil }, callOf(context, `hold/${heldUntil}`)));
    // Offers is further in time than we are, and another try of this request may be under way that held its place before:
    // a no would not be the last word. Asked again, the booking is there, or the clock is the same.
    if (!answer.accepted && answer.rejection.code === 'hold-expired')
      throw new UnavailableError('The time of offers is ahead of ours.');
    if (!answer.accepted) return refuse(input, brief, answer.rejection, now, context);

    // Where the guarantee stands for what nobody takes, the caregiver does not (R04, R09).
    const offered = input.guaranteed ? { ...answer.value, bearer: 'guarantee' as const } : answer.value;
    const wrong = fits(input, offered)
      ? resourceId === undefined && !offered.needsHelper
        ? 'resource-required'
        : undefined
      : 'place-of-service-mismatch';
    if (wrong !== undefined) {
      await releasePlace({ bookingId, resourceId }, 'cancelled', context);
      return rejection(wrong);
    }
    const municipality = municipalityOf(input, brief, offered);
    const quoted = await quote(input, offered, municipality, heldUntil, context);
    const outcome = await request(input, brief, { ...quoted, heldUntil, now }, context);
    // What was held for nobody is let go at once, unless it is the very place of the booking that has this id.
    if (!outcome.accepted) {
      const { state } = await bookings.load(bookingId);
      if (state?.resourceId !== resourceId || state?.status === 'refused')
        await releasePlace({ bookingId, resourceId }, 'cancelled', context);
    }
    return outcome;
  };

  /** The answer that a booking of this id has already; undefined when there is none. */
  const answeredBefore = async (input: Asked): Promise<Outcome<BookingView> | undefined> => {
    const { state, revision, position } = await bookings.load(input.bookingId);
    if (state === undefined) return undefined;
    return isRepeat(state, input) ? answerOf({ state, revision }, position, clock()) : rejection('already-exists');
  };

  return async (input: Asked, context: CallContext): Promise<Outcome<BookingView>> => {
    const before = await answeredBefore(input);
    if (before !== undefined) return before;
    const brief = await briefs.find(input.householdId);
    if (brief === undefined) return rejection('household-not-found');
    if (brief === 'forgotten') return rejection('person-forgotten');
    const now = clock();
    if (input.span.from <= now) return rejection('time-in-the-past');
    const heldUntil = input.place?.heldUntil ?? input.holdUntil ?? atMost(plusMs(now, holdMs), input.span.from);
    const go = () => holdAndWrite(input, brief, { heldUntil, now }, context);
    // What belongs together was counted together, by whoever asked for it.
    if (input.isCounted === true) return go();
    const { bookingId, householdId } = input;
    const asking = { householdId, of: bookingId, bookingIds: [bookingId], heldUntil };
    return heldLimit.within(asking, async (tooMany) =>
      // Another try may have written it since we looked.
      tooMany === undefined ? go() : ((await answeredBefore(input)) ?? tooMany),
    );
  };
};

/** A request; with what it is a part of, when a series, stay or plan asks. */
export type Asked = RequestBooking & {
  readonly partOf?: PartOf;
  /** Until when it is held, where that is longer than usual. */
  readonly holdUntil?: Instant;
  /** It waits for the outcome of the step before it. */
  readonly gated?: boolean;
  /** Urgent: the guarantee bears what no source takes, whatever its offer says, and the caregiver pays nothing. */
  readonly guaranteed?: boolean;
  /** The step towards a stay that it is. */
  readonly step?: AcclimatisationStep;
  /** False: a no is not yet demand that was not met, since somebody else is asked next. */
  readonly isDemand?: false;
  /** It was counted against the limit of what a household holds, together with what it is a part of. */
  readonly isCounted?: true;
  /** What offers answered already, when several places were held in one decision. */
  readonly place?: { readonly answer: Outcome<Terms>; readonly heldUntil: Instant };
};
export type Requesting = (input: Asked, context: CallContext) => Promise<Outcome<BookingView>>;

export type Place = {
  readonly bookingId: RequestBooking['bookingId'];
  readonly resourceId: RequestBooking['resourceId'];
};

/** A booking as it is answered: one that was refused is a no with its reason, each time it is asked. */
const answerOf = (
  { state, revision }: Pick<Handled<BookingState>, 'state' | 'revision'>,
  position: string | undefined,
  now: Instant,
): Outcome<BookingView> => {
  if (state === undefined || revision === undefined) return rejection('booking-not-found');
  if (state.refusal !== null) return { accepted: false, rejection: state.refusal };
  return { accepted: true, position, value: bookingView(state, revision, now) };
};

/** A form at home is given at one of the two homes, every other form at the provider's. */
export const fits = (
  { placeOfService }: Pick<RequestBooking, 'placeOfService'>,
  { form }: Pick<Terms, 'form'>,
): boolean => formOf(form).atHome === (placeOfService !== 'provider');

/** What offers decides on, beside time and place on its calendar. */
export const needOf = (
  input: Pick<RequestBooking, 'placeOfService'> & { readonly caregiverJoins?: boolean | undefined },
  brief: HouseholdBrief,
) => {
  const at = placeOf(input, brief)?.point;
  return {
    ...{ conditions: [...brief.conditions], highRiskActs: [...brief.highRiskActs] },
    ...{ placeOfService: input.placeOfService },
    ...(brief.traits.length === 0 ? {} : { traits: [...brief.traits] }),
    ...(at === undefined ? {} : { at }),
    ...(input.caregiverJoins === undefined ? {} : { caregiverJoins: input.caregiverJoins }),
  };
};

/** Where the care is given, when that is somebody's home. */
export const placeOf = ({ placeOfService }: Pick<RequestBooking, 'placeOfService'>, brief: HouseholdBrief) =>
  placeOfService === 'provider'
    ? undefined
    : placeOfService === 'caregiver-home'
      ? brief.caregiverPlace
      : brief.recipientPlace;

const municipalityOf = (input: RequestBooking, brief: HouseholdBrief, terms: Terms) =>
  placeOf(input, brief)?.municipality ?? terms.providerMunicipality;

const requestOf = (input: Asked, brief: HouseholdBrief, terms: Terms) => {
  const { bookingId, householdId, offerId, resourceId, span, placeOfService, requestedBy, partOf } = input;
  return {
    ...{ bookingId, householdId, offerId, span, placeOfService, requestedBy, terms },
    ...{ providerId: terms.providerId, form: terms.form, caregiverId: brief.caregiverId },
    municipality: municipalityOf(input, brief, terms),
    homeMunicipality: brief.recipientPlace.municipality,
    languages: [...brief.languages],
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(partOf === undefined ? {} : { partOf }),
    ...(input.gated ? { gated: true as const } : {}),
    ...(input.caregiverJoins === undefined ? {} : { caregiverJoins: input.caregiverJoins }),
  };
};
