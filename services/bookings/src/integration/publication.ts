import type { IntegrationEventData, IntegrationEventType } from '@adempauze/contracts';
import type { Draft, Publication } from '@adempauze/event-bus';
import { dayOf } from '@adempauze/kernel';
import type { About } from '../booking/booking.events.ts';
import { isStored } from './stored.ts';

/** What bookings tells others. No name, no place nearer than a municipality, no word of a person ever passes here. */
export const bookingsPublication: Publication = {
  service: 'bookings',
  categories: ['household', 'person', 'booking'],
  publish(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'HouseholdRegistered': {
        const { householdId, caregiver, recipient, languages } = event.data;
        return draft('bookings.household-registered.v1', householdId, {
          ...{ householdId, caregiverId: caregiver.personId, recipientId: recipient.personId },
          ...{ municipality: recipient.municipality, languages },
        });
      }
      case 'PersonForgotten': {
        const { personId } = event.data;
        return draft('bookings.person-forgotten.v1', personId, { personId });
      }
      case 'BookingRequested': {
        const { bookingId, resourceId, placeOfService, quote } = event.data;
        return draft('bookings.booking-requested.v1', bookingId, {
          ...aboutOf(event.data),
          ...(resourceId === undefined ? {} : { resourceId }),
          ...{ placeOfService, ownCostCents: quote.ownCostCents },
        });
      }
      case 'BookingRefused': {
        const { bookingId, reason } = event.data;
        return draft('bookings.booking-refused.v1', bookingId, { ...aboutOf(event.data), reason });
      }
      case 'HelperWanted': {
        const { bookingId, languages, answerBy, lane, faces, approval } = event.data;
        return draft('bookings.helper-wanted.v1', bookingId, {
          ...{ ...aboutOf(event.data), languages, answerBy },
          ...(lane === undefined ? {} : { lane }),
          ...(faces === undefined ? {} : { faces }),
          ...(approval === undefined ? {} : { approval }),
        });
      }
      case 'BookingConfirmed': {
        const { bookingId, helperId } = event.data;
        const helper = helperId === undefined ? {} : { helperId };
        return draft('bookings.booking-confirmed.v1', bookingId, { ...aboutOf(event.data), ...helper });
      }
      case 'BookingDeclined': {
        const { bookingId, reason } = event.data;
        return draft('bookings.booking-declined.v1', bookingId, { ...aboutOf(event.data), reason });
      }
      case 'BookingExpired':
        return draft('bookings.booking-expired.v1', event.data.bookingId, aboutOf(event.data));
      case 'BookingCancelled': {
        const { bookingId, by, late, cancelledAt } = event.data;
        return draft('bookings.booking-cancelled.v1', bookingId, {
          ...{ ...aboutOf(event.data), by },
          ...(late === undefined ? {} : { late: { ...late, on: dayOf(cancelledAt) } }),
        });
      }
      case 'BookingMoved': {
        const { bookingId, movedFrom } = event.data;
        return draft('bookings.booking-moved.v1', bookingId, { ...aboutOf(event.data), movedFrom });
      }
      case 'CareNotGiven': {
        const { bookingId, reason } = event.data;
        return draft('bookings.care-not-given.v1', bookingId, { ...aboutOf(event.data), reason });
      }
      case 'CareDelivered': {
        const { bookingId, deliveryId, deliveredOn, unit, quantity, unitPriceCents, bearer, vat, ...data } = event.data;
        return draft('bookings.care-delivered.v1', bookingId, {
          ...aboutOf(event.data),
          ...{ deliveryId, deliveredOn, unit, quantity, unitPriceCents, bearer, vat, ownCostCents: data.ownCostCents },
          ...(data.helperId === undefined ? {} : { helperId: data.helperId }),
          ...(data.ownPrice === undefined ? {} : { ownPrice: data.ownPrice }),
        });
      }
      default:
        return undefined;
    }
  },
};

const draft = <T extends IntegrationEventType>(type: T, subject: string, data: IntegrationEventData<T>): Draft => ({
  type,
  subject,
  data,
});

/** Where the recipient lives stays here: others are told where the care is given. */
const aboutOf = ({ bookingId, householdId, offerId, providerId, form, span, municipality }: About) => ({
  ...{ bookingId, householdId, offerId, providerId, form, span, municipality },
});
