import {
  Bearer,
  FormId,
  OfferFacts,
  OfferId,
  offerFacts,
  PayerTariff,
  Place,
  ProviderId,
  Tariff,
  Unit,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/**
 * It may suit somebody from now on whom it did not, or not yet: who waits hears of it, and not of what changed. Absent: nobody.
 */
const wider = { wider: z.strictObject({ form: FormId }).optional() };

/* Kept for ever: a changed shape raises its version and takes an upcaster with a stored fixture. */
export const OfferEvent = z.discriminatedUnion('type', [
  event(
    'OfferPublished',
    {
      offerId: OfferId,
      providerId: ProviderId,
      form: FormId,
      place: Place,
      unit: Unit,
      tariff: Tariff,
      bearer: Bearer,
      needsHelper: z.boolean(),
      ...offerFacts,
      publishedAt: Instant,
    },
    2,
  ),
  /** `facts` are all of them, as they are after the change. Also says that the offer is as it stands. */
  event('OfferChanged', { offerId: OfferId, facts: OfferFacts, changedAt: Instant, ...wider }),
  event('TariffChanged', { offerId: OfferId, tariff: Tariff, changedAt: Instant, ...wider }),
  event('PayerTariffChanged', { offerId: OfferId, tariff: PayerTariff, changedAt: Instant }),
  event('OfferConfirmed', { offerId: OfferId, confirmedAt: Instant, ...wider }),
  /** Nobody said for 90 days that it is so (R31); recorded once, so that its provider hears of it. */
  event('OfferWentStale', { offerId: OfferId, providerId: ProviderId, wentStaleAt: Instant }),
  event('OfferWithdrawn', { offerId: OfferId, withdrawnAt: Instant }),
]);
export type OfferEvent = z.infer<typeof OfferEvent>;

export const offerStream = (offerId: string) => `offer-${offerId}`;
