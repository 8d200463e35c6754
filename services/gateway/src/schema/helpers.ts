import {
  type HelperAbout,
  HelperId,
  type HelperView,
  PageRequest,
  ProviderId,
  RegisterHelper,
  type WeeklyWindow,
} from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsForProvider, seesHelper } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { globalId, maybeIdOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { connectionOf, emptyPage, Node, nodeType } from './relay.ts';
import {
  CultureEnum,
  FormIdEnum,
  LanguageEnum,
  PlaceType,
  placeDescription,
  placeOf,
  TimeSpanType,
} from './vocabulary.ts';

const WindowType = builder.objectRef<WeeklyWindow>('WeeklyWindow').implement({
  description: 'Every week, in wall time of Amsterdam; weekday 1 is Monday.',
  fields: (t) => ({
    weekday: t.exposeInt('weekday'),
    from: t.exposeString('from'),
    until: t.exposeString('until'),
  }),
});
const WindowInput = builder.inputType('WeeklyWindowInput', {
  fields: (t) => ({ weekday: t.int(), from: t.string(), until: t.string() }),
});
const AssignmentType = builder.objectRef<HelperView['assignments'][number]>('Assignment').implement({
  fields: (t) => ({
    bookingId: t.id({ resolve: (it) => globalId('Booking', it.bookingId) }),
    span: t.expose('span', { type: TimeSpanType }),
  }),
});

const HelperAboutType = builder.objectRef<HelperAbout>('HelperAbout').implement({
  fields: (t) => ({
    cultures: t.expose('cultures', { type: [CultureEnum] }),
    woman: t.exposeBoolean('woman'),
  }),
});
const HelperAboutInput = builder.inputType('HelperAboutInput', {
  fields: (t) => ({
    cultures: t.field({ type: [CultureEnum], required: false }),
    woman: t.boolean({ required: false }),
  }),
});

const HelperType = builder.objectRef<HelperView>('Helper').implement({
  interfaces: [Node],
  description: 'A volunteer of an organisation.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true }),
    phone: t.exposeString('phone', { nullable: true }),
    place: t.expose('place', { type: PlaceType, nullable: true }),
    languages: t.expose('languages', { type: [LanguageEnum] }),
    about: t.expose('about', { type: HelperAboutType, nullable: true, description: 'What a family may wish (R53).' }),
    forms: t.expose('forms', { type: [FormIdEnum] }),
    availability: t.expose('availability', { type: [WindowType] }),
    maxHoursPerWeek: t.exposeInt('maxHoursPerWeek'),
    assignments: t.expose('assignments', { type: [AssignmentType] }),
  }),
});
const HelperConnection = connectionOf(HelperType, 'Helper');

nodeType(
  HelperType,
  'Helper',
  (it) => it.helperId,
  async (id, { viewer, services }) => {
    const helperId = HelperId.safeParse(id);
    if (!viewer || !helperId.success) return undefined;
    const helper = await services.matching.findHelper({ helperId: helperId.data });
    return helper && seesHelper(viewer, helper) ? helper : undefined;
  },
);

builder.queryField('helpers', (t) =>
  t.field({
    type: HelperConnection,
    nullable: true,
    description: 'Of your own organisation.',
    args: {
      waitFor: t.arg.string({ required: false }),
      first: t.arg.int({ defaultValue: 20 }),
      after: t.arg.string({ required: false }),
    },
    resolve: (_root, { waitFor, first, after }, { viewer, services }) => {
      const page = checked(PageRequest, { first, after }, '#');
      const organisationId = ProviderId.safeParse(viewer?.organisation);
      if (!organisationId.success) return emptyPage;
      return services.matching.listHelpers({ organisationId: organisationId.data, ...waiting(waitFor), page });
    },
  }),
);

commandMutation('registerHelper', {
  description: 'A volunteer, with when they can come and how much at most.',
  input: commandInput('RegisterHelper', (t) => ({
    helperId: t.id({ required: false, description: 'A UUID of your choice.' }),
    name: t.string(),
    phone: t.string({ required: false }),
    place: t.string({ description: placeDescription }),
    languages: t.field({ type: [LanguageEnum], required: false }),
    forms: t.field({ type: [FormIdEnum], required: false }),
    availability: t.field({ type: [WindowInput] }),
    maxHoursPerWeek: t.int({ required: false }),
    about: t.field({ type: HelperAboutInput, required: false }),
  })),
  answers: { field: 'helper', type: HelperType },
  run: ({ idempotencyKey: _key, helperId, place, ...rest }, { viewer, services, call, newId }) => {
    if (viewer.organisation === undefined) return refuse('provider-not-found');
    const input = checked(RegisterHelper, {
      ...rest,
      helperId: maybeIdOf('Helper', helperId) ?? newId('helper'),
      organisationId: viewer.organisation,
      place: placeOf(services.places, place, '#/input/place'),
    });
    if (!actsForProvider(viewer, input.organisationId)) return refuse('provider-not-found');
    return services.matching.registerHelper(input, call);
  },
});
