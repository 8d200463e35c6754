import {
  ChangeTariff,
  formOf,
  OfferId,
  type OfferView,
  PageRequest,
  ProviderId,
  PublishOffer,
  type Tariff,
  WithdrawOffer,
} from '@adempauze/contracts';
import { dayOf } from '@adempauze/kernel';
import { type Call, refuse } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { ProviderType } from './providers.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import {
  BearerEnum,
  ConditionEnum,
  enumOf,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PlaceType,
  placeDescription,
  placeOf,
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
const TariffInput = builder.inputType('TariffInput', {
  fields: (t) => ({
    from: t.field({ type: 'Day' }),
    priceCents: t.int(),
    vat: t.field({ type: VatCategoryEnum }),
  }),
});

const OfferStatusEnum = enumOf('OfferStatus', ['published', 'withdrawn']);

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
    conditionsServed: t.expose('conditionsServed', { type: [ConditionEnum] }),
    highRiskActsServed: t.expose('highRiskActsServed', { type: [HighRiskActEnum] }),
    languages: t.expose('languages', { type: [LanguageEnum] }),
    unit: t.expose('unit', { type: UnitEnum }),
    tariffs: t.expose('tariffs', { type: [TariffType] }),
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

/** The offer when it is the caller's own; the operator may not sell for others. */
const ownsOffer = async (offerId: OfferView['offerId'], { viewer, services }: Call): Promise<boolean> => {
  const offer = await services.offers.findOffer({ offerId });
  return offer !== undefined && actsForProvider(viewer, offer.providerId);
};

commandMutation('publishOffer', {
  description: 'Offers one form of respite.',
  input: commandInput('PublishOffer', (t) => ({
    offerId: t.id({ required: false, description: 'A UUID of your choice.' }),
    providerId: t.id({ required: false, description: 'Your own organisation when left out.' }),
    form: t.field({ type: FormIdEnum }),
    title: t.string(),
    summary: t.string({ required: false }),
    place: t.string({ description: placeDescription }),
    travelKm: t.int(),
    conditionsServed: t.field({ type: [ConditionEnum] }),
    highRiskActsServed: t.field({ type: [HighRiskActEnum], required: false }),
    languages: t.field({ type: [LanguageEnum], required: false }),
    unit: t.field({ type: UnitEnum }),
    tariff: t.field({ type: TariffInput }),
    bearer: t.field({ type: BearerEnum }),
    instant: t.boolean(),
    needsHelper: t.boolean({ required: false }),
    minMinutes: t.int({ required: false }),
    maxMinutes: t.int({ required: false }),
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
