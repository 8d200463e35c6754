import {
  CareUseQuery,
  type CareUseRow,
  DemandReportQuery,
  type DemandRow,
  FamiliarShareQuery,
  type FamiliarShareRow,
  formOf,
  HouseholdId,
  MunicipalityCode,
  NotChosenKind,
  PageRequest,
  ProviderId,
  type ReportCount,
  SeriesId,
  SupplyMeasure,
  SupplyReportQuery,
  type SupplyRow,
  type UnmetCount,
  type WaitingTimeRow,
  WaitingTimesQuery,
  WaitSince,
} from '@adempauze/contracts';
import type { Context } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { connectionOf, emptyPage } from './relay.ts';
import { UnmetSourceEnum } from './unmet-demand.ts';
import { enumOf, UnitEnum } from './vocabulary.ts';

/*
 * Figures over many bookings (R10, R14, R35, R36), each for whoever it is theirs to see: a municipality its area, a provider
 * its own, a family itself, the operator all. How each is counted stands in `docs/reports.md`.
 */

const CountType = builder.objectRef<ReportCount>('ReportCount').implement({
  description: 'How many. When they are so few that somebody could be recognised: null, and fewer than what.',
  fields: (t) => ({
    value: t.exposeInt('value', { nullable: true }),
    fewerThan: t.exposeInt('fewerThan', { nullable: true }),
  }),
});

const WaitSinceEnum = enumOf('WaitSince', WaitSince.options, 'From what a wait is measured.');
const WaitingTimeType = builder.objectRef<WaitingTimeRow>('WaitingTime').implement({
  description:
    'How long people waited for the first care: those whose wait ended in this month, and those who had waited for more than eight weeks without it (R10).',
  fields: (t) => ({
    month: t.expose('month', { type: 'Month' }),
    municipalityCode: t.exposeString('municipality', { description: 'Where the recipient lives.' }),
    form: t.field({ type: FormType, nullable: true, resolve: (it) => it.form && formOf(it.form) }),
    since: t.expose('since', { type: WaitSinceEnum }),
    count: t.expose('count', { type: CountType }),
    medianDays: t.exposeInt('medianDays', { nullable: true }),
    p90Days: t.exposeInt('p90Days', { nullable: true, description: 'Nine in ten waited no longer than this.' }),
    above: t.expose('above', { type: CountType, description: 'More than eight weeks.' }),
    stillWaiting: t.expose('stillWaiting', {
      type: CountType,
      description: 'Of those: waiting at the end of the month.',
    }),
    gaveUp: t.expose('gaveUp', { type: CountType, description: 'Of those: the family wanted it no more.' }),
    aboveEightWeeks: t.exposeBoolean('aboveEightWeeks', { description: 'The red line; told however few they are.' }),
  }),
});
const WaitingTimeConnection = connectionOf(WaitingTimeType, 'WaitingTime');

const UnmetCountType = builder.objectRef<UnmetCount>('UnmetCount').implement({
  fields: (t) => ({
    source: t.expose('source', { type: UnmetSourceEnum }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'A word of a closed list, such as a problem code.',
    }),
    count: t.expose('count', { type: CountType }),
  }),
});
const DemandType = builder.objectRef<DemandRow>('Demand').implement({
  description: 'What was asked where the recipient lives, in the month of the care, whoever bought what (R35).',
  fields: (t) => ({
    month: t.expose('month', { type: 'Month' }),
    municipalityCode: t.exposeString('municipality'),
    form: t.field({
      type: FormType,
      nullable: true,
      description: 'Null: any form would have done.',
      resolve: (it) => it.form && formOf(it.form),
    }),
    requested: t.expose('requested', { type: CountType }),
    delivered: t.expose('delivered', { type: CountType }),
    unmet: t.expose('unmet', { type: [UnmetCountType] }),
  }),
});
const DemandConnection = connectionOf(DemandType, 'Demand');

const SupplyMeasureEnum = enumOf('SupplyMeasure', SupplyMeasure.options);
const SupplyAmountsType = builder.objectRef<SupplyRow>('SupplyAmounts').implement({
  description: 'Places times real minutes, or times nights: what was on offer, and what was occupied of it.',
  fields: (t) => ({
    measure: t.expose('measure', { type: SupplyMeasureEnum }),
    capacity: t.exposeInt('capacity'),
    shared: t.exposeInt('shared', { description: 'Of the capacity: what another form could use as well.' }),
    held: t.exposeInt('held', { description: 'Not agreed yet.' }),
    taken: t.exposeInt('taken', { description: 'Kept for somebody.' }),
    overridden: t.exposeInt('overridden', { description: 'Of what is taken: knowingly beyond what was on offer.' }),
    letGo: t.exposeInt('letGo', { description: 'Held or taken once, and free again before it began.' }),
  }),
});
const UnitsGivenType = builder.objectRef<CareUseRow['given'][number]>('UnitsGiven').implement({
  fields: (t) => ({
    unit: t.expose('unit', { type: UnitEnum }),
    quantity: t.exposeInt('quantity', { nullable: true, description: 'Hundredths of a unit; null: too few to tell.' }),
  }),
});
const NotChosenKindEnum = enumOf('NotChosenKind', NotChosenKind.options);
const NotChosenType = builder.objectRef<CareUseRow['notChosen'][number]>('NotChosen').implement({
  description: 'In what way a request came to nothing, and why.',
  fields: (t) => ({
    kind: t.expose('kind', { type: NotChosenKindEnum }),
    reason: t.exposeString('reason'),
    count: t.expose('count', { type: CountType }),
  }),
});
type SupplyAndUse = Omit<CareUseRow, 'requested' | 'delivered'> &
  Partial<Pick<CareUseRow, 'requested' | 'delivered'>> & { readonly supply: readonly SupplyRow[] };
const SupplyAndUseType = builder.objectRef<SupplyAndUse>('SupplyAndUse').implement({
  description: 'What was on offer against what was asked, given and not chosen, for those who buy (R36).',
  fields: (t) => ({
    month: t.expose('month', { type: 'Month' }),
    form: t.field({ type: FormType, nullable: true, resolve: (it) => it.form && formOf(it.form) }),
    supply: t.field({ type: [SupplyAmountsType], resolve: (it) => [...it.supply] }),
    requested: t.expose('requested', { type: CountType, nullable: true }),
    delivered: t.expose('delivered', { type: CountType, nullable: true }),
    given: t.expose('given', { type: [UnitsGivenType] }),
    notChosen: t.expose('notChosen', { type: [NotChosenType] }),
  }),
});

const FamiliarShareType = builder.objectRef<FamiliarShareRow>('FamiliarShare').implement({
  description: 'How much of what was given was given by a familiar face; the target is 80 percent (R14).',
  fields: (t) => ({
    month: t.expose('month', { type: 'Month', nullable: true, description: 'Null: the whole period.' }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    unit: t.expose('unit', { type: UnitEnum }),
    given: t.exposeInt('given', { nullable: true, description: 'Hundredths of a unit.' }),
    familiar: t.exposeInt('familiar', { nullable: true }),
    unknown: t.exposeInt('unknown', { nullable: true, description: 'Nobody recorded who came: not familiar.' }),
    sharePercent: t.exposeInt('sharePercent', { nullable: true }),
    meetsTarget: t.exposeBoolean('meetsTarget', { nullable: true }),
    fewerThan: t.exposeInt('fewerThan', { nullable: true, description: 'Households; then nothing else is told.' }),
  }),
});

type Scope = { municipality?: MunicipalityCode; providerId?: ProviderId; showSmallGroups?: true };
/**
 * Whose figures this caller may see, within what was asked; undefined: none. Providers know their own clients, so theirs are
 * told however few they are.
 */
const scopeOf = (viewer: Context['viewer'], asked: Pick<Scope, 'municipality' | 'providerId'>): Scope | undefined => {
  switch (viewer?.role) {
    case 'operator':
      return asked;
    case 'municipality': {
      const own = MunicipalityCode.safeParse(viewer.organisation);
      const isOther = asked.municipality !== undefined && asked.municipality !== own.data;
      return own.success && !isOther ? { ...asked, municipality: own.data } : undefined;
    }
    case 'provider':
    case 'coordinator': {
      const own = ProviderId.safeParse(viewer.organisation);
      const isOther = asked.providerId !== undefined && asked.providerId !== own.data;
      return own.success && !isOther ? { ...asked, providerId: own.data, showSmallGroups: true } : undefined;
    }
    default:
      return undefined;
  }
};
const askedOf = (municipalityCode: string | null | undefined, provider: string | null | undefined) => ({
  ...(municipalityCode ? { municipality: checked(MunicipalityCode, municipalityCode, '#/municipalityCode') } : {}),
  ...(provider ? { providerId: checked(ProviderId, maybeIdOf('Provider', provider), '#/provider') } : {}),
});

builder.queryFields((t) => {
  const period = { from: t.arg({ type: 'Month' }), until: t.arg({ type: 'Month', description: 'Left out itself.' }) };
  const municipalityCode = t.arg.string({ required: false });
  const provider = t.arg.id({ required: false });
  const waitFor = t.arg.string({ required: false });
  const paging = { first: t.arg.int({ defaultValue: 20 }), after: t.arg.string({ required: false }) };
  return {
    waitingTimes: t.field({
      type: WaitingTimeConnection,
      nullable: true,
      description: 'Of your area, or of requests to you; the operator sees all, or what is asked for.',
      args: { municipalityCode, ...period, waitFor, ...paging },
      async resolve(_root, args, { viewer, services }) {
        const scope = scopeOf(viewer, askedOf(args.municipalityCode, undefined));
        if (!scope) return emptyPage;
        const page = checked(PageRequest, { first: args.first, after: args.after }, '#');
        const query = { ...scope, from: args.from, until: args.until, ...waiting(args.waitFor), page };
        return services.bookings.waitingTimes(checked(WaitingTimesQuery, query, '#'));
      },
    }),
    demandReport: t.field({
      type: DemandConnection,
      nullable: true,
      description: 'Of your municipality; the operator sees all, or the one that is asked for.',
      args: { municipalityCode, ...period, waitFor, ...paging },
      async resolve(_root, args, { viewer, services }) {
        const scope = scopeOf(viewer, askedOf(args.municipalityCode, undefined));
        if (!scope) return emptyPage;
        const page = checked(PageRequest, { first: args.first, after: args.after }, '#');
        const query = { ...scope, from: args.from, until: args.until, ...waiting(args.waitFor), page };
        return services.bookings.demandReport(checked(DemandReportQuery, query, '#'));
      },
    }),
    supplyAndUse: t.field({
      type: [SupplyAndUseType],
      nullable: true,
      description: 'Of the providers in your area, or of yourself; the operator names a municipality or a provider.',
      args: { municipalityCode, provider, ...period, waitFor },
      async resolve(_root, args, { viewer, services }) {
        const scope = scopeOf(viewer, askedOf(args.municipalityCode, args.provider));
        if (!scope) return [];
        const { showSmallGroups, ...whose } = scope;
        const common = { from: args.from, until: args.until, ...waiting(args.waitFor) };
        const { providerIds, rows } = await services.offers.supplyReport(
          checked(SupplyReportQuery, { ...whose, ...common }, '#'),
        );
        // What people in the area looked for is theirs, not one provider's.
        const area = whose.providerId === undefined ? { municipality: whose.municipality } : {};
        const query = { providerIds, ...area, showSmallGroups, ...common };
        return joined(rows, await services.bookings.careUse(checked(CareUseQuery, query, '#')));
      },
    }),
    familiarShare: t.field({
      type: [FamiliarShareType],
      nullable: true,
      description: 'A family names its household, and if it likes one series; others see their own area or work.',
      args: {
        household: t.arg.id({ required: false }),
        series: t.arg.id({ required: false }),
        municipalityCode,
        provider,
        ...period,
        waitFor,
      },
      async resolve(_root, { household, series, ...args }, context) {
        const whose = household
          ? { householdId: checked(HouseholdId, idOf('Household', household), '#/household') }
          : {};
        const scope = await familiarScope(context, whose, askedOf(args.municipalityCode, args.provider));
        if (!scope) return [];
        const seriesId = series ? { seriesId: checked(SeriesId, idOf('Series', series), '#/series') } : {};
        const query = { ...scope, ...seriesId, from: args.from, until: args.until, ...waiting(args.waitFor) };
        return context.services.bookings.familiarShare(checked(FamiliarShareQuery, query, '#'));
      },
    }),
  };
});

/** A family sees its own, whatever the number; nobody else may name a household but the operator. */
const familiarScope = async (
  { viewer, services }: Pick<Context, 'viewer' | 'services'>,
  { householdId }: { readonly householdId?: HouseholdId },
  asked: Pick<Scope, 'municipality' | 'providerId'>,
): Promise<(Scope & { householdId?: HouseholdId }) | undefined> => {
  if (viewer?.role === 'caregiver' || viewer?.role === 'professional') {
    if (householdId === undefined || !(await actsFor(viewer, services, householdId))) return undefined;
    return { ...asked, householdId, showSmallGroups: true };
  }
  if (householdId === undefined) return scopeOf(viewer, asked);
  return viewer?.role === 'operator' ? { ...asked, householdId } : undefined;
};

/** What was on offer beside what became of the requests, by month and form; one may be there without the other. */
const joined = (supply: readonly SupplyRow[], use: readonly CareUseRow[]): SupplyAndUse[] => {
  const keyOf = ({ month, form }: Pick<CareUseRow, 'month' | 'form'>) => `${month} ${form ?? ''}`;
  const supplyOf = Map.groupBy(supply, keyOf);
  const useOf = new Map(use.map((row) => [keyOf(row), row]));
  return [...new Set([...supplyOf.keys(), ...useOf.keys()])].sort().flatMap((key): SupplyAndUse[] => {
    const own = supplyOf.get(key) ?? [];
    const row = useOf.get(key);
    const [first] = own;
    if (row !== undefined) return [{ ...row, supply: own }];
    return first === undefined ? [] : [{ month: first.month, form: first.form, given: [], notChosen: [], supply: own }];
  });
};
