import type { Instant } from '@adempauze/kernel';
import { isOn, isWaiting, mayStep, type Status, stepOf } from './booking-steps.ts';
import { checkHelpers, checkPlaces } from './check-places.ts';
import { type Fact, ofCategory, text } from './history.ts';

export type Life = {
  readonly status: Status;
  readonly resourceId: string;
  /** When somebody's patience ends; empty when nobody is waited for. */
  readonly deadlineAt: string;
};

/** Every booking as its stream tells it, and every step that it could not have taken. */
export const livesOf = (log: readonly Fact[]): { lives: Map<string, Life>; violations: string[] } => {
  const violations: string[] = [];
  const lives = new Map<string, Life>();
  for (const [stream, events] of ofCategory(log, 'booking')) {
    const bookingId = stream.slice('booking-'.length);
    for (const event of events) {
      const step = stepOf(event.type);
      if (step === undefined) continue;
      const before = lives.get(bookingId);
      if (!mayStep(step, before?.status))
        violations.push(`${stream} was ${before?.status ?? 'not there'} and then ${step.to}.`);
      lives.set(bookingId, {
        status: step.to,
        resourceId: before?.resourceId ?? text(event, 'resourceId'),
        deadlineAt: text(event, 'heldUntil') || text(event, 'answerBy'),
      });
    }
  }
  return { lives, violations };
};

/**
 * Bookings, places and helpers agree once everything is settled: a booking that is on has its place or its helper and
 * one that is off has neither, and whatever waits has a deadline ahead.
 */
export const checkLives = (log: readonly Fact[], now: Instant): string[] => {
  const { lives, violations } = livesOf(log);
  const places = checkPlaces(log);
  const helpers = checkHelpers(log);
  violations.push(...places.violations, ...helpers.violations);
  for (const [bookingId, { status, resourceId, deadlineAt }] of lives) {
    if (isWaiting(status) && deadlineAt === '') violations.push(`Booking ${bookingId} is ${status} for ever.`);
    if (isWaiting(status) && deadlineAt !== '' && deadlineAt <= now)
      violations.push(`Booking ${bookingId} is ${status} since its deadline passed at ${deadlineAt}.`);
    const place = places.taken.get(bookingId);
    const helper = helpers.helping.get(bookingId);
    if (isOn(status) && resourceId !== '' && place !== resourceId)
      violations.push(`Booking ${bookingId} is ${status} and has no place.`);
    if (isOn(status) && resourceId === '' && helper === undefined)
      violations.push(`Booking ${bookingId} is ${status} and has no helper.`);
    if (!isOn(status) && place !== undefined)
      violations.push(`Booking ${bookingId} is ${status} and occupies a place in resource ${place}.`);
    if (!isOn(status) && status !== 'awaiting-helper' && helper !== undefined)
      violations.push(`Booking ${bookingId} is ${status} and occupies helper ${helper}.`);
  }
  for (const bookingId of [...places.taken.keys(), ...helpers.helping.keys()])
    if (!lives.has(bookingId))
      violations.push(`A place or helper is taken for booking ${bookingId}, which is not there.`);
  return violations;
};
