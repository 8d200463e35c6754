import type {
  BookingStatus,
  DeclineBooking,
  HelperId,
  NoCareReason,
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
import { type CancelCommand, decideCancel } from '../cancelling/cancel.rules.ts';
import { freeCancelUntil } from '../cancelling/cancel-cost.rules.ts';
import type { BookingEvent, DataOf } from './booking.events.ts';
import {
  atMost,
  type Booking,
  type BookingState,
  evolveBooking,
  isAgreed,
  isEnd,
  isOpen,
  isPast,
  joinsWhen,
  type Moving,
  recordByOf,
} from './booking.state.rules.ts';
import { askMove, type ChangeCommand, isAt, mayMove, noToMove, setCaregiverJoins } from './changes.rules.ts';

/** A provider answers within two days, a coordinator has found somebody within seven; both before the care begins. */
export const answerWithin = { provider: 48 * hourMs, helper: 7 * 24 * hourMs } as const;

export type BookingCommand = { readonly now: Instant } & (
  | { readonly type: 'RequestBooking'; readonly data: Omit<DataOf<'BookingRequested'>, 'requestedAt'> }
  | { readonly type: 'RefuseRequest'; readonly data: Omit<DataOf<'BookingRefused'>, 'refusedAt'> }
  /** The caregiver's yes. What it leads to has to be arranged with offers first, then it is recorded. */
  | {
      readonly type: 'ConfirmBooking';
      readonly arranged: boolean;
      /** Only whom the recipient knows, as long as one of them can come (R08). */
      readonly faces?: 'known-first';
      /** Who comes is proposed to the family first (R51). */
      readonly approval?: 'family-first';
    }
  /** The provider's yes. */
  | { readonly type: 'AcceptBooking' }
  /** The place is occupied for good: whoever was asked has said yes. */
  | { readonly type: 'ConfirmTakenPlace' }
  /** `isCounted`: false where the demand that it was counts with another date of its series. */
  | { readonly type: 'DeclineBooking'; readonly reason: DeclineBooking['reason']; readonly isCounted?: boolean }
  | CancelCommand
  | ChangeCommand
  /** `move`: which of them its calendar carried out; the one that is asked for unless told. */
  | { readonly type: 'RecordMove'; readonly move?: Moving }
  | { readonly type: 'RefuseMove'; readonly code: string; readonly facts: Rejection['facts'] }
  | { readonly type: 'RecordNoCare'; readonly reason: NoCareReason }
  /** The care was over long enough ago. */
  | { readonly type: 'MissRecord' }
  /** The step before it went well; only the stay itself says so. */
  | { readonly type: 'OpenGate' }
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
  | 'booking-cannot-move'
  | 'move-same-length'
  | 'time-in-the-past'
  | 'hold-expired'
  | 'cancelling-costs'
  | 'caregiver-cannot-join'
  | 'caregiver-must-join'
>;

/** The promise, from request to care given (R03, R38): no command and no event here knows of funding. */
export const bookingDecider: Decider<BookingCommand, BookingState, BookingEvent, BookingRejection> = {
  initialState: undefined,

  evolve: evolveBooking,

  decide(command, state) {
    if (command.type === 'RequestBooking') {
      if (state !== undefined) return repeated(state, command.data);
      return accept({ type: 'BookingRequested', data: { ...command.data, requestedAt: command.now } });
    }
    if (command.type === 'RefuseRequest') {
      if (state !== undefined) return repeated(state, command.data);
      return accept({ type: 'BookingRefused', data: { ...command.data, refusedAt: command.now } });
    }
    return state === undefined
      ? reject('booking-not-found')
      : withoutMove(decideOn(state, command), state, command.now);
  },
};

/** What ends does not move any more: a move that was asked for and not carried out yet is refused with the end. */
const withoutMove = (
  decision: Decision<BookingEvent, BookingRejection>,
  { about, moving }: Booking,
  now: Instant,
): Decision<BookingEvent, BookingRejection> => {
  if (moving === null || !decision.accepted) return decision;
  const end = decision.events.find(({ type }) => isEnd(type));
  if (end === undefined) return decision;
  const code = noToMove(end.type === 'BookingCancelled' ? (end.data.forgottenId ?? null) : null);
  return accept({ type: 'MoveRefused', data: { ...about, code, facts: {}, refusedAt: now } }, ...decision.events);
};

type Later = Exclude<BookingCommand, { type: 'RequestBooking' | 'RefuseRequest' }>;

const decideOn = (state: Booking, command: Later): Decision<BookingEvent, BookingRejection> => {
  const { about, status } = state;
  const { now } = command;
  switch (command.type) {
    case 'ConfirmBooking':
      return confirm(state, now, command);
    case 'AcceptBooking':
      if (isAgreed(status)) return accept();
      if (status !== 'awaiting-acceptance' || isPast(state.answerBy, now)) {
        return reject('booking-not-awaiting-acceptance');
      }
      return accept(confirmed(state, now));
    case 'ConfirmTakenPlace':
      if (status === 'held' || status === 'awaiting-acceptance') return accept(confirmed(state, now));
      return isAgreed(status) ? accept() : reject('booking-not-held');
    case 'DeclineBooking': {
      if (status === 'declined') return accept();
      if (status !== 'awaiting-acceptance') return reject('booking-not-awaiting-acceptance');
      const counted = command.isCounted === false ? { countedWithSeries: true as const } : {};
      const data = { ...endOf(state), reason: command.reason, ...counted, declinedAt: now };
      return accept({ type: 'BookingDeclined', data });
    }
    case 'CancelBooking':
      return decideCancel(state, command, now);
    case 'ExpireBooking': {
      const due = isPast(state.heldUntil, now) || isPast(state.answerBy, now);
      if (!isOpen(state) || !due) return accept();
      return accept({ type: 'BookingExpired', data: { ...endOf(state), awaited: awaitedIn(status), expiredAt: now } });
    }
    case 'AskMove':
      return askMove(state, command, now);
    case 'RecordMove': {
      // What one of two that carried it out was refused, and the other was not, has moved.
      const move = command.move ?? state.moving;
      const isAnother = state.moving !== null && state.moving.nth !== move?.nth;
      if (move === null || isAnother || !mayMove(state) || isAt(state, move)) return accept();
      const { to: span, placeOfService, toMunicipality: municipality } = move;
      const placeMovedFrom = placeOfService === state.placeOfService ? {} : { placeMovedFrom: state.placeOfService };
      const freeUntil = freeCancelUntil({ ...state, span: about.span });
      const isLate = status === 'confirmed' && freeUntil !== null && freeUntil < move.askedAt;
      const to = { ...about, span, municipality, placeOfService, ...placeMovedFrom };
      const lateSince = isLate ? { lateSince: freeUntil } : {};
      return accept({ type: 'BookingMoved', data: { ...to, movedFrom: about.span, ...lateSince, movedAt: now } });
    }
    case 'RefuseMove': {
      if (state.moving === null || (!isOpen(state) && status !== 'confirmed')) return accept();
      const { code, facts } = command;
      return accept({ type: 'MoveRefused', data: { ...about, code, facts: { ...facts }, refusedAt: now } });
    }
    case 'SetCaregiverJoins':
      return setCaregiverJoins(state, command.caregiverJoins, now);
    case 'RecordNoCare':
      if (status === 'not-given') return accept();
      if (status !== 'confirmed') return reject('booking-not-confirmed');
      if (now < about.span.from) return reject('care-not-begun');
      return accept({ type: 'CareNotGiven', data: { ...endOf(state), reason: command.reason, recordedAt: now } });
    case 'MissRecord':
      if (status !== 'confirmed' || state.overdueSince !== null || !isPast(recordByOf(state), now)) return accept();
      return accept({ type: 'RecordOverdue', data: { ...about, overdueAt: now } });
    case 'OpenGate': {
      if (state.gate !== 'closed' || !isOpen(state)) return accept();
      const opened: BookingEvent = { type: 'GateOpened', data: { ...about, openedAt: now } };
      if (status !== 'reserved') return accept(opened);
      return accept(opened, confirmed({ ...state, gate: 'open' }, now));
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

const confirm = (
  state: Booking,
  now: Instant,
  {
    arranged,
    faces,
    approval,
  }: Pick<Extract<BookingCommand, { type: 'ConfirmBooking' }>, 'arranged' | 'faces' | 'approval'>,
): Decision<BookingEvent, BookingRejection> => {
  const { about, terms, languages, heldUntil, status } = state;
  if (isAgreed(status) || status.startsWith('awaiting-')) return accept();
  if (status === 'expired') return reject('hold-expired', { expiresAt: state.since });
  if (status !== 'held' || heldUntil === null) return reject('booking-not-held');
  if (!arranged && isPast(heldUntil, now)) return reject('hold-expired', { expiresAt: heldUntil });
  if (terms.needsHelper) {
    const answerBy = atMost(plusMs(now, answerWithin.helper), about.span.from);
    const isUrgent = faces !== undefined || state.partOf?.kind === 'urgent';
    const lane = {
      ...(isUrgent ? { lane: 'urgent' as const } : {}),
      ...(faces === undefined ? {} : { faces }),
      ...(approval === undefined ? {} : { approval }),
    };
    return accept({ type: 'HelperWanted', data: { ...about, languages, ...lane, answerBy, wantedAt: now } });
  }
  if (terms.instant) return accept(confirmed(state, now));
  const answerBy = atMost(plusMs(now, answerWithin.provider), about.span.from);
  return accept({ type: 'AcceptanceAsked', data: { ...about, ...offeredBy(state), answerBy, askedAt: now } });
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
      ...(terms.ownPrice === undefined ? {} : { ownPrice: terms.ownPrice }),
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
  'householdId' | 'offerId' | 'resourceId' | 'span' | 'placeOfService' | 'requestedBy' | 'caregiverJoins'
> & {
  readonly purpose?: string | Redacted | null;
};

/** Whether a request asks what this booking was asked for. Words that were forgotten, or never kept, are not compared. */
export const isRepeat = ({ about, status, ...kept }: Booking, asked: Asked): boolean =>
  about.householdId === asked.householdId &&
  about.offerId === asked.offerId &&
  kept.resourceId === (asked.resourceId ?? null) &&
  kept.first.span.from === asked.span.from &&
  kept.first.span.until === asked.span.until &&
  kept.first.placeOfService === asked.placeOfService &&
  kept.first.caregiverJoins === joinsWhen(asked.caregiverJoins, kept.terms) &&
  kept.requestedBy === asked.requestedBy &&
  (status === 'refused' ||
    isRedacted(kept.purpose) ||
    isRedacted(asked.purpose) ||
    (kept.purpose ?? '') === (asked.purpose ?? ''));

const awaitedIn = (status: BookingStatus) =>
  status === 'awaiting-acceptance'
    ? 'provider'
    : status === 'awaiting-helper'
      ? 'helper'
      : status === 'reserved'
        ? 'outcome'
        : 'caregiver';

const endOf = ({ about, resourceId }: Booking) => (resourceId === null ? about : { ...about, resourceId });

/** Behind a closed gate a yes of all keeps the booking, until just before it begins. */
const confirmed = ({ about, gate, partOf }: Booking, now: Instant, helperId?: HelperId): BookingEvent =>
  gate === 'closed'
    ? { type: 'BookingReserved', data: { ...about, answerBy: about.span.from, reservedAt: now } }
    : {
        type: 'BookingConfirmed',
        data: { ...about, ...offeredBy({ partOf }), ...(helperId === undefined ? {} : { helperId }), confirmedAt: now },
      };

/** So that a waiting list or an urgent case hears of the yes to what is its own, without a look at every other booking. */
const offeredBy = ({ partOf }: Pick<Booking, 'partOf'>) =>
  partOf?.kind === 'waiting' || partOf?.kind === 'urgent' ? { partOf } : {};
