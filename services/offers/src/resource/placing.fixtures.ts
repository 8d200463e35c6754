import type { TimeSpan } from '@adempauze/contracts';
import { fold, msOf } from '@adempauze/kernel';
import {
  at,
  booking,
  householdId,
  now,
  offerId,
  openResource,
  publishOffer,
  resourceId,
  span,
} from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { termsFor } from '../offer/terms.rules.ts';
import type { ResourceEvent } from './resource.events.ts';

/* A worker whose days are open, with holds and places, as events. */

export const offerOf = (data: ReturnType<typeof publishOffer>): Offer => {
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, publishedAt: now } }]);
  if (offer === undefined) throw new Error('The example is an offer.');
  return offer;
};
export const offer = offerOf(publishOffer());
export const asked = { offer, journeyKm: 3 };

export const opened: ResourceEvent = { type: 'ResourceOpened', data: { ...openResource(), openedAt: now } };
export const open: ResourceEvent = {
  type: 'TimesPublished',
  data: { resourceId, spans: [span('2027-05-04T07:00:00Z', '2027-05-14T15:00:00Z')], publishedAt: now },
};
export const on = (day: number, from = 7, until = 9): TimeSpan => {
  const two = (it: number) => String(it).padStart(2, '0');
  return span(`2027-05-${two(day)}T${two(from)}:00:00Z`, `2027-05-${two(day)}T${two(until)}:00:00Z`);
};
export const expiresAt = at('2027-05-03T09:00:00Z');
export const held = (
  number: number,
  times: TimeSpan,
  over: { expiresAt?: typeof now; of?: Offer } = {},
): ResourceEvent => {
  const wish = { span: { fromMs: msOf(times.from), untilMs: msOf(times.until) }, conditions: [], highRiskActs: [] };
  const answer = termsFor(over.of ?? offer, { ...wish, journeyKm: 3 }, msOf(now));
  if (!answer.accepted) throw new Error(answer.rejection.code);
  const data = { resourceId, bookingId: booking(number), householdId, offerId, span: times, heldAt: now };
  return { type: 'PlaceHeld', data: { ...data, expiresAt: over.expiresAt ?? expiresAt, terms: answer.terms } };
};
export const taken = (number: number): ResourceEvent => ({
  type: 'PlaceTaken',
  data: { resourceId, bookingId: booking(number), takenAt: now },
});
export const need = { conditions: [], highRiskActs: [] };
