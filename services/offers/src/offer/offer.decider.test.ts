import { Tariff } from '@adempauze/contracts';
import { fold, type Instant, plusMs } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { at, now, offerId, providerId, publishOffer } from '../examples.fixtures.ts';
import { factsOf } from './facts.rules.ts';
import { type OfferCommand, offerDecider } from './offer.decider.ts';
import type { OfferEvent } from './offer.events.ts';

const given = deciderSpec(offerDecider);
const tariff = (from: string, priceCents: number): Tariff => Tariff.parse({ from, priceCents, vat: 'exempt' });

const published: OfferEvent = { type: 'OfferPublished', data: { ...publishOffer(), publishedAt: now } };
const withdrawn: OfferEvent = { type: 'OfferWithdrawn', data: { offerId, withdrawnAt: now } };
const changed = (to: Tariff): OfferEvent => ({ type: 'TariffChanged', data: { offerId, tariff: to, changedAt: now } });
const publish = (over: Parameters<typeof publishOffer>[0] = {}): OfferCommand => ({
  type: 'PublishOffer',
  data: publishOffer(over),
  providerKnown: true,
  now,
});
const change = (to: Tariff, when = now): OfferCommand => ({
  type: 'ChangeTariff',
  data: { offerId, tariff: to },
  now: when,
});
const withdraw: OfferCommand = { type: 'WithdrawOffer', data: { offerId }, now };

test('an offer is published once', () => {
  given().when(publish()).then(published).twiceIsOnce();
});
test('its lists have no order', () => {
  given(published)
    .when(publish({ conditionsServed: ['frailty', 'dementia'] }))
    .then();
});
test('another offer needs another id', () => {
  given(published)
    .when(publish({ title: 'Iets anders' }))
    .thenRejected('already-exists');
  given(published)
    .when(publish({ maxMinutes: 300 }))
    .thenRejected('already-exists');
});
test('only a registered provider offers', () => {
  given()
    .when({ ...publish(), providerKnown: false } as OfferCommand)
    .thenRejected('provider-not-found');
});
test('a form is counted in its own unit', () => {
  given()
    .when(publish({ unit: 'night' }))
    .thenRejected('form-unit-mismatch', { unit: 'hour' });
});
test('a withdrawn offer does not come back by being published again', () => {
  given(published, withdrawn).when(publish()).thenRejected('offer-withdrawn');
});

test('a tariff changes from today on', () => {
  given(published)
    .when(change(tariff('2027-05-03', 2500)))
    .then(changed(tariff('2027-05-03', 2500)))
    .twiceIsOnce();
});
test('never for a day that has passed, by the calendar of Amsterdam', () => {
  given(published)
    .when(change(tariff('2027-05-02', 2500)))
    .thenRejected('tariff-in-the-past');
  const justAfterMidnight = at('2027-05-03T22:30:00Z'); // 4 May, 00:30
  given(published)
    .when(change(tariff('2027-05-03', 2500), justAfterMidnight))
    .thenRejected('tariff-in-the-past');
});
test('an unknown or withdrawn offer has no tariff to change', () => {
  given()
    .when(change(tariff('2027-06-01', 2500)))
    .thenRejected('offer-not-found');
  given(published, withdrawn)
    .when(change(tariff('2027-06-01', 2500)))
    .thenRejected('offer-withdrawn');
});
test('an offer is withdrawn once', () => {
  given().when(withdraw).thenRejected('offer-not-found');
  given(published).when(withdraw).then(withdrawn).twiceIsOnce();
});

test('a later word about the same day replaces the earlier one', () => {
  const state = fold(offerDecider, [
    published,
    changed(tariff('2027-07-01', 2600)),
    changed(tariff('2027-06-01', 2500)),
    changed(tariff('2027-07-01', 2700)),
  ]);
  expect(state?.tariffs.map(({ from, priceCents }) => [from, priceCents])).toEqual([
    ['2027-01-01', 2300],
    ['2027-06-01', 2500],
    ['2027-07-01', 2700],
  ]);
});

test('whatever is asked in whatever order: tariffs stay sorted, one a day, and a repeat changes nothing', () => {
  const command = fc.oneof(
    fc.constant(publish()),
    fc.constant(withdraw),
    fc
      .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 5000 }))
      .map(([day, price]) => change(tariff(`2027-05-${String(day).padStart(2, '0')}`, price))),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let state = offerDecider.initialState;
      for (const it of commands) {
        const decision = offerDecider.decide(it, state);
        if (!decision.accepted) continue;
        state = decision.events.reduce(offerDecider.evolve, state);
        expect(offerDecider.decide(it, state)).toEqual({ accepted: true, events: [] });
        const days = state?.tariffs.map(({ from }) => from) ?? [];
        expect(days).toEqual([...new Set(days)].sort());
      }
    }),
  );
});

const facts = factsOf(publishOffer());
const changeFacts = (changes: object, when = now): OfferCommand => ({
  type: 'ChangeOffer',
  data: { offerId, changes },
  now: when,
});
const later = at('2027-06-01T08:00:00Z');
test('facts change, and with them the offer counts as confirmed; what was published is still known', () => {
  const offerChanged: OfferEvent = {
    type: 'OfferChanged',
    data: { offerId, facts: { ...facts, title: 'Een ander blok', leadTimeMinutes: 60 }, changedAt: later },
  };
  given(published)
    .when(changeFacts({ title: 'Een ander blok', leadTimeMinutes: 60 }, later))
    .then(offerChanged)
    .twiceIsOnce();
  given(published, offerChanged).when(publish()).then();
  expect(fold(offerDecider, [published, offerChanged])).toMatchObject({
    title: 'Een ander blok',
    confirmedAtMs: Date.parse(later),
  });
});
test('what does not go together is refused, and a withdrawn offer does not change', () => {
  given(published)
    .when(changeFacts({ minMinutes: 600 }))
    .thenRejected('lengths-mismatch');
  given(published)
    .when(changeFacts({ servedAt: ['provider'] }))
    .thenRejected('place-of-service-mismatch');
  given()
    .when(publish({ servedAt: ['provider'] }))
    .thenRejected('place-of-service-mismatch');
  given(published, withdrawn)
    .when(changeFacts({ title: 'Toch weer' }))
    .thenRejected('offer-withdrawn');
  given()
    .when(changeFacts({ title: 'Toch weer' }))
    .thenRejected('offer-not-found');
  given(published).when(changeFacts({})).then();
});
test('a price of their own for who pays by agreement', () => {
  const own = { ...tariff('2027-06-01', 1900), payer: 'insurer' as const };
  const command: OfferCommand = { type: 'ChangePayerTariff', data: { offerId, tariff: own }, now };
  const payerTariffChanged: OfferEvent = { type: 'PayerTariffChanged', data: { offerId, tariff: own, changedAt: now } };
  given(published).when(command).then(payerTariffChanged).twiceIsOnce();
  expect(fold(offerDecider, [published, payerTariffChanged])?.tariffs).toHaveLength(1);
  given(published, withdrawn).when(command).thenRejected('offer-withdrawn');
});
test('confirmed once a day; stale after 90 days, recorded once, until it is confirmed again', () => {
  const stale = plusMs(now, 90 * 86_400_000);
  const confirm = (when: Instant): OfferCommand => ({ type: 'ConfirmOffer', data: { offerId }, now: when });
  const note = (when: Instant): OfferCommand => ({ type: 'NoteStale', data: { offerId }, now: when });
  const confirmed: OfferEvent = { type: 'OfferConfirmed', data: { offerId, confirmedAt: later } };
  const wentStale: OfferEvent = { type: 'OfferWentStale', data: { offerId, providerId, wentStaleAt: stale } };
  given(published).when(confirm(now)).then();
  given(published).when(confirm(later)).then(confirmed).twiceIsOnce();
  given(published)
    .when(note(plusMs(stale, -1)))
    .then();
  given(published).when(note(stale)).then(wentStale).twiceIsOnce();
  given(published, confirmed).when(note(stale)).then();
  given(published, wentStale)
    .when(confirm(stale))
    .then({ type: 'OfferConfirmed', data: { offerId, confirmedAt: stale, wider: { form: 'F01' } } });
  given(published, withdrawn).when(note(stale)).then();
  given(published, withdrawn).when(confirm(later)).thenRejected('offer-withdrawn');
});
