import {
  AwardScheme,
  EntitlementId,
  type EntitlementView,
  ExtendEntitlement,
  HouseholdId,
  MunicipalityCode,
  type PolicyView,
  RegisterPolicy,
  ReviewEntitlement,
} from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { type Call, type Context, refuse } from '../context.ts';
import type { Viewer } from '../policy/roles.ts';
import { actsFor, decidesOnScheme, seesEntitlement } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { Node, nodeType } from './relay.ts';
import { enumOf, FormIdEnum } from './vocabulary.ts';

/* What a household is entitled to: awards under a scheme with what is left of them, and policies. */

const ReviewReasonEnum = enumOf('ReviewReason', ['not-eligible', 'other-law-pays', 'situation-changed']);
const ReviewType = builder.objectRef<NonNullable<EntitlementView['review']>>('EntitlementReview').implement({
  description:
    'The municipality ended the award: what is given from `endsOn` on is paid by another source or the pot (S11).',
  fields: (t) => ({
    endsOn: t.expose('endsOn', { type: 'Day' }),
    reason: t.expose('reason', { type: ReviewReasonEnum }),
  }),
});

const EntitlementType = builder.objectRef<EntitlementView>('Entitlement').implement({
  interfaces: [Node],
  description: 'What is left of an award, in euros or in hours, shown before booking (R42).',
  fields: (t) => ({
    schemeId: t.id({ resolve: (it) => globalId('Scheme', it.schemeId) }),
    schemeName: t.exposeString('schemeName'),
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', { type: 'Day', description: 'The first day after it.' }),
    rateCents: t.exposeInt('rateCents'),
    capCents: t.exposeInt('capCents', { nullable: true }),
    capHours: t.exposeFloat('capHours', { nullable: true }),
    usedCents: t.exposeInt('usedCents'),
    usedHours: t.exposeFloat('usedHours'),
    leftCents: t.exposeInt('leftCents', { nullable: true }),
    leftHours: t.exposeFloat('leftHours', { nullable: true }),
    contributionCents: t.exposeInt('contributionCents'),
    awardedAt: t.expose('awardedAt', { type: 'Instant' }),
    review: t.field({ type: ReviewType, nullable: true, resolve: (it) => it.review }),
  }),
});

const findVisible = async (
  entitlementId: EntitlementId,
  { viewer, services }: Pick<Context, 'viewer' | 'services'>,
) => {
  if (!viewer) return undefined;
  const entitlement = await services.invoicing.findEntitlement({ entitlementId });
  return entitlement && (await seesEntitlement(viewer, services, entitlement)) ? entitlement : undefined;
};

nodeType(
  EntitlementType,
  'Entitlement',
  (it) => it.entitlementId,
  async (id, context) => {
    const entitlementId = EntitlementId.safeParse(id);
    return entitlementId.success ? findVisible(entitlementId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  entitlement: t.field({
    type: EntitlementType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(EntitlementId, idOf('Entitlement', id), '#/id'), context),
  }),
  entitlements: t.field({
    type: [EntitlementType],
    nullable: true,
    description: 'Of a household that is yours.',
    args: { household: t.arg.id(), waitFor: t.arg.string({ required: false }) },
    async resolve(_root, { household, waitFor }, { viewer, services }) {
      const householdId = checked(HouseholdId, idOf('Household', household), '#/household');
      if (!viewer || !(await actsFor(viewer, services, householdId))) return [];
      return services.invoicing.listEntitlements({ householdId, ...waiting(waitFor) });
    },
  }),
}));

/** A municipality decides on its own schemes; whether anybody else may, a mandate tells (R06). */
const decisionOf = ({ accountId, role, organisation }: Viewer): AwardScheme['decidedBy'] => ({
  accountId,
  ...(role === 'municipality' ? { municipality: MunicipalityCode.parse(organisation) } : {}),
});

commandMutation('awardScheme', {
  description: 'Effective at once. A municipality awards its own schemes, a professional with a mandate decides (R06).',
  input: commandInput('AwardScheme', (t) => ({
    schemeId: t.id(),
    householdId: t.id(),
    startsOn: t.field({ type: 'Day' }),
    rateCents: t.int({ description: 'Frozen at the award.' }),
  })),
  answers: { field: 'entitlement', type: EntitlementType },
  run: async ({ schemeId, householdId, startsOn, rateCents }, { viewer, services, call }) => {
    const input = checked(AwardScheme, {
      schemeId: idOf('Scheme', schemeId),
      householdId: idOf('Household', householdId),
      startsOn,
      rateCents,
      decidedBy: decisionOf(viewer),
    });
    if (viewer.role === 'municipality') {
      if (!(await decidesOnScheme(viewer, services, input.schemeId))) return refuse('scheme-not-found');
    } else if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.invoicing.awardScheme(input, call);
  },
});

commandMutation('extendEntitlement', {
  description: 'A next period, where the scheme allows it.',
  input: commandInput('ExtendEntitlement', (t) => ({ entitlementId: t.id() })),
  answers: { field: 'entitlement', type: EntitlementType },
  run: async ({ entitlementId }, it): Promise<Outcome<EntitlementView>> => {
    const input = checked(ExtendEntitlement, {
      entitlementId: idOf('Entitlement', entitlementId),
      decidedBy: decisionOf(it.viewer),
    });
    if (!(await findVisible(input.entitlementId, it))) return refuse('entitlement-not-found');
    return it.services.invoicing.extendEntitlement(input, it.call);
  },
});

commandMutation('reviewEntitlement', {
  description:
    'Your municipality ends an award that somebody else gave, from today at the earliest. What was given stays paid; no booking changes (S11).',
  input: commandInput('ReviewEntitlement', (t) => ({
    entitlementId: t.id(),
    endsOn: t.field({ type: 'Day', description: 'The first day on which it pays no more.' }),
    reason: t.field({ type: ReviewReasonEnum }),
  })),
  answers: { field: 'entitlement', type: EntitlementType },
  run: async ({ entitlementId, endsOn, reason }, it): Promise<Outcome<EntitlementView>> => {
    const input = checked(ReviewEntitlement, {
      ...{ entitlementId: idOf('Entitlement', entitlementId), endsOn, reason },
      decidedBy: decisionOf(it.viewer),
    });
    if (!(await findVisible(input.entitlementId, it))) return refuse('entitlement-not-found');
    return it.services.invoicing.reviewEntitlement(input, it.call);
  },
});

const PolicyShareType = builder.objectRef<PolicyView['shares'][number]>('PolicyShare').implement({
  fields: (t) => ({ form: t.expose('form', { type: FormIdEnum }), percent: t.exposeInt('percent') }),
});
const PolicyType = builder.objectRef<PolicyView>('Policy').implement({
  description: 'A supplementary policy of a household: which share of which form it pays.',
  fields: (t) => ({
    policyId: t.exposeID('policyId'),
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    insurerId: t.exposeString('insurerId'),
    shares: t.expose('shares', { type: [PolicyShareType] }),
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', { type: 'Day' }),
  }),
});
const PolicyShareInput = builder.inputType('PolicyShareInput', {
  fields: (t) => ({ form: t.field({ type: FormIdEnum }), percent: t.int() }),
});

/** The insurer itself, or who acts for the household. */
const mayInsure = (
  { viewer, services }: Call,
  { insurerId, householdId }: RegisterPolicy,
): Promise<boolean> | boolean =>
  viewer.role === 'insurer' ? viewer.organisation === insurerId : actsFor(viewer, services, householdId);

commandMutation('registerPolicy', {
  description: 'What a supplementary insurance pays for this household.',
  input: commandInput('RegisterPolicy', (t) => ({
    policyId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    insurerId: t.string(),
    shares: t.field({ type: [PolicyShareInput] }),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
  })),
  answers: { field: 'policy', type: PolicyType },
  run: async ({ idempotencyKey: _key, policyId, householdId, ...rest }, it) => {
    const input = checked(RegisterPolicy, {
      ...rest,
      policyId: maybeIdOf('Policy', policyId) ?? it.newId('policy'),
      householdId: idOf('Household', householdId),
    });
    if (!(await mayInsure(it, input))) return refuse('household-not-found');
    return it.services.invoicing.registerPolicy(input, it.call);
  },
});
