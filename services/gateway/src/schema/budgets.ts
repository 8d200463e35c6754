import { BudgetId, type BudgetView, OpenBudget, OpenPot, type PotView, SpendBudget } from '@adempauze/contracts';
import { type Context, refuse } from '../context.ts';
import { seesBudget, seesPot } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { Node, nodeType } from './relay.ts';
import { FormIdEnum } from './vocabulary.ts';

/* Money set apart: a free budget that its holder spends (S07), a pot that stands surety (S26). */

const SpendType = builder.objectRef<BudgetView['spends'][number]>('Spend').implement({
  fields: (t) => ({
    spendId: t.exposeID('spendId'),
    amountCents: t.exposeInt('amountCents'),
    at: t.expose('at', { type: 'Instant' }),
  }),
});
const BudgetType = builder.objectRef<BudgetView>('Budget').implement({
  interfaces: [Node],
  description: 'A free budget: its holder spends up to the balance, and nobody approves (R43).',
  fields: (t) => ({
    municipalityCode: t.exposeString('municipality'),
    holderAccountId: t.exposeString('holderAccountId'),
    name: t.exposeString('name'),
    amountCents: t.exposeInt('amountCents'),
    balanceCents: t.exposeInt('balanceCents'),
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', { type: 'Day' }),
    spends: t.expose('spends', { type: [SpendType] }),
  }),
});
const PotType = builder.objectRef<PotView>('Pot').implement({
  interfaces: [Node],
  description: 'Pays what no other source does; it may go below zero.',
  fields: (t) => ({
    name: t.exposeString('name'),
    municipalityCodes: t.exposeStringList('municipalities'),
    paidInCents: t.exposeInt('paidInCents'),
    balanceCents: t.exposeInt('balanceCents'),
  }),
});

const findVisible = async (budgetId: BudgetId, { viewer, services }: Pick<Context, 'viewer' | 'services'>) => {
  if (!viewer) return undefined;
  const budget = await services.invoicing.findBudget({ budgetId });
  return budget && seesBudget(viewer, budget) ? budget : undefined;
};
const listVisiblePots = async ({ viewer, services }: Context, waitFor?: string | null): Promise<PotView[]> =>
  viewer ? (await services.invoicing.listPots(waiting(waitFor))).filter((it) => seesPot(viewer, it)) : [];

nodeType(
  BudgetType,
  'Budget',
  (it) => it.budgetId,
  async (id, context) => {
    const budgetId = BudgetId.safeParse(id);
    return budgetId.success ? findVisible(budgetId.data, context) : undefined;
  },
);
nodeType(
  PotType,
  'Pot',
  (it) => it.potId,
  async (id, context) => (await listVisiblePots(context)).find((it) => it.potId === id),
);

builder.queryFields((t) => ({
  budget: t.field({
    type: BudgetType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(BudgetId, idOf('Budget', id), '#/id'), context),
  }),
  budgets: t.field({
    type: [BudgetType],
    nullable: true,
    description: 'Of your municipality, or those that you hold.',
    args: { waitFor: t.arg.string({ required: false }) },
    async resolve(_root, { waitFor }, { viewer, services }) {
      if (!viewer) return [];
      const holder = viewer.role === 'professional' ? { holderAccountId: viewer.accountId } : {};
      const budgets = await services.invoicing.listBudgets({ ...holder, ...waiting(waitFor) });
      return budgets.filter((it) => seesBudget(viewer, it));
    },
  }),
  pots: t.field({
    type: [PotType],
    nullable: true,
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: (_root, { waitFor }, context) => listVisiblePots(context, waitFor),
  }),
}));

const BoundToInput = builder.inputType('BudgetBoundToInput', {
  description: 'It pays only for what these helpers give to this household (S09).',
  fields: (t) => ({ householdId: t.id(), helperIds: t.idList() }),
});

commandMutation('openBudget', {
  description: 'Your municipality gives a professional a free budget.',
  input: commandInput('OpenBudget', (t) => ({
    budgetId: t.id({ required: false, description: 'A UUID of your choice.' }),
    holderAccountId: t.string({ description: 'The professional’s `viewer.accountId`.' }),
    name: t.string(),
    amountCents: t.int(),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
    boundTo: t.field({ type: BoundToInput, required: false }),
  })),
  answers: { field: 'budget', type: BudgetType },
  run: ({ idempotencyKey: _key, budgetId, boundTo, ...rest }, { viewer, services, call, newId }) => {
    const id = maybeIdOf('Budget', budgetId) ?? newId('budget');
    const bound = boundTo
      ? {
          householdId: idOf('Household', boundTo.householdId),
          helperIds: boundTo.helperIds.map((it) => idOf('Helper', it)),
        }
      : undefined;
    const input = checked(OpenBudget, {
      ...{ ...rest, budgetId: id, municipality: viewer.organisation },
      boundTo: bound,
    });
    return services.invoicing.openBudget(input, call);
  },
});

commandMutation('spendBudget', {
  description: 'Spends from a budget that you hold.',
  input: commandInput('SpendBudget', (t) => ({
    budgetId: t.id(),
    spendId: t.id({ required: false, description: 'A UUID of your choice.' }),
    amountCents: t.int(),
    form: t.field({ type: FormIdEnum, required: false }),
    bookingId: t.id({
      required: false,
      description: 'The most that is spent on this booking. What it does not need is yours to spend again.',
    }),
  })),
  answers: { field: 'budget', type: BudgetType },
  run: async ({ budgetId, spendId, amountCents, form, bookingId }, it) => {
    const input = checked(SpendBudget, {
      budgetId: idOf('Budget', budgetId),
      spendId: spendId ?? it.newId('spend'),
      amountCents,
      form,
      bookingId: maybeIdOf('Booking', bookingId),
    });
    if (!(await findVisible(input.budgetId, it))) return refuse('budget-not-found');
    return it.services.invoicing.spendBudget(input, it.call);
  },
});

commandMutation('openPot', {
  description: 'Several municipalities stand surety together.',
  input: commandInput('OpenPot', (t) => ({
    potId: t.id({ required: false, description: 'A UUID of your choice.' }),
    name: t.string(),
    municipalityCodes: t.stringList(),
    amountCents: t.int(),
  })),
  answers: { field: 'pot', type: PotType },
  run: ({ potId, name, municipalityCodes, amountCents }, { services, call, newId }) => {
    const id = maybeIdOf('Pot', potId) ?? newId('pot');
    const input = checked(OpenPot, { potId: id, name, municipalities: municipalityCodes, amountCents });
    return services.invoicing.openPot(input, call);
  },
});
