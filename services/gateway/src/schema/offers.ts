import {
  type Acclimatisation,
  type CancellationTerms,
  type Certification,
  formOf,
  OfferId,
  type OfferLabel,
  type OfferView,
  PageRequest,
  type PayerTariff,
  ProviderId,
  type Tariff,
} from '@adempauze/contracts';
import { dayOf } from '@adempauze/kernel';
import { actsForProvider } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { ProviderType } from './providers.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import {
  AcclimatisationStepEnum,
  ActivityEnum,
  BearerEnum,
  CareTraitEnum,
  ConditionEnum,
  CultureEnum,
  enumOf,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PlaceOfServiceEnum,
  PlaceType,
  PricePayerEnum,
  TakeoverEnum,
  UnitEnum,
  VatCategoryEnum,
} from './vocabulary.ts';

const TariffType = builder.objectRef<Tariff>('Tariff').implement({
  description: 'The price of one unit from a day on.',
  fields: (t) => ({
    from: t.expose('from', { type: 'Day' }),
    priceCents: t.exposeInt('priceCents'),
    vat: t.expose('vat', { type: VatCategoryEnum }),
  }),
});

const PayerTariffType = builder.objectRef<PayerTariff>('PayerTariff').implement({
  description: 'A price of their own for one kind of payer, from a day on.',
  fields: (t) => ({
    payer: t.expose('payer', { type: PricePayerEnum }),
    from: t.expose('from', { type: 'Day' }),
    priceCents: t.exposeInt('priceCents'),
    vat: t.expose('vat', { type: VatCategoryEnum }),
  }),
});

const CertificationType = builder.objectRef<Certification>('Certification').implement({
  description: 'Staff may do this act, up to and including a day (R19).',
  fields: (t) => ({
    act: t.expose('act', { type: HighRiskActEnum }),
    lastDay: t.expose('lastDay', { type: 'Day' }),
  }),
});
export const OfferLabelKindEnum = enumOf('OfferLabelKind', ['pilot', 'quality']);
const OfferLabelType = builder.objectRef<OfferLabel>('OfferLabel').implement({
  description: 'A mark of the offer’s own kind (R37).',
  fields: (t) => ({ kind: t.expose('kind', { type: OfferLabelKindEnum }), name: t.exposeString('name') }),
});
const AcclimatisationType = builder.objectRef<Acclimatisation>('Acclimatisation').implement({
  description: 'A step before a first stay (R15).',
  fields: (t) => ({
    step: t.expose('step', { type: AcclimatisationStepEnum }),
    priceCents: t.exposeInt('priceCents', {
      nullable: true,
      description: 'When it is not free (visit, part-day) or not the price of a night.',
    }),
  }),
});
export const CaregiverJoinsEnum = enumOf('CaregiverJoins', ['no', 'optional', 'always']);
export const OfferTransportEnum = enumOf('OfferTransport', ['none', 'arranged', 'included']);

const OfferStatusEnum = enumOf('OfferStatus', ['published', 'withdrawn']);

export const CancellationTermsType = builder.objectRef<CancellationTerms>('CancellationTerms').implement({
  description: 'Free until so many hours before it begins; after that this share of the price.',
  fields: (t) => ({
    freeUntilHours: t.exposeInt('freeUntilHours'),
    lateSharePercent: t.exposeInt('lateSharePercent'),
  }),
});

export const OfferType = builder.objectRef<OfferView>('Offer').implement({
  interfaces: [Node],
  description: 'What a provider can give: one form of respite, for whom, where and at what price.',
  fields: (t) => ({
    provider: t.field({
      type: ProviderType,
      nullable: true,
      resolve: ({ providerId }, _args, { services }) => services.offers.findProvider({ providerId }),
    }),
    providerName: t.exposeString('providerName'),
    form: t.field({ type: FormType, resolve: ({ form }) => formOf(form) }),
    formId: t.expose('form', { type: FormIdEnum }),
    title: t.exposeString('title'),
    summary: t.exposeString('summary'),
    place: t.expose('place', { type: PlaceType }),
    travelKm: t.exposeInt('travelKm', { description: 'How far workers come, for forms at home.' }),
    nationwide: t.exposeBoolean('nationwide', { description: 'Workers come anywhere in the country.' }),
    conditionsServed: t.expose('conditionsServed', { type: [ConditionEnum] }),
    highRiskActsServed: t.expose('highRiskActsServed', { type: [HighRiskActEnum] }),
    certifications: t.expose('certifications', { type: [CertificationType] }),
    exclusions: t.field({
      type: [CareTraitEnum],
      nullable: true,
      description: 'Whom you do not take in. Only you see it; it is matched in silence.',
      resolve: ({ offerId, providerId }, _args, { viewer, services }) =>
        viewer && actsForProvider(viewer, providerId) ? services.offers.findExclusions({ offerId }) : null,
    }),
    languages: t.expose('languages', { type: [LanguageEnum] }),
    cultures: t.expose('cultures', { type: [CultureEnum] }),
    womanOnRequest: t.exposeBoolean('womanOnRequest'),
    activities: t.expose('activities', { type: [ActivityEnum] }),
    takeover: t.expose('takeover', { type: TakeoverEnum }),
    servedAt: t.expose('servedAt', { type: [PlaceOfServiceEnum] }),
    caregiverJoins: t.expose('caregiverJoins', { type: CaregiverJoinsEnum }),
    transport: t.expose('transport', { type: OfferTransportEnum }),
    labels: t.expose('labels', { type: [OfferLabelType] }),
    leadTimeMinutes: t.exposeInt('leadTimeMinutes', { description: 'How long before it begins it must be asked.' }),
    acclimatisation: t.expose('acclimatisation', { type: [AcclimatisationType] }),
    cancellation: t.field({
      type: CancellationTermsType,
      nullable: true,
      description: 'What cancelling late costs; none: it is always free.',
      resolve: (it) => it.cancellation,
    }),
    unit: t.expose('unit', { type: UnitEnum }),
    tariffs: t.expose('tariffs', { type: [TariffType] }),
    payerTariffs: t.expose('payerTariffs', { type: [PayerTariffType] }),
    priceCents: t.int({
      nullable: true,
      description: 'Of one unit, today.',
      resolve: ({ tariffs }, _args, { services }) => {
        const today = dayOf(services.clock());
        return tariffs.reduce<Tariff | undefined>(
          (best, it) => (it.from <= today && (!best || it.from > best.from) ? it : best),
          undefined,
        )?.priceCents;
      },
    }),
    bearer: t.expose('bearer', { type: BearerEnum }),
    instant: t.exposeBoolean('instant', { description: 'A free place is confirmed without the provider.' }),
    needsHelper: t.exposeBoolean('needsHelper', { description: 'A coordinator finds a volunteer first.' }),
    minMinutes: t.exposeInt('minMinutes', { nullable: true }),
    maxMinutes: t.exposeInt('maxMinutes', { nullable: true }),
    minNights: t.exposeInt('minNights', { nullable: true }),
    maxNights: t.exposeInt('maxNights', { nullable: true }),
    confirmedAt: t.expose('confirmedAt', {
      type: 'Instant',
      description: 'When its provider last said that it is so.',
    }),
    freshUntil: t.expose('freshUntil', { type: 'Instant', description: 'After this, search leaves it out (R31).' }),
    status: t.expose('status', { type: OfferStatusEnum }),
    publishedAt: t.expose('publishedAt', { type: 'Instant' }),
  }),
});
const OfferConnection = connectionOf(OfferType, 'Offer');

nodeType(
  OfferType,
  'Offer',
  (it) => it.offerId,
  async (id, { services }) => {
    const offerId = OfferId.safeParse(id);
    return offerId.success ? services.offers.findOffer({ offerId: offerId.data }) : undefined;
  },
);

builder.queryFields((t) => ({
  offer: t.field({
    type: OfferType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, { services }) =>
      services.offers.findOffer({ offerId: checked(OfferId, idOf('Offer', id), '#/id') }),
  }),
  offers: t.field({
    type: OfferConnection,
    nullable: true,
    args: {
      provider: t.arg.id({ required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve: (_root, { provider, waitFor, first, after }, { services }) =>
      services.offers.listOffers({
        providerId: checked(ProviderId.optional(), maybeIdOf('Provider', provider), '#/provider'),
        ...waiting(waitFor),
        page: checked(PageRequest, { first, after }, '#'),
      }),
  }),
}));
