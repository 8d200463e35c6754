import {
  BookingFilter,
  BookingId,
  BookingStatus,
  BookingView,
  formOf,
  type HouseholdView,
  PartOf,
  type Terms,
} from '@adempauze/contracts';
import type { Instant } from '@adempauze/kernel';
import type { Context } from '../context.ts';
import { briefFor } from '../policy/brief.ts';
import { seesPromise } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { ClaimType } from './claims.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { QuoteType } from './money.ts';
import { CancellationTermsType, CaregiverJoinsEnum, OfferType } from './offers.ts';
import { listPromises, ownProviderId } from './promise-lists.ts';
import { ProviderType } from './providers.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import {
  BearerEnum,
  ConditionEnum,
  enumOf,
  HighRiskActEnum,
  LanguageEnum,
  PlaceOfServiceEnum,
  TimeSpanType,
  UnitEnum,
  VatCategoryEnum,
} from './vocabulary.ts';

export const BookingStatusEnum = enumOf('BookingStatus', BookingStatus.options);

const TermsType = builder.objectRef<Terms>('Terms').implement({
  description: 'What was agreed, frozen: what is given and at which price of that day.',
  fields: (t) => ({
    unit: t.expose('unit', { type: UnitEnum }),
    quantity: t.exposeInt('quantity', { description: 'Hundredths of a unit.' }),
    unitPriceCents: t.exposeInt('unitPriceCents'),
    priceCents: t.exposeInt('priceCents'),
    vat: t.expose('vat', { type: VatCategoryEnum }),
    bearer: t.expose('bearer', { type: BearerEnum }),
    instant: t.exposeBoolean('instant'),
    needsHelper: t.exposeBoolean('needsHelper'),
    accompaniment: t.field({
      type: CaregiverJoinsEnum,
      description: 'Whether the caregiver may, or must, come along (R24).',
      resolve: ({ accompaniment }) => accompaniment ?? 'no',
    }),
    cancellation: t.field({
      type: CancellationTermsType,
      nullable: true,
      description: 'What cancelling late costs; none: it is always free.',
      resolve: (it) => it.cancellation,
    }),
  }),
});
const StepActorEnum = enumOf('StepActor', BookingView.shape.step.shape.actor.options);
const StepType = builder.objectRef<BookingView['step']>('Step').implement({
  description: 'Whose turn it is, and since when (R32).',
  fields: (t) => ({
    actor: t.expose('actor', { type: StepActorEnum }),
    since: t.expose('since', { type: 'Instant' }),
  }),
});
const DeliveryType = builder.objectRef<NonNullable<BookingView['delivery']>>('Delivery').implement({
  description: 'What was given.',
  fields: (t) => ({
    deliveryId: t.exposeID('deliveryId'),
    quantity: t.exposeInt('quantity', { description: 'Hundredths of a unit.' }),
    recordedAt: t.expose('recordedAt', { type: 'Instant' }),
  }),
});

const PartOfKindEnum = enumOf('PartOfKind', PartOf.shape.kind.options);
/** A waiting list is known by its offer. */
const kinds = {
  series: 'Series',
  stay: 'Stay',
  waiting: 'Offer',
  arrangement: 'Arrangement',
  backup: 'Activation',
  urgent: 'UrgentCase',
  proposal: 'Proposal',
} as const;
export const PartOfType = builder.objectRef<PartOf>('PartOf').implement({
  description: 'The series or stay that a booking is a part of, or the offer whose waiting list offered it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PartOfKindEnum }),
    ref: t.id({ description: 'Its id, for `node`.', resolve: ({ kind, id }) => globalId(kinds[kind], id) }),
  }),
});

/** What who gives the care must know, as far as the booking has come. */
type CareBrief = {
  readonly household: HouseholdView;
  readonly isMatched: boolean;
  readonly caregiverJoins: boolean;
};
const CareBriefType = builder.objectRef<CareBrief>('CareBrief').implement({
  description:
    'For who gives the care, with the household’s consent: before the booking is confirmed only what is needed to decide, without a name; then also who it is and what helps; nothing any more a month after the care (R26, R50, R51).',
  fields: (t) => ({
    conditions: t.field({
      type: [ConditionEnum],
      nullable: true,
      resolve: (it) => it.household.recipient.conditions,
    }),
    highRiskActs: t.field({
      type: [HighRiskActEnum],
      nullable: true,
      resolve: (it) => it.household.recipient.highRiskActs,
    }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', {
      description: 'The caregiver comes along: two people are to be reckoned with (R24).',
    }),
    recipientName: t.string({
      nullable: true,
      resolve: (it) => (it.isMatched ? it.household.recipient.name : null),
    }),
    careProfile: t.string({
      nullable: true,
      resolve: (it) => (it.isMatched ? it.household.recipient.careProfile : null),
    }),
    caregiverPhone: t.string({
      nullable: true,
      resolve: (it) => (it.isMatched ? it.household.caregiver.phone : null),
    }),
    languages: t.field({
      type: [LanguageEnum],
      nullable: true,
      resolve: (it) => (it.isMatched ? it.household.languages : null),
    }),
    interpreter: t.boolean({
      nullable: true,
      description: 'Somebody has to translate.',
      resolve: (it) => (it.isMatched ? it.household.wishes?.interpreter : null),
    }),
  }),
});

/** Judged by the booking as it is now, also when it was asked for as it was. */
const briefOf = async ({ bookingId, householdId }: BookingView, { viewer, services }: Context) => {
  const [booking, household] = await Promise.all([
    services.bookings.findBooking({ bookingId }),
    services.bookings.findHousehold({ householdId }),
  ]);
  if (!booking || !household || !viewer) return null;
  const shown = briefFor(booking, household, viewer.role, services.clock());
  const { caregiverJoins } = booking;
  return shown === 'nothing' ? null : { household, isMatched: shown === 'in-full', caregiverJoins };
};

export const BookingType = builder.objectRef<BookingView>('Booking').implement({
  interfaces: [Node],
  description: 'The promise between caregiver and provider.',
  fields: (t) => ({
    household: t.field({
      type: HouseholdType,
      nullable: true,
      resolve: async ({ householdId }, _args, { services }) => services.bookings.findHousehold({ householdId }),
    }),
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    offer: t.field({
      type: OfferType,
      nullable: true,
      resolve: ({ offerId }, _args, { services }) => services.offers.findOffer({ offerId }),
    }),
    provider: t.field({
      type: ProviderType,
      nullable: true,
      resolve: ({ providerId }, _args, { services }) => services.offers.findProvider({ providerId }),
    }),
    resourceId: t.id({
      nullable: true,
      resolve: (it) => (it.resourceId === null ? null : globalId('Resource', it.resourceId)),
    }),
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    span: t.expose('span', { type: TimeSpanType }),
    status: t.expose('status', { type: BookingStatusEnum }),
    terms: t.expose('terms', { type: TermsType }),
    quote: t.expose('quote', { type: QuoteType, nullable: true }),
    ownCostCents: t.int({ nullable: true, resolve: (it) => it.quote.ownCostCents }),
    purpose: t.exposeString('purpose', { nullable: true }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', { description: 'The caregiver comes along (R24).' }),
    municipalityCode: t.exposeString('municipality'),
    heldUntil: t.expose('heldUntil', { type: 'Instant', nullable: true }),
    answerBy: t.expose('answerBy', { type: 'Instant', nullable: true }),
    recordBy: t.expose('recordBy', {
      type: 'Instant',
      nullable: true,
      description: 'Until when the provider records what was given; after that the contact person is told.',
    }),
    cancelCostCents: t.int({
      nullable: true,
      description: 'What cancelling costs the caregiver now; of one that was cancelled, what it did cost.',
      resolve: (it) => it.cancelCostCents,
    }),
    freeCancelUntil: t.expose('freeCancelUntil', {
      type: 'Instant',
      nullable: true,
      description: 'Until when cancelling is free; none: always.',
    }),
    endReason: t.exposeString('endReason', {
      nullable: true,
      description: 'Why the provider said no, or took its word back.',
    }),
    helperName: t.string({
      nullable: true,
      description: 'Who comes, once that is agreed.',
      resolve: async ({ helperId, status }, _args, { services }) => {
        if (helperId === null || (status !== 'confirmed' && status !== 'delivered')) return null;
        return (await services.matching.findHelper({ helperId }))?.name;
      },
    }),
    brief: t.field({ type: CareBriefType, nullable: true, resolve: (it, _args, context) => briefOf(it, context) }),
    delivery: t.expose('delivery', { type: DeliveryType, nullable: true }),
    claim: t.field({
      type: ClaimType,
      nullable: true,
      description: 'The cost and who bears it, once it was delivered and settled.',
      args: { waitFor: t.arg.string({ required: false }) },
      resolve: ({ bookingId }, { waitFor }, { services }) =>
        services.invoicing.findClaimOfBooking({ bookingId, ...waiting(waitFor) }),
    }),
    partOf: t.expose('partOf', { type: PartOfType, nullable: true }),
    requestedBy: t.exposeString('requestedBy', { nullable: true, description: 'Opaque account id.' }),
    requestedAt: t.expose('requestedAt', { type: 'Instant' }),
    confirmedAt: t.expose('confirmedAt', { type: 'Instant', nullable: true }),
    step: t.expose('step', { type: StepType }),
    revision: t.exposeInt('revision'),
  }),
});
const BookingConnection = connectionOf(BookingType, 'Booking');

/** The booking, or as it was known at a moment; undefined when it is not there or not for this caller. */
export const findVisibleBooking = async (
  bookingId: BookingId,
  { viewer, services }: Context,
  asOf?: Instant | null,
): Promise<BookingView | undefined> => {
  if (!viewer) return undefined;
  const booking = await services.bookings.findBooking({ bookingId });
  if (!booking || !(await seesPromise(viewer, services, booking))) return undefined;
  return asOf ? services.bookings.findBooking({ bookingId, asOf }) : booking;
};

nodeType(
  BookingType,
  'Booking',
  (it) => it.bookingId,
  async (id, context) => {
    const bookingId = BookingId.safeParse(id);
    return bookingId.success ? findVisibleBooking(bookingId.data, context) : undefined;
  },
);

const BookingFilterInput = builder.inputType('BookingFilterInput', {
  fields: (t) => ({
    household: t.id({ required: false }),
    provider: t.id({ required: false }),
    status: t.field({ type: [BookingStatusEnum], required: false }),
    from: t.field({ type: 'Instant', required: false }),
    until: t.field({ type: 'Instant', required: false }),
  }),
});

builder.queryFields((t) => ({
  booking: t.field({
    type: BookingType,
    nullable: true,
    args: {
      id: t.arg.id(),
      asOf: t.arg({ type: 'Instant', required: false, description: 'What was known at that moment.' }),
    },
    resolve: (_root, { id, asOf }, context) =>
      findVisibleBooking(checked(BookingId, idOf('Booking', id), '#/id'), context, asOf),
  }),
  bookings: t.field({
    type: BookingConnection,
    nullable: true,
    description: 'Of a household that is yours, of your organisation, or for the operator of all.',
    args: {
      filter: t.arg({ type: BookingFilterInput, required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve(_root, { filter, waitFor, first, after }, context) {
      const { household, provider, ...rest } = filter ?? {};
      const input = checked(
        BookingFilter,
        {
          ...rest,
          householdId: maybeIdOf('Household', household),
          providerId: maybeIdOf('Provider', provider) ?? ownProviderId(context.viewer),
          waitFor,
          page: { first, after },
        },
        '#',
      );
      return listPromises(input, context, context.services.bookings.listBookings);
    },
  }),
}));
