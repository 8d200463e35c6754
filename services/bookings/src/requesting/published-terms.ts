import { type OfferView, Quantity, type Terms } from '@adempauze/contracts';
import { dayOf, daysBetween, minutesBetween, type Span } from '@adempauze/kernel';

/**
 * What a request would have been under the offer as it is published: kept with a request that found no place, so that
 * demand can be counted in units too. The terms of a real booking come from offers itself.
 */
export const publishedTerms = (offer: OfferView, span: Span): Terms => {
  const day = dayOf(span.from);
  const tariff = offer.tariffs.findLast(({ from }) => from <= day) ?? offer.tariffs[0];
  const quantity = Quantity.catch(1).parse(quantityOf(offer.unit, span));
  const unitPriceCents = tariff?.priceCents ?? 0;
  const { offerId, providerId, form, unit, bearer, instant, needsHelper } = offer;
  return {
    ...{ offerId, providerId, form, unit, quantity, unitPriceCents, bearer, instant, needsHelper },
    priceCents: Math.round((unitPriceCents * quantity) / 100),
    vat: tariff?.vat ?? 'exempt',
    providerMunicipality: offer.place.municipality,
    ...(offer.caregiverJoins === 'no' ? {} : { accompaniment: offer.caregiverJoins }),
  };
};

/** Hundredths of the unit. */
const quantityOf = (unit: Terms['unit'], span: Span): number => {
  switch (unit) {
    case 'hour':
      return Math.round((minutesBetween(span) / 60) * 100);
    case 'part-day':
      return Math.round((minutesBetween(span) / 240) * 100);
    case 'night':
      return 100 * daysBetween(dayOf(span.from), dayOf(span.until));
    case 'visit':
      return 100;
  }
};
