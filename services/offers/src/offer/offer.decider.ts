import { type ChangeTariff, formOf, type PublishOffer, type Tariff, type WithdrawOffer } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  dayOf,
  type Instant,
  instantOn,
  msOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { OfferEvent } from './offer.events.ts';
import type { DatedTariff, Offer } from './terms.rules.ts';

export type OfferCommand =
  /** `providerKnown`: whether the provider was registered, which another stream says. */
  | {
      readonly type: 'PublishOffer';
      readonly data: PublishOffer;
      readonly providerKnown: boolean;
      readonly now: Instant;
    }
  | { readonly type: 'ChangeTariff'; readonly data: ChangeTariff; readonly now: Instant }
  | { readonly type: 'WithdrawOffer'; readonly data: WithdrawOffer; readonly now: Instant };

/** The offer, or undefined before it was published. */
export type OfferState = Offer | undefined;

export type OfferRejection = Rejection<
  | 'provider-not-found'
  | 'already-exists'
  | 'form-unit-mismatch'
  | 'offer-not-found'
  | 'offer-withdrawn'
  | 'tariff-in-the-past'
>;

export const offerDecider: Decider<OfferCommand, OfferState, OfferEvent, OfferRejection> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    switch (type) {
      case 'OfferPublished': {
        const { tariff, ...published } = data;
        return { ...published, status: 'published', firstTariff: tariff, tariffs: [dated(tariff)] };
      }
      case 'TariffChanged':
        return state && { ...state, tariffs: withTariff(state.tariffs, data.tariff) };
      case 'OfferWithdrawn':
        return state && { ...state, status: 'withdrawn' };
    }
  },
  decide(command, state) {
    if (command.type === 'PublishOffer') return publish(command, state);
    if (state === undefined) return reject('offer-not-found');
    if (command.type === 'WithdrawOffer') {
      if (state.status === 'withdrawn') return accept();
      return accept({ type: 'OfferWithdrawn', data: { offerId: state.offerId, withdrawnAt: command.now } });
    }
    const { tariff } = command.data;
    if (state.tariffs.some((it) => isSameTariff(it, tariff))) return accept();
    if (state.status === 'withdrawn') return reject('offer-withdrawn');
    if (tariff.from < dayOf(command.now)) return reject('tariff-in-the-past');
    return accept({ type: 'TariffChanged', data: { offerId: state.offerId, tariff, changedAt: command.now } });
  },
};

const publish = (
  { data, providerKnown, now }: OfferCommand & { type: 'PublishOffer' },
  state: OfferState,
): Decision<OfferEvent, OfferRejection> => {
  if (state !== undefined) {
    if (!isSameOffer(data, state)) return reject('already-exists');
    // A yes would promise that it can be booked again.
    return state.status === 'withdrawn' ? reject('offer-withdrawn') : accept();
  }
  if (!providerKnown) return reject('provider-not-found');
  const { unit } = formOf(data.form);
  if (data.unit !== unit) return reject('form-unit-mismatch', { unit });
  return accept({ type: 'OfferPublished', data: { ...data, publishedAt: now } });
};

const dated = (tariff: Tariff): DatedTariff => ({ ...tariff, fromMs: msOf(instantOn(tariff.from)) });

/** By day; a later word about the same day replaces the earlier one. */
const withTariff = (tariffs: readonly DatedTariff[], tariff: Tariff): DatedTariff[] =>
  [...tariffs.filter((it) => it.from !== tariff.from), dated(tariff)].toSorted((a, b) => a.fromMs - b.fromMs);

const isSameTariff = (a: Tariff, b: Tariff) => a.from === b.from && a.priceCents === b.priceCents && a.vat === b.vat;
const isSameSet = (a: readonly string[], b: readonly string[]) => new Set(a).symmetricDifference(new Set(b)).size === 0;

const isSameOffer = (data: PublishOffer, offer: Offer): boolean =>
  data.providerId === offer.providerId &&
  data.form === offer.form &&
  data.title === offer.title &&
  data.summary === offer.summary &&
  data.place.name === offer.place.name &&
  data.place.municipality === offer.place.municipality &&
  data.place.point.lat === offer.place.point.lat &&
  data.place.point.lon === offer.place.point.lon &&
  data.travelKm === offer.travelKm &&
  isSameSet(data.conditionsServed, offer.conditionsServed) &&
  isSameSet(data.highRiskActsServed, offer.highRiskActsServed) &&
  isSameSet(data.languages, offer.languages) &&
  data.unit === offer.unit &&
  isSameTariff(data.tariff, offer.firstTariff) &&
  data.bearer === offer.bearer &&
  data.instant === offer.instant &&
  data.needsHelper === offer.needsHelper &&
  data.minMinutes === offer.minMinutes &&
  data.maxMinutes === offer.maxMinutes;
