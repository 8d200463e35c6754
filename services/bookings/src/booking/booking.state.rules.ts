import type { BookingStatus, BookingView, HelperId, PersonId } from '@adempauze/contracts';
import { hourMs, type Instant, plusMs, type Redacted, type Rejection } from '@adempauze/kernel';
import type { About, BookingEvent, DataOf } from './booking.events.ts';

/** How long a provider may take to record what was given; after that the contact person is told. */
export const recordWithinMs = 48 * hourMs;

/** `nth`: which of the moves of its booking it is. */
export type Moving = DataOf<'MoveAsked'> & { readonly nth: number };

export type Booking = {
  readonly about: About;
  readonly status: BookingStatus;
  readonly caregiverId: PersonId;
  readonly resourceId: BookingView['resourceId'];
  readonly placeOfService: BookingView['placeOfService'];
  /** What was asked for in the beginning, wherever it was moved since: by this the same request is known again. */
  readonly first: Pick<About, 'span'> & Pick<BookingView, 'placeOfService' | 'caregiverJoins'>;
  /** The caregiver comes along. */
  readonly caregiverJoins: boolean;
  readonly purpose: string | Redacted | null;
  readonly terms: BookingView['terms'];
  readonly quote: BookingView['quote'];
  readonly languages: DataOf<'BookingRequested'>['languages'];
  readonly partOf: BookingView['partOf'];
  /** `closed`: it may be kept, and neither confirmed nor given. */
  readonly gate: 'none' | 'closed' | 'open';
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly heldUntil: Instant | null;
  readonly answerBy: Instant | null;
  readonly confirmedAt: Instant | null;
  /** Since when the provider was asked, or had it at once: before that it is the household’s alone (R51). */
  readonly askedAt: Instant | null;
  readonly helperId: HelperId | null;
  readonly delivery: BookingView['delivery'];
  /** Asked for, and not yet arranged with offers. */
  readonly moving: Moving | null;
  /** How many moves were asked for so far. */
  readonly moves: number;
  /** Cancelling it cost something already when it was moved, and so it does since then. */
  readonly lateSince: Instant | null;
  /** Nobody recorded it in time. */
  readonly overdueSince: Instant | null;
  readonly cancelledFor: PersonId | null;
  /** What cancelling did cost the caregiver. */
  readonly cancelledAtCents: number;
  /** Why the provider said no or took its word back. */
  readonly endReason: string | null;
  /** Why the request found no place. */
  readonly refusal: { readonly code: string; readonly facts: Rejection['facts'] } | null;
  /** Since when the step lasts that it is in (R32). */
  readonly since: Instant;
};
export type BookingState = Booking | undefined;

export const evolveBooking = (state: BookingState, event: BookingEvent): BookingState => {
  if (event.type === 'BookingRequested') return requested(event.data);
  if (event.type === 'BookingRefused') return refused(event.data);
  if (state === undefined) return state;
  switch (event.type) {
    case 'AcceptanceAsked':
      return asked(state, 'awaiting-acceptance', event.data.askedAt, event.data.answerBy);
    case 'HelperWanted':
      return asked(state, 'awaiting-helper', event.data.wantedAt, event.data.answerBy);
    case 'BookingReserved':
      return asked(state, 'reserved', event.data.reservedAt, event.data.answerBy);
    case 'GateOpened':
      return { ...state, gate: 'open' };
    case 'MoveAsked':
      return { ...state, moving: { ...event.data, nth: state.moves + 1 }, moves: state.moves + 1 };
    case 'BookingMoved': {
      const { span, municipality, placeOfService, lateSince = null } = event.data;
      return { ...state, about: { ...state.about, span, municipality }, placeOfService, lateSince, moving: null };
    }
    case 'MoveRefused':
      return { ...state, moving: null };
    case 'AccompanimentChanged':
      return { ...state, caregiverJoins: event.data.caregiverJoins };
    case 'CareNotGiven':
      return moved(state, 'not-given', event.data.recordedAt);
    case 'RecordOverdue':
      return { ...state, overdueSince: event.data.overdueAt };
    case 'BookingConfirmed':
      return moved(state, 'confirmed', event.data.confirmedAt, {
        confirmedAt: event.data.confirmedAt,
        askedAt: state.askedAt ?? event.data.confirmedAt,
        helperId: event.data.helperId ?? null,
      });
    case 'BookingDeclined':
      return moved(state, 'declined', event.data.declinedAt, { endReason: event.data.reason });
    case 'BookingExpired':
      return moved(state, 'expired', event.data.expiredAt);
    case 'BookingCancelled':
      return moved(state, 'cancelled', event.data.cancelledAt, {
        cancelledFor: event.data.forgottenId ?? null,
        cancelledAtCents: event.data.late?.ownCostCents ?? 0,
        endReason: event.data.reason ?? null,
      });
    case 'CareDelivered': {
      const { deliveryId, quantity, recordedAt } = event.data;
      return moved(state, 'delivered', recordedAt, { delivery: { deliveryId, quantity, recordedAt } });
    }
  }
};

/** Until when what was given is to be recorded; nothing while there is nothing to record. */
export const recordByOf = ({ status, about }: Pick<Booking, 'status' | 'about'>): Instant | null =>
  status === 'confirmed' ? plusMs(about.span.until, recordWithinMs) : null;

/** It may still become a confirmed booking. */
export const isOpen = ({ status }: Pick<Booking, 'status'>): boolean =>
  status === 'held' || status === 'reserved' || status.startsWith('awaiting-');

/** After it nothing comes. */
export const isEnd = (type: BookingEvent['type']): boolean =>
  type === 'BookingCancelled' ||
  type === 'BookingDeclined' ||
  type === 'BookingExpired' ||
  type === 'CareNotGiven' ||
  type === 'CareDelivered';

/** Everybody who was asked has said yes. */
export const isAgreed = (status: BookingStatus): boolean =>
  status === 'reserved' || status === 'confirmed' || status === 'delivered';

export const isPast = (deadline: Instant | null, now: Instant): boolean => deadline !== null && deadline <= now;
export const atMost = (a: Instant, b: Instant): Instant => (a < b ? a : b);

const moved = (state: Booking, status: BookingStatus, since: Instant, more: Partial<Booking> = {}): Booking => ({
  ...state,
  status,
  since,
  heldUntil: null,
  answerBy: null,
  ...more,
});

const asked = (state: Booking, status: BookingStatus, at: Instant, answerBy: Instant): Booking =>
  moved(state, status, at, { answerBy, askedAt: state.askedAt ?? at });

const aboutOf = ({ bookingId, householdId, offerId, providerId, form, span, ...rest }: About): About => ({
  ...{ bookingId, householdId, offerId, providerId, form, span },
  ...{ municipality: rest.municipality, homeMunicipality: rest.homeMunicipality },
});

/** Whether the caregiver comes along where nothing, or this, was said of it: some offers are for both together. */
export const joinsWhen = (said: boolean | undefined, { accompaniment }: Pick<Booking['terms'], 'accompaniment'>) =>
  said ?? accompaniment === 'always';

const atTheStart = (data: DataOf<'BookingRequested'> | DataOf<'BookingRefused'>) => ({
  about: aboutOf(data),
  caregiverId: data.caregiverId,
  resourceId: data.resourceId ?? null,
  placeOfService: data.placeOfService,
  first: {
    ...{ span: data.span, placeOfService: data.placeOfService },
    caregiverJoins: joinsWhen(data.caregiverJoins, data.terms),
  },
  caregiverJoins: joinsWhen(data.caregiverJoins, data.terms),
  terms: data.terms,
  languages: data.languages,
  partOf: data.partOf ?? null,
  gate: data.gated ? ('closed' as const) : ('none' as const),
  requestedBy: data.requestedBy,
  ...{ answerBy: null, askedAt: null, confirmedAt: null, helperId: null, delivery: null, cancelledFor: null },
  ...{ moving: null, moves: 0, lateSince: null, overdueSince: null, cancelledAtCents: 0, endReason: null },
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
