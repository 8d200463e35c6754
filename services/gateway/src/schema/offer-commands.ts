import {
  ChangeOffer,
  ChangePayerTariff,
  ChangeTariff,
  ConfirmOffer,
  type OfferView,
  PublishOffer,
  WithdrawOffer,
} from '@adempauze/contracts';
import type { InputFieldBuilder } from '@pothos/core';
import { type Call, refuse } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { CaregiverJoinsEnum, OfferLabelKindEnum, OfferTransportEnum, OfferType } from './offers.ts';
import {
  AcclimatisationStepEnum,
  ActivityEnum,
  BearerEnum,
  CareTraitEnum,
  ConditionEnum,
  CultureEnum,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PlaceOfServiceEnum,
  PricePayerEnum,
  placeDescription,
  placeOf,
  TakeoverEnum,
  UnitEnum,
  VatCategoryEnum,
} from './vocabulary.ts';

/* What a provider does with its offers. */

const TariffInput = builder.inputType('TariffInput', {
  fields: (t) => ({
    from: t.field({ type: 'Day' }),
    priceCents: t.int(),
    vat: t.field({ type: VatCategoryEnum }),
  }),
});

const PayerTariffInput = builder.inputType('PayerTariffInput', {
  fields: (t) => ({
    payer: t.field({ type: PricePayerEnum }),
    from: t.field({ type: 'Day' }),
    priceCents: t.int(),
    vat: t.field({ type: VatCategoryEnum }),
  }),
});

const CertificationInput = builder.inputType('CertificationInput', {
  fields: (t) => ({ act: t.field({ type: HighRiskActEnum }), lastDay: t.field({ type: 'Day' }) }),
});

const OfferLabelInput = builder.inputType('OfferLabelInput', {
  fields: (t) => ({ kind: t.field({ type: OfferLabelKindEnum }), name: t.string() }),
});

const AcclimatisationInput = builder.inputType('AcclimatisationInput', {
  fields: (t) => ({ step: t.field({ type: AcclimatisationStepEnum }), priceCents: t.int({ required: false }) }),
});

const CancellationTermsInput = builder.inputType('CancellationTermsInput', {
  fields: (t) => ({ freeUntilHours: t.int(), lateSharePercent: t.int() }),
});

/** The offer when it is the caller's own; the operator may not sell for others. */
const ownsOffer = async (offerId: OfferView['offerId'], { viewer, services }: Call): Promise<boolean> => {
  const offer = await services.offers.findOffer({ offerId });
  return offer !== undefined && actsForProvider(viewer, offer.providerId);
};

/** What there is to choose by, as it is sent; what is left out is as usual, or as it was. */
const factFields = (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => ({
  summary: t.string({ required: false }),
  nationwide: t.boolean({ required: false }),
  highRiskActsServed: t.field({ type: [HighRiskActEnum], required: false }),
  certifications: t.field({ type: [CertificationInput], required: false }),
  exclusions: t.field({ type: [CareTraitEnum], required: false }),
  languages: t.field({ type: [LanguageEnum], required: false }),
  cultures: t.field({ type: [CultureEnum], required: false }),
  womanOnRequest: t.boolean({ required: false }),
  activities: t.field({ type: [ActivityEnum], required: false }),
  takeover: t.field({ type: TakeoverEnum, required: false, description: 'That of the form when left out.' }),
  servedAt: t.field({ type: [PlaceOfServiceEnum], required: false }),
  caregiverJoins: t.field({ type: CaregiverJoinsEnum, required: false }),
  transport: t.field({ type: OfferTransportEnum, required: false }),
  labels: t.field({ type: [OfferLabelInput], required: false }),
  leadTimeMinutes: t.int({ required: false }),
  minMinutes: t.int({ required: false }),
  maxMinutes: t.int({ required: false }),
  minNights: t.int({ required: false }),
  maxNights: t.int({ required: false }),
  acclimatisation: t.field({
    type: [AcclimatisationInput],
    required: false,
    description: 'Those usual for the form when left out; an empty list: none.',
  }),
  cancellation: t.field({
    type: CancellationTermsInput,
    required: false,
    description: 'What cancelling late costs. Always free when left out.',
  }),
});

commandMutation('publishOffer', {
  description: 'Offers one form of respite.',
  input: commandInput('PublishOffer', (t) => ({
    offerId: t.id({ required: false, description: 'A UUID of your choice.' }),
    providerId: t.id({ required: false, description: 'Your own organisation when left out.' }),
    form: t.field({ type: FormIdEnum }),
    title: t.string(),
    place: t.string({ description: placeDescription }),
    travelKm: t.int(),
    conditionsServed: t.field({ type: [ConditionEnum] }),
    unit: t.field({ type: UnitEnum }),
    tariff: t.field({ type: TariffInput }),
    bearer: t.field({ type: BearerEnum }),
    instant: t.boolean(),
    needsHelper: t.boolean({ required: false }),
    ...factFields(t),
  })),
  answers: { field: 'offer', type: OfferType },
  run: ({ idempotencyKey: _key, offerId, providerId, place, ...rest }, { viewer, services, call, newId }) => {
    const input = checked(PublishOffer, {
      ...rest,
      offerId: maybeIdOf('Offer', offerId) ?? newId('offer'),
      providerId: maybeIdOf('Provider', providerId) ?? viewer.organisation,
      place: placeOf(services.places, place, '#/input/place'),
    });
    if (!actsForProvider(viewer, input.providerId)) return refuse('provider-not-found');
    return services.offers.publishOffer(input, call);
  },
});

commandMutation('changeOffer', {
  description: 'What is named is as told from now on; what was agreed stays. The offer counts as confirmed.',
  input: commandInput('ChangeOffer', (t) => ({
    offerId: t.id(),
    title: t.string({ required: false }),
    travelKm: t.int({ required: false }),
    conditionsServed: t.field({ type: [ConditionEnum], required: false }),
    instant: t.boolean({ required: false }),
    ...factFields(t),
  })),
  answers: { field: 'offer', type: OfferType },
  run: async ({ idempotencyKey: _key, offerId, ...changes }, it) => {
    const input = checked(ChangeOffer, { offerId: idOf('Offer', offerId), changes });
    if (!(await ownsOffer(input.offerId, it))) return refuse('offer-not-found');
    return it.services.offers.changeOffer(input, it.call);
  },
});

commandMutation('changePayerTariff', {
  description: 'A price of their own for one kind of payer, from a day on.',
  input: commandInput('ChangePayerTariff', (t) => ({ offerId: t.id(), tariff: t.field({ type: PayerTariffInput }) })),
  answers: { field: 'offer', type: OfferType },
  run: async ({ offerId, tariff }, it) => {
    const input = checked(ChangePayerTariff, { offerId: idOf('Offer', offerId), tariff });
    if (!(await ownsOffer(input.offerId, it))) return refuse('offer-not-found');
    return it.services.offers.changePayerTariff(input, it.call);
  },
});

commandMutation('confirmOffer', {
  description: 'The offer is still as it stands: for 90 days more search shows it (R31).',
  input: commandInput('ConfirmOffer', (t) => ({ offerId: t.id() })),
  answers: { field: 'offer', type: OfferType },
  run: async ({ offerId }, it) => {
    const input = checked(ConfirmOffer, { offerId: idOf('Offer', offerId) });
    if (!(await ownsOffer(input.offerId, it))) return refuse('offer-not-found');
    return it.services.offers.confirmOffer(input, it.call);
  },
});

commandMutation('changeTariff', {
  description: 'A new price from a day on; what was agreed before keeps its price.',
  input: commandInput('ChangeTariff', (t) => ({ offerId: t.id(), tariff: t.field({ type: TariffInput }) })),
  answers: { field: 'offer', type: OfferType },
  run: async ({ offerId, tariff }, it) => {
    const input = checked(ChangeTariff, { offerId: idOf('Offer', offerId), tariff });
    if (!(await ownsOffer(input.offerId, it))) return refuse('offer-not-found');
    return it.services.offers.changeTariff(input, it.call);
  },
});

commandMutation('withdrawOffer', {
  description: 'No new bookings; what is confirmed stands.',
  input: commandInput('WithdrawOffer', (t) => ({ offerId: t.id() })),
  answers: { field: 'offer', type: OfferType },
  run: async ({ offerId }, it) => {
    const input = checked(WithdrawOffer, { offerId: idOf('Offer', offerId) });
    if (!(await ownsOffer(input.offerId, it))) return refuse('offer-not-found');
    return it.services.offers.withdrawOffer(input, it.call);
  },
});
