import {
  type ChangeOffer,
  type ChangePayerTariff,
  type ChangeTariff,
  type ConfirmOffer,
  formOf,
  lengthsFit,
  type OfferFacts,
  type OfferId,
  type PayerTariff,
  type PublishOffer,
  type Tariff,
  type WithdrawOffer,
} from '@adempauze/contracts';
import {
  accept,
  type Day,
  type Decider,
  type Decision,
  dayOf,
  type Instant,
  instantFromMs,
  instantOn,
  msOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import { canonical, factsOf, freshUntilMs, isServedWhereItsFormIs } from './facts.rules.ts';
import type { OfferEvent } from './offer.events.ts';
import type { DatedTariff, Offer } from './offer.state.rules.ts';
import { isWider } from './wider.rules.ts';

export type OfferCommand = { readonly now: Instant } & (
  | {
      readonly type: 'PublishOffer';
      readonly data: PublishOffer;
      /** Whether the provider was registered, which another stream says. */
      readonly providerKnown: boolean;
    }
  | { readonly type: 'ChangeOffer'; readonly data: ChangeOffer }
  | { readonly type: 'ChangeTariff'; readonly data: ChangeTariff }
  | { readonly type: 'ChangePayerTariff'; readonly data: ChangePayerTariff }
  | { readonly type: 'ConfirmOffer'; readonly data: ConfirmOffer }
  | { readonly type: 'WithdrawOffer'; readonly data: WithdrawOffer }
  /** Only the sweep of deadlines sends it. */
  | { readonly type: 'NoteStale'; readonly data: { readonly offerId: OfferId } }
);

/** The offer, or undefined before it was published. */
export type OfferState = Offer | undefined;

export type OfferRejection = Rejection<
  | 'provider-not-found'
  | 'already-exists'
  | 'form-unit-mismatch'
  | 'place-of-service-mismatch'
  | 'lengths-mismatch'
  | 'offer-not-found'
  | 'offer-withdrawn'
  | 'tariff-in-the-past'
>;
type Answer = Decision<OfferEvent, OfferRejection>;

export const offerDecider: Decider<OfferCommand, OfferState, OfferEvent, OfferRejection> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    switch (type) {
      case 'OfferPublished': {
        const { tariff, ...published } = data;
        return {
          ...published,
          status: 'published',
          asPublished: data,
          tariffs: [dated(tariff)],
          payerTariffs: [],
          confirmedAtMs: msOf(data.publishedAt),
          isNotedStale: false,
        };
      }
      case 'OfferChanged': {
        if (state === undefined) return state;
        // What is not among the facts any more, is gone.
        const { minMinutes: _1, maxMinutes: _2, minNights: _3, maxNights: _4, takeover: _5, ...rest } = state;
        const { acclimatisation: _6, cancellation: _7, ...kept } = rest;
        return { ...kept, ...data.facts, confirmedAtMs: msOf(data.changedAt), isNotedStale: false };
      }
      case 'TariffChanged':
        return state && { ...state, tariffs: withTariff(state.tariffs, dated(data.tariff)) };
      case 'PayerTariffChanged':
        return state && { ...state, payerTariffs: withTariff(state.payerTariffs, dated(data.tariff)) };
      case 'OfferConfirmed':
        return state && { ...state, confirmedAtMs: msOf(data.confirmedAt), isNotedStale: false };
      case 'OfferWentStale':
        return state && { ...state, isNotedStale: true };
      case 'OfferWithdrawn':
        return state && { ...state, status: 'withdrawn', isNotedStale: false };
    }
  },
  decide(command, state) {
    if (command.type === 'PublishOffer') return publish(command, state);
    if (command.type === 'NoteStale') return noteStale(state, command.now);
    if (state === undefined) return reject('offer-not-found');
    const { offerId } = state;
    switch (command.type) {
      case 'WithdrawOffer':
        if (state.status === 'withdrawn') return accept();
        return accept({ type: 'OfferWithdrawn', data: { offerId, withdrawnAt: command.now } });
      case 'ChangeOffer':
        return change(command.data.changes, state, command.now);
      case 'ConfirmOffer':
        if (state.status === 'withdrawn') return reject('offer-withdrawn');
        // Said twice on one day is said once.
        if (!state.isNotedStale && dayOf(instantFromMs(state.confirmedAtMs)) >= dayOf(command.now)) return accept();
        return accept(confirmed(state, command.now));
      case 'ChangeTariff': {
        const { tariff } = command.data;
        if (state.tariffs.some((it) => isSameTariff(it, tariff))) return accept();
        const no = mayNotChange(state, tariff.from, command.now);
        return no ?? accept(tariffChanged(state, tariff, command.now));
      }
      case 'ChangePayerTariff': {
        const { tariff } = command.data;
        if (state.payerTariffs.some((it) => it.payer === tariff.payer && isSameTariff(it, tariff))) return accept();
        const no = mayNotChange(state, tariff.from, command.now);
        return no ?? accept({ type: 'PayerTariffChanged', data: { offerId, tariff, changedAt: command.now } });
      }
    }
  },
};

const publish = ({ data, providerKnown, now }: OfferCommand & { type: 'PublishOffer' }, state: OfferState): Answer => {
  if (state !== undefined) {
    const { publishedAt: _, ...published } = state.asPublished;
    if (canonical(data) !== canonical(published)) return reject('already-exists');
    // A yes would promise that it can be booked again.
    return state.status === 'withdrawn' ? reject('offer-withdrawn') : accept();
  }
  if (!providerKnown) return reject('provider-not-found');
  const { unit } = formOf(data.form);
  if (data.unit !== unit) return reject('form-unit-mismatch', { unit });
  if (!isServedWhereItsFormIs(data)) return reject('place-of-service-mismatch');
  return accept({ type: 'OfferPublished', data: { ...data, publishedAt: now } });
};

const change = (changes: ChangeOffer['changes'], state: Offer, now: Instant): Answer => {
  const before = factsOf(state);
  const facts: OfferFacts = { ...before, ...factsOf(changes as OfferFacts) };
  if (canonical(facts) === canonical(before)) return accept();
  if (state.status === 'withdrawn') return reject('offer-withdrawn');
  if (!lengthsFit(facts)) return reject('lengths-mismatch');
  if (!isServedWhereItsFormIs({ ...state, ...facts })) return reject('place-of-service-mismatch');
  const data = { offerId: state.offerId, facts, changedAt: now };
  return accept({ type: 'OfferChanged', data: { ...data, ...widerBy(state, { type: 'OfferChanged', data }, now) } });
};

const tariffChanged = (state: Offer, tariff: Tariff, now: Instant): OfferEvent => {
  const data = { offerId: state.offerId, tariff, changedAt: now };
  return { type: 'TariffChanged', data: { ...data, ...widerBy(state, { type: 'TariffChanged', data }, now) } };
};

const confirmed = (state: Offer, now: Instant): OfferEvent => {
  const data = { offerId: state.offerId, confirmedAt: now };
  return { type: 'OfferConfirmed', data: { ...data, ...widerBy(state, { type: 'OfferConfirmed', data }, now) } };
};

/** What an event says beside itself where the offer may suit more than it did. */
const widerBy = (before: Offer, event: OfferEvent, now: Instant) => {
  const after = offerDecider.evolve(before, event);
  return after !== undefined && isWider(before, after, msOf(now)) ? { wider: { form: before.form } } : {};
};

const noteStale = (state: OfferState, now: Instant): Answer => {
  if (state === undefined || state.status === 'withdrawn' || state.isNotedStale) return accept();
  if (msOf(now) < freshUntilMs(state)) return accept();
  const { offerId, providerId } = state;
  return accept({ type: 'OfferWentStale', data: { offerId, providerId, wentStaleAt: now } });
};

const mayNotChange = (state: Offer, from: Day, now: Instant) => {
  if (state.status === 'withdrawn') return reject('offer-withdrawn');
  return from < dayOf(now) ? reject('tariff-in-the-past') : undefined;
};

const dated = <T extends Tariff>(tariff: T): T & { readonly fromMs: number } => ({
  ...tariff,
  fromMs: msOf(instantOn(tariff.from)),
});

/** By day; a later word about the same day (and the same payer) replaces the earlier one. */
const withTariff = <T extends DatedTariff & Partial<PayerTariff>>(tariffs: readonly T[], tariff: T): T[] =>
  [...tariffs.filter((it) => it.from !== tariff.from || it.payer !== tariff.payer), tariff].toSorted(
    (a, b) => a.fromMs - b.fromMs,
  );

const isSameTariff = (a: Tariff, b: Tariff) => a.from === b.from && a.priceCents === b.priceCents && a.vat === b.vat;
