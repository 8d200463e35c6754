import { Condition, HighRiskAct, type TimeSpan } from '@adempauze/contracts';
import { dayOf, daysBetween, instantFromMs, msOf } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, publishBeds, publishOffer, span } from '../examples.fixtures.ts';
import { acclimatisationOf } from './facts.rules.ts';
import { offerDecider } from './offer.decider.ts';
import type { Offer } from './offer.state.rules.ts';
import { termsFor, type Wish } from './terms.rules.ts';

const offerOf = (data: ReturnType<typeof publishOffer>, ...tariffs: { from: string; priceCents: number }[]): Offer => {
  const [published] = [offerDecider.evolve(undefined, { type: 'OfferPublished', data: { ...data, publishedAt: now } })];
  const state = tariffs.reduce(
    (offer, tariff) =>
      offerDecider.evolve(offer, {
        type: 'TariffChanged',
        data: { offerId: data.offerId, tariff: { ...data.tariff, ...tariff } as typeof data.tariff, changedAt: now },
      }),
    published,
  );
  if (state === undefined) throw new Error('no offer');
  return state;
};
const blocks = offerOf(publishOffer());
const beds = offerOf(publishBeds());
const wish = (times: TimeSpan, over: Partial<Wish> = {}): Wish => ({
  span: { fromMs: msOf(times.from), untilMs: msOf(times.until) },
  conditions: [],
  highRiskActs: [],
  journeyKm: 3,
  ...over,
});
const ask = (offer: Offer, asked: Wish) => {
  const answer = termsFor(offer, asked, msOf(now));
  if (!answer.accepted) return answer.rejection.code;
  const { quantity, unitPriceCents, priceCents } = answer.terms;
  return [quantity, unitPriceCents, priceCents];
};
const block = (from: string, until: string, over: Partial<Wish> = {}) => ask(blocks, wish(span(from, until), over));

test('hours are counted in quarters', () => {
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T10:30:00Z')).toEqual([350, 2300, 8050]);
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T08:15:00Z')).toEqual([125, 2300, 2875]);
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T08:20:00Z')).toBe('uneven-quantity');
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T08:00:30Z')).toBe('uneven-quantity');
});
test('the caregiver comes along where that is offered, on the place and at the price of the booking (R24)', () => {
  const times = span('2027-05-04T07:00:00Z', '2027-05-04T10:30:00Z');
  const answers = (caregiverJoins: Offer['caregiverJoins']) =>
    [undefined, true, false].map((joins) => {
      const answer = termsFor({ ...blocks, caregiverJoins }, wish(times, { caregiverJoins: joins }), msOf(now));
      return answer.accepted ? [answer.terms.accompaniment, answer.terms.priceCents] : answer.rejection.code;
    });
  expect(answers('no')).toEqual([[undefined, 8050], 'caregiver-cannot-join', [undefined, 8050]]);
  expect(answers('optional')).toEqual(Array(3).fill(['optional', 8050]));
  expect(answers('always')).toEqual([['always', 8050], ['always', 8050], 'caregiver-must-join']);
});
test('half a cent is rounded up', () => {
  const odd = offerOf(publishOffer({ tariff: { ...publishOffer().tariff, priceCents: 2310 } }));
  expect(ask(odd, wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:15:00Z')))).toEqual([125, 2310, 2888]); // 2887.5
});
test('a night with a clock change is a night', () => {
  const spring = span('2028-03-25T13:00:00Z', '2028-03-26T09:00:00Z'); // 20 hours
  expect(ask(beds, wish(spring))).toEqual([100, 2300, 2300]);
  const autumn = span('2027-10-30T12:00:00Z', '2027-10-31T10:00:00Z'); // 22 hours
  expect(ask(beds, wish(autumn))).toEqual([100, 2300, 2300]);
  const hours = offerOf(publishOffer({ maxMinutes: 1440 }));
  expect(ask(hours, wish(span('2027-10-30T22:00:00Z', '2027-10-31T05:00:00Z')))).toEqual([700, 2300, 16_100]);
});
test('a night is a change of day, not a number of hours', () => {
  expect(ask(beds, wish(span('2027-05-04T20:00:00Z', '2027-05-05T05:00:00Z')))).toEqual([100, 2300, 2300]);
  expect(ask(beds, wish(span('2027-05-04T05:00:00Z', '2027-05-04T20:00:00Z')))).toBe('block-too-short');
});
test('a part-day that has begun counts, and a visit is one', () => {
  const { minMinutes: _, maxMinutes: __, ...offer } = publishOffer();
  const days = offerOf({ ...offer, form: 'F17', unit: 'part-day' });
  expect(ask(days, wish(span('2027-05-04T07:00:00Z', '2027-05-04T11:00:00Z')))).toEqual([100, 2300, 2300]);
  expect(ask(days, wish(span('2027-05-04T07:00:00Z', '2027-05-04T11:00:01Z')))).toEqual([200, 2300, 4600]);
  const visits = offerOf({ ...offer, form: 'F18', unit: 'visit' });
  expect(ask(visits, wish(span('2027-05-04T07:00:00Z', '2027-05-04T17:00:00Z')))).toEqual([100, 2300, 2300]);
});
test('the tariff of the day on which it starts, in Amsterdam', () => {
  const dearer = offerOf(publishOffer({ maxMinutes: 1440 }), { from: '2027-06-01', priceCents: 3000 });
  expect(ask(dearer, wish(span('2027-05-31T21:45:00Z', '2027-05-31T22:45:00Z')))).toEqual([100, 2300, 2300]);
  expect(ask(dearer, wish(span('2027-05-31T22:00:00Z', '2027-05-31T23:00:00Z')))).toEqual([100, 3000, 3000]);
  const later = offerOf(publishOffer({ tariff: { ...publishOffer().tariff, from: dayOf(now) } }));
  expect(
    ask(
      { ...later, tariffs: later.tariffs.map((it) => ({ ...it, fromMs: it.fromMs * 2 })) },
      wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z')),
    ),
  ).toBe('tariff-missing');
});
test('the length that the offer is given for', () => {
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T07:45:00Z')).toBe('block-too-short');
  expect(block('2027-05-04T07:00:00Z', '2027-05-04T15:15:00Z')).toBe('block-too-long');
});
test('no more than an amount or a quantity can hold', () => {
  const { minMinutes: _, maxMinutes: __, ...offer } = publishOffer();
  const endless = wish(span('2027-05-04T07:00:00Z', '2037-05-04T07:00:00Z'));
  expect(ask(offerOf(offer), endless)).toBe('block-too-long');
  const dear = offerOf({ ...offer, tariff: { ...offer.tariff, priceCents: 1_000_000_000 } });
  expect(ask(dear, wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z')))).toEqual([100, 1e9, 1e9]);
  expect(ask(dear, wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:15:00Z')))).toBe('block-too-long');
});
test('only what lies ahead', () => {
  expect(block('2027-05-03T08:00:00Z', '2027-05-03T10:00:00Z')).toBe('time-in-the-past');
  expect(block('2027-05-03T08:00:01Z', '2027-05-03T09:00:01Z')).toEqual([100, 2300, 2300]);
});
test('what the offer serves, and how far a worker comes', () => {
  const times = ['2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z'] as const;
  expect(block(...times, { conditions: ['palliative'] })).toBe('not-suitable');
  expect(block(...times, { highRiskActs: ['suctioning'] })).toBe('act-not-served');
  expect(block(...times, { journeyKm: 15 })).toEqual([100, 2300, 2300]);
  expect(block(...times, { journeyKm: 15.1 })).toBe('outside-travel-range');
  expect(block(...times, { journeyKm: undefined })).toBe('place-of-service-mismatch');
  const stay = wish(span('2027-05-04T12:00:00Z', '2027-05-05T09:00:00Z'), { journeyKm: undefined });
  expect(ask(beds, stay)).toEqual([100, 2300, 2300]);
});
test('nothing of a withdrawn offer', () => {
  expect(ask({ ...blocks, status: 'withdrawn' }, wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z')))).toBe(
    'offer-withdrawn',
  );
});

test('terms always fit the contract, whatever is asked', () => {
  const { minMinutes: _, maxMinutes: __, ...offer } = publishOffer();
  const anyWish = fc.record({
    start: fc.integer({ min: msOf(now) - 1e9, max: Date.UTC(2060, 0, 1) }),
    length: fc.oneof(
      fc.integer({ min: 1, max: 40 * 366 * 86_400_000 }),
      fc.integer({ min: 1, max: 3000 }).map((it) => it * 900_000),
    ),
    conditions: fc.subarray(Condition.options, { maxLength: 2 }),
    highRiskActs: fc.subarray(HighRiskAct.options, { maxLength: 1 }),
    journeyKm: fc.option(fc.float({ min: 0, max: 30, noNaN: true }), { nil: undefined }),
    priceCents: fc.integer({ min: 0, max: 1_000_000_000 }),
    unit: fc.constantFrom('hour', 'part-day', 'night', 'visit'),
  });
  fc.assert(
    fc.property(anyWish, ({ start, length, priceCents, unit, ...rest }) => {
      const asked = { ...rest, span: { fromMs: start, untilMs: start + length } };
      const answer = termsFor(offerOf({ ...offer, unit, tariff: { ...offer.tariff, priceCents } }), asked, msOf(now));
      if (!answer.accepted) return;
      const { quantity, priceCents: total } = answer.terms;
      expect(quantity).toBeGreaterThanOrEqual(1);
      expect(quantity).toBeLessThanOrEqual(1_000_000);
      expect(Number.isInteger(quantity) && Number.isInteger(total)).toBe(true);
      expect(total).toBeLessThanOrEqual(1_000_000_000);
      if (unit === 'night') {
        const nights = daysBetween(dayOf(instantFromMs(start)), dayOf(instantFromMs(start + length)));
        expect(quantity).toBe(nights * 100);
      }
    }),
  );
});

const night = (from: string, until: string, over: Partial<Wish> = {}) =>
  ask(offerOf(publishBeds({ minNights: 2, maxNights: 7 })), wish(span(from, until), over));
test('three days and two nights at least, by the calendar', () => {
  expect(night('2027-05-08T13:00:00Z', '2027-05-09T09:00:00Z')).toBe('stay-too-short');
  expect(night('2027-05-07T13:00:00Z', '2027-05-09T09:00:00Z')).toEqual([200, 2300, 4600]);
  expect(night('2027-05-07T13:00:00Z', '2027-05-15T09:00:00Z')).toBe('stay-too-long');
});
test('no later than it can be arranged, unless the provider knows better', () => {
  const offer = offerOf(publishOffer({ leadTimeMinutes: 24 * 60 }));
  const soon = wish(span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z'));
  expect(ask(offer, soon)).toBe('asked-too-late');
  expect(ask(offer, wish(span('2027-05-04T08:00:00Z', '2027-05-04T09:00:00Z')))).toEqual([100, 2300, 2300]);
  expect(termsFor(offer, soon, msOf(now), { knowingly: true }).accepted).toBe(true);
});
test('staff who are certified on the day, the last day included', () => {
  const offer = offerOf(
    publishOffer({
      highRiskActsServed: ['suctioning'],
      certifications: [{ act: 'ventilation', lastDay: '2027-05-04' as never }],
    }),
  );
  const asked = (day: string, act: HighRiskAct) =>
    ask(offer, wish(span(`${day}T07:00:00Z`, `${day}T08:00:00Z`), { highRiskActs: [act] }));
  expect(asked('2027-05-04', 'ventilation')).toEqual([100, 2300, 2300]);
  expect(asked('2027-05-05', 'ventilation')).toBe('act-not-served');
  expect(asked('2029-05-05', 'suctioning')).toEqual([100, 2300, 2300]);
  expect(asked('2027-05-04', 'tube-feeding')).toBe('act-not-served');
});
test('a no because of whom a provider does not take in says what every other misfit says', () => {
  const offer = offerOf(publishOffer({ exclusions: ['wandering'] }));
  const times = span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z');
  const no = termsFor(offer, wish(times, { traits: ['wandering'] }), msOf(now));
  const other = termsFor(offer, wish(times, { conditions: ['palliative'] }), msOf(now));
  expect(no).toEqual(other);
  expect(no).toEqual({ accepted: false, rejection: { code: 'not-suitable', facts: {} } });
  expect(termsFor(offer, wish(times, { traits: ['smoking'] }), msOf(now)).accepted).toBe(true);
});
test('whoever is excluded hears every other no as everybody hears it, and never one that nobody else hears', () => {
  const plain = publishOffer({ servedAt: ['recipient-home'] });
  const [open, closed] = [offerOf(plain), offerOf({ ...plain, exclusions: ['wandering'] })];
  const anyWish = fc.record({
    start: fc.integer({ min: -8, max: 96 }),
    quarters: fc.integer({ min: 1, max: 40 }),
    conditions: fc.subarray(Condition.options, { maxLength: 2 }),
    highRiskActs: fc.subarray(HighRiskAct.options, { maxLength: 1 }),
    journeyKm: fc.constantFrom(undefined, 3, 15, 16),
    placeOfService: fc.constantFrom('recipient-home' as const, 'caregiver-home' as const),
    traits: fc.subarray(['wandering' as const, 'smoking' as const]),
  });
  fc.assert(
    fc.property(anyWish, ({ start, quarters, ...rest }) => {
      const fromMs = msOf(now) + start * 3_600_000;
      const asked = { ...rest, span: { fromMs, untilMs: fromMs + quarters * 900_000 } };
      const [usual, here] = [termsFor(open, asked, msOf(now)), termsFor(closed, asked, msOf(now))];
      if (!usual.accepted || !asked.traits.includes('wandering')) expect(here).toEqual(usual);
      else expect(here).toEqual(termsFor(open, { ...asked, conditions: ['palliative'] }, msOf(now)));
    }),
  );
});
test('where it is given, and anywhere in the country', () => {
  const times = span('2027-05-04T07:00:00Z', '2027-05-04T08:00:00Z');
  const home = offerOf(publishOffer({ servedAt: ['recipient-home'] }));
  expect(ask(home, wish(times, { placeOfService: 'recipient-home' }))).toEqual([100, 2300, 2300]);
  expect(ask(home, wish(times, { placeOfService: 'caregiver-home' }))).toBe('place-of-service-mismatch');
  expect(ask(offerOf(publishOffer({ nationwide: true })), wish(times, { journeyKm: 290 }))).toEqual([100, 2300, 2300]);
});
test('steps towards a stay: those offered, at their own price, no longer than they are', () => {
  const house = offerOf(
    publishBeds({ minNights: 3, acclimatisation: [{ step: 'part-day', priceCents: 4000 }, { step: 'night' }] }),
  );
  const step = (it: 'visit' | 'part-day' | 'night', from: string, until: string) =>
    ask(house, wish(span(from, until), { step: it }));
  expect(step('part-day', '2027-05-04T08:00:00Z', '2027-05-04T12:00:00Z')).toEqual([100, 4000, 4000]);
  expect(step('night', '2027-05-04T13:00:00Z', '2027-05-05T09:00:00Z')).toEqual([100, 2300, 2300]);
  expect(step('night', '2027-05-04T13:00:00Z', '2027-05-06T09:00:00Z')).toBe('stay-too-long');
  expect(step('visit', '2027-05-04T08:00:00Z', '2027-05-04T09:00:00Z')).toBe('step-not-offered');
  expect(step('part-day', '2027-05-04T08:00:00Z', '2027-05-04T18:00:00Z')).toBe('block-too-long');
  expect(acclimatisationOf(beds).map((it) => it.step)).toEqual(['part-day', 'night']);
  expect(acclimatisationOf(blocks)).toEqual([]);
});
