import {
  type FreedPlaceView,
  JoinWaitingList,
  Lane,
  LeaveWaitingList,
  NextRule,
  type NextWhy,
  nextRuleAfterwards,
  nextRuleToHousehold,
  nextRuleToProvider,
  OfferId,
  outcomeToHousehold,
  PlaceCause,
  placeCauseWords,
  type WaitingListView,
  WaitingOutcome,
  WaitingView,
} from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor, actsForProvider } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

/* Who waits for a place that is full, in which order, and what became of places that came free. */

export const LaneEnum = enumOf('Lane', Lane.options);
const WaitingStatusEnum = enumOf('WaitingStatus', WaitingView.shape.status.options);
export const WaitingOutcomeEnum = enumOf('WaitingOutcome', WaitingOutcome.options);
const NextRuleEnum = enumOf('NextRule', NextRule.options);
export const PlaceCauseEnum = enumOf('PlaceCause', PlaceCause.options);
const FreedPlaceStatusEnum = enumOf('FreedPlaceStatus', ['offered', 'taken', 'gone', 'nobody']);

export const WaitingWordsType = builder
  .objectRef<{ readonly nl: string; readonly en: string }>('WaitingWords')
  .implement({
    fields: (t) => ({ nl: t.exposeString('nl'), en: t.exposeString('en') }),
  });
type Words = typeof nextRuleToHousehold;
export const NextInLineType = builder
  .objectRef<{ readonly why: NonNullable<NextWhy>; readonly words: Words }>('NextInLine')
  .implement({
    description:
      'Why a household was offered a place before the one behind it: urgent first, then who waits longer than eight weeks, ' +
      'then whom it fits best, then who has waited longest. The first rule in which the two differ.',
    fields: (t) => ({
      rule: t.field({ type: NextRuleEnum, resolve: ({ why }) => why.rule }),
      among: t.int({ description: 'How many it fitted, this one included.', resolve: ({ why }) => why.among }),
      words: t.field({ type: WaitingWordsType, resolve: ({ why, words }) => words[why.rule] }),
    }),
  });
/** Null for what was offered before it was recorded. */
const nextInLine = (why: NextWhy, words: Words) => why && { why, words };
/** To the household that it is about. */
export const nextToHousehold = ({ why, outcome }: Pick<WaitingView['offers'][number], 'why' | 'outcome'>) =>
  nextInLine(why, outcome === 'offered' ? nextRuleToHousehold : nextRuleAfterwards);

const WaitingOfferType = builder.objectRef<WaitingView['offers'][number]>('WaitingOffer').implement({
  description: 'A freed place, held until then: `confirmBooking` says yes, `cancelBooking` lets it go to the next.',
  fields: (t) => ({
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
const WaitingType = builder.objectRef<WaitingView>('Waiting').implement({
  description:
    'Somebody who waits, and why they are where they are: the urgent lane first, then who has waited longest. For a place ' +
    'that fits one better than another, that goes before the wait.',
  fields: (t) => ({
    waitingId: t.exposeID('waitingId'),
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    householdId: t.id({ nullable: true, resolve: (it) => globalId('Household', it.householdId) }),
    window: t.expose('window', { type: TimeSpanType }),
    minMinutes: t.exposeInt('minMinutes'),
    maxMinutes: t.exposeInt('maxMinutes'),
    lane: t.expose('lane', { type: LaneEnum }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', {
      nullable: true,
      description: 'The caregiver comes along (R24), as it was asked for; null: as the offer is meant.',
    }),
    since: t.expose('since', { type: 'Instant' }),
    status: t.expose('status', { type: WaitingStatusEnum }),
    aheadUrgent: t.exposeInt('aheadUrgent', { description: 'Households that go before because it is urgent.' }),
    aheadLonger: t.exposeInt('aheadLonger', {
      description: 'Households that go before because they have waited longer.',
    }),
    offers: t.expose('offers', { type: [WaitingOfferType], nullable: true }),
  }),
});
const OfferedToType = builder.objectRef<FreedPlaceView['offeredTo'][number]>('OfferedTo').implement({
  fields: (t) => ({
    waitingId: t.exposeID('waitingId'),
    lane: t.expose('lane', { type: LaneEnum }),
    since: t.expose('since', { type: 'Instant' }),
    outcome: t.expose('outcome', { type: WaitingOutcomeEnum }),
    why: t.field({
      type: NextInLineType,
      nullable: true,
      resolve: ({ why }) => nextInLine(why, nextRuleToProvider),
    }),
  }),
});
const FreedPlaceType = builder.objectRef<FreedPlaceView>('FreedPlace').implement({
  description: 'A place that came free, and for whom it was held in which order; not who could not have it.',
  fields: (t) => ({
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    span: t.expose('span', { type: TimeSpanType }),
    freedAt: t.expose('freedAt', { type: 'Instant' }),
    cause: t.expose('cause', { type: PlaceCauseEnum }),
    causeWords: t.field({ type: WaitingWordsType, resolve: ({ cause }) => placeCauseWords[cause] }),
    status: t.expose('status', { type: FreedPlaceStatusEnum }),
    offeredTo: t.expose('offeredTo', { type: [OfferedToType] }),
  }),
});
const WaitingListType = builder.objectRef<WaitingListView>('WaitingList').implement({
  description: 'Who waits for an offer, without names, in the order in which a place is offered.',
  fields: (t) => ({
    waiting: t.expose('waiting', { type: [WaitingType] }),
    places: t.expose('places', { type: [FreedPlaceType] }),
  }),
});

builder.objectField(HouseholdType, 'waiting', (t) =>
  t.field({
    type: [WaitingType],
    nullable: true,
    description: 'Where this household waits, and how many go before it.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { waitFor }, { services }) =>
      services.bookings.listWaiting({ householdId, ...waiting(waitFor) }),
  }),
);
builder.queryField('waitingList', (t) =>
  t.field({
    type: WaitingListType,
    nullable: true,
    description: 'Of an offer of your organisation.',
    args: { offer: t.arg.id() },
    async resolve(_root, { offer }, { viewer, services }) {
      const offerId = checked(OfferId, idOf('Offer', offer), '#/offer');
      const found = await services.offers.findOffer({ offerId });
      if (!viewer || !found || !actsForProvider(viewer, found.providerId)) return null;
      return services.bookings.findWaitingList({ offerId });
    },
  }),
);

commandMutation('joinWaitingList', {
  description: 'Waits for a place at an offer that is full. The urgent lane is for a professional to open (R09).',
  input: commandInput('JoinWaitingList', (t) => ({
    waitingId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    offerId: t.id(),
    window: t.field({ type: TimeSpanInput, description: 'From the earliest beginning to the latest end.' }),
    minMinutes: t.int({ required: false }),
    maxMinutes: t.int({ required: false }),
    lane: t.field({ type: LaneEnum, required: false }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
    caregiverJoins: t.boolean({
      required: false,
      description: 'You come along too, and stay (R24); left out: where the offer is for both together.',
    }),
  })),
  answers: { field: 'waiting', type: WaitingType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, waitingId, householdId, offerId, ...rest } = given;
    const input = checked(JoinWaitingList, {
      ...rest,
      waitingId: maybeIdOf('Waiting', waitingId) ?? newId('waiting'),
      householdId: idOf('Household', householdId),
      offerId: idOf('Offer', offerId),
      requestedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    if (input.lane === 'urgent' && viewer.role !== 'professional') return refuse('not-allowed');
    if (!(await services.offers.findOffer({ offerId: input.offerId }))) return refuse('offer-not-found');
    return services.bookings.joinWaitingList(input, call);
  },
});

commandMutation('leaveWaitingList', {
  description: 'Waits no more; needs no reason.',
  input: commandInput('LeaveWaitingList', (t) => ({ offerId: t.id(), waitingId: t.id() })),
  answers: { field: 'waiting', type: WaitingType },
  run: async ({ offerId, waitingId }, { viewer, services, call }) => {
    const input = checked(LeaveWaitingList, {
      offerId: idOf('Offer', offerId),
      waitingId: idOf('Waiting', waitingId),
    });
    const found = await services.bookings.findWaiting(input);
    if (!found || !(await actsFor(viewer, services, found.householdId))) return refuse('waiting-not-found');
    return services.bookings.leaveWaitingList(input, call);
  },
});
