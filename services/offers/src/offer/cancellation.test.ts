import { fold, msOf, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { offerViewOf } from '../catalogue/views.ts';
import { now, publishBeds, span } from '../examples.fixtures.ts';
import { factsOf } from './facts.rules.ts';
import { offerDecider } from './offer.decider.ts';
import type { OfferEvent } from './offer.events.ts';
import { termsFor } from './terms.rules.ts';

const cancellation = { freeUntilHours: 72, lateSharePercent: 40 };
const publishedWith = (over: Parameters<typeof publishBeds>[0]): OfferEvent[] => [
  { type: 'OfferPublished', data: { ...publishBeds(over), publishedAt: now } },
];
const offerAfter = (history: readonly OfferEvent[]) => {
  const offer = fold(offerDecider, history);
  if (offer === undefined) throw new Error('There is no offer.');
  return offer;
};
const termsOf = (history: readonly OfferEvent[], step?: 'night') => {
  const { from, until } = span('2027-05-06T13:00:00Z', '2027-05-07T09:00:00Z');
  const wish = { conditions: [], highRiskActs: [], journeyKm: 3, step };
  const answer = termsFor(
    offerAfter(history),
    { ...wish, span: { fromMs: msOf(from), untilMs: msOf(until) } },
    msOf(now),
  );
  if (!answer.accepted) throw new Error(answer.rejection.code);
  return answer.terms;
};

test('what cancelling late costs stands in the offer and is frozen in the terms; a step towards a stay is always free', () => {
  const history = publishedWith({ cancellation });
  expect(offerViewOf(offerAfter(history), 'De Linde').cancellation).toEqual(cancellation);
  expect(termsOf(history).cancellation).toEqual(cancellation);
  expect(termsOf(history, 'night').cancellation).toBeUndefined();
});
test('who says nothing, or asks nothing, has terms without', () => {
  expect(termsOf(publishedWith({}))).not.toHaveProperty('cancellation');
  expect(termsOf(publishedWith({ cancellation: { ...cancellation, lateSharePercent: 0 } }))).not.toHaveProperty(
    'cancellation',
  );
});
test('it can be changed for what is booked from then on, as the other facts', () => {
  const history = publishedWith({ cancellation });
  const changes = { cancellation: { freeUntilHours: 24, lateSharePercent: 10 } };
  const offer = offerAfter(history);
  const decision = offerDecider.decide(
    { type: 'ChangeOffer', data: { offerId: offer.offerId, changes }, now: plusMs(now, 1000) },
    offer,
  );
  if (!decision.accepted) throw new Error(decision.rejection.code);
  const after = [...history, ...decision.events];
  expect(termsOf(after).cancellation).toEqual(changes.cancellation);
  const { cancellation: _gone, ...facts } = factsOf(offerAfter(after));
  const without: OfferEvent = { type: 'OfferChanged', data: { offerId: offer.offerId, facts, changedAt: now } };
  expect(termsOf([...after, without])).not.toHaveProperty('cancellation');
});
