export { type CalendarsFrom, createFetchCalendar } from './following/fetch-calendar.ts';
export { offersPublication } from './integration/publication.ts';
export { type OffersDependencies, type OffersRuntime, startOffers } from './service.ts';
