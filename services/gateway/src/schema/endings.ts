import { EndCare, Ending, type EndingView } from '@adempauze/contracts';
import { refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { HouseholdType } from './households.ts';
import { globalId, idOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf } from './vocabulary.ts';

/* The care at home ends, and the file stays open (R28). */

const EndingEnum = enumOf('Ending', Ending.options);
const EndingType = builder.objectRef<EndingView>('CareEnding').implement({
  description: 'What was to come is released without cost; what was given is settled as ever.',
  fields: (t) => ({
    ending: t.expose('ending', { type: EndingEnum }),
    on: t.expose('on', { type: 'Day' }),
    endedBy: t.exposeString('endedBy', { description: 'Opaque account id.' }),
    endedAt: t.expose('endedAt', { type: 'Instant' }),
    released: t.idList({ resolve: (it) => it.released.map((id) => globalId('Booking', id)) }),
    completedAt: t.expose('completedAt', { type: 'Instant', nullable: true }),
  }),
});

builder.objectField(HouseholdType, 'endings', (t) =>
  t.field({
    type: [EndingType],
    nullable: true,
    description: 'The last first.',
    resolve: ({ householdId }, _args, { services }) => services.bookings.listEndings({ householdId }),
  }),
);

commandMutation('endCare', {
  description:
    'There is no more care to give at home. Nothing has to be cancelled; the contact person gets in touch after two weeks and three months.',
  input: commandInput('EndCare', (t) => ({
    householdId: t.id(),
    ending: t.field({ type: EndingEnum }),
    on: t.field({ type: 'Day' }),
  })),
  answers: { field: 'ending', type: EndingType },
  run: async ({ householdId, ending, on }, { viewer, services, call }) => {
    const asked = { householdId: idOf('Household', householdId), ending, on, endedBy: viewer.accountId };
    const input = checked(EndCare, asked);
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.endCare(input, call);
  },
});
