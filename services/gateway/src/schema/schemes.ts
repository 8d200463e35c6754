import { GrantSchemeMandate, MunicipalityCode, PublishScheme, SchemeId, type SchemeView } from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { refuse } from '../context.ts';
import { decidesOnScheme } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { badInput, checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { Node, nodeType } from './relay.ts';
import { enumOf, FormIdEnum } from './vocabulary.ts';

const CapKindEnum = enumOf('CapKind', ['money', 'hours']);
const SchemeRulesType = builder.objectRef<SchemeView['rules']>('SchemeRules').implement({
  description: 'A scheme as data: what it covers and how far.',
  fields: (t) => ({
    coveredForms: t.expose('coveredForms', { type: [FormIdEnum] }),
    countedForms: t.expose('countedForms', { type: [FormIdEnum] }),
    capKind: t.field({ type: CapKindEnum, resolve: (it) => it.cap.kind }),
    capMultiplier: t.int({
      nullable: true,
      description: 'Times the rate frozen at the award.',
      resolve: ({ cap }) => (cap.kind === 'money' ? cap.multiplier : null),
    }),
    capHours: t.int({ nullable: true, resolve: ({ cap }) => (cap.kind === 'hours' ? cap.hours : null) }),
    maxHoursPerWeek: t.int({ nullable: true, resolve: (it) => it.maxHoursPerWeek }),
    periodMonths: t.exposeInt('periodMonths'),
    serviceArea: t.exposeStringList('serviceArea'),
    contributionCentsPerMonth: t.exposeInt('contributionCentsPerMonth'),
    extendable: t.exposeBoolean('extendable'),
  }),
});

const SchemeType = builder.objectRef<SchemeView>('Scheme').implement({
  interfaces: [Node],
  description: 'A rule set that makes respite free or cheaper. Public, as the law is.',
  fields: (t) => ({
    name: t.exposeString('name'),
    municipalityCode: t.exposeString('municipality'),
    source: t.exposeString('source'),
    validFrom: t.expose('validFrom', { type: 'Day' }),
    rules: t.expose('rules', { type: SchemeRulesType }),
  }),
});

nodeType(
  SchemeType,
  'Scheme',
  (it) => it.schemeId,
  async (id, { services }) => {
    const schemeId = SchemeId.safeParse(id);
    return schemeId.success ? services.invoicing.findScheme({ schemeId: schemeId.data }) : undefined;
  },
);

builder.queryField('schemes', (t) =>
  t.field({
    type: [SchemeType],
    nullable: true,
    args: { municipalityCode: t.arg.string({ required: false }), waitFor: t.arg.string({ required: false }) },
    resolve: (_root, { municipalityCode, waitFor }, { services }) =>
      services.invoicing.listSchemes({
        ...(municipalityCode && { municipality: checked(MunicipalityCode, municipalityCode, '#/municipalityCode') }),
        ...waiting(waitFor),
      }),
  }),
);

const SchemeRulesInput = builder.inputType('SchemeRulesInput', {
  fields: (t) => ({
    coveredForms: t.field({ type: [FormIdEnum] }),
    countedForms: t.field({ type: [FormIdEnum] }),
    capMultiplier: t.int({ required: false, description: 'For a cap in money; give this or `capHours`.' }),
    capHours: t.int({ required: false }),
    maxHoursPerWeek: t.int({ required: false }),
    periodMonths: t.int(),
    serviceArea: t.stringList({ required: false }),
    contributionCentsPerMonth: t.int(),
    extendable: t.boolean(),
  }),
});

commandMutation('publishScheme', {
  description: 'A scheme of your municipality.',
  input: commandInput('PublishScheme', (t) => ({
    schemeId: t.id({ required: false, description: 'A UUID of your choice.' }),
    name: t.string(),
    source: t.string({ description: 'The id in domain.md, such as S01.' }),
    validFrom: t.field({ type: 'Day' }),
    rules: t.field({ type: SchemeRulesInput }),
  })),
  answers: { field: 'scheme', type: SchemeType },
  run: ({ idempotencyKey: _key, schemeId, rules, ...rest }, { viewer, services, call, newId }) => {
    const { capMultiplier, capHours, ...others } = rules;
    if ((capMultiplier == null) === (capHours == null)) {
      throw badInput('#/input/rules/capMultiplier', 'Give one cap: in money or in hours.');
    }
    const cap = capHours == null ? { kind: 'money', multiplier: capMultiplier } : { kind: 'hours', hours: capHours };
    const input = checked(PublishScheme, {
      ...rest,
      schemeId: maybeIdOf('Scheme', schemeId) ?? newId('scheme'),
      municipality: viewer.organisation,
      rules: { ...others, cap },
    });
    return services.invoicing.publishScheme(input, call);
  },
});

type SchemeMandate = { readonly mandateId: string; readonly schemeId: string };
const SchemeMandateType = builder.objectRef<SchemeMandate>('SchemeMandate').implement({
  description: 'A professional may decide on a scheme (R06).',
  fields: (t) => ({
    mandateId: t.exposeID('mandateId'),
    schemeId: t.id({ resolve: (it) => globalId('Scheme', it.schemeId) }),
  }),
});

commandMutation('grantSchemeMandate', {
  description: 'Lets a professional decide on a scheme of your municipality.',
  input: commandInput('GrantSchemeMandate', (t) => ({
    mandateId: t.id({ required: false, description: 'A UUID of your choice.' }),
    schemeId: t.id(),
    accountId: t.string({ description: 'The professional’s `viewer.accountId`.' }),
    holder: t.string({ description: 'The function, not a person’s name: "casemanager dementie".' }),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
  })),
  answers: { field: 'schemeMandate', type: SchemeMandateType },
  run: async (given, { viewer, services, call, newId }): Promise<Outcome<SchemeMandate>> => {
    const { idempotencyKey: _key, mandateId, schemeId, ...rest } = given;
    const ids = { mandateId: mandateId ?? newId('scheme-mandate'), schemeId: idOf('Scheme', schemeId) };
    const input = checked(GrantSchemeMandate, { ...rest, ...ids });
    if (!(await decidesOnScheme(viewer, services, input.schemeId))) return refuse('scheme-not-found');
    const outcome = await services.invoicing.grantSchemeMandate(input, call);
    if (!outcome.accepted) return outcome;
    return { ...outcome, value: { mandateId: input.mandateId, schemeId: input.schemeId } };
  },
});
