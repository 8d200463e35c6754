import { OfferId, ResourceId, SeekRespite } from '@adempauze/contracts';
import { derivedId, fold, instantOn, msOf, plusDays } from '@adempauze/kernel';
import { now, publishBeds, publishOffer, rijswijk } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { openedAs, type Resource } from '../resource/resource.state.rules.ts';
import { createRegionalBeds } from './regional-beds.ts';
import { createSearchIndex } from './search-index.ts';
import { createSeeking } from './seek.ts';

/* A few offers around Rijswijk, as search by need sees them. */

export const today = '2027-05-03' as ReturnType<typeof plusDays>; // Monday, 10:00
const idOf = (word: string) => OfferId.parse(derivedId('offer', word));
export const offerOf = (word: string, over: Parameters<typeof publishOffer>[0] = {}, confirmedAt = now): Offer => {
  const beds = over.unit === 'night';
  const data = { ...(beds ? publishBeds(over) : publishOffer(over)), offerId: idOf(word), title: word };
  const offer = fold(offerDecider, [{ type: 'OfferPublished', data: { ...data, publishedAt: confirmedAt } }]);
  if (offer === undefined) throw new Error('The example is an offer.');
  return offer;
};
/** Open on so many days from tomorrow on: for hours from nine to five, for nights one long opening. */
export const calendarOf = (offer: Offer, days = 28, over: Partial<Resource> = {}): Resource => {
  const opened = openedAs({
    ...{ resourceId: ResourceId.parse(derivedId('resource', offer.offerId)), providerId: offer.providerId },
    ...{ offerIds: [offer.offerId], capacity: 1, bufferMinutes: 0, travelMinutes: 0, openedAt: now },
  });
  const wall = (day: number, time: string) => msOf(instantOn(plusDays(today, day), time));
  const openings =
    offer.unit === 'night'
      ? [{ fromMs: wall(1, '15:00'), untilMs: wall(days + 1, '11:00') }]
      : Array.from({ length: days }, (_, i) => ({ fromMs: wall(i + 1, '09:00'), untilMs: wall(i + 1, '17:00') }));
  return { ...opened, openings, ...over };
};
export const place = (name: string, lat: number, lon: number) => ({
  name,
  municipality: '0999' as never,
  point: { lat, lon },
});
export const leiden = place('Leiden', 52.1583, 4.4931);
export const groningen = place('Groningen', 53.2194, 6.5665);

export const seekerOf = (offers: readonly (readonly [Offer, Resource?])[], clock = () => now) => {
  const index = createSearchIndex({ clock });
  for (const [offer, resource] of offers) {
    index.setOffer(offer, 0);
    if (resource !== undefined) index.setResource(resource, 0);
  }
  const seek = createSeeking({ index, clock });
  const beds = createRegionalBeds({ index, clock });
  return {
    beds,
    seek: (over: Partial<Parameters<typeof SeekRespite.parse>[0] & object> = {}) =>
      seek(SeekRespite.parse({ near: rijswijk.point, when: { kind: 'day', day: '2027-05-05' }, ...over })),
  };
};
export const titles = (list: readonly { readonly hit: { readonly offer: { readonly title: string } } }[] = []) =>
  list.map(({ hit }) => hit.offer.title);
export const both = (offer: Offer, days?: number, over?: Partial<Resource>) =>
  [offer, calendarOf(offer, days, over)] as const;
