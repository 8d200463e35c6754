import {
  BookingId,
  type Bookings,
  type BookingView,
  DeliveryId,
  type FormId,
  type Invoicing,
  type Matching,
  Month,
  type Offers,
} from '@adempauze/contracts';
import { type Clock, dayOf, derivedId, hourMs, monthOf, plusDays, plusMs } from '@adempauze/kernel';
import type { SeededHousehold } from './households.ts';
import { context, granted } from './publish.ts';
import type { Random } from './random.ts';

/* Five weeks in which the demonstration was lived in: bookings asked, confirmed, delivered, cancelled, billed. */

const id = (...parts: readonly (string | number)[]) => derivedId('demonstration', ...parts);

export type Services = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
};

const wishes = [
  ['F01', 'Even boodschappen doen en koffie drinken met een vriendin.'],
  ['F05', 'Een middag naar het museum.'],
  ['F19', 'Het huis op orde, dan heb ik mijn handen vrij.'],
  ['F12', 'Een paar nachten doorslapen.'],
  ['F17', 'Een dag werken zonder zorgen.'],
  ['F06', 'Een wandeling maken, alleen.'],
  ['F07', 'Een avond naar het koor.'],
] as const satisfies readonly (readonly [FormId, string])[];

/** One household looks, asks and confirms, as a person would. @returns the booking as it stands then; undefined when nothing fits. */
export const askForRespite = async (
  { offers, bookings }: Services,
  household: SeededHousehold,
  key: string,
  now: ReturnType<Clock>,
  random: Random,
): Promise<BookingView | undefined> => {
  const [form, purpose] = random.pick(wishes);
  const stay = form === 'F12';
  const earliest = plusMs(now, random.whole(12, 60) * hourMs);
  const found = await offers.search({
    near: household.place.point,
    maxKm: 40,
    forms: [form],
    from: earliest,
    until: plusMs(earliest, 12 * 24 * hourMs),
    ...(stay ? { nights: random.whole(2, 4) } : {}),
    conditions: household.conditions,
    highRiskActs: [],
    timesPerOffer: 3,
    page: { first: 5 },
  });
  const [first, ...rest] = found.items.map(({ item }) => item);
  if (!first) return undefined;
  const { offer, times, onRequest } = random.pick([first, ...rest]);
  const begin = plusMs(earliest, (24 - (new Date(earliest).getUTCHours() - 9)) * hourMs);
  const quarter = plusMs(begin, -(Date.parse(begin) % (15 * 60_000)));
  const time = onRequest ? { span: { from: quarter, until: plusMs(quarter, 3 * hourMs) } } : times[0];
  if (!time) return undefined;
  const bookingId = BookingId.parse(id('booking', key));
  const asked = await bookings.requestBooking(
    {
      bookingId,
      householdId: household.householdId,
      offerId: offer.offerId,
      span: time.span,
      purpose,
      ...('resourceId' in time ? { resourceId: time.resourceId } : {}),
      placeOfService: stay || form === 'F17' ? 'provider' : 'recipient-home',
      requestedBy: household.accountId,
    },
    context('request', key),
  );
  if (!asked.accepted) return undefined;
  const confirmed = await bookings.confirmBooking({ bookingId }, context('confirm', key));
  return confirmed.accepted ? confirmed.value : asked.value;
};

/** What the other side does with a booking: the provider answers, the coordinator finds a helper, a few are called off. */
export const answer = async ({ bookings, matching }: Services, booking: BookingView, random: Random): Promise<void> => {
  const { bookingId } = booking;
  if (booking.status === 'awaiting-acceptance' && random.percent(85)) {
    if (random.percent(90)) await bookings.acceptBooking({ bookingId }, context('accept', bookingId));
    else await bookings.declineBooking({ bookingId, reason: 'no-staff' }, context('decline', bookingId));
  }
  if (booking.status === 'awaiting-helper' && random.percent(75)) await findHelper(matching, booking);
  if (booking.status === 'confirmed' && random.percent(8))
    await bookings.cancelBooking({ bookingId, by: 'caregiver' }, context('cancel', bookingId));
};

const findHelper = async (matching: Matching, { bookingId, providerId }: BookingView): Promise<void> => {
  const queue = await matching.listMatches({ organisationId: providerId, status: ['open'], page: { first: 100 } });
  const match = queue.items.find(({ item }) => item.bookingId === bookingId)?.item;
  if (!match) return;
  const candidates = await matching.listCandidates({ matchId: match.matchId, first: 3 });
  const helper = candidates.find(({ available }) => available);
  if (!helper) return;
  const { matchId } = match;
  const asked = await matching.proposeHelper({ matchId, helperId: helper.helperId }, context('propose', matchId));
  if (asked.accepted)
    await matching.answerProposal({ matchId, helperId: helper.helperId, answer: 'yes' }, context('answer', matchId));
};

/** Providers record what was given for every confirmed booking that is over. */
export const deliver = async (
  { bookings }: Services,
  seeded: readonly BookingView[],
  now: ReturnType<Clock>,
): Promise<void> => {
  for (const { bookingId } of seeded) {
    const booking = await bookings.findBooking({ bookingId });
    if (booking?.status !== 'confirmed' || booking.span.until > now) continue;
    const delivered = await bookings.recordDelivery(
      {
        bookingId,
        deliveryId: DeliveryId.parse(id('delivery', bookingId)),
        quantity: booking.terms.quantity,
        caregiverRested: 'yes',
        recipientAtEase: 'somewhat',
      },
      context('deliver', bookingId),
    );
    granted('record a delivery', delivered);
  }
};

/** Bills the month before this one, if the history reaches that far back. */
export const billLastMonth = async ({ invoicing }: Services, now: ReturnType<Clock>): Promise<void> => {
  const today = dayOf(now);
  const lastMonth = Month.parse(monthOf(plusDays(`${monthOf(today)}-01` as typeof today, -1)));
  granted('bill last month', await invoicing.billMonth({ month: lastMonth }, context('bill', lastMonth)));
};
