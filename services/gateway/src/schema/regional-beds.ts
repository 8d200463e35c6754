import { formOf, ListRegionalBeds, type RegionalHouse } from '@adempauze/contracts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { globalId } from './ids.ts';
import { checked } from './input.ts';
import {
  ConditionEnum,
  FormIdEnum,
  HighRiskActEnum,
  PlaceType,
  spotDescription,
  spotOf,
  TimeSpanType,
} from './vocabulary.ts';

/* The beds of a region in one calendar (R34). */

const RegionalNightType = builder.objectRef<RegionalHouse['nights'][number]>('RegionalNight').implement({
  fields: (t) => ({
    day: t.expose('day', { type: 'Day' }),
    span: t.expose('span', { type: TimeSpanType, nullable: true, description: 'None when it is closed.' }),
    capacity: t.exposeInt('capacity'),
    free: t.exposeInt('free'),
  }),
});
const RegionalHouseType = builder.objectRef<RegionalHouse>('RegionalHouse').implement({
  description: 'A house and its free beds, night by night.',
  fields: (t) => ({
    offerId: t.id({ resolve: (it) => globalId('Offer', it.offerId) }),
    resourceId: t.id({ resolve: (it) => globalId('Resource', it.resourceId) }),
    providerName: t.exposeString('providerName'),
    title: t.exposeString('title'),
    form: t.field({ type: FormType, resolve: ({ form }) => formOf(form) }),
    place: t.expose('place', { type: PlaceType }),
    travelKm: t.exposeFloat('travelKm'),
    nights: t.expose('nights', { type: [RegionalNightType] }),
  }),
});

builder.queryField('regionalBeds', (t) =>
  t.field({
    type: [RegionalHouseType],
    description:
      'Beds of all houses around in one calendar, whichever municipality they are in (R34). No sign-in needed.',
    args: {
      near: t.arg.string({ description: spotDescription }),
      maxKm: t.arg.float({ required: false }),
      forms: t.arg({ type: [FormIdEnum], required: false }),
      from: t.arg({ type: 'Day' }),
      until: t.arg({ type: 'Day', description: 'The day of the last departure; at most a hundred nights.' }),
      conditions: t.arg({ type: [ConditionEnum], required: false }),
      highRiskActs: t.arg({ type: [HighRiskActEnum], required: false }),
      first: t.arg.int({ required: false }),
    },
    resolve: (_root, { near, ...rest }, { services }) => {
      const { point } = spotOf(services.places, near, '#/near');
      return services.offers.listRegionalBeds(checked(ListRegionalBeds, { ...rest, near: point }, '#'));
    },
  }),
);
