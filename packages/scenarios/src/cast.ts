import { type Condition, formOf, type HighRiskAct } from '@adempauze/contracts';
import { type Day, dayOf, type Instant, instantOn, plusDays } from '@adempauze/kernel';
import {
  cancelBooking,
  confirmBooking,
  findClaim,
  type NewHousehold,
  type NewRequest,
  recordDelivery,
  registerHousehold,
  requestBooking,
} from './api/care.ts';
import type { Booking, Claim, Quote, Span } from './api/shapes.ts';
import {
  findNow,
  type NewOffer,
  openResource,
  publishOffer,
  publishTimes,
  registerProvider,
  type Upper,
} from './api/supply.ts';
import { GraphqlError, type Session } from './client.ts';
import type { Operation, Outcome, Rejection } from './graphql.ts';
import { holds, StoryError } from './story-error.ts';
import { waitUntil } from './wait-until.ts';
import type { Account, World } from './world.ts';

/* What stories have in common: providers with offers, households, and a booking from question to yes. */

/** The value of a command that has no reason to be refused. @throws StoryError with the reason. */
export const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  const { nl, en } = outcome.rejection.message;
  throw new StoryError({ nl: `Onverwacht geweigerd: ${nl}`, en: `Refused unexpectedly: ${en}` });
};

/** How often what is slow is asked for again. */
const mostAgain = 10;

/** What concerns a year of dates may take longer than one request has. Then the same is asked again, as the answer says. */
export const patiently = async <I extends object, V>(
  world: World,
  session: Session,
  operation: Operation<{ readonly input: I & { readonly idempotencyKey: string } }, Outcome<V>>,
  input: I,
): Promise<Outcome<V>> => {
  const key = world.ids.next();
  for (let again = 0; ; again += 1) {
    try {
      return await session.order(operation, input, key);
    } catch (error) {
      if (!(error instanceof GraphqlError) || error.code !== 'UNAVAILABLE' || again === mostAgain) throw error;
    }
  }
};

/**
 * The code of a no that may be a yes later: what is asked here is not among the commands that are sent again to see that
 * nothing changes. @throws StoryError when it is a yes now.
 */
export const refusedForNow = async <I extends object, V>(
  world: World,
  session: Session,
  operation: Operation<{ readonly input: I & { readonly idempotencyKey: string } }, Outcome<V>>,
  input: I,
): Promise<Rejection> => {
  const outcome = await session.ask(operation, { input: { ...input, idempotencyKey: world.ids.next() } });
  holds(!outcome.accepted, `Onverwacht goed gevonden: ${operation.name}.`, `Accepted unexpectedly: ${operation.name}.`);
  return outcome.rejection;
};

const providers = {
  'de-vliet': { kind: 'HOME_CARE', name: 'Thuiszorg De Vliet', place: 'Rijswijk' },
  'bij-saskia': { kind: 'SUPPLEMENTARY_CARE', name: 'Bij Saskia aan Huis', place: 'Rijswijk' },
  duinroos: { kind: 'GUEST_HOUSE', name: 'Logeerhuis De Duinroos', place: 'Noordwijk' },
  carla: { kind: 'VOLUNTEER_ORGANISATION', name: 'Vrijwilligers De Brug', place: 'Delft' },
} as const;
export type ProviderAccount = keyof typeof providers;

/** Somebody of the provider, signed in; the provider is registered if it was not there yet. */
export const providerOf = async (world: World, account: ProviderAccount): Promise<Session> =>
  registered(await world.as(account), account);

export const registered = async (session: Session, account: ProviderAccount): Promise<Session> => {
  const outcome = await session.order(registerProvider, providers[account]);
  const isThere = outcome.accepted || outcome.rejection.code === 'already-exists';
  if (!isThere) yes(outcome);
  return session;
};

export type Supply = { readonly offerId: string; readonly resourceId: string };

const everyday: readonly Upper<Condition>[] = ['DEMENTIA', 'FRAILTY', 'PARKINSON', 'CHRONIC_ILLNESS'];

/** An offer of its own, at a price of one unit in cents. Instant, unless told. */
export const publish = async (
  world: World,
  session: Session,
  offer: Pick<NewOffer, 'form' | 'title' | 'place' | 'bearer'> &
    Partial<NewOffer> & { readonly priceCents: number; readonly vat?: NewOffer['tariff']['vat'] },
): Promise<string> => {
  const { priceCents, vat = 'EXEMPT', ...rest } = offer;
  const offerId = world.ids.next();
  const { unit, atHome } = formOf(offer.form);
  const now = await session.ask(findNow, {});
  const units = { hour: 'HOUR', 'part-day': 'PART_DAY', night: 'NIGHT', visit: 'VISIT' } as const;
  yes(
    await session.order(publishOffer, {
      offerId,
      travelKm: atHome ? 60 : 0,
      conditionsServed: everyday,
      unit: units[unit],
      tariff: { from: dayOf(now), priceCents, vat },
      instant: true,
      ...rest,
    }),
  );
  return offerId;
};

/** A calendar or house for offers, open at the times given. */
export const open = async (
  world: World,
  session: Session,
  offerIds: readonly string[],
  spans: readonly Span[],
  capacity = 1,
): Promise<string> => {
  const resourceId = world.ids.next();
  yes(await session.order(openResource, { resourceId, offerIds, capacity }));
  yes(await session.order(publishTimes, { resourceId, spans }));
  return resourceId;
};

/** A household of the caregiver who is signed in. The names are made up. */
export const household = async (
  world: World,
  session: Session,
  {
    caregiver = 'Rijswijk',
    recipient = caregiver,
    conditions = ['FRAILTY'],
    highRiskActs = [],
    contactPerson,
  }: {
    readonly caregiver?: string;
    readonly recipient?: string;
    readonly conditions?: readonly Upper<Condition>[];
    readonly highRiskActs?: readonly Upper<HighRiskAct>[];
    readonly contactPerson?: NewHousehold['contactPerson'];
  } = {},
): Promise<string> => {
  const householdId = world.ids.next();
  const input: NewHousehold = {
    householdId,
    caregiver: { name: `Mantelzorger ${session.account}`, place: caregiver },
    recipient: {
      name: 'De naaste in dit verhaal',
      place: recipient,
      conditions,
      highRiskActs,
      careProfile: 'Houdt van een vaste stoel.',
    },
    relation: 'CHILD',
    careHoursPerWeek: 26,
    needProfile: 'Even op adem komen.',
    ...(contactPerson === undefined ? {} : { contactPerson }),
  };
  yes(await session.order(registerHousehold, input));
  return householdId;
};

/** From a wall time on a day, for some hours. */
export const hours = (day: Day, from: string, count: number): Span => {
  const begin = instantOn(day, from);
  return { from: begin, until: new Date(Date.parse(begin) + count * 3_600_000).toISOString() as Instant };
};
/** A stay: from three in the afternoon until eleven on the day of departure. */
export const nights = (arrival: Day, count: number): Span => ({
  from: instantOn(arrival, '15:00'),
  until: instantOn(plusDays(arrival, count), '11:00'),
});

export type Wish = Omit<NewRequest, 'bookingId'>;

/** Asks for a time and gives the booking as it is held, with the quote that the caregiver sees before the yes. */
export const request = async (world: World, session: Session, wish: Wish): Promise<Booking & { quote: Quote }> => {
  const booking = yes(await session.order(requestBooking, { bookingId: world.ids.next(), ...wish }));
  const { quote } = booking;
  holds(quote !== null, 'De eigen kosten werden niet getoond.', 'The own cost was not shown.');
  return { ...booking, quote };
};

export const confirm = async (session: Session, bookingId: string): Promise<Booking> =>
  yes(await session.order(confirmBooking, { bookingId }));
export const cancel = async (session: Session, bookingId: string): Promise<void> => {
  yes(await session.order(cancelBooking, { bookingId }));
};

/** Asks and confirms in one sitting. @throws StoryError when it is not confirmed then and there. */
export const book = async (world: World, session: Session, wish: Wish): Promise<Booking & { quote: Quote }> => {
  const held = await request(world, session, wish);
  const { status } = await confirm(session, held.id);
  holds(
    status === 'CONFIRMED',
    `De afspraak is ${status}, niet bevestigd.`,
    `The booking is ${status}, not confirmed.`,
  );
  return held;
};

/** The provider records that all of it was given. Gives the id of the delivery. */
export const deliver = async (
  world: World,
  session: Session,
  { id, terms }: { readonly id: string; readonly terms: Pick<Booking['terms'], 'quantity'> },
): Promise<string> => {
  const deliveryId = world.ids.next();
  const given = { bookingId: id, deliveryId, quantity: terms.quantity, caregiverRested: 'YES' } as const;
  yes(await session.order(recordDelivery, given));
  return deliveryId;
};

/** The settled cost of a booking that was delivered. */
export const settled = async (session: Session, bookingId: string): Promise<Claim> => {
  const claim = await waitUntil(
    () => session.ask(findClaim, { bookingId }),
    (found) => found !== null && found.fundingStatus !== 'OPEN',
    { nl: 'De kosten worden verrekend', en: 'The cost is settled' },
  );
  holds(claim !== null, 'De kosten zijn niet verrekend.', 'The cost was not settled.');
  return claim;
};

export const signInAll = (world: World, ...accounts: readonly Account[]): Promise<Session[]> =>
  Promise.all(accounts.map((account) => world.as(account)));
