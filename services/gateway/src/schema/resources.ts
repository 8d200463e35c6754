import {
  type AvailabilityRule,
  CalendarFailure,
  type CalendarFollowing,
  DayRange,
  type OccupancyStep,
  OffersApi,
  OverrideReason,
  PageRequest,
  ProviderId,
  ResourceId,
  type ResourceView,
} from '@adempauze/contracts';
import { dayOf, plusDays } from '@adempauze/kernel';
import type { Call } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { enumOf, TimeSpanType } from './vocabulary.ts';

export const OverrideReasonEnum = enumOf('OverrideReason', OverrideReason.options);
export const HolidaysEnum = enumOf('Holidays', ['open', 'closed']);
const CalendarFailureEnum = enumOf('CalendarFailure', CalendarFailure.options);
export const RuleKindEnum = enumOf('RuleKind', ['weekly', 'stay']);
const OccupationStateEnum = enumOf('OccupationState', ['held', 'taken']);
const OccupationType = builder.objectRef<ResourceView['occupied'][number]>('Occupation').implement({
  description: 'A stretch of time that is held or taken.',
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    span: t.expose('span', { type: TimeSpanType }),
    state: t.expose('state', { type: OccupationStateEnum }),
    expiresAt: t.expose('expiresAt', { type: 'Instant', nullable: true }),
    override: t.field({
      type: OverrideReasonEnum,
      nullable: true,
      description: 'Why it stands knowingly beyond what was published.',
      resolve: (it) => it.override,
    }),
  }),
});

const CapacitySpanType = builder.objectRef<ResourceView['capacities'][number]>('CapacitySpan').implement({
  description: 'Another number of places, for a while.',
  fields: (t) => ({ span: t.expose('span', { type: TimeSpanType }), capacity: t.exposeInt('capacity') }),
});
const RuleType = builder.objectRef<AvailabilityRule>('AvailabilityRule').implement({
  description: 'When it can be booked, by the clock in Amsterdam: every so many weeks on a weekday, or every night.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RuleKindEnum }),
    weekday: t.int({ nullable: true, resolve: (it) => (it.kind === 'weekly' ? it.weekday : null) }),
    everyWeeks: t.int({ nullable: true, resolve: (it) => (it.kind === 'weekly' ? it.everyWeeks : null) }),
    opensAt: t.string({ resolve: (it) => (it.kind === 'weekly' ? it.from : it.arriveAt) }),
    closesAt: t.string({ resolve: (it) => (it.kind === 'weekly' ? it.until : it.departAt) }),
    startsOn: t.expose('startsOn', { type: 'Day' }),
    endsOn: t.field({ type: 'Day', nullable: true, resolve: (it) => it.endsOn }),
  }),
});
type Availability = NonNullable<ResourceView['availability']>;
const AvailabilityType = builder.objectRef<Availability>('Availability').implement({
  description: 'Rules, expanded up to a day and further every day.',
  fields: (t) => ({
    rules: t.expose('rules', { type: [RuleType] }),
    exceptDays: t.expose('exceptDays', { type: ['Day'] }),
    holidays: t.expose('holidays', { type: HolidaysEnum }),
    aheadDays: t.exposeInt('aheadDays'),
    expandedUntil: t.expose('expandedUntil', { type: 'Day' }),
  }),
});
const CalendarTroubleType = builder.objectRef<NonNullable<CalendarFollowing['failure']>>('CalendarTrouble').implement({
  description: 'Why it could not be read, and since when. Until then counts what was last read well.',
  fields: (t) => ({
    reason: t.expose('reason', { type: CalendarFailureEnum }),
    since: t.expose('since', { type: 'Instant' }),
    wellAt: t.expose('wellAt', { type: 'Instant', nullable: true, description: 'When it was last read well.' }),
    onBooking: t.exposeBoolean('onBooking', { description: 'Also while somebody booked.' }),
  }),
});
const FollowedCalendarType = builder.objectRef<CalendarFollowing>('FollowedCalendar').implement({
  description: 'A calendar that is read every quarter of an hour, and when somebody books.',
  fields: (t) => ({
    followedAt: t.expose('followedAt', { type: 'Instant' }),
    failure: t.expose('failure', { type: CalendarTroubleType, nullable: true, description: 'Nothing: all is well.' }),
  }),
});
type OtherCalendar = NonNullable<ResourceView['calendar']> & Pick<ResourceView, 'resourceId'>;
const OtherCalendarType = builder.objectRef<OtherCalendar>('OtherCalendar').implement({
  description: 'What another calendar says is taken, and when it was last read well.',
  fields: (t) => ({
    readAt: t.expose('readAt', { type: 'Instant' }),
    busy: t.expose('busy', { type: [TimeSpanType] }),
    following: t.field({
      type: FollowedCalendarType,
      nullable: true,
      description: 'When it is read by itself, and not as a text that somebody sent.',
      resolve: ({ resourceId }, _args, { services }) => services.offers.findFollowing({ resourceId }),
    }),
  }),
});
const OnDutyType = builder.objectRef<ResourceView['roster'][number]>('OnDuty').implement({
  description: 'Who is on duty when, by an id that only you can put a name to.',
  fields: (t) => ({ workerId: t.exposeString('workerId'), span: t.expose('span', { type: TimeSpanType }) }),
});
const OccupancyStepType = builder.objectRef<OccupancyStep>('OccupancyStep').implement({
  description: 'How full it is, until anything changes.',
  fields: (t) => ({
    span: t.expose('span', { type: TimeSpanType }),
    capacity: t.exposeInt('capacity'),
    held: t.exposeInt('held'),
    taken: t.exposeInt('taken'),
    overridden: t.exposeInt('overridden', { description: 'Of held and taken: knowingly beyond what was published.' }),
    open: t.exposeBoolean('open'),
  }),
});

export const ResourceType = builder.objectRef<ResourceView>('Resource').implement({
  interfaces: [Node],
  description: 'What can be occupied: a calendar, a room, a house with beds.',
  fields: (t) => ({
    providerId: t.id({ resolve: (it) => globalId('Provider', it.providerId) }),
    offerIds: t.idList({ resolve: (it) => it.offerIds.map((id) => globalId('Offer', id)) }),
    capacity: t.exposeInt('capacity'),
    bufferMinutes: t.exposeInt('bufferMinutes', { description: 'Kept free after each booking.' }),
    travelMinutes: t.exposeInt('travelMinutes', { description: 'Kept free before each booking.' }),
    capacities: t.expose('capacities', { type: [CapacitySpanType] }),
    closedDays: t.expose('closedDays', { type: ['Day'] }),
    availability: t.expose('availability', { type: AvailabilityType, nullable: true }),
    calendar: t.field({
      type: OtherCalendarType,
      nullable: true,
      resolve: ({ calendar, resourceId }) => calendar && { ...calendar, resourceId },
    }),
    roster: t.expose('roster', { type: [OnDutyType] }),
    occupancy: t.field({
      type: [OccupancyStepType],
      description: 'As a timeline, from a day up to another; four weeks from today when left out, at most 400 days.',
      args: { from: t.arg({ type: 'Day', required: false }), until: t.arg({ type: 'Day', required: false }) },
      resolve: async ({ resourceId }, args, { services }) => {
        const from = args.from ?? dayOf(services.clock());
        const days = checked(DayRange, { from, until: args.until ?? plusDays(from, 28) }, '#');
        const { input } = OffersApi.operations.findOccupancy;
        return (await services.offers.findOccupancy(checked(input, { resourceId, days }, '#'))) ?? [];
      },
    }),
    openings: t.expose('openings', { type: [TimeSpanType] }),
    occupied: t.expose('occupied', { type: [OccupationType] }),
  }),
});
const ResourceConnection = connectionOf(ResourceType, 'Resource');

export const findOwn = async (
  resourceId: ResourceId,
  { viewer, services }: Pick<Call, 'viewer' | 'services'>,
): Promise<ResourceView | undefined> => {
  const resource = await services.offers.findResource({ resourceId });
  return resource && actsForProvider(viewer, resource.providerId) ? resource : undefined;
};

nodeType(
  ResourceType,
  'Resource',
  (it) => it.resourceId,
  async (id, { viewer, services }) => {
    const resourceId = ResourceId.safeParse(id);
    return viewer && resourceId.success ? findOwn(resourceId.data, { viewer, services }) : undefined;
  },
);

builder.queryFields((t) => ({
  resource: t.field({
    type: ResourceType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, { viewer, services }) =>
      viewer && findOwn(checked(ResourceId, idOf('Resource', id), '#/id'), { viewer, services }),
  }),
  resources: t.field({
    type: ResourceConnection,
    nullable: true,
    description: 'Of your own organisation.',
    args: {
      provider: t.arg.id({ required: false }),
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve: (_root, { provider, waitFor, first, after }, { viewer, services }) => {
      const page = checked(PageRequest, { first, after }, '#');
      const asked = maybeIdOf('Provider', provider) ?? viewer?.organisation;
      const providerId = checked(ProviderId.optional(), asked, '#/provider');
      if (!viewer || !providerId || !actsForProvider(viewer, providerId)) return emptyPage;
      return services.offers.listResources({ providerId, ...waiting(waitFor), page });
    },
  }),
}));
