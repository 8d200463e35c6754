import {
  Bearer,
  Condition,
  FormId,
  HighRiskAct,
  Language,
  OfferId,
  Place,
  ProviderId,
  Tariff,
  Unit,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster with a stored fixture. */
export const OfferEvent = z.discriminatedUnion('type', [
  event('OfferPublished', {
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    title: z.string(),
    summary: z.string(),
    place: Place,
    travelKm: z.int(),
    conditionsServed: z.array(Condition),
    highRiskActsServed: z.array(HighRiskAct),
    languages: z.array(Language),
    unit: Unit,
    tariff: Tariff,
    bearer: Bearer,
    instant: z.boolean(),
    needsHelper: z.boolean(),
    minMinutes: z.int().optional(),
    maxMinutes: z.int().optional(),
    publishedAt: Instant,
  }),
  event('TariffChanged', { offerId: OfferId, tariff: Tariff, changedAt: Instant }),
  event('OfferWithdrawn', { offerId: OfferId, withdrawnAt: Instant }),
]);
export type OfferEvent = z.infer<typeof OfferEvent>;

export const offerStream = (offerId: string) => `offer-${offerId}`;
