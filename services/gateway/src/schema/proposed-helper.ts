import { ApproveHelper, BookingId, type BookingView, type MatchView } from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { type Call, refuse } from '../context.ts';
import { actsFor } from '../policy/sight.ts';
import { BookingType } from './bookings.ts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf } from './vocabulary.ts';

/* The family says yes to who comes before that person hears of it (R51), where it wished so. */

const ProposedHelperType = builder.objectRef<MatchView>('ProposedHelper').implement({
  description: 'Somebody whom the organisation found for you, and who knows of nothing yet.',
  fields: (t) => ({
    helperId: t.id({
      nullable: true,
      resolve: (it) => (it.helperId === null ? null : globalId('Helper', it.helperId)),
    }),
    name: t.string({
      nullable: true,
      resolve: async ({ helperId }, _args, { services }) =>
        helperId === null ? null : (await services.matching.findHelper({ helperId }))?.name,
    }),
    answerBy: t.expose('answerBy', { type: 'Instant', nullable: true, description: 'Until when you can say so.' }),
  }),
});

builder.objectField(BookingType, 'proposedHelper', (t) =>
  t.field({
    type: ProposedHelperType,
    nullable: true,
    description: 'Who would come, as long as your answer is awaited.',
    resolve: async ({ bookingId }, _args, { services }) => {
      const match = await services.matching.findMatchOfBooking({ bookingId });
      return match?.awaits === 'family' ? match : null;
    },
  }),
);

const isMine = async (bookingId: BookingId, { viewer, services }: Call): Promise<boolean> => {
  const booking = await services.bookings.findBooking({ bookingId });
  return booking !== undefined && (await actsFor(viewer, services, booking.householdId));
};
commandMutation('approveHelper', {
  description: 'Yes or no to who was proposed; only after your yes they are asked. No reason is asked for a no.',
  input: commandInput('ApproveHelper', (t) => ({
    bookingId: t.id(),
    helperId: t.id(),
    answer: t.field({ type: enumOf('ApprovalAnswer', ['yes', 'no']) }),
  })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId: given, helperId, answer }, it): Promise<Outcome<BookingView>> => {
    const bookingId = checked(BookingId, idOf('Booking', given), '#/input/bookingId');
    const { matching, bookings } = it.services;
    const match = (await isMine(bookingId, it)) ? await matching.findMatchOfBooking({ bookingId }) : undefined;
    if (match === undefined) return refuse('booking-not-found');
    const input = checked(ApproveHelper, { matchId: match.matchId, helperId: idOf('Helper', helperId), answer });
    const outcome = await matching.approveHelper(input, it.call);
    if (!outcome.accepted) return outcome;
    const booking = await bookings.findBooking({ bookingId });
    return booking === undefined ? refuse('booking-not-found') : { ...outcome, value: booking };
  },
});
