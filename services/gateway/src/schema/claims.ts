import {
  type Allocation,
  BookingId,
  type ClaimView,
  type DeclinedFunding,
  DeclineFunding,
  DeliveryId,
  type FundingDecline,
  formOf,
  PageRequest,
  Payer,
} from '@adempauze/contracts';
import { type Context, refuse } from '../context.ts';
import { declinesSeenOf, linesSeenOf, seesClaim } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, maybeIdOf } from './ids.ts';
import { badInput, checked, waiting } from './input.ts';
import { FundingLineType, PayerType } from './money.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { enumOf, VatCategoryEnum } from './vocabulary.ts';

const FundingStatusEnum = enumOf('FundingStatus', ['open', 'split', 'guaranteed', 'settled']);

const DividedStatusEnum = enumOf('DividedStatus', ['split', 'guaranteed']);
const AllocationWhyEnum = enumOf('AllocationWhy', ['delivered', 'declined', 'awarded', 'insured', 'budgeted']);
const FundingDeclineReasonEnum = enumOf('FundingDeclineReason', [
  'not-entitled',
  'not-covered',
  'other-law-pays',
  'other-payer',
  'paid-already',
]);

const AllocationType = builder.objectRef<Allocation>('Allocation').implement({
  description: 'How the cost was divided at one moment, and why then.',
  fields: (t) => ({
    allocatedAt: t.expose('allocatedAt', { type: 'Instant' }),
    why: t.expose('why', { type: AllocationWhyEnum }),
    payer: t.field({
      type: PayerType,
      nullable: true,
      description: 'Who said no, or whose source came to light.',
      resolve: (it) => it.payer,
    }),
    reason: t.field({ type: FundingDeclineReasonEnum, nullable: true, resolve: (it) => it.reason }),
    fundingStatus: t.expose('fundingStatus', { type: DividedStatusEnum }),
    lines: t.field({
      type: [FundingLineType],
      nullable: true,
      resolve: ({ lines }, _args, { viewer }) => (viewer ? linesSeenOf(viewer, lines) : []),
    }),
  }),
});
const FundingDeclineType = builder.objectRef<FundingDecline>('FundingDecline').implement({
  description: 'A funder that said no afterwards. The care and the booking stay as they are (R04).',
  fields: (t) => ({
    payer: t.expose('payer', { type: PayerType }),
    reason: t.expose('reason', { type: FundingDeclineReasonEnum }),
    declinedAt: t.expose('declinedAt', { type: 'Instant' }),
  }),
});

export const ClaimType = builder.objectRef<ClaimView>('Claim').implement({
  interfaces: [Node],
  description: 'The cost of one delivery and who bears it, to the cent (R40). Says nothing of a person.',
  fields: (t) => ({
    deliveryId: t.exposeID('deliveryId'),
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    providerId: t.id({ resolve: (it) => globalId('Provider', it.providerId) }),
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    householdId: t.id({ nullable: true, resolve: (it) => globalId('Household', it.householdId) }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    deliveredOn: t.expose('deliveredOn', { type: 'Day' }),
    quantity: t.exposeInt('quantity', { description: 'Hundredths of a unit.' }),
    costCents: t.exposeInt('costCents'),
    vat: t.expose('vat', { type: VatCategoryEnum }),
    municipalityCode: t.exposeString('municipality'),
    fundingStatus: t.expose('fundingStatus', { type: FundingStatusEnum }),
    lateCancellation: t.exposeBoolean('lateCancellation', {
      description: 'No care was given: a share of the price, owed for cancelling late.',
    }),
    lines: t.field({
      type: [FundingLineType],
      nullable: true,
      description: 'All of them for the family and the operator; a payer sees its own.',
      resolve: ({ lines }, _args, { viewer }) => (viewer ? linesSeenOf(viewer, lines) : []),
    }),
    allocations: t.field({
      type: [AllocationType],
      nullable: true,
      description: 'Every time that it was divided, the first one first; the last counts. A payer sees its own lines.',
      resolve: (it) => it.allocations,
    }),
    declines: t.field({
      type: [FundingDeclineType],
      nullable: true,
      description: 'Who said no; a payer sees what it said itself.',
      resolve: ({ declines }, _args, { viewer }) => (viewer ? declinesSeenOf(viewer, declines) : []),
    }),
  }),
});

const ifVisible = async (claim: ClaimView | undefined, { viewer, services }: Context) =>
  viewer && claim && (await seesClaim(viewer, services, claim)) ? claim : undefined;

nodeType(
  ClaimType,
  'Claim',
  (it) => it.deliveryId,
  async (id, context) => {
    const deliveryId = DeliveryId.safeParse(id);
    if (!deliveryId.success) return undefined;
    return ifVisible(await context.services.invoicing.findClaim({ deliveryId: deliveryId.data }), context);
  },
);

const ClaimConnection = connectionOf(ClaimType, 'Claim');
builder.queryField('claims', (t) =>
  t.field({
    type: ClaimConnection,
    nullable: true,
    description: 'Those of which you, a payer, bear a part, or did. `month`: in which a part of yours is billed.',
    args: {
      month: t.arg({ type: 'Month', required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    async resolve(_root, { month, waitFor, first, after }, { viewer, services }) {
      const page = checked(PageRequest, { first, after }, '#');
      const payer = Payer.safeParse({ kind: viewer?.role, id: viewer?.organisation });
      if (!payer.success || (payer.data.kind !== 'municipality' && payer.data.kind !== 'insurer')) return emptyPage;
      return services.invoicing.listClaims({ payer: payer.data, ...(month && { month }), ...waiting(waitFor), page });
    },
  }),
);

builder.queryField('claim', (t) =>
  t.field({
    type: ClaimType,
    nullable: true,
    description: 'By delivery or by booking.',
    args: {
      deliveryId: t.arg.id({ required: false }),
      bookingId: t.arg.id({ required: false }),
      waitFor: t.arg.string({ required: false }),
    },
    async resolve(_root, args, context) {
      const { invoicing } = context.services;
      const wait = waiting(args.waitFor);
      const deliveryId = checked(DeliveryId.optional(), maybeIdOf('Claim', args.deliveryId), '#/deliveryId');
      if (deliveryId) return ifVisible(await invoicing.findClaim({ deliveryId, ...wait }), context);
      const bookingId = checked(BookingId.optional(), maybeIdOf('Booking', args.bookingId), '#/bookingId');
      if (!bookingId) throw badInput('#/deliveryId', 'Give a delivery or a booking.');
      return ifVisible(await invoicing.findClaimOfBooking({ bookingId, ...wait }), context);
    },
  }),
);

const DeclinedFundingType = builder.objectRef<DeclinedFunding>('DeclinedFunding').implement({
  description: 'What you said no to. `claim` is null while nothing was delivered: then your no counts when it is.',
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    reason: t.expose('reason', { type: FundingDeclineReasonEnum }),
    declinedAt: t.expose('declinedAt', { type: 'Instant' }),
    claim: t.field({ type: ClaimType, nullable: true, resolve: (it) => it.claim }),
  }),
});

commandMutation('declineFunding', {
  description:
    'You do not bear your part after all. It is divided anew; what was billed is corrected on your next invoice. No care, no booking and nothing that the caregiver was shown changes (R04, R46). Give a delivery, or a booking that was not given yet.',
  input: commandInput('DeclineFunding', (t) => ({
    deliveryId: t.id({ required: false }),
    bookingId: t.id({ required: false }),
    reason: t.field({ type: FundingDeclineReasonEnum }),
  })),
  answers: { field: 'declined', type: DeclinedFundingType },
  run: async ({ deliveryId, bookingId, reason }, context) => {
    const { viewer, services, call } = context;
    const { invoicing } = services;
    const input = checked(DeclineFunding, {
      deliveryId: maybeIdOf('Claim', deliveryId),
      bookingId: maybeIdOf('Booking', bookingId),
      payer: { kind: viewer.role, id: viewer.organisation },
      reason,
    });
    const claim = input.deliveryId
      ? await invoicing.findClaim({ deliveryId: input.deliveryId })
      : input.bookingId && (await invoicing.findClaimOfBooking({ bookingId: input.bookingId }));
    // Without a claim the service looks whether the quote of the booking names them.
    const isTheirs = claim ? await seesClaim(viewer, services, claim) : input.bookingId !== undefined;
    return isTheirs ? invoicing.declineFunding(input, call) : refuse('claim-not-found');
  },
});
