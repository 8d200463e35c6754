import type { PayerTariff, Tariff } from '@adempauze/contracts';
import type { OfferEvent } from './offer.events.ts';

/** A tariff with the moment at which its day begins in Amsterdam. */
export type DatedTariff = Tariff & { readonly fromMs: number };

type Published = Extract<OfferEvent, { type: 'OfferPublished' }>['data'];

/** An offer as it stands. Tariffs by day; `asPublished` is what it was at first, to know it again when asked twice. */
export type Offer = Omit<Published, 'tariff'> & {
  readonly status: 'published' | 'withdrawn';
  readonly asPublished: Published;
  readonly tariffs: readonly DatedTariff[];
  readonly payerTariffs: readonly (PayerTariff & DatedTariff)[];
  /** When its provider last said that it is so. */
  readonly confirmedAtMs: number;
  readonly isNotedStale: boolean;
};
