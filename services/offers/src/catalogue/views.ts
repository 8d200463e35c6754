import type { OfferView, ProviderView, ResourceView } from '@adempauze/contracts';
import { instantFromMs } from '@adempauze/kernel';
import type { Offer } from '../offer/terms.rules.ts';
import { isLive } from '../resource/calendar.rules.ts';
import type { Resource } from '../resource/resource.decider.ts';

export const offerViewOf = (offer: Offer, providerName: ProviderView['name']): OfferView => ({
  offerId: offer.offerId,
  providerId: offer.providerId,
  providerName,
  form: offer.form,
  title: offer.title,
  summary: offer.summary,
  place: offer.place,
  travelKm: offer.travelKm,
  conditionsServed: offer.conditionsServed,
  highRiskActsServed: offer.highRiskActsServed,
  languages: offer.languages,
  unit: offer.unit,
  tariffs: offer.tariffs.map(({ from, priceCents, vat }) => ({ from, priceCents, vat })),
  bearer: offer.bearer,
  instant: offer.instant,
  needsHelper: offer.needsHelper,
  minMinutes: offer.minMinutes ?? null,
  maxMinutes: offer.maxMinutes ?? null,
  status: offer.status,
  publishedAt: offer.publishedAt,
});

/** A hold that has passed is not shown: for everybody else the place is free. */
export const resourceViewOf = (resource: Resource, nowMs: number): ResourceView => ({
  resourceId: resource.resourceId,
  providerId: resource.providerId,
  offerIds: [...resource.offerIds],
  capacity: resource.capacity,
  bufferMinutes: resource.bufferMinutes,
  openings: resource.openings
    .filter(({ untilMs }) => untilMs > nowMs)
    .map(({ fromMs, untilMs }) => ({ from: instantFromMs(fromMs), until: instantFromMs(untilMs) })),
  occupied: resource.occupations
    .filter((it) => isLive(it, nowMs))
    .map(({ bookingId, fromMs, untilMs, expiresAtMs }) => ({
      bookingId,
      span: { from: instantFromMs(fromMs), until: instantFromMs(untilMs) },
      state: expiresAtMs === null ? 'taken' : 'held',
      expiresAt: expiresAtMs === null ? null : instantFromMs(expiresAtMs),
    })),
});
