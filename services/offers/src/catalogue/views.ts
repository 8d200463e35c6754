import type { OfferView, ProviderView, ResourceView, TimeSpan } from '@adempauze/contracts';
import { instantFromMs } from '@adempauze/kernel';
import { acclimatisationOf, freshUntilMs, servedAtOf, takeoverOf } from '../offer/facts.rules.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { isLive, type SpanMs } from '../resource/calendar.rules.ts';
import type { Resource } from '../resource/resource.state.rules.ts';

export const offerViewOf = (offer: Offer, providerName: ProviderView['name']): OfferView => ({
  offerId: offer.offerId,
  providerId: offer.providerId,
  providerName,
  form: offer.form,
  title: offer.title,
  summary: offer.summary,
  place: offer.place,
  travelKm: offer.travelKm,
  nationwide: offer.nationwide,
  conditionsServed: offer.conditionsServed,
  highRiskActsServed: offer.highRiskActsServed,
  certifications: offer.certifications,
  languages: offer.languages,
  cultures: offer.cultures,
  womanOnRequest: offer.womanOnRequest,
  activities: offer.activities,
  takeover: takeoverOf(offer),
  servedAt: [...servedAtOf(offer)],
  caregiverJoins: offer.caregiverJoins,
  transport: offer.transport,
  labels: offer.labels,
  leadTimeMinutes: offer.leadTimeMinutes,
  unit: offer.unit,
  tariffs: offer.tariffs.map(({ from, priceCents, vat }) => ({ from, priceCents, vat })),
  payerTariffs: offer.payerTariffs.map(({ payer, from, priceCents, vat }) => ({ payer, from, priceCents, vat })),
  bearer: offer.bearer,
  instant: offer.instant,
  needsHelper: offer.needsHelper,
  minMinutes: offer.minMinutes ?? null,
  maxMinutes: offer.maxMinutes ?? null,
  minNights: offer.minNights ?? null,
  maxNights: offer.maxNights ?? null,
  acclimatisation: [...acclimatisationOf(offer)],
  ...(offer.cancellation === undefined ? {} : { cancellation: offer.cancellation }),
  status: offer.status,
  publishedAt: offer.publishedAt,
  confirmedAt: instantFromMs(offer.confirmedAtMs),
  freshUntil: instantFromMs(freshUntilMs(offer)),
});

/** A hold that has passed is not shown: for everybody else the place is free. */
export const resourceViewOf = (resource: Resource, nowMs: number): ResourceView => ({
  resourceId: resource.resourceId,
  providerId: resource.providerId,
  offerIds: [...resource.offerIds],
  capacity: resource.capacity,
  bufferMinutes: resource.bufferMinutes,
  travelMinutes: resource.travelMinutes,
  capacities: coming(resource.capacities, nowMs).map((it) => ({ span: spanOf(it), capacity: it.capacity })),
  openings: coming(resource.openings, nowMs).map(spanOf),
  occupied: resource.occupations
    .filter((it) => isLive(it, nowMs))
    .map((it) => ({
      bookingId: it.bookingId,
      span: spanOf(it),
      state: it.expiresAtMs === null ? 'taken' : 'held',
      expiresAt: it.expiresAtMs === null ? null : instantFromMs(it.expiresAtMs),
      ...(it.override === undefined ? {} : { override: it.override }),
    })),
  closedDays: [...resource.closedDays],
  availability: resource.availability && {
    ...resource.availability,
    rules: [...resource.availability.rules],
    exceptDays: [...resource.availability.exceptDays],
  },
  calendar:
    resource.calendarReadAtMs === null
      ? null
      : { readAt: instantFromMs(resource.calendarReadAtMs), busy: coming(resource.busy, nowMs).map(spanOf) },
  roster: coming(resource.roster, nowMs).map((it) => ({ workerId: it.workerId, span: spanOf(it) })),
});

const coming = <T extends SpanMs>(spans: readonly T[], nowMs: number): T[] => spans.filter((it) => it.untilMs > nowMs);
const spanOf = ({ fromMs, untilMs }: SpanMs): TimeSpan => ({
  from: instantFromMs(fromMs),
  until: instantFromMs(untilMs),
});
