import { ChangeOffer, type PublishOffer } from '@adempauze/contracts';
import { Day, type Instant, msOf, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { now, offerId, publishBeds, publishOffer, span } from '../examples.fixtures.ts';
import { type OfferCommand, offerDecider } from './offer.decider.ts';
import type { Offer } from './offer.state.rules.ts';
import { termsFor, type Wish } from './terms.rules.ts';

const offerOf = (data: PublishOffer): Offer => {
  const offer = offerDecider.evolve(undefined, { type: 'OfferPublished', data: { ...data, publishedAt: now } });
  if (offer === undefined) throw new Error('no offer');
  return offer;
};
/** What a decision says of who it may suit from then on, and the offer after it. */
const decided = (before: Offer, command: OfferCommand) => {
  const decision = offerDecider.decide(command, before);
  if (!decision.accepted) return undefined;
  const [event] = decision.events;
  const after = event === undefined ? before : offerDecider.evolve(before, event);
  return { after, wider: event !== undefined && 'wider' in event.data ? event.data.wider : undefined };
};
const change = (changes: object, when: Instant = now): OfferCommand => ({
  type: 'ChangeOffer',
  ...{ data: ChangeOffer.parse({ offerId, changes }), now: when },
});
const isWiderBy = (published: Partial<PublishOffer>, changes: object): boolean => {
  const of = published.form === 'F12' ? publishBeds(published) : publishOffer(published);
  const answer = decided(offerOf(of), change(changes));
  if (answer === undefined) throw new Error('It was refused.');
  if (answer.wider !== undefined) expect(answer.wider).toEqual({ form: of.form });
  return answer.wider !== undefined;
};
const insulin = (lastDay: string) => ({ act: 'insulin-injection' as const, lastDay: Day.parse(lastDay) });
const certified = { highRiskActsServed: [], certifications: [insulin('2027-06-01')] };

test.each<[string, Partial<PublishOffer>, object]>([
  ['one more condition is served, and another is not any more', {}, { conditionsServed: ['dementia', 'palliative'] }],
  ['one more act is done', {}, { highRiskActsServed: ['insulin-injection', 'tube-feeding'] }],
  ['an act is certified for longer', certified, { certifications: [insulin('2027-09-01')] }],
  ['who was not taken in is', { exclusions: ['wandering'] }, { exclusions: [] }],
  ['workers come further', {}, { travelKm: 16 }],
  ['workers come anywhere', {}, { nationwide: true }],
  ['it is given at another home too', { servedAt: ['recipient-home'] }, { servedAt: [] }],
  ['the caregiver may come along', {}, { caregiverJoins: 'optional' }],
  ['the caregiver need not come along', { caregiverJoins: 'always' }, { caregiverJoins: 'optional' }],
  ['it is for both from now on', {}, { caregiverJoins: 'always' }],
  ['it may be shorter', {}, { minMinutes: 30 }],
  ['it may be longer', {}, { maxMinutes: 600 }],
  ['a stay may be shorter', { form: 'F12', minNights: 3 }, { minNights: 2 }],
  ['it may be asked later', { leadTimeMinutes: 60 }, { leadTimeMinutes: 30 }],
])('it may suit somebody whom it did not: %s', (_why, published, changes) => {
  expect(isWiderBy(published, changes)).toBe(true);
});

test.each<[string, Partial<PublishOffer>, object]>([
  ['it is called otherwise', {}, { title: 'Een ander blok', summary: 'Iets meer.' }],
  ['the same, in another order', {}, { conditionsServed: ['frailty', 'dementia'] }],
  ['less is served', {}, { conditionsServed: ['dementia'], highRiskActsServed: [], travelKm: 5 }],
  ['somebody is not taken in any more', {}, { exclusions: ['wandering'] }],
  ['it was certified until a day that has passed', certified, { certifications: [insulin('2027-05-01')] }],
  ['the places are named where it was given anyway', {}, { servedAt: ['recipient-home', 'caregiver-home'] }],
  ['the caregiver has to come along, who could', { caregiverJoins: 'optional' }, { caregiverJoins: 'always' }],
  ['it must be longer, and may be less long', {}, { minMinutes: 90, maxMinutes: 120 }],
  ['it must be asked earlier', {}, { leadTimeMinutes: 60 }],
  ['workers of a house travel', { form: 'F12' }, { travelKm: 40, nationwide: true }],
  ['more is done beside it', {}, { activities: ['music'], languages: ['nl', 'ar'], instant: false }],
  ['somebody is sought first: nothing is ever free', { form: 'F06', needsHelper: true }, { travelKm: 40 }],
])('it suits nobody whom it did not: %s', (_why, published, changes) => {
  expect(isWiderBy(published, changes)).toBe(false);
});

test('a price keeps nobody out, a day without one does; and search left out what nobody confirmed for 90 days', () => {
  const offer = offerOf(publishOffer({ tariff: { ...publishOffer().tariff, from: Day.parse('2027-07-01') } }));
  const tariff = (from: string, priceCents: number, when = now): OfferCommand => ({
    type: 'ChangeTariff',
    ...{ data: { offerId, tariff: { ...publishOffer().tariff, from: Day.parse(from), priceCents } }, now: when },
  });
  expect(decided(offer, tariff('2027-07-01', 100))?.wider).toBeUndefined();
  expect(decided(offer, tariff('2027-08-01', 100))?.wider).toBeUndefined();
  expect(decided(offer, tariff('2027-06-01', 9000))?.wider).toEqual({ form: 'F01' });

  const confirm = (when: Instant): OfferCommand => ({ type: 'ConfirmOffer', data: { offerId }, now: when });
  const stale = plusMs(now, 90 * 86_400_000);
  expect(decided(offer, confirm(plusMs(stale, -1)))?.wider).toBeUndefined();
  expect(decided(offer, confirm(stale))?.wider).toEqual({ form: 'F01' });
  expect(decided(offer, change({ title: 'Een ander blok' }, stale))?.wider).toEqual({ form: 'F01' });
  // A price is no word of its provider: the offer is as stale as it was.
  const priced = decided(offer, tariff('2027-09-01', 100, stale));
  expect(priced).toMatchObject({ after: { tariffs: [{}, {}] }, wider: undefined });
});

test('whoever it suits after a change and did not before: the change said so', () => {
  const some = <T>(...words: readonly T[]) => fc.subarray([...words]);
  const facts = fc.record(
    {
      conditionsServed: some('dementia', 'palliative'),
      highRiskActsServed: some('insulin-injection'),
      certifications: fc.constantFrom([], [insulin('2027-05-10')], [insulin('2027-08-10')]),
      exclusions: some('wandering'),
      servedAt: some('recipient-home', 'caregiver-home'),
      caregiverJoins: fc.constantFrom('no' as const, 'optional' as const, 'always' as const),
      ...{ travelKm: fc.constantFrom(0, 5, 20), nationwide: fc.boolean() },
      ...{ leadTimeMinutes: fc.constantFrom(0, 60, 40 * 24 * 60) },
      ...{ minMinutes: fc.constantFrom(60, 120), maxMinutes: fc.constantFrom(180, 240) },
    },
    { requiredKeys: [] },
  );
  const wish: fc.Arbitrary<Wish> = fc.record({
    span: fc
      .tuple(fc.constantFrom('2027-05-04', '2027-06-04'), fc.constantFrom('08:00', '09:00', '10:30', '11:00'))
      .map(([day, until]) => {
        const { from, until: end } = span(`${day}T07:00:00Z`, `${day}T${until}:00Z`);
        return { fromMs: msOf(from), untilMs: msOf(end) };
      }),
    conditions: some('dementia', 'palliative'),
    highRiskActs: some('insulin-injection'),
    traits: some('wandering'),
    journeyKm: fc.constantFrom(3, 10, 50),
    placeOfService: fc.constantFrom('recipient-home' as const, 'caregiver-home' as const),
    caregiverJoins: fc.constantFrom(undefined, true, false),
  });
  let widened = 0;
  fc.assert(
    fc.property(facts, facts, wish, (published, changes, asked) => {
      const before = decided(offerOf(publishOffer()), change(published))?.after;
      const answer = before && decided(before, change(changes));
      if (answer?.after === undefined || before === undefined) return true;
      const suits = (offer: Offer) => termsFor(offer, asked, msOf(now)).accepted;
      if (suits(before) || !suits(answer.after)) return true;
      widened += 1;
      return answer.wider !== undefined;
    }),
    { numRuns: 5000 },
  );
  expect(widened).toBeGreaterThan(30);
});
