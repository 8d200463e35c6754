import type {
  BookingStatus,
  BookingView,
  CancelBooking,
  DeclineBooking,
  HelperId,
  PersonId,
  RecordDelivery,
  RequestBooking,
} from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  dayOf,
  hourMs,
  type Instant,
  isRedacted,
  plusMs,
  type Redacted,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { About, BookingEvent, DataOf } from './booking.events.ts';

/** A provider answers within two days, a coordinator has found somebody within seven; both before the care begins. */
export const answerWithin = { provider: 48 * hourMs, helper: 7 * 24 * hourMs } as const;

export type BookingCommand = { readonly now: Instant } & (
  | { readonly type: 'RequestBooking'; readonly data: Omit<DataOf<'BookingRequested'>, 'requestedAt'> }
  | { readonly type: 'RefuseRequest'; readonly data: Omit<DataOf<'BookingRefused'>, 'refusedAt'> }
  /** The caregiver's yes. What it leads to has to be arranged with offers first, then it is recorded. */
  | { readonly type: 'ConfirmBooking'; readonly arranged: boolean }
  /** The provider's yes. */
  | { readonly type: 'AcceptBooking' }
  /** The place is occupied for good: whoever was asked has said yes. */
  | { readonly type: 'ConfirmTakenPlace' }
  | { readonly type: 'DeclineBooking'; readonly reason: DeclineBooking['reason'] }
  | { readonly type: 'CancelBooking'; readonly by: CancelBooking['by']; readonly forgottenId?: PersonId }
  /** A deadline passed. */
  | { readonly type: 'ExpireBooking' }
  | { readonly type: 'MatchHelper'; readonly helperId: HelperId }
  | { readonly type: 'CloseSearch' }
  | {
      readonly type: 'RecordDelivery';
      readonly data: Omit<RecordDelivery, 'bookingId'>;
      /** What it did is kept unless the caregiver was forgotten. */
      readonly keepEffect: boolean;
    }
);

export type Booking = {
  readonly about: About;
  readonly status: BookingStatus;
  readonly caregiverId: PersonId;
  readonly resourceId: BookingView['resourceId'];
  readonly placeOfService: BookingView['placeOfService'];
  readonly purpose: string | Redacted | null;
  readonly terms: BookingView['terms'];
  readonly quote: BookingView['quote'];
  readonly languages: DataOf<'BookingRequested'>['languages'];
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly heldUntil: Instant | null;
  readonly answerBy: Instant | null;
  readonly confirmedAt: Instant | null;
  readonly helperId: HelperId | null;
  readonly delivery: BookingView['delivery'];
  readonly cancelledFor: PersonId | null;
  /** Why the request found no place. */
  readonly refusal: { readonly code: string; readonly facts: Rejection['facts'] } | null;
  /** Since when the step lasts that it is in (R32). */
  readonly since: Instant;
};
export type BookingState = Booking | undefined;

export type BookingRejection = Rejection<
  | 'already-exists'
  | 'booking-not-found'
  | 'booking-not-held'
  | 'booking-not-awaiting-acceptance'
  | 'booking-already-begun'
  | 'booking-ended'
  | 'booking-not-confirmed'
  | 'care-not-begun'
  | 'delivered-more-than-booked'
  | 'hold-expired'
>;

/** The promise, from request to care given (R03, R38): no command and no event here knows of funding. */
export const bookingDecider: Decider<BookingCommand, BookingState, BookingEvent, BookingRejection> = {
  initialState: undefined,

  evolve(state, event) {
    if (event.type === 'BookingRequested') return requested(event.data);
    if (event.type === 'BookingRefused') return refused(event.data);
    if (state === undefined) return state;
    switch (event.type) {
      case 'AcceptanceAsked':
        return moved(state, 'awaiting-acceptance', event.data.askedAt, { answerBy: event.data.answerBy });
      case 'HelperWanted':
        return moved(state, 'awaiting-helper', event.data.wantedAt, { answerBy: event.data.answerBy });
      case 'BookingConfirmed':
        return moved(state, 'confirmed', event.data.confirmedAt, {
          confirmedAt: event.data.confirmedAt,
          helperId: event.data.helperId ?? null,
        });
      case 'BookingDeclined':
        return moved(state, 'declined', event.data.declinedAt);
      case 'BookingExpired':
        return moved(state, 'expired', event.data.expiredAt);
      case 'BookingCancelled':
        return moved(state, 'cancelled', event.data.cancelledAt, { cancelledFor: event.data.forgottenId ?? null });
      case 'CareDelivered': {
        const { deliveryId, quantity, recordedAt } = event.data;
        return moved(state, 'delivered', recordedAt, { delivery: { deliveryId, quantity, recordedAt } });
      }
    }
  },

  decide(command, state) {
    if (command.type === 'RequestBooking') {
      if (state !== undefined) return repeated(state, command.data);
      return accept({ type: 'BookingRequested', data: { ...command.data, requestedAt: command.now } });
    }
    if (command.type === 'RefuseRequest') {
      if (state !== undefined) return repeated(state, command.data);
      return accept({ type: 'BookingRefused', data: { ...command.data, refusedAt: command.now } });
    }
    return state === undefined ? reject('booking-not-found') : decideOn(state, command);
  },
};

type Later = Exclude<BookingCommand, { type: 'RequestBooking' | 'RefuseRequest' }>;

const decideOn = (state: Booking, command: Later): Decision<BookingEvent, BookingRejection> => {
  const { about, status } = state;
  const { now } = command;
  switch (command.type) {
    case 'ConfirmBooking':
      return confirm(state, now, command.arranged);
    case 'AcceptBooking':
      if (status === 'confirmed' || status === 'delivered') return accept();
      if (status !== 'awaiting-acceptance' || isPast(state.answerBy, now)) {
        return reject('booking-not-awaiting-acceptance');
      }
      return accept(confirmed(state, now));
    case 'ConfirmTakenPlace':
      if (status === 'held' || status === 'awaiting-acceptance') return accept(confirmed(state, now));
      return status === 'confirmed' || status === 'delivered' ? accept() : reject('booking-not-held');
    case 'DeclineBooking': {
      if (status === 'declined') return accept();
      if (status !== 'awaiting-acceptance') return reject('booking-not-awaiting-acceptance');
      return accept({ type: 'BookingDeclined', data: { ...endOf(state), reason: command.reason, declinedAt: now } });
    }
    case 'CancelBooking': {
      if (status === 'cancelled') return accept();
      if (!isOpen(state) && status !== 'confirmed') return reject('booking-ended');
      if (about.span.from <= now) return reject('booking-already-begun');
      const { by, forgottenId } = command;
      const forgotten = forgottenId === undefined ? {} : { forgottenId };
      return accept({ type: 'BookingCancelled', data: { ...endOf(state), by, ...forgotten, cancelledAt: now } });
    }
    case 'ExpireBooking': {
      const due = isPast(state.heldUntil, now) || isPast(state.answerBy, now);
      if (!isOpen(state) || !due) return accept();
      return accept({ type: 'BookingExpired', data: { ...endOf(state), awaited: awaitedIn(status), expiredAt: now } });
    }
    case 'MatchHelper':
      // Whatever comes from matching too late changes nothing: it hears of the end of the booking by itself.
      return status === 'awaiting-helper' ? accept(confirmed(state, now, command.helperId)) : accept();
    case 'CloseSearch':
      if (status !== 'awaiting-helper') return accept();
      return accept({ type: 'BookingDeclined', data: { ...endOf(state), reason: 'no-helper', declinedAt: now } });
    case 'RecordDelivery':
      return recordDelivery(state, command, now);
  }
};

const confirm = (state: Booking, now: Instant, arranged: boolean): Decision<BookingEvent, BookingRejection> => {
  const { about, terms, languages, heldUntil, status } = state;
  if (status === 'confirmed' || status === 'delivered' || status.startsWith('awaiting-')) return accept();
  if (status === 'expired') return reject('hold-expired', { expiresAt: state.since });
  if (status !== 'held' || heldUntil === null) return reject('booking-not-held');
  if (!arranged && isPast(heldUntil, now)) return reject('hold-expired', { expiresAt: heldUntil });
  if (terms.needsHelper) {
    const answerBy = atMost(plusMs(now, answerWithin.helper), about.span.from);
    return accept({ type: 'HelperWanted', data: { ...about, languages, answerBy, wantedAt: now } });
  }
  if (terms.instant) return accept(confirmed(state, now));
  const answerBy = atMost(plusMs(now, answerWithin.provider), about.span.from);
  return accept({ type: 'AcceptanceAsked', data: { ...about, answerBy, askedAt: now } });
};

const recordDelivery = (
  { about, status, delivery, caregiverId, terms, quote, helperId }: Booking,
  { data, keepEffect }: Extract<BookingCommand, { type: 'RecordDelivery' }>,
  now: Instant,
): Decision<BookingEvent, BookingRejection> => {
  const { deliveryId, quantity, workerId, caregiverRested, recipientAtEase } = data;
  if (delivery !== null) {
    return delivery.deliveryId === deliveryId && delivery.quantity === quantity ? accept() : reject('already-exists');
  }
  if (status !== 'confirmed') return reject('booking-not-confirmed');
  if (now < about.span.from) return reject('care-not-begun');
  if (quantity > terms.quantity) return reject('delivered-more-than-booked');
  const answered = caregiverRested !== undefined || recipientAtEase !== undefined;
  const { unit, unitPriceCents, bearer, vat } = terms;
  return accept({
    type: 'CareDelivered',
    data: {
      ...about,
      ...{ caregiverId, deliveryId, deliveredOn: dayOf(about.span.from), unit, quantity, unitPriceCents, bearer, vat },
      ownCostCents: quote.ownCostCents,
      ...(helperId === null ? {} : { helperId }),
      ...(workerId === undefined ? {} : { workerId }),
      ...(answered && keepEffect ? { effect: { caregiverRested, recipientAtEase } } : {}),
      recordedAt: now,
    },
  });
};

/** The same id asked twice is the same request, if it asks the same; a refused one stays refused. */
const repeated = (state: Booking, asked: Asked): Decision<BookingEvent, BookingRejection> =>
  isRepeat(state, asked) ? accept() : reject('already-exists');

type Asked = Pick<
  RequestBooking,
  'householdId' | 'offerId' | 'resourceId' | 'span' | 'placeOfService' | 'requestedBy'
> & {
  readonly purpose?: string | Redacted | null;
};

/** Whether a request asks what this booking was asked for. Words that were forgotten, or never kept, are not compared. */
export const isRepeat = ({ about, status, ...kept }: Booking, asked: Asked): boolean =>
  about.householdId === asked.householdId &&
  about.offerId === asked.offerId &&
  kept.resourceId === (asked.resourceId ?? null) &&
  about.span.from === asked.span.from &&
  about.span.until === asked.span.until &&
  kept.placeOfService === asked.placeOfService &&
  kept.requestedBy === asked.requestedBy &&
  (status === 'refused' ||
    isRedacted(kept.purpose) ||
    isRedacted(asked.purpose) ||
    (kept.purpose ?? '') === (asked.purpose ?? ''));

/** It may still become a confirmed booking. */
export const isOpen = ({ status }: Booking): boolean => status === 'held' || status.startsWith('awaiting-');

const awaitedIn = (status: BookingStatus) =>
  status === 'awaiting-acceptance' ? 'provider' : status === 'awaiting-helper' ? 'helper' : 'caregiver';

const isPast = (deadline: Instant | null, now: Instant): boolean => deadline !== null && deadline <= now;
export const atMost = (a: Instant, b: Instant): Instant => (a < b ? a : b);

const endOf = ({ about, resourceId }: Booking) => (resourceId === null ? about : { ...about, resourceId });

const confirmed = ({ about }: Booking, now: Instant, helperId?: HelperId): BookingEvent => ({
  type: 'BookingConfirmed',
  data: { ...about, ...(helperId === undefined ? {} : { helperId }), confirmedAt: now },
});

const moved = (state: Booking, status: BookingStatus, since: Instant, more: Partial<Booking> = {}): Booking => ({
  ...state,
  status,
  since,
  heldUntil: null,
  answerBy: null,
  ...more,
});

const aboutOf = ({ bookingId, householdId, offerId, providerId, form, span, ...rest }: About): About => ({
  ...{ bookingId, householdId, offerId, providerId, form, span },
  ...{ municipality: rest.municipality, homeMunicipality: rest.homeMunicipality },
});

const atTheStart = (data: DataOf<'BookingRequested'> | DataOf<'BookingRefused'>) => ({
  about: aboutOf(data),
  caregiverId: data.caregiverId,
  resourceId: data.resourceId ?? null,
  placeOfService: data.placeOfService,
  terms: data.terms,
  languages: data.languages,
  requestedBy: data.requestedBy,
  ...{ answerBy: null, confirmedAt: null, helperId: null, delivery: null, cancelledFor: null },
});

const requested = (data: DataOf<'BookingRequested'>): Booking => ({
  ...atTheStart(data),
  status: 'held',
  purpose: data.purpose,
  quote: data.quote,
  requestedAt: data.requestedAt,
  heldUntil: data.heldUntil,
  refusal: null,
  since: data.requestedAt,
});

const refused = (data: DataOf<'BookingRefused'>): Booking => ({
  ...atTheStart(data),
  status: 'refused',
  purpose: null,
  // Nothing will be paid for what is not given.
  quote: { ownCostCents: 0, coverage: 'not', lines: [], refusals: [] },
  requestedAt: data.refusedAt,
  heldUntil: null,
  refusal: { code: data.reason, facts: data.facts },
  since: data.refusedAt,
});
