import {
  type CareTrait,
  type Condition,
  formOf,
  type HighRiskAct,
  type PayerPrice,
  type PlaceOfService,
  PricePayer,
  type Tariff,
  type Terms,
} from '@adempauze/contracts';
import { instantOn, minuteMs, msOf, plusDays, type Rejection, reject } from '@adempauze/kernel';
import { nightsBetween } from '../amsterdam.rules.ts';
import type { SpanMs } from '../resource/calendar.rules.ts';
import { acclimatisationOf, servedAtOf } from './facts.rules.ts';
import type { Offer } from './offer.state.rules.ts';

/**
 * What a booking asks of an offer. `journeyKm`: by road from the offer's place; undefined: no place was named. `step`: a
 * step towards a stay instead of the stay.
 */
export type Wish = {
  readonly span: SpanMs;
  readonly conditions: readonly Condition[];
  readonly highRiskActs: readonly HighRiskAct[];
  readonly traits?: readonly CareTrait[] | undefined;
  readonly journeyKm: number | undefined;
  readonly placeOfService?: PlaceOfService | undefined;
  readonly payer?: PricePayer | undefined;
  readonly step?: Terms['step'] | undefined;
  /** Undefined: as the offer is meant. */
  readonly caregiverJoins?: boolean | undefined;
};
export type Need = Pick<Wish, 'conditions' | 'highRiskActs' | 'traits'>;

type Price = {
  readonly unit: Terms['unit'];
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly priceCents: number;
  readonly vat: Terms['vat'];
  /** Not one that is found among the offer's tariffs for everybody. */
  readonly isOwn: boolean;
};
type Priced<R> = { accepted: true; price: Price } | { accepted: false; rejection: R };

export type PriceRejection = Rejection<
  'tariff-missing' | 'uneven-quantity' | 'block-too-short' | 'block-too-long' | 'stay-too-short' | 'stay-too-long'
>;
export type TermsRejection =
  | PriceRejection
  | Rejection<
      | 'offer-withdrawn'
      | 'time-in-the-past'
      | 'not-suitable'
      | 'act-not-served'
      | 'place-of-service-mismatch'
      | 'outside-travel-range'
      | 'asked-too-late'
      | 'step-not-offered'
      | 'caregiver-cannot-join'
      | 'caregiver-must-join'
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

/** The price of one unit for who pays, on the day on which it starts. */
const tariffFor = (offer: Offer, fromMs: number, payer: PricePayer | undefined) => {
  const own =
    payer === undefined ? undefined : offer.payerTariffs.findLast((it) => it.payer === payer && it.fromMs <= fromMs);
  return own ?? offer.tariffs.findLast((it) => it.fromMs <= fromMs);
};

/**
 * How much of the offer a span is, and what it costs by the tariff of the day on which it starts; half a cent is
 * rounded up. Refused when the offer is not given for so short or so long.
 */
export const priceOf = (offer: Offer, span: SpanMs, payer?: PricePayer): Priced<PriceRejection> => {
  const { unit, minMinutes, maxMinutes, minNights, maxNights } = offer;
  const minutes = (span.untilMs - span.fromMs) / minuteMs;
  const tariff = tariffFor(offer, span.fromMs, payer);
  if (tariff === undefined) return reject('tariff-missing');
  if (unit === 'hour' && minutes % 15 !== 0) return reject('uneven-quantity');
  if (minMinutes !== undefined && minutes < minMinutes) return reject('block-too-short', { minMinutes });
  if (maxMinutes !== undefined && minutes > maxMinutes) return reject('block-too-long', { maxMinutes });
  const quantity = quantityOf(offer, span);
  if (quantity < 1) return reject('block-too-short', { minMinutes: minutesPerUnit[unit] });
  if (unit === 'night' && minNights !== undefined && quantity < minNights * 100)
    return reject('stay-too-short', { minNights });
  if (unit === 'night' && maxNights !== undefined && quantity > maxNights * 100)
    return reject('stay-too-long', { maxNights });
  const priceCents = Math.floor((tariff.priceCents * quantity + 50) / 100);
  if (quantity > mostHundredths || priceCents > mostCents) {
    const most = Math.min(mostHundredths, (mostCents * 100) / Math.max(1, tariff.priceCents));
    return reject('block-too-long', { maxMinutes: Math.floor((most / 100) * minutesPerUnit[unit]) });
  }
  const { priceCents: unitPriceCents, vat } = tariff;
  return {
    accepted: true,
    price: { unit, quantity, unitPriceCents, priceCents, vat, isOwn: 'payer' in tariff },
  };
};

/**
 * What it is for each of those with a price of their own on that day. Every one of them, so that who gives the care is
 * not asked by whom it is paid (R04): that is for others to know.
 */
const payerPricesOf = (
  offer: Offer,
  fromMs: number,
  priced: (payer: PricePayer) => Priced<TermsRejection>,
): PayerPrice[] => {
  if (offer.payerTariffs.length === 0) return [];
  return PricePayer.options.flatMap((payer) => {
    if (!offer.payerTariffs.some((it) => it.payer === payer && it.fromMs <= fromMs)) return [];
    const own = priced(payer);
    if (!own.accepted) return [];
    const { unitPriceCents, priceCents, vat } = own.price;
    return [{ payer, unitPriceCents, priceCents, vat }];
  });
};

const shortestStepMinutes = 15;
const longestStepMinutes = { visit: 4 * 60, 'part-day': 6 * 60 } as const;

/** A step towards a stay: one visit or part-day at its own price, or one night at that of the stay. */
const priceOfStep = (
  offer: Offer,
  step: NonNullable<Wish['step']>,
  span: SpanMs,
  payer: PricePayer | undefined,
): Priced<TermsRejection> => {
  const offered = acclimatisationOf(offer).find((it) => it.step === step);
  if (offered === undefined) return reject('step-not-offered');
  const tariff = tariffFor(offer, span.fromMs, payer);
  if (tariff === undefined) return reject('tariff-missing');
  if (step === 'night') {
    const nights = nightsBetween(span.fromMs, span.untilMs);
    if (nights < 1) return reject('block-too-short', { minMinutes: minutesPerUnit.night });
    if (nights > 1) return reject('stay-too-long', { maxNights: 1 });
    const unitPriceCents = offered.priceCents ?? tariff.priceCents;
    const isOwn = offered.priceCents !== undefined || 'payer' in tariff;
    const price = { unit: 'night', quantity: 100, unitPriceCents, priceCents: unitPriceCents } as const;
    return { accepted: true, price: { ...price, vat: tariff.vat, isOwn } };
  }
  const minutes = (span.untilMs - span.fromMs) / minuteMs;
  const maxMinutes = longestStepMinutes[step];
  if (minutes < shortestStepMinutes) return reject('block-too-short', { minMinutes: shortestStepMinutes });
  if (minutes > maxMinutes) return reject('block-too-long', { maxMinutes });
  const priceCents = offered.priceCents ?? 0;
  const price = { unit: step, quantity: 100, unitPriceCents: priceCents, priceCents } as const;
  return { accepted: true, price: { ...price, vat: tariff.vat, isOwn: true } };
};

/** Up to which moment staff may do an act; undefined: they may not. */
const certifiedUntilMs = (offer: Offer, act: HighRiskAct): number | undefined => {
  const lastDay = offer.certifications.reduce<string | undefined>(
    (latest, it) => (it.act === act && (latest === undefined || it.lastDay > latest) ? it.lastDay : latest),
    undefined,
  );
  if (lastDay === undefined) return offer.highRiskActsServed.includes(act) ? Number.POSITIVE_INFINITY : undefined;
  return msOf(instantOn(plusDays(lastDay as Tariff['from'], 1)));
};

/**
 * Up to which moment care under this offer may last for this need; undefined when it does not fit at all: a condition or
 * act that is not served (R19), or a reason why somebody is not taken in.
 */
export const servesUntilMs = (offer: Offer, { conditions, highRiskActs, traits = [] }: Need): number | undefined => {
  for (const condition of conditions) if (!offer.conditionsServed.includes(condition)) return undefined;
  for (const trait of traits) if (offer.exclusions.includes(trait)) return undefined;
  let untilMs = Number.POSITIVE_INFINITY;
  for (const act of highRiskActs) {
    const endMs = certifiedUntilMs(offer, act);
    if (endMs === undefined) return undefined;
    untilMs = Math.min(untilMs, endMs);
  }
  return untilMs;
};

const isEverCharged = (offer: Offer): offer is Offer & { cancellation: NonNullable<Offer['cancellation']> } =>
  (offer.cancellation?.lateSharePercent ?? 0) > 0;

/** The terms of a booking under this offer, or why it does not fit. Free places are another matter. */
export const termsFor = (
  offer: Offer,
  wish: Wish,
  nowMs: number,
  { knowingly = false }: { readonly knowingly?: boolean } = {},
): { accepted: true; terms: Terms } | { accepted: false; rejection: TermsRejection } => {
  const { span, conditions, highRiskActs, traits, journeyKm, placeOfService, payer, step, caregiverJoins } = wish;
  if (offer.status === 'withdrawn') return reject('offer-withdrawn');
  if (span.fromMs <= nowMs) return reject('time-in-the-past');
  const { leadTimeMinutes } = offer;
  if (!knowingly && span.fromMs < nowMs + leadTimeMinutes * minuteMs)
    return reject('asked-too-late', { leadTimeHours: Math.ceil(leadTimeMinutes / 60) });
  const pricedFor = (who: PricePayer | undefined) =>
    step === undefined ? priceOf(offer, span, who) : priceOfStep(offer, step, span, who);
  const priced = pricedFor(payer);
  if (!priced.accepted) return priced;
  if ((servesUntilMs(offer, { conditions: [], highRiskActs }) ?? 0) < span.untilMs) return reject('act-not-served');
  if (placeOfService !== undefined && !servedAtOf(offer).includes(placeOfService))
    return reject('place-of-service-mismatch');
  if (caregiverJoins === true && offer.caregiverJoins === 'no') return reject('caregiver-cannot-join');
  if (caregiverJoins === false && offer.caregiverJoins === 'always') return reject('caregiver-must-join');
  if (formOf(offer.form).atHome) {
    if (journeyKm === undefined) return reject('place-of-service-mismatch');
    const { travelKm, nationwide } = offer;
    if (!nationwide && journeyKm > travelKm) return reject('outside-travel-range', { km: journeyKm, travelKm });
  }
  // Whom a provider does not take in is known to it alone. Hence one neutral code, without facts, for a condition that is
  // not served and for an exclusion: a code that speaks of conditions would betray the exclusion wherever the catalogue
  // says that they are served. And hence as the last question: time, price, acts, place and distance are answered alike
  // for those who are excluded and those who are not. What is left is what search shows too, by leaving the offer out;
  // the catalogue says on its own which conditions are served, so that nobody loses a useful answer.
  if (servesUntilMs(offer, { conditions, highRiskActs: [], traits }) === undefined) return reject('not-suitable');
  const { isOwn, ...price } = priced.price;
  // A step with a price of its own has that for everybody; so has who asked for the price of one payer.
  const payerPrices = isOwn ? [] : payerPricesOf(offer, span.fromMs, pricedFor);
  const terms: Terms = {
    offerId: offer.offerId,
    providerId: offer.providerId,
    form: offer.form,
    ...price,
    bearer: offer.bearer,
    instant: offer.instant,
    needsHelper: offer.needsHelper,
    providerMunicipality: offer.place.municipality,
    ...(isOwn ? { ownPrice: true } : {}),
    ...(payerPrices.length === 0 ? {} : { payerPrices }),
    ...(offer.caregiverJoins === 'no' ? {} : { accompaniment: offer.caregiverJoins }),
    // A step towards a stay may always be called off.
    ...(step === undefined ? (isEverCharged(offer) ? { cancellation: offer.cancellation } : {}) : { step }),
  };
  return { accepted: true, terms };
};
