import type { FundingKind, FundingLine, Payer, Quote, SchemeRefusal } from '@adempauze/contracts';
import type { z } from 'zod';
import { linesSeenOf } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId } from './ids.ts';
import { Rejected } from './rejected.ts';
import { enumOf, PricePayerEnum } from './vocabulary.ts';

/* Who pays what. */

const fundingKinds = ['scheme', 'insurance', 'contribution', 'own', 'guarantee'] as const satisfies readonly z.infer<
  typeof FundingKind
>[];
export const FundingKindEnum = enumOf('FundingKind', fundingKinds);
const PayerKindEnum = enumOf('PayerKind', ['municipality', 'insurer', 'caregiver', 'pot']);

export const PayerType = builder.objectRef<Payer>('Payer').implement({
  description: 'A municipality by its code, an insurer or pot by its id, a caregiver by the household.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PayerKindEnum }),
    id: t.string({ resolve: ({ kind, id }) => (kind === 'caregiver' ? globalId('Household', id) : id) }),
  }),
});
export const PayerInput = builder.inputType('PayerInput', {
  fields: (t) => ({ kind: t.field({ type: PayerKindEnum }), id: t.string() }),
});

export const FundingLineType = builder.objectRef<FundingLine>('FundingLine').implement({
  fields: (t) => ({
    kind: t.expose('kind', { type: FundingKindEnum }),
    payer: t.expose('payer', { type: PayerType }),
    amountCents: t.exposeInt('amountCents'),
  }),
});

const RefusalType = builder.objectRef<SchemeRefusal>('SchemeRefusal').implement({
  description: 'Why a source does not pay; the booking stays possible.',
  fields: (t) => ({
    schemeId: t.id({ resolve: (it) => globalId('Scheme', it.schemeId) }),
    reason: t.field({ type: Rejected, resolve: (it) => it }),
  }),
});

export const CoverageEnum = enumOf('Coverage', ['covered', 'partly', 'not', 'unknown']);
export const QuoteType = builder.objectRef<Quote>('Quote').implement({
  description: 'What the caregiver pays at most, shown before the yes (R46), and who pays the rest as far as known.',
  fields: (t) => ({
    ownCostCents: t.exposeInt('ownCostCents'),
    coverage: t.expose('coverage', { type: CoverageEnum }),
    lines: t.field({
      type: [FundingLineType],
      resolve: ({ lines }, _args, { viewer }) => (viewer ? linesSeenOf(viewer, lines) : []),
    }),
    refusals: t.expose('refusals', { type: [RefusalType] }),
    pricedFor: t.field({
      type: PricePayerEnum,
      nullable: true,
      description: 'Whose price of their own counts; none: it is the price for everybody.',
      resolve: (it) => it.pricedFor,
    }),
  }),
});
