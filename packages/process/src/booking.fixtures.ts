import { randomUUID } from 'node:crypto';
import {
  type Bookings,
  BookingsApi,
  OffersApi,
  OpenResource,
  PublishOffer,
  PublishTimes,
  RecordDelivery,
  RegisterHousehold,
  RegisterProvider,
  RequestBooking,
} from '@adempauze/contracts';
import { Instant, type Outcome } from '@adempauze/kernel';
import { context, type TrialReplica } from './world.fixtures.ts';

/** The value of a yes. @throws Error on a no. */
export const must = async <V>(asked: Promise<Outcome<V>>): Promise<{ value: V; position: string | undefined }> => {
  const outcome = await asked;
  if (outcome.accepted) return outcome;
  throw new Error(`Rejected: ${outcome.rejection.code}.`);
};

const place = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.036, lon: 4.325 } };

/** A worker of a provider, free on this day from nine till five. */
export const publishWorker = async (replica: TrialReplica, day: string) => {
  const offers = replica.client(OffersApi);
  const [providerId, offerId, resourceId] = [randomUUID(), randomUUID(), randomUUID()];
  await must(
    offers.registerProvider(
      RegisterProvider.parse({ providerId, kind: 'home-care', name: 'Thuiszorg Voorbeeld', place }),
      context(),
    ),
  );
  const offer = PublishOffer.parse({
    ...{ offerId, providerId, form: 'F01', unit: 'hour', title: 'Iemand bij uw naaste', place, travelKm: 40 },
    ...{ conditionsServed: ['dementia'], tariff: { from: '2027-03-01', priceCents: 4000, vat: 'exempt' } },
    ...{ bearer: 'guarantee', instant: true, minMinutes: 60, maxMinutes: 480 },
  });
  await must(offers.publishOffer(offer, context()));
  await must(
    offers.openResource(OpenResource.parse({ resourceId, providerId, offerIds: [offerId], capacity: 1 }), context()),
  );
  const span = { from: `${day}T08:00:00Z`, until: `${day}T16:00:00Z` };
  await must(offers.publishTimes(PublishTimes.parse({ resourceId, spans: [span] }), context()));
  return { providerId: offer.providerId, offerId: offer.offerId, resourceId };
};
export type Worker = Awaited<ReturnType<typeof publishWorker>>;

export const registerHousehold = async (replica: TrialReplica) => {
  const account = `account-${randomUUID()}`;
  const input = RegisterHousehold.parse({
    householdId: randomUUID(),
    caregiver: { personId: randomUUID(), accountId: account, name: 'Mevrouw Voorbeeld', place },
    recipient: { personId: randomUUID(), name: 'Meneer Voorbeeld', place, conditions: ['dementia'] },
    ...{ relation: 'parent', careHoursPerWeek: 20 },
    contactPerson: { accountId: account, name: 'Mevrouw Voorbeeld' },
    registeredBy: { accountId: account, role: 'caregiver' },
  });
  await must(replica.client(BookingsApi).registerHousehold(input, context()));
  return input;
};

/** Two hours of this worker, from this hour of the day (UTC). */
export const requestHours = async (
  bookings: Bookings | Pick<Bookings, 'requestBooking'>,
  household: RegisterHousehold,
  { offerId, resourceId }: Worker,
  from: string,
) => {
  const fromAt = Instant.parse(from);
  const input = RequestBooking.parse({
    ...{ bookingId: randomUUID(), householdId: household.householdId, offerId, resourceId },
    span: { from: fromAt, until: Instant.parse(new Date(Date.parse(fromAt) + 2 * 3_600_000).toISOString()) },
    ...{ placeOfService: 'recipient-home', requestedBy: household.contactPerson.accountId },
  });
  await must(bookings.requestBooking(input, context()));
  return input.bookingId;
};

/** Both hours were given. */
export const deliveryOf = (bookingId: string) =>
  RecordDelivery.parse({ bookingId, deliveryId: randomUUID(), quantity: 200 });
