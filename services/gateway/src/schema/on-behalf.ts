import { HouseholdId, OnBehalfRef, type OnBehalfView, OnBehalfWhat, UndoOnBehalf } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf } from './vocabulary.ts';

/* What was done for a caregiver by somebody else: they see it, and take it back in one action (R27). */

const OnBehalfWhatEnum = enumOf('OnBehalfWhat', OnBehalfWhat.options);
const OnBehalfKindEnum = enumOf('OnBehalfKind', OnBehalfRef.shape.kind.options);
const OnBehalfRoleEnum = enumOf('OnBehalfRole', ['contact-person', 'mandate']);

/** As the other fields of the schema give the id of such a thing. */
const nodes = { household: 'Household', booking: 'Booking', series: 'Series', stay: 'Stay' } as const;
const isNode = (kind: string): kind is keyof typeof nodes => Object.hasOwn(nodes, kind);

const UndoneType = builder.objectRef<NonNullable<OnBehalfView['undone']>>('Undone').implement({
  fields: (t) => ({
    at: t.expose('at', { type: 'Instant' }),
    by: t.exposeString('by', { description: 'Opaque account id.' }),
  }),
});
const OnBehalfType = builder.objectRef<OnBehalfView>('OnBehalf').implement({
  description: 'Something that was done for the caregiver: what, when, and in which role.',
  fields: (t) => ({
    entryId: t.exposeID('entryId'),
    what: t.expose('what', { type: OnBehalfWhatEnum }),
    kind: t.field({ type: OnBehalfKindEnum, resolve: (it) => it.ref.kind }),
    ref: t.id({ resolve: ({ ref: { kind, id } }) => (isNode(kind) ? globalId(nodes[kind], id) : id) }),
    at: t.expose('at', { type: 'Instant' }),
    by: t.exposeString('by', { description: 'Opaque account id.' }),
    role: t.expose('role', { type: OnBehalfRoleEnum }),
    undoable: t.exposeBoolean('undoable', { description: 'Whether `undoOnBehalf` takes it back.' }),
    undone: t.expose('undone', { type: UndoneType, nullable: true }),
  }),
});

builder.objectField(HouseholdType, 'doneOnBehalf', (t) =>
  t.field({
    type: [OnBehalfType],
    nullable: true,
    description: 'What others did for the caregiver, the latest first.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: ({ householdId }, { waitFor }, { services }) =>
      services.bookings.listOnBehalf({ householdId, ...waiting(waitFor) }),
  }),
);

commandMutation('undoOnBehalf', {
  description:
    'Takes back what was done on your behalf: what is still to come ends, a mandate is withdrawn. Needs no reason, and costs nothing.',
  input: commandInput('UndoOnBehalf', (t) => ({
    householdId: t.id(),
    entryId: t.id(),
    waitFor: t.string({ required: false, description: 'The position with which it was seen.' }),
  })),
  answers: { field: 'onBehalf', type: OnBehalfType },
  run: async ({ householdId, entryId, waitFor }, { viewer, services, call }) => {
    const household = checked(HouseholdId, idOf('Household', householdId), '#/input/householdId');
    const input = checked(UndoOnBehalf, { householdId: household, entryId, by: viewer.accountId, ...waiting(waitFor) });
    if (!(await actsFor(viewer, services, household))) return refuse('household-not-found');
    return services.bookings.undoOnBehalf(input, call);
  },
});
