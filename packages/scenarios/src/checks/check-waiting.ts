import type { Instant } from '@adempauze/kernel';
import { isOver, stepOf } from './booking-steps.ts';
import { type Fact, object, ofCategory, text } from './history.ts';

/** Somebody has to do something before a moment, and the moment is in the log: a sweep or a reminder finds it there. */
export type Waiting = { readonly owner: string; readonly deadlineAt: string };

/**
 * Whom a booking waits for, and until when (R32). `over`: nobody, it has ended. A caregiver says yes before the hold
 * passes; a provider answers and a coordinator finds somebody before `answerBy`; a later step of a stay is kept until the
 * outcome of the one before it is said, at most until it begins; once confirmed the provider gives the
 * care before its end, and records it before `recordBy` where the confirmation has one.
 */
export const waitingOf = (events: readonly Fact[]): Waiting | 'over' | 'nobody knows' => {
  let waiting: Waiting | 'over' | 'nobody knows' = 'nobody knows';
  let careEndsAt = '';
  for (const event of events) {
    careEndsAt = text(object(event, 'span'), 'until') || careEndsAt;
    const step = stepOf(event.type);
    if (step !== undefined && isOver(step.to)) waiting = 'over';
    if (event.type === 'BookingRequested') waiting = { owner: 'caregiver', deadlineAt: text(event, 'heldUntil') };
    if (event.type === 'AcceptanceAsked') waiting = { owner: 'provider', deadlineAt: text(event, 'answerBy') };
    if (event.type === 'HelperWanted') waiting = { owner: 'coordinator', deadlineAt: text(event, 'answerBy') };
    if (event.type === 'BookingReserved') waiting = { owner: 'caregiver', deadlineAt: text(event, 'answerBy') };
    if (event.type === 'BookingMoved' && typeof waiting === 'object' && waiting.owner === 'provider')
      waiting = { owner: 'provider', deadlineAt: careEndsAt };
    if (event.type === 'BookingConfirmed')
      waiting = { owner: 'provider', deadlineAt: text(event, 'recordBy') || careEndsAt };
  }
  return waiting;
};

/** Every booking has ended, or waits for somebody until a moment that has not passed. */
export const checkWaiting = (log: readonly Fact[], now: Instant): string[] =>
  ofCategory(log, 'booking').flatMap(([stream, events]) => {
    const waiting = waitingOf(events);
    if (waiting === 'over') return [];
    if (waiting === 'nobody knows') return [`${stream} waits, and nobody knows for whom.`];
    const { owner, deadlineAt } = waiting;
    if (deadlineAt === '') return [`${stream} waits for the ${owner} for ever.`];
    return deadlineAt > now ? [] : [`${stream} waits for the ${owner} since ${deadlineAt} passed.`];
  });

/** Holds that the log still shows after their moment has passed, whoever holds them. */
export const checkHolds = (log: readonly Fact[], now: Instant): string[] =>
  ofCategory(log, 'resource').flatMap(([stream, events]) => {
    const holds = new Map<string, string>();
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      if (['PlaceHeld', 'CapacityOverridden', 'HoldExtended'].includes(event.type))
        holds.set(bookingId, text(event, 'expiresAt'));
      if (['PlaceTaken', 'PlaceReleased', 'HoldExpired'].includes(event.type)) holds.delete(bookingId);
    }
    return [...holds]
      .filter(([, expiresAt]) => expiresAt <= now)
      .map(([bookingId, expiresAt]) => `${stream} holds a place for booking ${bookingId} since ${expiresAt} passed.`);
  });
