import {
  type BookingId,
  type IntegrationEventData,
  type IntegrationEventType,
  integrationEvents,
  MatchId,
} from '@adempauze/contracts';
import { decodeIntegrationEvent } from '@adempauze/event-bus';
import type { SourceEvent } from '@adempauze/event-store';
import { derivedId, Instant } from '@adempauze/kernel';
import type { Request } from '../match/match.decider.ts';

/* The only file that knows what others say. */

/** Feeds the read model: who is an organisation, and who was with whom; and tells every replica whom to forget. */
export const eventsForReadModel = [
  'offers.provider-registered.v1',
  'bookings.care-delivered.v1',
  'bookings.person-forgotten.v1',
] as const;

/** Asks for something to be done. */
export const eventsForPlacement = [
  'bookings.helper-wanted.v1',
  'bookings.booking-cancelled.v1',
  'bookings.booking-declined.v1',
  'bookings.booking-expired.v1',
  'bookings.care-not-given.v1',
  'bookings.person-forgotten.v1',
] as const;

type Incoming = (typeof eventsForReadModel)[number] | (typeof eventsForPlacement)[number];

/** The data of an event of this type; undefined for any other. @throws ZodError when it is not as was promised. */
export const decodeIncoming = <T extends Incoming & IntegrationEventType>(
  type: T,
  event: SourceEvent,
): IntegrationEventData<T> | undefined => decodeIntegrationEvent(integrationEvents, type, event);

/** A booking has one match, so that the same wish heard twice is one request. */
export const matchIdOf = (bookingId: BookingId): MatchId => MatchId.parse(derivedId('match', bookingId));

/** The request that a wish for a helper is; `requestedAt` is when the family asked. */
export const requestOf = (wanted: IntegrationEventData<'bookings.helper-wanted.v1'>, requestedAt: string): Request => ({
  matchId: matchIdOf(wanted.bookingId),
  bookingId: wanted.bookingId,
  householdId: wanted.householdId,
  organisationId: wanted.providerId,
  form: wanted.form,
  span: wanted.span,
  municipality: wanted.municipality,
  languages: wanted.languages,
  ...(wanted.lane === undefined ? {} : { lane: wanted.lane }),
  ...(wanted.faces === undefined ? {} : { faces: wanted.faces }),
  ...(wanted.approval === undefined ? {} : { approval: wanted.approval }),
  requestedAt: Instant.parse(requestedAt),
  bookingAnswerBy: wanted.answerBy,
});
