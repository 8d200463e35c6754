import type { Instant } from '@adempauze/kernel';
import { isOn, isWaiting, mayStep, type Status, stepOf } from './booking-steps.ts';
import { type Fact, object, text } from './history.ts';

export type Life = {
  readonly status: Status;
  readonly resourceId: string;
  readonly householdId: string;
  readonly helperId: string;
  readonly from: string;
  /** When somebody's turn ends; empty when nobody is waited for. */
  readonly deadlineAt: string;
};
type Place = {
  readonly resourceId: string;
  readonly state: 'held' | 'taken' | 'passed' | 'released';
  /** Until when it is or was held. */
  readonly until: string;
  /** When the care in it is over. */
  readonly over: string;
};

/** What the log says of bookings, their places, helpers and matches, once read in the order in which it was written. */
export const readLives = (log: readonly Fact[]) => {
  const violations: string[] = [];
  const lives = new Map<string, Life>();
  const places = new Map<string, Place>();
  const helpers = new Map<string, { readonly helperId: string; readonly matchId: string; readonly over: string }>();
  const matches = new Map<string, { readonly bookingId: string; readonly status: string; readonly helperId: string }>();
  /** Bookings that were to move, and of which nothing was said since. */
  const moving = new Set<string>();
  const persons = new Map<string, readonly string[]>();
  const forgotten = new Set<string>();

  /** A promise may only be written down once what it promises was arranged, for as long as it promises. */
  const mustHold = (event: Fact, life: Life, until: string) => {
    if (life.resourceId === '') return;
    const place = places.get(`${text(event, 'bookingId')} ${life.resourceId}`);
    if (place === undefined || place.state === 'released' || place.until < until)
      violations.push(
        `${event.stream}: ${event.type} until ${until} at ${event.position}, and the place is ${place?.state ?? 'not there'} until ${place?.until}.`,
      );
  };
  const readBooking = (event: Fact) => {
    const bookingId = text(event, 'bookingId');
    const before = lives.get(bookingId);
    if (event.type === 'MoveAsked') moving.add(bookingId);
    if (event.type === 'BookingMoved' || event.type === 'MoveRefused') moving.delete(bookingId);
    if (event.type === 'BookingMoved') {
      if (before === undefined || !['held', 'confirmed'].includes(before.status))
        violations.push(`${event.stream} was ${before?.status ?? 'not there'} and was moved.`);
      else lives.set(bookingId, { ...before, from: text(object(event, 'span'), 'from') });
      return;
    }
    const step = stepOf(event.type);
    if (step === undefined) return;
    if (!mayStep(step, before?.status))
      violations.push(`${event.stream} was ${before?.status ?? 'not there'} and then ${step.to}.`);
    const life = {
      status: step.to,
      resourceId: before?.resourceId ?? text(event, 'resourceId'),
      householdId: before?.householdId ?? text(event, 'householdId'),
      helperId: text(event, 'helperId') || (before?.helperId ?? ''),
      from: text(object(event, 'span'), 'from'),
      deadlineAt: text(event, 'heldUntil') || text(event, 'answerBy'),
    };
    lives.set(bookingId, life);
    if (event.type === 'BookingRequested' || event.type === 'AcceptanceAsked') mustHold(event, life, life.deadlineAt);
    if (event.type === 'BookingExpired' && text(event, 'expiredAt') < (before?.deadlineAt ?? ''))
      violations.push(`${event.stream} expired at ${text(event, 'expiredAt')}, before ${before?.deadlineAt}.`);
    if (event.type !== 'BookingConfirmed' && event.type !== 'BookingReserved') return;
    if (life.resourceId !== '' && places.get(`${bookingId} ${life.resourceId}`)?.state !== 'taken')
      violations.push(`${event.stream} was ${step.to} at ${event.position} without a place.`);
    if (life.resourceId === '' && helpers.get(bookingId)?.helperId !== life.helperId)
      violations.push(`${event.stream} was ${step.to} at ${event.position} without its helper.`);
  };
  const readPlace = (event: Fact) => {
    const resourceId = event.stream.slice('resource-'.length);
    const key = `${text(event, 'bookingId')} ${resourceId}`;
    const before = places.get(key);
    const until = text(event, 'expiresAt') || (before?.until ?? '');
    const over = text(object(event, 'span'), 'until') || (before?.over ?? '');
    if (event.type === 'PlaceHeld' || event.type === 'CapacityOverridden' || event.type === 'HoldExtended')
      places.set(key, { resourceId, state: 'held', until, over });
    if (event.type === 'PlaceMoved' && before !== undefined) places.set(key, { ...before, over });
    if (event.type === 'PlaceTaken') places.set(key, { resourceId, state: 'taken', until, over });
    if (event.type === 'HoldExpired') places.set(key, { resourceId, state: 'passed', until, over });
    if (event.type === 'PlaceReleased') places.set(key, { resourceId, state: 'released', until, over });
  };
  const readMatching = (event: Fact) => {
    const bookingId = text(event, 'bookingId');
    const matchId = text(event, 'matchId');
    const helperId = text(event, 'helperId');
    const match = matches.get(matchId);
    if (event.type === 'HelperAssigned') {
      const other = helpers.get(bookingId);
      if (other !== undefined && other.helperId !== helperId)
        violations.push(`Booking ${bookingId} has helpers ${other.helperId} and ${helperId} at ${event.position}.`);
      helpers.set(bookingId, { helperId, matchId, over: text(object(event, 'span'), 'until') });
    }
    if (event.type === 'HelperReleased' && helpers.get(bookingId)?.helperId === helperId) helpers.delete(bookingId);
    if (event.type === 'MatchOpened') matches.set(matchId, { bookingId, status: 'open', helperId: '' });
    if (event.type === 'HelperMatched') matches.set(matchId, { bookingId, status: 'matched', helperId });
    if (match && (event.type === 'MatchClosed' || event.type === 'MatchCancelled'))
      matches.set(matchId, { ...match, status: 'ended' });
  };

  for (const event of log) {
    const [category] = event.stream.split('-', 1);
    if (category === 'booking') readBooking(event);
    if (category === 'resource') readPlace(event);
    if (category === 'helper' || category === 'match') readMatching(event);
    if (event.type === 'PersonForgotten') forgotten.add(text(event, 'personId'));
    if (event.type === 'HouseholdRegistered')
      persons.set(
        text(event, 'householdId'),
        ['caregiver', 'recipient'].map((it) => text(object(event, it), 'personId')),
      );
  }
  const isForgotten = (householdId: string) => (persons.get(householdId) ?? []).some((it) => forgotten.has(it));
  return { violations, lives, moving, places, helpers, matches, isForgotten };
};

/**
 * Bookings, places, helpers and matches agree once everything is settled, and nothing is waited for that is over. `now`
 * is the clock of the marketplace.
 */
export const checkLives = (log: readonly Fact[], now: Instant): string[] => {
  const { violations, lives, moving, places, helpers, matches, isForgotten } = readLives(log);
  const say = (sentence: string) => violations.push(sentence);
  for (const bookingId of moving) say(`Booking ${bookingId} was to move, and neither did nor was refused.`);
  for (const [bookingId, life] of lives) {
    const { status, resourceId, householdId, helperId, deadlineAt, from } = life;
    if (isWaiting(status) && !(deadlineAt > now)) say(`Booking ${bookingId} is ${status} since ${deadlineAt} passed.`);
    if ((isWaiting(status) || status === 'confirmed') && from > now && isForgotten(householdId))
      say(`Booking ${bookingId} of a forgotten person is ${status}.`);
    if (isOn(status) && resourceId !== '' && places.get(`${bookingId} ${resourceId}`)?.state !== 'taken')
      say(`Booking ${bookingId} is ${status} and has no place.`);
    if (isOn(status) && resourceId === '' && helpers.get(bookingId)?.helperId !== helperId)
      say(`Booking ${bookingId} is ${status} and its helper does not have it.`);
  }
  for (const [key, { resourceId, state, until, over }] of places) {
    // Nobody frees what is over, and the hold of a request that was never finished ends by itself.
    if (state === 'taken' && over <= now) continue;
    if (state === 'held' && until > now && !lives.has(key.split(' ', 1)[0] ?? '')) continue;
    const [bookingId = ''] = key.split(' ', 1);
    const life = lives.get(bookingId);
    if (state === 'taken' && !(life && isOn(life.status) && life.resourceId === resourceId))
      say(`Resource ${resourceId} is taken by booking ${bookingId}, which is ${life?.status ?? 'not there'}.`);
    if (state === 'held' && !(life && isWaiting(life.status) && life.resourceId === resourceId))
      say(`Resource ${resourceId} is held by booking ${bookingId}, which is ${life?.status ?? 'not there'}.`);
  }
  for (const [bookingId, { helperId, matchId, over }] of helpers) {
    if (over <= now) continue;
    const life = lives.get(bookingId);
    const match = matches.get(matchId);
    if (match?.status !== 'matched' || match.helperId !== helperId)
      say(`Helper ${helperId} has booking ${bookingId}, and its match is ${match?.status ?? 'not there'}.`);
    if (!(life && isOn(life.status))) say(`Helper ${helperId} has booking ${bookingId}, which is ${life?.status}.`);
  }
  for (const [matchId, { bookingId, status, helperId }] of matches) {
    const life = lives.get(bookingId);
    if (status === 'open' && life?.status !== 'awaiting-helper')
      say(`Match ${matchId} seeks a helper for booking ${bookingId}, which is ${life?.status}.`);
    if (status === 'matched' && (helpers.get(bookingId)?.helperId !== helperId || life?.helperId !== helperId))
      say(`Match ${matchId} has helper ${helperId}, and the helper or booking ${bookingId} does not know.`);
  }
  return violations;
};
