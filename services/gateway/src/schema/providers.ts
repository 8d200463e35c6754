import { PageRequest, ProviderId, type ProviderView, RegisterProvider } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, Node, nodeType } from './relay.ts';
import { PlaceType, ProviderKindEnum, placeDescription, placeOf } from './vocabulary.ts';

export const ProviderType = builder.objectRef<ProviderView>('Provider').implement({
  interfaces: [Node],
  description: 'An organisation that gives care, or finds volunteers who do.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ProviderKindEnum }),
    name: t.exposeString('name'),
    place: t.expose('place', { type: PlaceType }),
  }),
});
const ProviderConnection = connectionOf(ProviderType, 'Provider');

nodeType(
  ProviderType,
  'Provider',
  (it) => it.providerId,
  async (id, { services }) => {
    const providerId = ProviderId.safeParse(id);
    return providerId.success ? services.offers.findProvider({ providerId: providerId.data }) : undefined;
  },
);

builder.queryFields((t) => ({
  provider: t.field({
    type: ProviderType,
    nullable: true,
    args: { id: t.arg.id() },
    resolve: (_root, { id }, { services }) =>
      services.offers.findProvider({ providerId: checked(ProviderId, idOf('Provider', id), '#/id') }),
  }),
  providers: t.field({
    type: ProviderConnection,
    nullable: true,
    args: {
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve: (_root, { waitFor, first, after }, { services }) =>
      services.offers.listProviders({ ...waiting(waitFor), page: checked(PageRequest, { first, after }, '#') }),
  }),
}));

commandMutation('registerProvider', {
  description: 'A provider registers itself, or the operator does.',
  input: commandInput('RegisterProvider', (t) => ({
    providerId: t.id({ required: false, description: 'A UUID of your choice; for a provider its own.' }),
    kind: t.field({ type: ProviderKindEnum }),
    name: t.string(),
    place: t.string({ description: placeDescription }),
  })),
  answers: { field: 'provider', type: ProviderType },
  run: ({ providerId, kind, name, place }, { viewer, services, call, newId }) => {
    const own = viewer.role === 'operator' ? newId('provider') : viewer.organisation;
    const input = checked(RegisterProvider, {
      providerId: maybeIdOf('Provider', providerId) ?? own,
      kind,
      name,
      place: placeOf(services.places, place, '#/input/place'),
    });
    if (viewer.role !== 'operator' && !actsForProvider(viewer, input.providerId)) return refuse('provider-not-found');
    return services.offers.registerProvider(input, call);
  },
});
