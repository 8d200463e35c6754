import {
  AcceptBooking,
  type BookingId,
  CancelBooking,
  ConfirmBooking,
  DeclineBooking,
  ForgetPerson,
  type Forgotten,
  NoCareReason,
  RecordDelivery,
  RecordNoCare,
  RequestBooking,
  RescheduleBooking,
  SetCaregiverJoins,
} from '@adempauze/contracts';
import { type Call, refuse } from '../context.ts';
import { actsFor, sideOf as sideOfPromise } from '../policy/sight.ts';
import { personOf } from '../sign-in/verify.ts';
import { BookingType } from './bookings.ts';
import { builder } from './builder.ts';
import { globalId, idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { enumOf, PlaceOfServiceEnum, SatisfactionEnum, TimeSpanInput } from './vocabulary.ts';

/** Whose booking it is for this caller; undefined when it is not theirs to touch, or not there. */
const sideOf = async (bookingId: BookingId, { viewer, services }: Call) => {
  const booking = await services.bookings.findBooking({ bookingId });
  return booking && sideOfPromise(viewer, services, booking);
};

commandMutation('requestBooking', {
  description:
    'Asks for a time. A free place is held until `heldUntil`, and the own cost is shown before `confirmBooking` (R46).',
  input: commandInput('RequestBooking', (t) => ({
    bookingId: t.id({ required: false, description: 'A UUID of your choice.' }),
    householdId: t.id(),
    offerId: t.id(),
    resourceId: t.id({ required: false, description: 'As found with the time; none where a volunteer is sought.' }),
    span: t.field({ type: TimeSpanInput }),
    purpose: t.string({ required: false, description: 'Why, in your own words. Only your household sees it.' }),
    placeOfService: t.field({ type: PlaceOfServiceEnum }),
    caregiverJoins: t.boolean({
      required: false,
      description: 'You come along too, where the offer is for that (R24). Can be changed until it begins.',
    }),
  })),
  answers: { field: 'booking', type: BookingType },
  run: async (given, { viewer, services, call, newId }) => {
    const { idempotencyKey: _key, bookingId, householdId, offerId, resourceId, ...rest } = given;
    const input = checked(RequestBooking, {
      ...rest,
      bookingId: maybeIdOf('Booking', bookingId) ?? newId('booking'),
      householdId: idOf('Household', householdId),
      offerId: idOf('Offer', offerId),
      resourceId: maybeIdOf('Resource', resourceId),
      requestedBy: viewer.accountId,
    });
    if (!(await actsFor(viewer, services, input.householdId))) return refuse('household-not-found');
    return services.bookings.requestBooking(input, call);
  },
});

commandMutation('confirmBooking', {
  description: 'Yes to the time and to the own cost that was shown.',
  input: commandInput('ConfirmBooking', (t) => ({ bookingId: t.id() })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId }, it) => {
    const input = checked(ConfirmBooking, { bookingId: idOf('Booking', bookingId) });
    if ((await sideOf(input.bookingId, it)) !== 'caregiver') return refuse('booking-not-found');
    return it.services.bookings.confirmBooking(input, it.call);
  },
});

commandMutation('acceptBooking', {
  description: 'The provider says yes; the place is checked again.',
  input: commandInput('AcceptBooking', (t) => ({ bookingId: t.id() })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId }, it) => {
    const input = checked(AcceptBooking, { bookingId: idOf('Booking', bookingId) });
    if ((await sideOf(input.bookingId, it)) !== 'provider') return refuse('booking-not-found');
    return it.services.bookings.acceptBooking(input, it.call);
  },
});

export const DeclineReasonEnum = enumOf('DeclineReason', ['no-staff', 'does-not-fit', 'closed', 'other']);
commandMutation('declineBooking', {
  description: 'The provider says no.',
  input: commandInput('DeclineBooking', (t) => ({ bookingId: t.id(), reason: t.field({ type: DeclineReasonEnum }) })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId, reason }, it) => {
    const input = checked(DeclineBooking, { bookingId: idOf('Booking', bookingId), reason });
    if ((await sideOf(input.bookingId, it)) !== 'provider') return refuse('booking-not-found');
    return it.services.bookings.declineBooking(input, it.call);
  },
});

commandMutation('cancelBooking', {
  description:
    'Frees the place at once. Late, it may cost the caregiver something (`cancelCostCents`), which they have to accept first; ' +
    'a provider says why.',
  input: commandInput('CancelBooking', (t) => ({
    bookingId: t.id(),
    acceptCostCents: t.int({ required: false, description: 'The most that the caregiver will pay for it.' }),
    reason: t.field({ type: DeclineReasonEnum, required: false, description: 'Of the provider.' }),
  })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId: given, acceptCostCents, reason }, it) => {
    const { bookingId } = checked(ConfirmBooking, { bookingId: idOf('Booking', given) });
    const by = await sideOf(bookingId, it);
    if (!by) return refuse('booking-not-found');
    return it.services.bookings.cancelBooking(
      checked(CancelBooking, { bookingId, by, acceptCostCents, ...(by === 'provider' ? { reason } : {}) }),
      it.call,
    );
  },
});

commandMutation('recordDelivery', {
  description: 'What was given: how much, by whom, and in two questions what it did (R47).',
  input: commandInput('RecordDelivery', (t) => ({
    bookingId: t.id(),
    deliveryId: t.id({ required: false, description: 'A UUID of your choice.' }),
    quantity: t.int({ description: 'Hundredths of a unit: three and a half hours are 350.' }),
    workerId: t.id({ required: false, description: 'Who came: a helper, or an opaque id of your own.' }),
    caregiverRested: t.field({ type: SatisfactionEnum, required: false }),
    recipientAtEase: t.field({ type: SatisfactionEnum, required: false }),
  })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ idempotencyKey: _key, bookingId, deliveryId, workerId, ...rest }, it) => {
    const input = checked(RecordDelivery, {
      ...rest,
      bookingId: idOf('Booking', bookingId),
      deliveryId: deliveryId ?? it.newId('delivery'),
      workerId: maybeIdOf('Helper', workerId),
    });
    if ((await sideOf(input.bookingId, it)) !== 'provider') return refuse('booking-not-found');
    return it.services.bookings.recordDelivery(input, it.call);
  },
});

commandMutation('setCaregiverJoins', {
  description: 'Whether the caregiver comes along (R24), said anew until it begins. Place and price stay as they are.',
  input: commandInput('SetCaregiverJoins', (t) => ({ bookingId: t.id(), caregiverJoins: t.boolean() })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId, caregiverJoins }, it) => {
    const input = checked(SetCaregiverJoins, { bookingId: idOf('Booking', bookingId), caregiverJoins });
    if ((await sideOf(input.bookingId, it)) !== 'caregiver') return refuse('booking-not-found');
    return it.services.bookings.setCaregiverJoins(input, it.call);
  },
});

commandMutation('rescheduleBooking', {
  description: 'Another time, as long as before, and if need be the other home. In one step, or everything stays.',
  input: commandInput('RescheduleBooking', (t) => ({
    bookingId: t.id(),
    span: t.field({ type: TimeSpanInput }),
    placeOfService: t.field({ type: PlaceOfServiceEnum, required: false }),
  })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ idempotencyKey: _key, bookingId, ...rest }, it) => {
    const input = checked(RescheduleBooking, { ...rest, bookingId: idOf('Booking', bookingId) });
    if ((await sideOf(input.bookingId, it)) !== 'caregiver') return refuse('booking-not-found');
    return it.services.bookings.rescheduleBooking(input, it.call);
  },
});

const NoCareReasonEnum = enumOf('NoCareReason', NoCareReason.options);
commandMutation('recordNoCare', {
  description: 'It did not take place, whoever could not make it. No reproach, and nothing to pay.',
  input: commandInput('RecordNoCare', (t) => ({ bookingId: t.id(), reason: t.field({ type: NoCareReasonEnum }) })),
  answers: { field: 'booking', type: BookingType },
  run: async ({ bookingId, reason }, it) => {
    const input = checked(RecordNoCare, { bookingId: idOf('Booking', bookingId), reason });
    const side = await sideOf(input.bookingId, it);
    if (side === undefined || side === 'operator') return refuse('booking-not-found');
    return it.services.bookings.recordNoCare(input, it.call);
  },
});

const KeptEnum = enumOf('KeptByLaw', ['deliveries-and-costs', 'invoices']);
const ForgottenType = builder.objectRef<Forgotten>('Forgotten').implement({
  description: 'What happened to a person’s data, and what the law makes us keep, without a name.',
  fields: (t) => ({
    personId: t.exposeID('personId'),
    cancelledBookings: t.idList({ resolve: (it) => it.cancelledBookings.map((id) => globalId('Booking', id)) }),
    kept: t.expose('kept', { type: [KeptEnum] }),
  }),
});

commandMutation('forgetPerson', {
  description: 'Erases what is known of a person: of yourself, or by the operator on somebody’s behalf.',
  input: commandInput('ForgetPerson', (t) => ({
    personId: t.id({ required: false, description: 'Yourself when left out.' }),
  })),
  answers: { field: 'forgotten', type: ForgottenType },
  run: async ({ personId }, { viewer, services, call }) => {
    const own = personOf(viewer.accountId);
    const input = checked(ForgetPerson, { personId: personId ?? own });
    if (viewer.role !== 'operator' && input.personId !== own) return refuse('person-not-found');
    return services.bookings.forgetPerson(input, call);
  },
});
