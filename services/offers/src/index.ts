export { offersPublication } from './integration/publication.ts';
export { type OffersDependencies, type OffersRuntime, startOffers } from './service.ts';
