import { Day, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/* What the stories ask of the things they see, with its shape: one selection and one schema side by side. */

/** A global id, as the opaque id that it stands for. */
export const Id = z.string().transform((text) => {
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  return decoded.slice(decoded.indexOf(':') + 1);
});

const facts = z
  .array(z.object({ name: z.string(), value: z.string() }))
  .transform((them): Record<string, string> => Object.fromEntries(them.map(({ name, value }) => [name, value])));
export const Reason = z.object({ code: z.string(), nl: z.string(), en: z.string(), facts });
export const reason = '{ code nl: message(language: nl) en: message(language: en) facts { name value } }';

export const Span = z.object({ from: Instant, until: Instant });
export type Span = z.infer<typeof Span>;
export const span = '{ from until }';

export const Payer = z.object({ kind: z.enum(['MUNICIPALITY', 'INSURER', 'CAREGIVER', 'POT']), id: z.string() });
export const FundingLine = z.object({
  kind: z.enum(['SCHEME', 'INSURANCE', 'CONTRIBUTION', 'OWN', 'GUARANTEE']),
  payer: Payer,
  amountCents: z.int(),
});
export type FundingLine = z.infer<typeof FundingLine>;
export const fundingLine = '{ kind payer { kind id } amountCents }';

export const Quote = z.object({
  ownCostCents: z.int(),
  coverage: z.enum(['COVERED', 'PARTLY', 'NOT', 'UNKNOWN']),
  lines: z.array(FundingLine),
  refusals: z.array(z.object({ reason: Reason })),
  pricedFor: z.enum(['MUNICIPALITY', 'INSURER', 'CAREGIVER']).nullable(),
});
export type Quote = z.infer<typeof Quote>;
const quote = `{ ownCostCents coverage lines ${fundingLine} refusals { reason ${reason} } pricedFor }`;

export const Booking = z.object({
  id: Id,
  status: z.enum([
    'HELD',
    'AWAITING_ACCEPTANCE',
    'AWAITING_HELPER',
    'RESERVED',
    'CONFIRMED',
    'DELIVERED',
    'NOT_GIVEN',
    'CANCELLED',
    'DECLINED',
    'EXPIRED',
    'REFUSED',
  ]),
  span: Span,
  terms: z.object({ quantity: z.int(), unitPriceCents: z.int(), priceCents: z.int() }),
  quote: Quote.nullable(),
  municipalityCode: z.string(),
  helperName: z.string().nullable(),
  revision: z.int(),
});
export type Booking = z.infer<typeof Booking>;
export const booking =
  `{ id status span ${span} terms { quantity unitPriceCents priceCents } quote ${quote} ` +
  'municipalityCode helperName revision }';

export const Claim = z.object({
  deliveryId: z.string(),
  deliveredOn: Day,
  costCents: z.int(),
  fundingStatus: z.enum(['OPEN', 'SPLIT', 'GUARANTEED', 'SETTLED']),
  lines: z.array(FundingLine).nullable(),
  allocations: z
    .array(
      z.object({
        why: z.enum(['DELIVERED', 'DECLINED', 'AWARDED', 'INSURED']),
        payer: Payer.nullable(),
        reason: z.string().nullable(),
        lines: z.array(FundingLine).nullable(),
      }),
    )
    .nullable(),
});
export type Claim = z.infer<typeof Claim>;
export const claim = `{ deliveryId deliveredOn costCents fundingStatus lines ${fundingLine}
  allocations { why payer { kind id } reason lines ${fundingLine} } }`;

const Page = z.object({
  edges: z.array(z.object({ node: z.unknown() })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});
/** A page of a list, without its edges. */
export const listOf = <S extends z.ZodType>(node: S) =>
  Page.transform(({ edges, pageInfo }) => ({ items: edges.map((it) => node.parse(it.node)), ...pageInfo }));
export const list = (node: string) => `{ edges { node ${node} } pageInfo { hasNextPage endCursor } }`;
