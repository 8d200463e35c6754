import {
  BillMonth,
  formOf,
  HouseholdId,
  InvoiceId,
  type InvoiceLine,
  type InvoiceView,
  PageRequest,
  Payer,
  ProviderId,
  type TrialBalance,
} from '@adempauze/contracts';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { actsFor, invoiceLinesSeenOf, seesInvoice } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { FundingKindEnum, PayerInput, PayerType } from './money.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { VatCategoryEnum } from './vocabulary.ts';

const InvoiceLineType = builder.objectRef<z.infer<typeof InvoiceLine>>('InvoiceLine').implement({
  description: 'One part of the cost of one delivery. Neutral words, no names (R51).',
  fields: (t) => ({
    deliveryId: t.exposeID('deliveryId'),
    providerId: t.id({ resolve: (it) => globalId('Provider', it.providerId) }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    deliveredOn: t.expose('deliveredOn', { type: 'Day' }),
    kind: t.expose('kind', { type: FundingKindEnum }),
    amountCents: t.exposeInt('amountCents', { description: 'Below zero: less is owed than was billed before.' }),
    isCorrection: t.boolean({
      description: 'The cost was divided anew after an earlier invoice; that one does not change.',
      resolve: (it) => it.correction !== undefined,
    }),
    vat: t.expose('vat', { type: VatCategoryEnum }),
  }),
});

const InvoiceType = builder.objectRef<InvoiceView>('Invoice').implement({
  interfaces: [Node],
  description: 'What one payer owes for one month. A provider sees its own lines of it.',
  fields: (t) => ({
    number: t.exposeString('number'),
    payer: t.expose('payer', { type: PayerType, nullable: true }),
    month: t.expose('month', { type: 'Month' }),
    issuedAt: t.expose('issuedAt', { type: 'Instant' }),
    totalCents: t.exposeInt('totalCents', { nullable: true }),
    lines: t.field({
      type: [InvoiceLineType],
      resolve: ({ lines }, _args, { viewer }) => (viewer ? invoiceLinesSeenOf(viewer, lines) : []),
    }),
  }),
});
const InvoiceConnection = connectionOf(InvoiceType, 'Invoice');

nodeType(
  InvoiceType,
  'Invoice',
  (it) => it.invoiceId,
  async (id, context) => {
    const invoiceId = InvoiceId.safeParse(id);
    return invoiceId.success ? findVisible(invoiceId.data, context) : undefined;
  },
);

const findVisible = async (invoiceId: InvoiceId, { viewer, services }: Context) => {
  if (!viewer) return undefined;
  const invoice = await services.invoicing.findInvoice({ invoiceId });
  return invoice && (await seesInvoice(viewer, services, invoice)) ? invoice : undefined;
};

type InvoiceScope = { payer?: Payer; providerId?: ProviderId };
/** Whose invoices are asked for, as far as this caller may; undefined when they are not theirs. */
const scopeOf = async ({ viewer, services }: Context, payer: Payer | undefined): Promise<InvoiceScope | undefined> => {
  switch (viewer?.role) {
    case 'operator':
      return payer ? { payer } : {};
    case 'municipality':
    case 'insurer':
      return viewer.organisation === undefined ? undefined : { payer: { kind: viewer.role, id: viewer.organisation } };
    case 'provider':
    case 'coordinator': {
      const providerId = ProviderId.safeParse(viewer.organisation);
      return providerId.success ? { providerId: providerId.data } : undefined;
    }
    case 'caregiver':
    case 'professional': {
      const householdId = HouseholdId.safeParse(payer?.id);
      if (payer?.kind !== 'caregiver' || !householdId.success) return undefined;
      return (await actsFor(viewer, services, householdId.data)) ? { payer } : undefined;
    }
    default:
      return undefined;
  }
};

builder.queryFields((t) => ({
  invoice: t.field({
    type: InvoiceType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(InvoiceId, idOf('Invoice', id), '#/id'), context),
  }),
  invoices: t.field({
    type: InvoiceConnection,
    nullable: true,
    description: 'Yours as a payer, or those that hold a line of yours. A caregiver names the household as the payer.',
    args: {
      payer: t.arg({ type: PayerInput, required: false }),
      month: t.arg({ type: 'Month', required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    async resolve(_root, { payer, month, waitFor, first, after }, context) {
      const page = checked(PageRequest, { first, after }, '#');
      const asked = payer && { ...payer, id: payer.kind === 'caregiver' ? idOf('Household', payer.id) : payer.id };
      const scope = await scopeOf(context, asked ? checked(Payer, asked, '#/payer') : undefined);
      if (!scope) return emptyPage;
      return context.services.invoicing.listInvoices({ ...scope, ...(month && { month }), ...waiting(waitFor), page });
    },
  }),
}));

const TrialBalanceRowType = builder.objectRef<TrialBalance['rows'][number]>('TrialBalanceRow').implement({
  fields: (t) => ({
    account: t.exposeString('account'),
    debitCents: t.exposeFloat('debitCents'),
    creditCents: t.exposeFloat('creditCents'),
  }),
});
const TrialBalanceType = builder.objectRef<TrialBalance>('TrialBalance').implement({
  description: 'The ledger: debit equals credit. Sums can pass what `Int` holds, so they are `Float`, always whole.',
  fields: (t) => ({
    rows: t.expose('rows', { type: [TrialBalanceRowType] }),
    debitCents: t.exposeFloat('debitCents'),
    creditCents: t.exposeFloat('creditCents'),
    balanced: t.exposeBoolean('balanced'),
  }),
});
builder.queryField('trialBalance', (t) =>
  t.field({
    type: TrialBalanceType,
    nullable: true,
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: (_root, { waitFor }, { services }) => services.invoicing.trialBalance(waiting(waitFor)),
  }),
);

commandMutation('billMonth', {
  description: 'Makes the invoices of a month that is over: one per payer. Asked again, it makes none twice.',
  input: commandInput('BillMonth', (t) => ({ month: t.field({ type: 'Month' }) })),
  answers: { field: 'invoices', type: [InvoiceType] },
  run: ({ month }, { services, call }) => services.invoicing.billMonth(checked(BillMonth, { month }), call),
});
