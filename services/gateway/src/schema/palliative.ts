import { FlagPalliative, LiftPalliative, PalliativeView } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf } from './vocabulary.ts';

/* The palliative lane (R08): said by a care professional, without a form. */

const LateType = builder.objectRef<PalliativeView['late'][number]>('LateConfirmation').implement({
  description: 'Not confirmed within a day of asking.',
  fields: (t) => ({
    bookingId: t.id({
      nullable: true,
      description: 'Nothing: anything at all after the flag.',
      resolve: (it) => (it.bookingId === null ? null : globalId('Booking', it.bookingId)),
    }),
    at: t.expose('at', { type: 'Instant' }),
  }),
});
const PalliativeType = builder.objectRef<PalliativeView>('PalliativeLane').implement({
  description: 'The last phase of life: before others, with the people they know, and confirmed within a day.',
  fields: (t) => ({
    active: t.exposeBoolean('active'),
    words: t.exposeString('words', { nullable: true }),
    flaggedBy: t.exposeString('flaggedBy', { description: 'Opaque account id.' }),
    flaggedAt: t.expose('flaggedAt', { type: 'Instant' }),
    confirmBy: t.expose('confirmBy', { type: 'Instant', description: 'Of the first booking.' }),
    late: t.expose('late', { type: [LateType] }),
    endedAt: t.expose('endedAt', { type: 'Instant', nullable: true }),
    endedWhy: t.expose('endedWhy', {
      type: enumOf('PalliativeEndedWhy', PalliativeView.shape.endedWhy.unwrap().options),
      nullable: true,
    }),
  }),
});

builder.objectField(HouseholdType, 'palliativeLane', (t) =>
  t.field({
    type: PalliativeType,
    nullable: true,
    resolve: ({ householdId }, _args, { services }) => services.bookings.findPalliative({ householdId }),
  }),
);

commandMutation('flagPalliative', {
  description: 'By a care professional who acts for the household: everything goes before others from now on.',
  input: commandInput('FlagPalliative', (t) => ({
    householdId: t.id(),
    words: t.string({ required: false, description: 'In your own words. Only who acts for the household reads it.' }),
  })),
  answers: { field: 'palliativeLane', type: PalliativeType },
  run: async ({ householdId, words }, { viewer, services, call }) => {
    const asked = { householdId: idOf('Household', householdId), words, flaggedBy: viewer.accountId };
    const input = checked(FlagPalliative, asked);
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.flagPalliative(input, call);
  },
});

commandMutation('liftPalliative', {
  description: 'It turned out otherwise. The contact person is asked to get in touch.',
  input: commandInput('LiftPalliative', (t) => ({ householdId: t.id() })),
  answers: { field: 'palliativeLane', type: PalliativeType },
  run: async ({ householdId }, { viewer, services, call }) => {
    const asked = { householdId: idOf('Household', householdId), liftedBy: viewer.accountId };
    const input = checked(LiftPalliative, asked);
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.liftPalliative(input, call);
  },
});
