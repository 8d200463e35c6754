import {
  type DatesFit,
  FitReason,
  formOf,
  HouseholdId,
  MisfitReason,
  misfitSentence,
  type SearchOffers,
  type SeekMisfit,
  SeekRespite,
  type Sought,
} from '@adempauze/contracts';
import { dayOf, PriceCents, plusDays, plusMs } from '@adempauze/kernel';
import type { Services } from '../context.ts';
import { needsViewer } from '../policy/guard.ts';
import { actsForHousehold } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { badInput, checked } from './input.ts';
import { countNothingFound } from './nothing-found.ts';
import { OfferType } from './offers.ts';
import { byOwnCost, type CostedOption, costsFor, OwnCostType, ownCostsKnown, type PageCosts } from './own-costs.ts';
import { Fact, MessageLanguage, sentenceWith } from './rejected.ts';
import { BookableTimeType, nothingFoundFor, SearchHitConnection, SearchHitType } from './search.ts';
import { seekWished, wishedBy } from './seek-wishes.ts';
import {
  ActivityEnum,
  ConditionEnum,
  CultureEnum,
  enumOf,
  FormIdEnum,
  HighRiskActEnum,
  LanguageEnum,
  PricePayerEnum,
  spotDescription,
  spotOf,
} from './vocabulary.ts';

/* Search by need: what fits somebody and why, or what comes nearest. */

const FitReasonEnum = enumOf('FitReason', FitReason.options, 'Why it is shown.');
const MisfitReasonEnum = enumOf('MisfitReason', MisfitReason.options, 'Why it is not shown among what fits.');

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
export const SeekOptionType = builder.objectRef<CostedOption>('SeekOption').implement({
  description: 'An offer that fits, with why.',
  fields: (t) => ({
    hit: t.expose('hit', { type: SearchHitType }),
    reasons: t.expose('reasons', { type: [FitReasonEnum] }),
    datesFit: t.expose('datesFit', { type: DatesFitType, nullable: true }),
    ownCosts: t.field({
      type: [OwnCostType],
      nullable: true,
      description:
        'What the household pays itself, for each of the times in their order; for one on request only that it is free. ' +
        'None: search was not for a household, or it is not known now.',
      resolve: async ({ ownCosts }) => (await ownCosts?.()) ?? null,
    }),
  }),
});
const SeekMisfitType = builder.objectRef<SeekMisfit>('SeekMisfit').implement({
  description: 'Near and of a form that was asked, but not fitting.',
  fields: (t) => ({
    offer: t.expose('offer', { type: OfferType }),
    travelKm: t.exposeFloat('travelKm'),
    reason: t.expose('reason', { type: MisfitReasonEnum }),
    message: t.string({
      description: 'The reason in a sentence, with what somebody can do about it.',
      args: { language: t.arg({ type: MessageLanguage, defaultValue: 'nl' }) },
      resolve: ({ reason, facts }, { language }) =>
        sentenceWith(misfitSentence(reason, facts, language ?? 'nl'), facts, language ?? 'nl'),
    }),
    facts: t.field({
      type: [Fact],
      description: 'What the sentence names, as data: km, minutes, `next` (from when it can be had).',
      resolve: ({ facts }) => Object.entries(facts).map(([name, value]) => ({ name, value: String(value) })),
    }),
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
export type Alternatives = Readonly<Record<keyof NonNullable<Sought['alternatives']>, CostedOption[]>>;
export const AlternativesType = builder.objectRef<Alternatives>('Alternatives').implement({
  description: 'What comes nearest when nothing fits.',
  fields: (t) => ({
    inTime: t.expose('inTime', { type: [SeekOptionType], description: 'At another time.' }),
    inPlace: t.expose('inPlace', { type: [SeekOptionType], description: 'Further away.' }),
    inForm: t.expose('inForm', { type: [SeekOptionType], description: 'Of another form.' }),
  }),
});
type CostedSought = Pick<Sought, 'misfits' | 'nothingFound'> & {
  readonly options: CostedOption[];
  readonly beside: CostedOption[];
  readonly alternatives: Alternatives | null;
  readonly costs?: PageCosts;
};
const SoughtType = builder.objectRef<CostedSought>('Sought').implement({
  description:
    'Options with forms at home first, of at least three forms where there are as many; where forms were named, others ' +
    'stand beside.',
  fields: (t) => ({
    options: t.expose('options', { type: [SeekOptionType] }),
    beside: t.expose('beside', {
      type: [SeekOptionType],
      description:
        'Also possible: of other forms than those asked, when what was asked gives fewer than three forms. At home first, ' +
        'at most three, and not counted in `first`.',
    }),
    misfits: t.expose('misfits', { type: [SeekMisfitType] }),
    nothingFound: t.expose('nothingFound', { type: NothingFoundType, nullable: true }),
    alternatives: t.expose('alternatives', { type: AlternativesType, nullable: true }),
    ownCosts: t.field(ownCostsKnown),
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

const SeekOrderEnum = enumOf(
  'SeekOrder',
  ['usual', 'own-cost'],
  'At home first, then the shorter journey; or by what the household pays itself.',
);
/** The most that search gives at once. */
const mostSought = 50;

const withCosts = (sought: Sought, costs: PageCosts): CostedSought => {
  const { alternatives } = sought;
  return {
    ...sought,
    costs,
    options: costs.add(sought.options),
    beside: costs.add(sought.beside),
    alternatives: alternatives && alternativesWith(costs, alternatives),
  };
};
const alternativesWith = (costs: PageCosts, it: NonNullable<Sought['alternatives']>): Alternatives => ({
  inTime: costs.add(it.inTime),
  inPlace: costs.add(it.inPlace),
  inForm: costs.add(it.inForm),
});

/** What stands beside and what comes nearest, in the order that says how near it is, without what costs them more. */
const affordableOf = async (costed: CostedSought, atMostOwnCents: number | null | undefined): Promise<CostedSought> => {
  const { beside, alternatives } = costed;
  const [others = [], inTime = [], inPlace = [], inForm = []] = await Promise.all(
    [beside, alternatives?.inTime, alternatives?.inPlace, alternatives?.inForm].map((some) =>
      byOwnCost(some ?? [], { atMostOwnCents }),
    ),
  );
  return { ...costed, beside: others, alternatives: alternatives && { inTime, inPlace, inForm } };
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
      atMostOwnCents: t.arg.int({
        required: false,
        description: 'With a household: without options that cost it more itself. What is not known now stays.',
      }),
      order: t.arg({ type: SeekOrderEnum, required: false, description: 'With a household. USUAL when left out.' }),
    },
    async resolve(_root, { near, when, household, atMostOwnCents, order, ...wanted }, context) {
      const { womanOnRequest, transport, caregiverJoins, ...rest } = wanted;
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
      const isByCost = typeof atMostOwnCents === 'number' || order === 'own-cost';
      if (isByCost) checked(PriceCents, atMostOwnCents ?? 0, '#/atMostOwnCents');
      if (isByCost && !known) throw badInput('#/household', 'An own cost is that of a household.');
      // What fits is found first, and by own cost thereafter: of as many as search gives at once.
      const sought = await seekWished(
        services.offers,
        isByCost ? { ...input, first: mostSought } : input,
        known ? wishedBy(known) : {},
      );
      const { nothingFound } = sought;
      const { minutes, nights } = input;
      if (nothingFound) countNothingFound({ ...nothingFound, minutes, nights }, context, householdId);
      if (!known) return sought;
      const costed = withCosts(sought, costsFor(known, services));
      if (!isByCost) return costed;
      const options = await byOwnCost(costed.options, { atMostOwnCents, order });
      return { ...(await affordableOf(costed, atMostOwnCents)), options: options.slice(0, input.first) };
    },
  }),
);

/** What comes nearest to what `searchOffers` found nothing of: the same days, by need (R35). */
const nearestTo = async (asked: SearchOffers, { offers }: Pick<Services, 'offers'>): Promise<Alternatives> => {
  const { page: _page, waitFor: _waitFor, from, until, ...rest } = asked;
  const lastDay = dayOf(plusMs(until, -1));
  const range = { kind: 'range', from: dayOf(from), until: plusDays(lastDay, 1) };
  const { options, beside, alternatives } = await offers.seekRespite(
    checked(SeekRespite, { ...rest, when: range }, '#'),
  );
  // Whole days are more than the hours asked: what fits in them is near in time.
  return alternatives ?? { inTime: options.slice(0, mostNearest), inPlace: [], inForm: beside };
};
const mostNearest = 3;

builder.objectField(SearchHitConnection, 'nearest', (t) =>
  t.field({
    type: AlternativesType,
    nullable: true,
    description:
      'What comes nearest in time, place and form where there is nothing (R35). None when there is something.',
    resolve: (page, _args, { services }) => {
      const asked = nothingFoundFor.get(page);
      return asked === undefined ? null : nearestTo(asked, services);
    },
  }),
);
