import { type BookableTime, type Page, type SearchHit, SearchOffers } from '@adempauze/contracts';
import { builder } from './builder.ts';
import { globalId } from './ids.ts';
import { checked, waiting } from './input.ts';
import { countNoOffers } from './nothing-found.ts';
import { OfferType } from './offers.ts';
import { connectionOf } from './relay.ts';
import {
  ActivityEnum,
  ConditionEnum,
  CultureEnum,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PricePayerEnum,
  spotDescription,
  spotOf,
  TimeSpanType,
} from './vocabulary.ts';

export const BookableTimeType = builder.objectRef<BookableTime>('BookableTime').implement({
  description: 'A time that can be booked now.',
  fields: (t) => ({
    resourceId: t.id({ resolve: (time) => globalId('Resource', time.resourceId) }),
    span: t.expose('span', { type: TimeSpanType }),
    quantity: t.exposeInt('quantity', { description: 'Hundredths of a unit.' }),
    priceCents: t.exposeInt('priceCents', { description: 'The whole price, before anybody helps to pay.' }),
    placesLeft: t.exposeInt('placesLeft'),
  }),
});

export const SearchHitType = builder.objectRef<SearchHit>('SearchHit').implement({
  description: 'An offer that fits, with the first times that are free.',
  fields: (t) => ({
    offer: t.expose('offer', { type: OfferType }),
    travelKm: t.exposeFloat('travelKm', { description: 'Estimated by road.' }),
    atHome: t.exposeBoolean('atHome'),
    times: t.expose('times', { type: [BookableTimeType] }),
    onRequest: t.exposeBoolean('onRequest', { description: 'Any time may be asked; a volunteer is sought.' }),
  }),
});
export const SearchHitConnection = connectionOf(SearchHitType, 'SearchHit');

/** What was asked where a search found nothing at all, for what comes nearest. */
export const nothingFoundFor = new WeakMap<Page<SearchHit>, SearchOffers>();

builder.queryField('searchOffers', (t) =>
  t.field({
    type: SearchHitConnection,
    nullable: true,
    description:
      'Real bookable times near a place: at home first, then the shorter journey. No sign-in needed (R31). With forms, a ' +
      'search that finds nothing is counted as demand that is not met (R35).',
    args: {
      near: t.arg.string({ description: spotDescription }),
      maxKm: t.arg.float({ required: false, description: '40 when left out.' }),
      forms: t.arg({ type: [FormIdEnum], required: false }),
      from: t.arg({ type: 'Instant' }),
      until: t.arg({ type: 'Instant' }),
      minutes: t.arg.int({ required: false }),
      nights: t.arg.int({ required: false }),
      conditions: t.arg({ type: [ConditionEnum], required: false }),
      highRiskActs: t.arg({ type: [HighRiskActEnum], required: false }),
      language: t.arg({ type: LanguageEnum, required: false }),
      culture: t.arg({ type: CultureEnum, required: false }),
      activities: t.arg({ type: [ActivityEnum], required: false }),
      payer: t.arg({ type: PricePayerEnum, required: false, description: 'Whose price is shown.' }),
      timesPerOffer: t.arg.int({ required: false, description: '3 when left out.' }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    async resolve(_root, { near, waitFor, first, after, ...rest }, context) {
      const { services } = context;
      const { point, municipality } = spotOf(services.places, near, '#/near');
      const input = checked(SearchOffers, { ...rest, ...waiting(waitFor), near: point, page: { first, after } }, '#');
      const page = await services.offers.search(input);
      if (page.items.length > 0 || input.page.after !== undefined) return page;
      countNoOffers({ ...input, near: { municipality } }, context);
      const nothing = { ...page };
      nothingFoundFor.set(nothing, input);
      return nothing;
    },
  }),
);
