import { type Condition, formOf, type HighRiskAct, type Tariff, type Terms } from '@adempauze/contracts';
import { minuteMs, type Rejection, reject } from '@adempauze/kernel';
import { nightsBetween } from '../amsterdam.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';
import type { OfferEvent } from './offer.events.ts';

/** A tariff with the moment at which its day begins in Amsterdam. */
export type DatedTariff = Tariff & { readonly fromMs: number };

/** An offer as it stands. `tariffs` by day; `firstTariff` is the one it was published with. */
export type Offer = Omit<Extract<OfferEvent, { type: 'OfferPublished' }>['data'], 'tariff'> & {
  readonly status: 'published' | 'withdrawn';
  readonly firstTariff: Tariff;
  readonly tariffs: readonly DatedTariff[];
};

/** What a booking asks of an offer. `journeyKm`: by road from the offer's place; undefined: no place was named. */
export type Wish = {
  readonly span: SpanMs;
  readonly conditions: readonly Condition[];
  readonly highRiskActs: readonly HighRiskAct[];
  readonly journeyKm: number | undefined;
};

type Price = { readonly quantity: number; readonly tariff: Tariff; readonly priceCents: number };

export type PriceRejection = Rejection<'tariff-missing' | 'uneven-quantity' | 'block-too-short' | 'block-too-long'>;
export type TermsRejection =
  | PriceRejection
  | Rejection<
      | 'offer-withdrawn'
      | 'time-in-the-past'
      | 'condition-not-served'
      | 'act-not-served'
      | 'place-of-service-mismatch'
      | 'outside-travel-range'
    >;

const quarterMs = 15 * minuteMs;
const partDayMs = 4 * 60 * minuteMs;
const minutesPerUnit = { hour: 60, 'part-day': 240, night: 24 * 60, visit: 24 * 60 } as const;
/** The bounds that the contract puts on `Quantity` and `PriceCents`. */
const mostHundredths = 1_000_000;
const mostCents = 1_000_000_000;

/** Hundredths of the unit: hours as they last, part-days begun, nights by the calendar, a visit is one. */
const quantityOf = ({ unit }: Pick<Offer, 'unit'>, { fromMs, untilMs }: SpanMs): number => {
  switch (unit) {
    case 'hour':
      return ((untilMs - fromMs) / quarterMs) * 25;
    case 'part-day':
      return Math.ceil((untilMs - fromMs) / partDayMs) * 100;
    case 'night':
      return nightsBetween(fromMs, untilMs) * 100;
    case 'visit':
      return 100;
  }
};

/**
 * How much of the offer a span is, and what it costs by the tariff of the day on which it starts; half a cent is
 * rounded up. Refused when the offer is not given for so short or so long.
 */
export const priceOf = (
  offer: Offer,
  span: SpanMs,
): { accepted: true; price: Price } | { accepted: false; rejection: PriceRejection } => {
  const { unit, minMinutes, maxMinutes } = offer;
  const minutes = (span.untilMs - span.fromMs) / minuteMs;
  const tariff = offer.tariffs.findLast(({ fromMs }) => fromMs <= span.fromMs);
  if (tariff === undefined) return reject('tariff-missing');
  if (unit === 'hour' && minutes % 15 !== 0) return reject('uneven-quantity');
  if (minMinutes !== undefined && minutes < minMinutes) return reject('block-too-short', { minMinutes });
  if (maxMinutes !== undefined && minutes > maxMinutes) return reject('block-too-long', { maxMinutes });
  const quantity = quantityOf(offer, span);
  if (quantity < 1) return reject('block-too-short', { minMinutes: minutesPerUnit[unit] });
  const priceCents = Math.floor((tariff.priceCents * quantity + 50) / 100);
  if (quantity > mostHundredths || priceCents > mostCents) {
    const most = Math.min(mostHundredths, (mostCents * 100) / Math.max(1, tariff.priceCents));
    return reject('block-too-long', { maxMinutes: Math.floor((most / 100) * minutesPerUnit[unit]) });
  }
  return { accepted: true, price: { quantity, tariff, priceCents } };
};

/** Whether an offer serves every condition and every care act that is named (R19). */
export const serves = (offer: Offer, { conditions, highRiskActs }: Pick<Wish, 'conditions' | 'highRiskActs'>) =>
  conditions.every((it) => offer.conditionsServed.includes(it)) &&
  highRiskActs.every((it) => offer.highRiskActsServed.includes(it));

/** The terms of a booking under this offer, or why it does not fit. Free places are another matter. */
export const termsFor = (
  offer: Offer,
  { span, conditions, highRiskActs, journeyKm }: Wish,
  nowMs: number,
): { accepted: true; terms: Terms } | { accepted: false; rejection: TermsRejection } => {
  if (offer.status === 'withdrawn') return reject('offer-withdrawn');
  if (span.fromMs <= nowMs) return reject('time-in-the-past');
  const priced = priceOf(offer, span);
  if (!priced.accepted) return priced;
  if (!serves(offer, { conditions, highRiskActs: [] })) return reject('condition-not-served');
  if (!serves(offer, { conditions: [], highRiskActs })) return reject('act-not-served');
  if (formOf(offer.form).atHome) {
    if (journeyKm === undefined) return reject('place-of-service-mismatch');
    const { travelKm } = offer;
    if (journeyKm > travelKm) return reject('outside-travel-range', { km: journeyKm, travelKm });
  }
  const { quantity, tariff, priceCents } = priced.price;
  const terms: Terms = {
    offerId: offer.offerId,
    providerId: offer.providerId,
    form: offer.form,
    unit: offer.unit,
    quantity,
    unitPriceCents: tariff.priceCents,
    priceCents,
    vat: tariff.vat,
    bearer: offer.bearer,
    instant: offer.instant,
    needsHelper: offer.needsHelper,
    providerMunicipality: offer.place.municipality,
  };
  return { accepted: true, terms };
};
