import {
  type DatesFit,
  FitReason,
  formOf,
  HouseholdId,
  ListRegionalBeds,
  type RegionalHouse,
  type SeekMisfit,
  type SeekOption,
  SeekRespite,
  type Sought,
} from '@adempauze/contracts';
import { needsViewer } from '../policy/guard.ts';
import { actsForHousehold } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { badInput, checked } from './input.ts';
import { countNothingFound } from './nothing-found.ts';
import { OfferType } from './offers.ts';
import { BookableTimeType, SearchHitType } from './search.ts';
import { seekWished, wishedBy } from './seek-wishes.ts';
import {
  ActivityEnum,
  ConditionEnum,
  CultureEnum,
  enumOf,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PlaceType,
  PricePayerEnum,
  spotDescription,
  spotOf,
  TimeSpanType,
} from './vocabulary.ts';

/* Search by need: what fits somebody and why, or what comes nearest; and the beds of a region in one calendar. */

const FitReasonEnum = enumOf('FitReason', FitReason.options, 'Why it is shown.');
const MisfitReasonEnum = enumOf('MisfitReason', [
  'condition-not-served',
  'act-not-served',
  'language-not-spoken',
  'full-then',
]);

const DatesFitType = builder.objectRef<DatesFit>('DatesFit').implement({
  description: 'On how many of the dates asked the same person or place is free at this time of day.',
  fields: (t) => ({
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    first: t.expose('first', { type: BookableTimeType }),
    fits: t.exposeInt('fits'),
    of: t.exposeInt('of'),
    missing: t.expose('missing', { type: ['Day'] }),
  }),
});
export const SeekOptionType = builder.objectRef<SeekOption>('SeekOption').implement({
  description: 'An offer that fits, with why.',
  fields: (t) => ({
    hit: t.expose('hit', { type: SearchHitType }),
    reasons: t.expose('reasons', { type: [FitReasonEnum] }),
    datesFit: t.expose('datesFit', { type: DatesFitType, nullable: true }),
  }),
});
const SeekMisfitType = builder.objectRef<SeekMisfit>('SeekMisfit').implement({
  description: 'Near and of a form that was asked, but not fitting.',
  fields: (t) => ({
    offer: t.expose('offer', { type: OfferType }),
    travelKm: t.exposeFloat('travelKm'),
    reason: t.expose('reason', { type: MisfitReasonEnum }),
  }),
});
const NothingFoundType = builder.objectRef<NonNullable<Sought['nothingFound']>>('NothingFound').implement({
  description: 'What there is none of: counted as demand that is not met (R35).',
  fields: (t) => ({
    forms: t.field({ type: [FormType], resolve: ({ forms }) => forms.map(formOf) }),
    municipalityCode: t.exposeString('municipality', { nullable: true }),
    from: t.expose('from', { type: 'Instant' }),
    until: t.expose('until', { type: 'Instant' }),
  }),
});
const AlternativesType = builder.objectRef<NonNullable<Sought['alternatives']>>('Alternatives').implement({
  description: 'What comes nearest when nothing fits.',
  fields: (t) => ({
    inTime: t.expose('inTime', { type: [SeekOptionType], description: 'At another time.' }),
    inPlace: t.expose('inPlace', { type: [SeekOptionType], description: 'Further away.' }),
    inForm: t.expose('inForm', { type: [SeekOptionType], description: 'Of another form.' }),
  }),
});
const SoughtType = builder.objectRef<Sought>('Sought').implement({
  description: 'Options with forms at home first, of at least three forms where there are as many.',
  fields: (t) => ({
    options: t.expose('options', { type: [SeekOptionType] }),
    misfits: t.expose('misfits', { type: [SeekMisfitType] }),
    nothingFound: t.expose('nothingFound', { type: NothingFoundType, nullable: true }),
    alternatives: t.expose('alternatives', { type: AlternativesType, nullable: true }),
  }),
});

const SeekRepeatInput = builder.inputType('SeekRepeatInput', {
  fields: (t) => ({ everyWeeks: t.int({ required: false }), times: t.int() }),
});
const SeekWhenInput = builder.inputType('SeekWhenInput', {
  description: 'One of: `now`, `day`, `evening`, `weekend` (the first that ends after this day), or `from` with `to`.',
  fields: (t) => ({
    now: t.boolean({ required: false, description: 'To begin within 24 hours.' }),
    day: t.field({ type: 'Day', required: false }),
    evening: t.field({ type: 'Day', required: false }),
    weekend: t.field({ type: 'Day', required: false }),
    from: t.field({ type: 'Day', required: false }),
    to: t.field({ type: 'Day', required: false, description: 'The day after the last.' }),
  }),
});
type When = typeof SeekWhenInput.$inferInput;
const whenOf = ({ now, day, evening, weekend, from, to }: When): unknown => {
  const meant = [
    now === true && { kind: 'now' },
    day && { kind: 'day', day },
    evening && { kind: 'evening', day: evening },
    weekend && { kind: 'weekend', day: weekend },
    (from || to) && { kind: 'range', from, until: to },
  ].filter((it) => Boolean(it));
  if (meant.length !== 1) throw badInput('#/when', 'Exactly one of now, day, evening, weekend, or from with to.');
  return meant[0];
};

builder.queryField('findRespite', (t) =>
  t.field({
    type: SoughtType,
    nullable: true,
    description:
      'Search by need (R12, R13, R19, R35). No sign-in needed. With `household`, for who acts for it: what is known of ' +
      'it is not asked again (R26).',
    args: {
      near: t.arg.string({
        required: false,
        description: `${spotDescription} With a household: its own when left out.`,
      }),
      when: t.arg({ type: SeekWhenInput }),
      household: t.arg.id({ required: false }),
      minutes: t.arg.int({ required: false }),
      nights: t.arg.int({ required: false }),
      repeat: t.arg({ type: SeekRepeatInput, required: false }),
      forms: t.arg({ type: [FormIdEnum], required: false }),
      maxKm: t.arg.float({ required: false, description: 'To a form away from home; 40 when left out.' }),
      conditions: t.arg({ type: [ConditionEnum], required: false }),
      highRiskActs: t.arg({ type: [HighRiskActEnum], required: false }),
      language: t.arg({ type: LanguageEnum, required: false }),
      culture: t.arg({ type: CultureEnum, required: false }),
      womanOnRequest: t.arg.boolean({ required: false }),
      activities: t.arg({ type: [ActivityEnum], required: false }),
      caregiverJoins: t.arg.boolean({ required: false, description: 'Whether the caregiver comes along.' }),
      transport: t.arg.boolean({ required: false }),
      payer: t.arg({ type: PricePayerEnum, required: false, description: 'Whose price is shown.' }),
      timesPerOffer: t.arg.int({ required: false }),
      first: t.arg.int({ required: false, description: '12 when left out.' }),
    },
    async resolve(_root, { near, when, household, womanOnRequest, transport, caregiverJoins, ...rest }, context) {
      const { services } = context;
      const householdId = household ? checked(HouseholdId, idOf('Household', household), '#/household') : undefined;
      const known = householdId && (await services.bookings.findHousehold({ householdId }));
      // Not there, or not theirs: the two look the same.
      if (householdId && !(known && actsForHousehold(needsViewer(context), known))) return null;
      const place = near ? spotOf(services.places, near, '#/near') : known?.recipient.place;
      if (!place) throw badInput('#/near', 'A place is needed.');
      const input = checked(
        SeekRespite,
        {
          ...rest,
          ...{ near: place.point, municipality: place.municipality, when: whenOf(when) },
          conditions: rest.conditions ?? known?.recipient.conditions,
          highRiskActs: rest.highRiskActs ?? known?.recipient.highRiskActs,
          traits: known?.recipient.traits,
          ...(womanOnRequest === true ? { womanOnRequest } : {}),
          ...(transport === true ? { transport } : {}),
          ...(typeof caregiverJoins === 'boolean' ? { caregiverJoins: caregiverJoins ? 'yes' : 'no' } : {}),
        },
        '#',
      );
      const sought = await seekWished(services.offers, input, known ? wishedBy(known) : {});
      if (sought.nothingFound) countNothingFound(sought.nothingFound, context, householdId);
      return sought;
    },
  }),
);

const RegionalNightType = builder.objectRef<RegionalHouse['nights'][number]>('RegionalNight').implement({
  fields: (t) => ({
    day: t.expose('day', { type: 'Day' }),
    span: t.expose('span', { type: TimeSpanType, nullable: true, description: 'None when it is closed.' }),
    capacity: t.exposeInt('capacity'),
    free: t.exposeInt('free'),
  }),
});
const RegionalHouseType = builder.objectRef<RegionalHouse>('RegionalHouse').implement({
  description: 'A house and its free beds, night by night.',
  fields: (t) => ({
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    providerName: t.exposeString('providerName'),
    title: t.exposeString('title'),
    form: t.field({ type: FormType, resolve: ({ form }) => formOf(form) }),
    place: t.expose('place', { type: PlaceType }),
    travelKm: t.exposeFloat('travelKm'),
    nights: t.expose('nights', { type: [RegionalNightType] }),
  }),
});

builder.queryField('regionalBeds', (t) =>
  t.field({
    type: [RegionalHouseType],
    description:
      'Beds of all houses around in one calendar, whichever municipality they are in (R34). No sign-in needed.',
    args: {
      near: t.arg.string({ description: spotDescription }),
      maxKm: t.arg.float({ required: false }),
      forms: t.arg({ type: [FormIdEnum], required: false }),
      from: t.arg({ type: 'Day' }),
      until: t.arg({ type: 'Day', description: 'The day of the last departure; at most a hundred nights.' }),
      conditions: t.arg({ type: [ConditionEnum], required: false }),
      highRiskActs: t.arg({ type: [HighRiskActEnum], required: false }),
      first: t.arg.int({ required: false }),
    },
    resolve: (_root, { near, ...rest }, { services }) => {
      const { point } = spotOf(services.places, near, '#/near');
      return services.offers.listRegionalBeds(checked(ListRegionalBeds, { ...rest, near: point }, '#'));
    },
  }),
);
