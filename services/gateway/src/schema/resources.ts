import {
  OpenResource,
  PageRequest,
  ProviderId,
  PublishTimes,
  ResourceId,
  type ResourceView,
  WithdrawTimes,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import { enumOf, TimeSpanInput, TimeSpanType } from './vocabulary.ts';

const OccupationStateEnum = enumOf('OccupationState', ['held', 'taken']);
const OccupationType = builder.objectRef<ResourceView['occupied'][number]>('Occupation').implement({
  description: 'A stretch of time that is held or taken.',
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    span: t.expose('span', { type: TimeSpanType }),
    state: t.expose('state', { type: OccupationStateEnum }),
    expiresAt: t.expose('expiresAt', { type: 'Instant', nullable: true }),
  }),
});

const ResourceType = builder.objectRef<ResourceView>('Resource').implement({
  interfaces: [Node],
  description: 'What can be occupied: a calendar, a room, a house with beds.',
  fields: (t) => ({
    providerId: t.id({ resolve: (it) => globalId('Provider', it.providerId) }),
    offerIds: t.idList({ resolve: (it) => it.offerIds.map((id) => globalId('Offer', id)) }),
    capacity: t.exposeInt('capacity'),
    bufferMinutes: t.exposeInt('bufferMinutes', { description: 'Kept free after each booking.' }),
    openings: t.expose('openings', { type: [TimeSpanType] }),
    occupied: t.expose('occupied', { type: [OccupationType] }),
  }),
});
const ResourceConnection = connectionOf(ResourceType, 'Resource');

const findOwn = async (
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

commandMutation('openResource', {
  description: 'A worker’s calendar, a room or a house with beds, that serves one or more of your offers.',
  input: commandInput('OpenResource', (t) => ({
    resourceId: t.id({ required: false, description: 'A UUID of your choice.' }),
    providerId: t.id({ required: false, description: 'Your own organisation when left out.' }),
    offerIds: t.idList(),
    capacity: t.int(),
    bufferMinutes: t.int({ required: false }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: ({ resourceId, providerId, offerIds, capacity, bufferMinutes }, { viewer, services, call, newId }) => {
    const input = checked(OpenResource, {
      resourceId: maybeIdOf('Resource', resourceId) ?? newId('resource'),
      providerId: maybeIdOf('Provider', providerId) ?? viewer.organisation,
      offerIds: offerIds.map((it) => idOf('Offer', it)),
      capacity,
      bufferMinutes,
    });
    if (!actsForProvider(viewer, input.providerId)) return refuse('provider-not-found');
    return services.offers.openResource(input, call);
  },
});

commandMutation('publishTimes', {
  description: 'Times at which it can be booked.',
  input: commandInput('PublishTimes', (t) => ({ resourceId: t.id(), spans: t.field({ type: [TimeSpanInput] }) })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, spans }, it) => {
    const input = checked(PublishTimes, { resourceId: idOf('Resource', resourceId), spans });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.publishTimes(input, it.call);
  },
});

commandMutation('withdrawTimes', {
  description: 'Takes times back; what is held or booked in them stands.',
  input: commandInput('WithdrawTimes', (t) => ({ resourceId: t.id(), spans: t.field({ type: [TimeSpanInput] }) })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, spans }, it) => {
    const input = checked(WithdrawTimes, { resourceId: idOf('Resource', resourceId), spans });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.withdrawTimes(input, it.call);
  },
});
