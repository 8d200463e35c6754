import { forms, type RespiteForm } from '@adempauze/contracts';
import type { Place as KnownPlace, Municipality } from '@adempauze/places';
import type { Viewer } from '../policy/roles.ts';
import { builder } from './builder.ts';
import { badInput } from './input.ts';
import { FormIdEnum, RoleEnum, TakeoverEnum, UnitEnum } from './vocabulary.ts';

/* What anybody may ask: the time, the forms, the places; and who one is. */

export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who you are signed in as.',
  fields: (t) => ({
    accountId: t.exposeString('accountId', { description: 'Opaque. Give it to who grants you a mandate.' }),
    role: t.expose('role', { type: RoleEnum }),
    organisation: t.exposeString('organisation', {
      nullable: true,
      description: 'Provider id, municipality code or insurer id.',
    }),
  }),
});

export const FormType = builder.objectRef<RespiteForm>('Form').implement({
  description: 'A form of respite: domain.md, section 3.',
  fields: (t) => ({
    id: t.string({ resolve: (form) => form.id }),
    identifier: t.exposeString('identifier'),
    nl: t.exposeString('nl'),
    en: t.exposeString('en'),
    unit: t.expose('unit', { type: UnitEnum }),
    takeover: t.expose('takeover', { type: TakeoverEnum }),
    atHome: t.exposeBoolean('atHome'),
  }),
});

const MunicipalityType = builder.objectRef<Municipality>('Municipality').implement({
  fields: (t) => ({
    code: t.exposeString('code', { description: 'CBS code, four digits.' }),
    name: t.exposeString('name'),
    province: t.exposeString('province'),
  }),
});
const KnownPlaceType = builder.objectRef<KnownPlace>('KnownPlace').implement({
  description: 'A place that can be named in input, by its label.',
  fields: (t) => ({
    label: t.exposeString('label'),
    name: t.exposeString('name'),
    lat: t.exposeFloat('lat'),
    lon: t.exposeFloat('lon'),
    municipality: t.field({
      type: MunicipalityType,
      nullable: true,
      resolve: (place, _args, { services }) => services.places.municipality(place.municipality),
    }),
  }),
});

builder.queryFields((t) => ({
  now: t.field({
    type: 'Instant',
    description: 'The time of the marketplace; in the demonstration the operator can move it forward.',
    resolve: (_root, _args, { services }) => services.clock(),
  }),
  viewer: t.field({ type: ViewerType, nullable: true, resolve: (_root, _args, { viewer }) => viewer }),
  forms: t.field({
    type: [FormType],
    args: { ids: t.arg({ type: [FormIdEnum], required: false }) },
    resolve: (_root, { ids }) => (ids ? forms.filter((it) => ids.includes(it.id)) : forms),
  }),
  places: t.field({
    type: [KnownPlaceType],
    description: 'Places whose name begins so, in alphabetical order.',
    args: { prefix: t.arg.string(), first: t.arg.int({ defaultValue: 10 }) },
    resolve: (_root, { prefix, first }, { services }) => {
      if (prefix.length > 80) throw badInput('#/prefix', 'At most 80 characters.');
      const count = first ?? 10;
      if (count < 1 || count > 100) throw badInput('#/first', 'From 1 to 100.');
      return services.places.listPlaces(prefix, count);
    },
  }),
  municipalities: t.field({
    type: [MunicipalityType],
    resolve: (_root, _args, { services }) => [...services.places.municipalities()],
  }),
}));
