import { EndWish, formOf, MakeWish, outcomeToHousehold, placeCauseWords, WishView } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { enumOf, FormIdEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';
import {
  LaneEnum,
  NextInLineType,
  nextToHousehold,
  PlaceCauseEnum,
  WaitingOutcomeEnum,
  WaitingWordsType,
} from './waiting.ts';

/* Waiting for a form near home: one wish, on the lists of all offers that suit. */

const WishStatusEnum = enumOf('WishStatus', WishView.shape.status.options);
const WishListType = builder.objectRef<WishView['lists'][number]>('WishList').implement({
  description: 'An offer at which a wish waits, and who goes before it there and why.',
  fields: (t) => ({
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    offer: t.field({
      type: OfferType,
      nullable: true,
      resolve: ({ offerId }, _args, { services }) => services.offers.findOffer({ offerId }),
    }),
    aheadUrgent: t.exposeInt('aheadUrgent'),
    aheadLonger: t.exposeInt('aheadLonger'),
  }),
});
const WishOfferType = builder.objectRef<WishView['offers'][number]>('WishOffer').implement({
  description:
    'A place held for this wish until then: `confirmBooking` says yes, `cancelBooking` lets it go to the next.',
  fields: (t) => ({
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    span: t.expose('span', { type: TimeSpanType }),
    until: t.expose('until', { type: 'Instant' }),
    outcome: t.expose('outcome', { type: WaitingOutcomeEnum }),
    cause: t.expose('cause', { type: PlaceCauseEnum }),
    causeWords: t.field({ type: WaitingWordsType, resolve: ({ cause }) => placeCauseWords[cause] }),
    outcomeWords: t.field({ type: WaitingWordsType, resolve: ({ outcome }) => outcomeToHousehold[outcome] }),
    why: t.field({ type: NextInLineType, nullable: true, resolve: nextToHousehold }),
  }),
});
const WishType = builder.objectRef<WishView>('Wish').implement({
  description: 'A household that waits for a form near home, at whichever offer a place comes free first.',
  fields: (t) => ({
    wishId: t.exposeID('wishId'),
    householdId: t.id({ resolve: (it) => globalId('Household', it.householdId) }),
    forms: t.field({ type: [FormType], resolve: ({ forms }) => forms.map(formOf) }),
    maxKm: t.exposeInt('maxKm'),
    window: t.expose('window', { type: TimeSpanType }),
    minMinutes: t.exposeInt('minMinutes'),
    maxMinutes: t.exposeInt('maxMinutes'),
    lane: t.expose('lane', { type: LaneEnum }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', {
      nullable: true,
      description: 'The caregiver comes along (R24), as it was asked for; null: as each offer is meant.',
    }),
    since: t.expose('since', { type: 'Instant' }),
    status: t.expose('status', { type: WishStatusEnum }),
    lists: t.expose('lists', { type: [WishListType] }),
    offers: t.expose('offers', { type: [WishOfferType], description: 'The last first; one at a time.' }),
  }),
});

builder.objectField(HouseholdType, 'waitingWishes', (t) =>
  t.field({
    type: [WishType],
    nullable: true,
    description: 'What this household waits for at several offers, the last first.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { waitFor }, { services }) =>
      services.bookings.listWishes({ householdId, ...waiting(waitFor) }),
  }),
);

commandMutation('makeWish', {
  description:
    'Waits for any of these forms, at every offer that suits and lies near enough, also one that comes later. One place ' +
    'is offered at a time. The urgent lane is for a professional to open (R09).',
  input: commandInput('MakeWish', (t) => ({
    wishId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    forms: t.field({ type: [FormIdEnum] }),
    maxKm: t.int({ required: false, description: 'From where the recipient lives; 40 when left out.' }),
    window: t.field({ type: TimeSpanInput, description: 'From the earliest beginning to the latest end.' }),
    minMinutes: t.int({ required: false }),
    maxMinutes: t.int({ required: false }),
    lane: t.field({ type: LaneEnum, required: false }),
    caregiverJoins: t.boolean({
      required: false,
      description: 'You come along too, and stay (R24): only offers for that suit. Left out: any, as each is meant.',
    }),
  })),
  answers: { field: 'wish', type: WishType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, wishId, householdId, ...rest } = given;
    const input = checked(MakeWish, {
      ...rest,
      wishId: maybeIdOf('Wish', wishId) ?? newId('wish'),
      householdId: idOf('Household', householdId),
      requestedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    if (input.lane === 'urgent' && viewer.role !== 'professional') return refuse('not-allowed');
    return services.bookings.makeWish(input, call);
  },
});

commandMutation('endWish', {
  description: 'Waits no more, at none of the offers; needs no reason.',
  input: commandInput('EndWish', (t) => ({ wishId: t.id() })),
  answers: { field: 'wish', type: WishType },
  run: async ({ wishId }, { viewer, services, call }) => {
    const input = checked(EndWish, { wishId: idOf('Wish', wishId) });
    const found = await services.bookings.findWish(input);
    if (!found || !(await actsFor(viewer, services, found.householdId))) return refuse('wish-not-found');
    return services.bookings.endWish(input, call);
  },
});
