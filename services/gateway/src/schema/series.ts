import {
  AcceptSeries,
  ConfirmSeries,
  DeclineSeries,
  EndSeries,
  ExtendSeries,
  formOf,
  RequestSeries,
  type SeriesDate,
  SeriesFilter,
  SeriesId,
  SeriesStatus,
  type SeriesView,
} from '@adempauze/contracts';
import { type Call, type Context, refuse } from '../context.ts';
import { actsFor, seesPromise, sideOf } from '../policy/sight.ts';
import { FormType } from './basics.ts';
import { DeclineReasonEnum } from './booking-commands.ts';
import { BookingStatusEnum } from './bookings.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { OfferType } from './offers.ts';
import { listPromises, ownProviderId } from './promise-lists.ts';
import { ProviderType } from './providers.ts';
import { Rejected } from './rejected.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import { enumOf, PlaceOfServiceEnum, TimeSpanType } from './vocabulary.ts';

/* A booking that repeats (R17): one action, one yes, and every date a booking of its own. */

const SeriesStatusEnum = enumOf('SeriesStatus', SeriesStatus.options);
export const WeeklyRuleType = builder.objectRef<SeriesView['rule']>('WeeklyRule').implement({
  description: 'Days by the calendar, times by the clock in Amsterdam.',
  fields: (t) => ({
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', { type: 'Day' }),
    everyWeeks: t.exposeInt('everyWeeks'),
    weekdays: t.exposeIntList('weekdays', { description: '1 is Monday; none: the weekday of the first day.' }),
    startsAt: t.exposeString('startsAt'),
    endsAt: t.exposeString('endsAt'),
    endsDaysLater: t.exposeInt('endsDaysLater'),
    exceptions: t.expose('exceptions', { type: ['Day'] }),
  }),
});
const SeriesDateType = builder.objectRef<SeriesDate>('SeriesDate').implement({
  description: 'One date of a series: its booking, or why it could not be had.',
  fields: (t) => ({
    on: t.expose('on', { type: 'Day' }),
    span: t.expose('span', { type: TimeSpanType }),
    bookingId: t.id({
      nullable: true,
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    status: t.expose('status', { type: BookingStatusEnum, nullable: true }),
    ownCostCents: t.exposeInt('ownCostCents', { nullable: true }),
    cancelCostCents: t.int({
      nullable: true,
      description: 'What cancelling this date costs the caregiver now; of one that was cancelled, what it did cost.',
      resolve: (it) => it.cancelCostCents,
    }),
    skipped: t.expose('skipped', { type: Rejected, nullable: true }),
  }),
});

export const SeriesType = builder.objectRef<SeriesView>('Series').implement({
  interfaces: [Node],
  description: 'A booking that repeats, with the same person or at the same place (R17).',
  fields: (t) => ({
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
    rule: t.expose('rule', { type: WeeklyRuleType }),
    placeOfService: t.expose('placeOfService', { type: PlaceOfServiceEnum }),
    caregiverJoins: t.exposeBoolean('caregiverJoins', {
      description: 'The caregiver comes along (R24), as it was asked for; each date says how it is then.',
    }),
    purpose: t.exposeString('purpose', { nullable: true }),
    requestedBy: t.exposeString('requestedBy', { nullable: true, description: 'Opaque account id.' }),
    requestedAt: t.expose('requestedAt', { type: 'Instant' }),
    status: t.expose('status', { type: SeriesStatusEnum }),
    endedFrom: t.expose('endedFrom', { type: 'Day', nullable: true }),
    declinedFor: t.expose('declinedFor', {
      type: DeclineReasonEnum,
      nullable: true,
      description: 'Why the provider said no to the dates that waited for it.',
    }),
    dates: t.expose('dates', { type: [SeriesDateType] }),
    ownCostCents: t.exposeInt('ownCostCents', {
      nullable: true,
      description: 'The most that you pay for all dates that are held or agreed (R46).',
    }),
    endCostCents: t.int({
      nullable: true,
      description: 'What it costs you to end all that is to come now, by the terms agreed.',
      resolve: (it) => it.endCostCents,
    }),
    revision: t.exposeInt('revision'),
  }),
});
const SeriesConnection = connectionOf(SeriesType, 'Series');

const findVisible = async (seriesId: SeriesId, { viewer, services }: Context): Promise<SeriesView | undefined> => {
  const series = viewer && (await services.bookings.findSeries({ seriesId }));
  return series && (await seesPromise(viewer, services, series)) ? series : undefined;
};

nodeType(
  SeriesType,
  'Series',
  (it) => it.seriesId,
  async (id, context) => {
    const seriesId = SeriesId.safeParse(id);
    return seriesId.success ? findVisible(seriesId.data, context) : undefined;
  },
);

builder.queryFields((t) => ({
  series: t.field({
    type: SeriesType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, context) => findVisible(checked(SeriesId, idOf('Series', id), '#/id'), context),
  }),
  seriesList: t.field({
    type: SeriesConnection,
    nullable: true,
    description: 'Of a household that is yours, or of your organisation; the one asked for last first.',
    args: {
      household: t.arg.id({ required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 10 }),
      after: t.arg.string({ required: false }),
    },
    resolve(_root, { household, waitFor, first, after }, context) {
      const of = { householdId: maybeIdOf('Household', household), providerId: ownProviderId(context.viewer) };
      const input = checked(SeriesFilter, { ...of, waitFor, page: { first, after } }, '#');
      return listPromises(input, context, context.services.bookings.listSeries);
    },
  }),
}));

export const ruleInput = builder.inputType('WeeklyRuleInput', {
  fields: (t) => ({
    from: t.field({ type: 'Day', description: 'The first day on which it may take place.' }),
    until: t.field({ type: 'Day', description: 'The last day; at most twelve months later.' }),
    everyWeeks: t.int({ required: false }),
    weekdays: t.intList({ required: false, description: '1 is Monday; the weekday of `from` when left out.' }),
    startsAt: t.string({ description: '`HH:MM` on the clock in Amsterdam.' }),
    endsAt: t.string(),
    endsDaysLater: t.int({ required: false, description: '1 for a night that ends on the next day.' }),
    exceptions: t.field({ type: ['Day'], required: false, description: 'Days left out.' }),
  }),
});

/** Whose series it is for this caller; undefined when it is not theirs to touch, or not there. */
const sideOfSeries = async (seriesId: SeriesId, { viewer, services }: Call) => {
  const series = await services.bookings.findSeries({ seriesId });
  return series && sideOf(viewer, services, series);
};

commandMutation('requestSeries', {
  description:
    'Asks for all dates of a rule at once. They are held; what cannot be had is named; `confirmSeries` says yes to the rest.',
  input: commandInput('RequestSeries', (t) => ({
    seriesId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    offerId: t.id(),
    resourceId: t.id({ required: false, description: 'The same person or place for every date.' }),
    rule: t.field({ type: ruleInput }),
    purpose: t.string({ required: false, description: 'Why, in your own words. Only your household sees it.' }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
    caregiverJoins: t.boolean({
      required: false,
      description: 'You come along too, where the offer is for that (R24). Can be changed until it begins.',
    }),
  })),
  answers: { field: 'series', type: SeriesType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, seriesId, householdId, offerId, resourceId, ...rest } = given;
    const input = checked(RequestSeries, {
      ...rest,
      seriesId: maybeIdOf('Series', seriesId) ?? newId('series'),
      householdId: idOf('Household', householdId),
      offerId: idOf('Offer', offerId),
      resourceId: maybeIdOf('Resource', resourceId),
      requestedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.requestSeries(input, call);
  },
});

commandMutation('confirmSeries', {
  description: 'Yes to every date that is held, and to the own cost that was shown.',
  input: commandInput('ConfirmSeries', (t) => ({ seriesId: t.id() })),
  answers: { field: 'series', type: SeriesType },
  run: async ({ seriesId }, it) => {
    const input = checked(ConfirmSeries, { seriesId: idOf('Series', seriesId) });
    if ((await sideOfSeries(input.seriesId, it)) !== 'caregiver') return refuse('series-not-found');
    return it.services.bookings.confirmSeries(input, it.call);
  },
});

commandMutation('acceptSeries', {
  description: 'The provider says yes to every date that waits for it.',
  input: commandInput('AcceptSeries', (t) => ({ seriesId: t.id() })),
  answers: { field: 'series', type: SeriesType },
  run: async ({ seriesId }, it) => {
    const input = checked(AcceptSeries, { seriesId: idOf('Series', seriesId) });
    if ((await sideOfSeries(input.seriesId, it)) !== 'provider') return refuse('series-not-found');
    return it.services.bookings.acceptSeries(input, it.call);
  },
});

commandMutation('declineSeries', {
  description: 'The provider says no to every date that waits for it, with one reason. What is agreed stands.',
  input: commandInput('DeclineSeries', (t) => ({ seriesId: t.id(), reason: t.field({ type: DeclineReasonEnum }) })),
  answers: { field: 'series', type: SeriesType },
  run: async ({ seriesId, reason }, it) => {
    const input = checked(DeclineSeries, { seriesId: idOf('Series', seriesId), reason });
    if ((await sideOfSeries(input.seriesId, it)) !== 'provider') return refuse('series-not-found');
    return it.services.bookings.declineSeries(input, it.call);
  },
});

commandMutation('extendSeries', {
  description: 'More dates after the last one, held until `confirmSeries`. What is agreed stays as it is.',
  input: commandInput('ExtendSeries', (t) => ({
    seriesId: t.id(),
    until: t.field({ type: 'Day', description: 'At most twelve months from today.' }),
    exceptions: t.field({ type: ['Day'], required: false }),
  })),
  answers: { field: 'series', type: SeriesType },
  run: async ({ idempotencyKey: _key, seriesId, ...rest }, it) => {
    const input = checked(ExtendSeries, { ...rest, seriesId: idOf('Series', seriesId) });
    if ((await sideOfSeries(input.seriesId, it)) !== 'caregiver') return refuse('series-not-found');
    return it.services.bookings.extendSeries(input, it.call);
  },
});

commandMutation('endSeries', {
  description:
    'No more dates from a day on. What was given stands. Late, it may cost the caregiver something (`cancelCostCents` of the ' +
    'dates together), which they have to accept first.',
  input: commandInput('EndSeries', (t) => ({
    seriesId: t.id(),
    from: t.field({ type: 'Day' }),
    acceptCostCents: t.int({
      required: false,
      description: 'The most that the caregiver will pay for ending late; nothing when left out.',
    }),
  })),
  answers: { field: 'series', type: SeriesType },
  run: async ({ seriesId, from, acceptCostCents }, it) => {
    const { seriesId: id } = checked(ConfirmSeries, { seriesId: idOf('Series', seriesId) });
    const by = await sideOfSeries(id, it);
    if (by === undefined || by === 'operator') return refuse('series-not-found');
    return it.services.bookings.endSeries(checked(EndSeries, { seriesId: id, from, by, acceptCostCents }), it.call);
  },
});
