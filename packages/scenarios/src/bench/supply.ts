import { dayOf, type Instant, instantOn, plusDays } from '@adempauze/kernel';
import { registerHousehold } from '../api/care.ts';
import { findNow, openResource, publishOffer, publishTimes, registerProvider } from '../api/supply.ts';
import type { Client, Session } from '../client.ts';
import type { Outcome } from '../graphql.ts';
import type { Ids } from '../ids.ts';

/** Where bookings can be made: enough towns, days and free hours that a run never sells out. */
export type BenchSupply = {
  /** Midnight in Amsterdam at which each day begins, and the next one. */
  readonly days: readonly { readonly from: Instant; readonly until: Instant }[];
  readonly households: readonly { readonly account: string; readonly householdId: string; readonly town: string }[];
};

const towns = ['Delft', 'Leiden', 'Zoetermeer', 'Wassenaar', 'Voorschoten', 'Gouda', 'Katwijk', 'Lisse'] as const;
const caregivers = ['fatima', 'jan', 'els'] as const;
const conditions = ['DEMENTIA', 'FRAILTY', 'PARKINSON', 'CHRONIC_ILLNESS'] as const;
const daysAhead = 56;

export type SupplySize = { readonly offersPerTown: number; readonly households: number };

/**
 * Adds to a marketplace what the bench books: home-care workers in some towns, each with hours from seven to eleven in
 * the evening for eight weeks, and households. Through the public door, as providers and caregivers would.
 */
export const publishBenchSupply = async (
  client: Client,
  ids: Ids,
  { offersPerTown, households: count }: SupplySize,
): Promise<BenchSupply> => {
  const provider = await client.as('de-vliet');
  const registered = await provider.order(registerProvider, {
    kind: 'HOME_CARE',
    name: 'Thuiszorg De Vliet',
    place: 'Rijswijk',
  });
  if (!registered.accepted && registered.rejection.code !== 'already-exists') granted(registered);
  const today = dayOf(await provider.ask(findNow, {}));
  const spans = Array.from({ length: daysAhead }, (_, index) => plusDays(today, index + 1)).map((day) => ({
    from: instantOn(day, '07:00'),
    until: instantOn(day, '23:00'),
  }));
  await inTurns(towns.length * offersPerTown, async (number) => {
    const town = towns[number % towns.length] ?? towns[0];
    await publishWorker(provider, ids, town, `${number}`, today, spans);
  });
  const sessions = await Promise.all(caregivers.map((it) => client.as(it)));
  const households: { account: string; householdId: string; town: string }[] = [];
  await inTurns(count, async (number) => {
    const session = sessions[number % sessions.length];
    const town = towns[(number * 5) % towns.length] ?? towns[0];
    if (session) households.push({ account: session.account, town, householdId: await register(session, ids, town) });
  });
  const days = spans.map((_, index) => {
    const day = plusDays(today, index + 1);
    return { from: instantOn(day), until: instantOn(plusDays(day, 1)) };
  });
  return { days, households };
};

const publishWorker = async (
  provider: Session,
  ids: Ids,
  place: string,
  name: string,
  from: string,
  spans: readonly { from: Instant; until: Instant }[],
): Promise<void> => {
  const offerId = ids.next();
  const resourceId = ids.next();
  granted(
    await provider.order(publishOffer, {
      ...{ offerId, form: 'F01', title: `Blokzorg ${name}`, place, travelKm: 40, conditionsServed: conditions },
      ...{ unit: 'HOUR', tariff: { from, priceCents: 4200, vat: 'EXEMPT' }, bearer: 'GUARANTEE', instant: true },
      minMinutes: 60,
      maxMinutes: 480,
    }),
  );
  granted(await provider.order(openResource, { resourceId, offerIds: [offerId], capacity: 1 }));
  granted(await provider.order(publishTimes, { resourceId, spans }));
};

const register = async (session: Session, ids: Ids, place: string): Promise<string> => {
  const householdId = ids.next();
  granted(
    await session.order(registerHousehold, {
      householdId,
      caregiver: { name: 'Mantelzorger Meting', place },
      recipient: { name: 'Naaste Meting', place, conditions: ['FRAILTY'] },
      relation: 'CHILD',
      careHoursPerWeek: 20,
    }),
  );
  return householdId;
};

const granted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`The bench could not be prepared: ${outcome.rejection.code}.`);
};

/** Some at a time, so that none waits for all. */
const inTurns = async (count: number, act: (number: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await act(number);
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
};
