import { type DistanceBand, formOf, type OfferId, type Offers, type OfferView, ResourceId } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { travelKm } from '@adempauze/places';
import { z } from 'zod';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { placeOf } from '../requesting/request-booking.ts';
import type { Joining } from './waiting.decider.ts';

/** By road, in km (chosen): a short trip, and one that can be made on a day off. */
const nearKm = 10;
const aroundKm = 25;

const bandOf = (km: number): DistanceBand => (km <= nearKm ? 'near' : km <= aroundKm ? 'around' : 'far');

/** More calendars than one household comes to know of one provider (chosen). */
const mostKnown = 50;

const Row = z.object({ resourceId: ResourceId });
/**
 * Where care was given to a household before, with whom or in which house (R14), at one provider: no other has a calendar
 * of this offer. Of many, first what this offer gave, then what was last.
 */
export const familiarTo = (
  db: ReadDatabase,
  { householdId, offerId, providerId }: Pick<OfferView, 'offerId' | 'providerId'> & { readonly householdId: string },
): ResourceId[] =>
  db
    .all(
      `SELECT resourceId FROM bookings
       WHERE householdId = ?1 AND providerId = ?2 AND resourceId IS NOT NULL AND delivery IS NOT NULL
       GROUP BY resourceId ORDER BY max(json_extract(fixed, '$.offerId') = ?3) DESC, max(spanFrom) DESC LIMIT ?4`,
      ...[householdId, providerId, offerId, mostKnown],
    )
    .map((row) => Row.parse(row).resourceId);

export type FitFacts = (
  joining: Pick<Joining, 'householdId' | 'placeOfService'> & { readonly offerId: OfferId },
) => Promise<Pick<Joining, 'fit' | 'form'>>;

/**
 * What is recorded of somebody who joins, so that later only the list itself is needed to say whom a place fits best. What
 * the care needs is not: whether an offer can give that on the day is for offers to say, each time a place is held.
 */
export const createFitFacts =
  ({
    briefs,
    offers,
    db,
  }: {
    readonly briefs: HouseholdBriefs;
    readonly offers: Pick<Offers, 'findOffer'>;
    readonly db: ReadDatabase;
  }): FitFacts =>
  async ({ householdId, offerId, placeOfService }) => {
    const brief = await briefs.find(householdId);
    const offer = await offers.findOffer({ offerId });
    if (offer === undefined) return {};
    const { form } = offer;
    if (brief === undefined || brief === 'forgotten') return { form };
    const at = formOf(form).atHome ? placeOf({ placeOfService }, brief) : brief.recipientPlace;
    const distance = at === undefined ? 'far' : bandOf(travelKm(offer.place.point, at.point));
    return {
      form,
      fit: { familiar: familiarTo(db, { householdId, offerId, providerId: offer.providerId }), distance },
    };
  };
