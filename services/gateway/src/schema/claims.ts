import { BookingId, type ClaimView, DeliveryId, formOf } from '@adempauze/contracts';
import type { Context } from '../context.ts';
import { linesSeenOf, seesClaim } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId, maybeIdOf } from './ids.ts';
import { badInput, checked, waiting } from './input.ts';
import { FundingLineType } from './money.ts';
import { Node, nodeType } from './relay.ts';
import { enumOf, VatCategoryEnum } from './vocabulary.ts';

const FundingStatusEnum = enumOf('FundingStatus', ['open', 'split', 'guaranteed', 'settled']);

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
