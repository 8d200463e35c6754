import {
  BookingId,
  type Bookings,
  type BookingView,
  DeliveryId,
  type FormId,
  type HelperId,
  type Invoicing,
  type MatchId,
  type Matching,
  Month,
  type Offers,
  type RequestBooking,
  SearchOffers,
} from '@adempauze/contracts';
import { dayOf, derivedId, hourMs, type Instant, minuteMs, monthOf, msOf, plusDays, plusMs } from '@adempauze/kernel';
import type { SeededHousehold } from './households.ts';
import { context, granted } from './publish.ts';
import type { Random } from './random.ts';

/* Five weeks in which the demonstration was lived in: bookings asked, confirmed, delivered, cancelled, billed. */

/**
 * What was chosen last, kept before it is asked for: a request that is cut off between its hold and its booking is asked
 * again for the same time, which its own hold would hide from a new search.
 */
export type LastChoice = {
  find(bookingId: BookingId): RequestBooking | undefined | Promise<RequestBooking | undefined>;
  keep(wish: RequestBooking): void | Promise<void>;
};

const id = (...parts: readonly (string | number)[]) => derivedId('demonstration', ...parts);
const bookingIdOf = (key: string) => BookingId.parse(id('booking', key));

export type Services = {
  readonly offers: Offers;
  readonly bookings: Omit<Bookings, 'watchBooking'>;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
};

export const wishes = [
  ['F01', 'Even boodschappen doen en koffie drinken met een vriendin.'],
  ['F05', 'Een middag naar het museum.'],
  ['F19', 'Het huis op orde, dan heb ik mijn handen vrij.'],
  ['F12', 'Een paar nachten doorslapen.'],
  ['F17', 'Een dag werken zonder zorgen.'],
  ['F06', 'Een wandeling maken, alleen.'],
  ['F07', 'Een avond naar het koor.'],
] as const satisfies readonly (readonly [FormId, string])[];

/**
 * One household looks, asks and confirms, as a person would; `now` is when it is told to. Asked again it finds what it
 * booked before. @returns undefined when nothing fits.
 */
export const askForRespite = async (
  services: Services,
  household: SeededHousehold,
  key: string,
  now: Instant,
  { random, lastChoice }: { readonly random: Random; readonly lastChoice: LastChoice },
): Promise<BookingId | undefined> => {
  const { bookings } = services;
  const bookingId = bookingIdOf(key);
  const known = await bookings.findBooking({ bookingId });
  if (known?.status === 'refused') return undefined;
  if (!known) {
    const wish = (await lastChoice.find(bookingId)) ?? (await choose(services, household, bookingId, now, random));
    if (!wish) return undefined;
    await lastChoice.keep(wish);
    const asked = await bookings.requestBooking(wish, context('request', bookingId));
    if (!asked.accepted) return undefined;
  }
  if (!known || known.status === 'held') await bookings.confirmBooking({ bookingId }, context('confirm', bookingId));
  return bookingId;
};

/** What a household booked in a week that was lived before. */
export const findAsked = async ({ bookings }: Services, key: string): Promise<BookingId | undefined> => {
  const booking = await bookings.findBooking({ bookingId: bookingIdOf(key) });
  return booking && booking.status !== 'refused' ? booking.bookingId : undefined;
};

const choose = async (
  { offers }: Services,
  household: SeededHousehold,
  bookingId: BookingId,
  now: Instant,
  random: Random,
): Promise<RequestBooking | undefined> => {
  const [form, purpose] = random.pick(wishes);
  const stay = form === 'F12';
  const earliest = plusMs(now, random.whole(12, 60) * hourMs);
  const found = await offers.search(
    SearchOffers.parse({
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
    }),
  );
  const [first, ...rest] = found.items.map(({ item }) => item);
  if (!first) return undefined;
  const { offer, times, onRequest } = random.pick([first, ...rest]);
  const begin = plusMs(earliest, (24 - (new Date(earliest).getUTCHours() - 9)) * hourMs);
  const quarter = plusMs(begin, -(msOf(begin) % (15 * minuteMs)));
  const time = onRequest ? { span: { from: quarter, until: plusMs(quarter, 3 * hourMs) } } : times[0];
  if (!time) return undefined;
  return {
    bookingId,
    householdId: household.householdId,
    offerId: offer.offerId,
    span: time.span,
    purpose,
    ...('resourceId' in time ? { resourceId: time.resourceId } : {}),
    placeOfService: stay || form === 'F17' ? 'provider' : 'recipient-home',
    requestedBy: household.accountId,
  };
};

/**
 * What the other side does with a booking: the provider answers, the coordinator finds a helper, a few are called off.
 * `isLast`: what is left without an answer is there for whoever looks at the demonstration.
 */
export const answer = async (
  { bookings, matching }: Services,
  bookingId: BookingId,
  random: Random,
  { settled, isLast }: { readonly settled: () => Promise<void>; readonly isLast: boolean },
): Promise<void> => {
  const booking = await bookings.findBooking({ bookingId });
  if (booking?.status === 'awaiting-acceptance' && random.percent(85)) {
    if (random.percent(90)) await bookings.acceptBooking({ bookingId }, context('accept', bookingId));
    else await bookings.declineBooking({ bookingId, reason: 'no-staff' }, context('decline', bookingId));
  }
  if (booking?.status === 'awaiting-helper' && (random.percent(75) || !isLast)) {
    await findHelper(matching, booking, isLast);
    await settled();
  }
  // Only what nobody had to say yes to, so that who was answered is not called off in the same breath.
  const atOnce = booking?.terms.instant === true && !booking.terms.needsHelper;
  if (booking?.status === 'confirmed' && atOnce && random.percent(8))
    await bookings.cancelBooking({ bookingId, by: 'caregiver' }, context('cancel', bookingId));
};

/** A helper, or in time the word that there is none. */
const findHelper = async (
  matching: Matching,
  { bookingId, providerId }: BookingView,
  isLast: boolean,
): Promise<void> => {
  const queue = await matching.listMatches({
    organisationId: providerId,
    status: ['open', 'proposed'],
    page: { first: 100 },
  });
  const match = queue.items.find(({ item }) => item.bookingId === bookingId)?.item;
  if (!match) return;
  const { matchId } = match;
  const helperId = match.helperId ?? (await propose(matching, matchId));
  // The family's yes to who is proposed (R51); nothing is left to say where it knows them, or said it before.
  if (helperId) await matching.approveHelper({ matchId, helperId, answer: 'yes' }, context('approve', matchId));
  if (helperId) await matching.answerProposal({ matchId, helperId, answer: 'yes' }, context('answer', matchId));
  else if (!isLast) await matching.closeMatch({ matchId }, context('close', matchId));
};

const propose = async (matching: Matching, matchId: MatchId): Promise<HelperId | undefined> => {
  const candidates = await matching.listCandidates({ matchId, first: 3 });
  const helperId = candidates.find(({ available }) => available)?.helperId;
  if (!helperId) return undefined;
  const asked = await matching.proposeHelper({ matchId, helperId }, context('propose', matchId));
  return asked.accepted ? helperId : undefined;
};

/** Providers record what was given for every confirmed booking that is over. */
export const deliver = async ({ bookings }: Services, seeded: readonly BookingId[], now: Instant): Promise<void> => {
  const views = await Promise.all(seeded.map((bookingId) => bookings.findBooking({ bookingId })));
  for (const [number, bookingId] of seeded.entries()) {
    const booking = views[number];
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
export const billLastMonth = async ({ invoicing }: Services, now: Instant): Promise<void> => {
  const today = dayOf(now);
  const lastMonth = Month.parse(monthOf(plusDays(`${monthOf(today)}-01` as typeof today, -1)));
  granted('bill last month', await invoicing.billMonth({ month: lastMonth }, context('bill', lastMonth)));
};
