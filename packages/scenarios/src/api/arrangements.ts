import type { Day } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import type { NewSeries, NewStay } from './plans.ts';
import { Id, Reason, reason, Span, span } from './shapes.ts';

/* Several forms under one plan, trips to and from care, and who steps in when it drops out. */

export type NewPart = {
  readonly partId: string;
  readonly kind: 'BOOKING' | 'SERIES' | 'STAY';
  /** What joins the plan as it is; the rest is for what is asked new. */
  readonly existing?: string;
  readonly offerId?: string;
  readonly resourceId?: string;
  readonly placeOfService?: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
  readonly span?: Span;
  readonly rule?: NewSeries['rule'];
  readonly steps?: NewStay['steps'];
  readonly waived?: NewStay['waived'];
  readonly tripOf?: { readonly partId: string; readonly leg: 'THERE' | 'BACK'; readonly blocks?: boolean };
  readonly instead?: string;
};
export const Arrangement = z.object({
  id: Id,
  ownCostCents: z.int().nullable(),
  next: z.object({ step: z.string(), actor: z.string() }),
  parts: z.array(
    z.object({
      partId: z.string(),
      kind: z.string(),
      form: z.object({ id: z.string() }),
      provider: z.object({ name: z.string() }).nullable(),
      span: Span,
      ref: Id.nullable(),
      status: z.enum(['ASKED', 'HELD', 'REFUSED', 'AGREED', 'ENDED']),
      reason: Reason.nullable(),
      end: z.string().nullable(),
      blocked: z.boolean(),
      ownCostCents: z.int().nullable(),
    }),
  ),
});
export type Arrangement = z.infer<typeof Arrangement>;
const arrangement =
  '{ id ownCostCents next { step actor } parts { partId kind form { id } provider { name } ' +
  `span ${span} ref status reason ${reason} end blocked ownCostCents } }`;
type OfArrangement = { readonly arrangementId: string };
const arrangementMutation = <Input extends object>(name: string) =>
  mutation<Input, typeof Arrangement>(name, 'arrangement', arrangement, Arrangement);
export const planArrangement = arrangementMutation<
  OfArrangement & { readonly householdId: string; readonly parts: readonly NewPart[]; readonly purpose?: string }
>('planArrangement');
export const addArrangementParts = arrangementMutation<OfArrangement & { readonly parts: readonly NewPart[] }>(
  'addArrangementParts',
);
export const confirmArrangement = arrangementMutation<OfArrangement>('confirmArrangement');
export const endArrangementParts = arrangementMutation<
  OfArrangement & { readonly partIds: readonly string[]; readonly from?: Day }
>('endArrangementParts');
export const findArrangement = query<{ id: string }, z.ZodNullable<typeof Arrangement>>(
  'arrangement',
  `query Arrangement($id: ID!) { arrangement(id: $id) ${arrangement} }`,
  Arrangement.nullable(),
);

const Distance = z.object({ distanceKm: z.number().nullable() });
/** How far a booking is from where the recipient lives. */
export const findDistance = query<{ id: string }, z.ZodNullable<typeof Distance>>(
  'booking',
  'query Distance($id: ID!) { booking(id: $id) { distanceKm } }',
  Distance.nullable(),
);

const Backups = z.object({
  backups: z.array(
    z.object({ form: z.object({ id: z.string() }), provider: z.object({ name: z.string() }).nullable() }),
  ),
  smallNetwork: z.boolean().nullable(),
});
const backups = '{ backups { form { id } provider { name } } smallNetwork }';
export const nameBackups = mutation<
  {
    readonly householdId: string;
    readonly backups: readonly {
      readonly offerId: string;
      readonly resourceId: string;
      readonly placeOfService: 'RECIPIENT_HOME' | 'CAREGIVER_HOME' | 'PROVIDER';
    }[];
  },
  typeof Backups
>('nameBackups', 'backups', backups, Backups);
export const noteNetwork = mutation<{ readonly householdId: string; readonly smallNetwork: boolean }, typeof Backups>(
  'noteNetwork',
  'backups',
  backups,
  Backups,
);
const Activation = z.object({
  id: Id,
  dates: z.array(
    z.object({
      span: Span,
      status: z.enum(['ASKING', 'FOUND', 'NOBODY']),
      bookingId: Id.nullable(),
      bookingStatus: z.string().nullable(),
      provider: z.object({ name: z.string() }).nullable(),
      tried: z.array(z.object({ code: z.string(), message: z.string() })),
    }),
  ),
});
const activation = `{ id dates { span ${span} status bookingId bookingStatus provider { name } tried { code message } } }`;
export const activateBackup = mutation<
  {
    readonly activationId: string;
    readonly householdId: string;
    readonly bookingIds?: readonly string[];
    readonly spans?: readonly Span[];
  },
  typeof Activation
>('activateBackup', 'activation', activation, Activation);

const Circle = z.object({
  id: Id,
  contactPerson: z.object({ accountId: z.string() }),
  mandates: z.array(z.object({ accountId: z.string() })),
});
const circle = '{ id contactPerson { accountId } mandates { accountId } }';
/** Who speaks for a household, and who may act for it. */
export const findCircle = query<{ id: string }, z.ZodNullable<typeof Circle>>(
  'household',
  `query Circle($id: ID!) { household(id: $id) ${circle} }`,
  Circle.nullable(),
);
export const grantMandate = mutation<{ readonly householdId: string; readonly accountId: string }, typeof Circle>(
  'grantMandate',
  'household',
  circle,
  Circle,
);
