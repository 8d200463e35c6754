import type { PayerTariff } from '@adempauze/contracts';
import { msOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { now, publishBeds, publishOffer, span } from '../examples.fixtures.ts';
import { offerDecider } from './offer.decider.ts';
import type { Offer } from './offer.state.rules.ts';
import { termsFor, type Wish } from './terms.rules.ts';

/** Insurers from May, and more from June; caregivers themselves from June. */
const payerTariffs = [
  { payer: 'insurer', from: '2027-05-01', priceCents: 2100, vat: 'exempt' },
  { payer: 'insurer', from: '2027-06-01', priceCents: 2200, vat: 'exempt' },
  { payer: 'caregiver', from: '2027-06-01', priceCents: 1900, vat: 'standard' },
] as PayerTariff[];

const offerOf = (data: ReturnType<typeof publishOffer>): Offer => {
  const { offerId } = data;
  const published = offerDecider.evolve(undefined, { type: 'OfferPublished', data: { ...data, publishedAt: now } });
  const offer = payerTariffs.reduce(
    (it, tariff) => offerDecider.evolve(it, { type: 'PayerTariffChanged', data: { offerId, tariff, changedAt: now } }),
    published,
  );
  if (offer === undefined) throw new Error('no offer');
  return offer;
};
const pricesOf = (offer: Offer, month: string, over: Partial<Wish> = {}) => {
  const times = span(`2027-${month}-04T07:00:00Z`, `2027-${month}-04T11:00:00Z`);
  const asked = { fromMs: msOf(times.from), untilMs: msOf(times.until) };
  const answer = termsFor(offer, { span: asked, conditions: [], highRiskActs: [], journeyKm: 3, ...over }, msOf(now));
  if (!answer.accepted) throw new Error(answer.rejection.code);
  const { priceCents, ownPrice, payerPrices } = answer.terms;
  return [priceCents, ownPrice, payerPrices];
};
const insurer = (unitPriceCents: number) => ({
  ...{ payer: 'insurer', unitPriceCents, priceCents: 4 * unitPriceCents, vat: 'exempt' },
});
const caregiver = { payer: 'caregiver', unitPriceCents: 1900, priceCents: 7600, vat: 'standard' };

test('who is not told who pays, says what it is for everybody and for each who has a price of their own (R04, S48)', () => {
  const offer = offerOf(publishOffer());
  expect(pricesOf(offer, '05')).toEqual([9200, undefined, [insurer(2100)]]);
  expect(pricesOf(offer, '06')).toEqual([9200, undefined, [insurer(2200), caregiver]]);
  expect(pricesOf(offer, '05', { payer: 'insurer' })).toEqual([8400, true, undefined]);
  expect(pricesOf(offer, '05', { payer: 'caregiver' })).toEqual([9200, undefined, [insurer(2100)]]);
  expect(pricesOf({ ...offer, payerTariffs: [] }, '06')).toEqual([9200, undefined, undefined]);
});

test('a step at a price of its own is that for everybody; a night on trial is a night', () => {
  const beds = offerOf(publishBeds());
  const visit = { ...beds, acclimatisation: [{ step: 'visit' as const, priceCents: 500 }, { step: 'night' as const }] };
  expect(pricesOf(visit, '06', { step: 'visit' })).toEqual([500, true, undefined]);
  const times = span('2027-06-04T13:00:00Z', '2027-06-05T09:00:00Z');
  const night = { fromMs: msOf(times.from), untilMs: msOf(times.until) };
  const [, , prices] = pricesOf(visit, '06', { step: 'night', span: night });
  expect(prices).toMatchObject([
    { payer: 'insurer', unitPriceCents: 2200, priceCents: 2200 },
    { payer: 'caregiver', unitPriceCents: 1900, priceCents: 1900 },
  ]);
});
