import { DatabaseSync } from 'node:sqlite';
import { DeliveryId, JoinWaitingList, type OfferId, type ResourceId } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { derivedId, hourMs, type Outcome, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { bookingOverviewProjection } from '../booking-overview/booking-overview.ts';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  providerIdOf,
  requestOf,
  resourceIdOf,
  waitingIdOf,
} from '../examples.fixtures.ts';
import { openWorld } from '../trial-world.fixtures.ts';
import { familiarTo } from './fit-facts.ts';

const householdId = householdIdOf('anna');
const [linde, duin] = [providerIdOf('linde'), providerIdOf('duin')];
const offerId = offerIdOf('block-care');

test('of many calendars, those of this provider; first what this offer gave, then what was last', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(bookingOverviewProjection.tables);
  const db: ReadDatabase = {
    first: (sql, ...values) => database.prepare(sql).get(...values),
    all: (sql, ...values) => database.prepare(sql).all(...values),
  };
  const given = (
    word: string,
    resourceId: ResourceId,
    of: OfferId,
    providerId: string,
    delivery: string | null = '{}',
  ) =>
    database
      .prepare(
        `INSERT INTO bookings (bookingId, householdId, providerId, caregiverId, resourceId, spanFrom, spanUntil, requestedAt,
           fixed, status, delivery, actor, since, revision)
         VALUES (?, ?, ?, 'somebody', ?, ?, ?, '2027-01-01', json_object('offerId', ?), 'delivered', ?, 'nobody', '2027-01-01', 0)`,
      )
      .run(word, householdId, providerId, resourceId, `2027-02-${word}`, `2027-02-${word}`, of, delivery);
  const ofOffer = resourceIdOf('of the offer');
  const shared = Array.from({ length: 60 }, (_, number) => resourceIdOf(`shared-${number}`));
  given('000', ofOffer, offerId, linde);
  for (const [number, it] of shared.entries()) given(String(number + 100), it, offerIdOf('own-account'), linde);
  given('900', resourceIdOf('elsewhere'), offerIdOf('guest-house'), duin);
  given('901', resourceIdOf('not given'), offerId, linde, null);
  const found = familiarTo(db, { householdId, offerId, providerId: linde });
  expect(found).toEqual([ofOffer, ...shared.slice(11).toReversed()]);
  expect(familiarTo(db, { householdId: 'others', offerId, providerId: linde })).toEqual([]);
  database.close();
});

test('a list keeps nothing of where care was given by another provider', async () => {
  const world = await openWorld();
  const accepted = <V>(outcome: Outcome<V>): V => {
    if (outcome.accepted) return outcome.value;
    throw new Error(`It was refused: ${outcome.rejection.code}.`);
  };
  const { api, call } = world;
  accepted(await api.registerHousehold(fatima('anna'), call()));
  const resourceId = resourceIdOf('worker');
  const before = requestOf(bookingIdOf('before'), {
    ...{ householdId, offerId, resourceId, requestedBy: 'account-anna' },
  });
  accepted(await api.requestBooking(before, call()));
  accepted(await api.confirmBooking({ bookingId: before.bookingId }, call()));
  world.moveTo(plusMs(before.span.until, hourMs));
  const view = await api.findBooking({ bookingId: before.bookingId });
  const quantity = view?.terms.quantity ?? 0;
  const deliveryId = DeliveryId.parse(derivedId('delivery'));
  accepted(await api.recordDelivery({ bookingId: before.bookingId, deliveryId, quantity }, call()));
  await world.settled();

  const { findOffer } = world.offers;
  const ofAnother = offerIdOf('own-account');
  world.offers.findOffer = async (it) => {
    const found = await findOffer(it);
    return found && it.offerId === ofAnother ? { ...found, providerId: duin } : found;
  };
  const keptOnJoining = async (of: OfferId): Promise<unknown> => {
    const joining = JoinWaitingList.parse({
      ...{ waitingId: waitingIdOf(of), householdId, offerId: of, placeOfService: 'recipient-home' },
      window: { from: at('2027-06-01T22:00:00Z'), until: at('2027-06-30T22:00:00Z') },
      requestedBy: 'account-anna',
    });
    accepted(await api.joinWaitingList(joining, call()));
    return (await world.store.read(`waiting-${of}`)).events[0]?.data.fit;
  };
  expect(await keptOnJoining(ofAnother)).toMatchObject({ familiar: [] });
  expect(await keptOnJoining(offerId)).toMatchObject({ familiar: [resourceId] });
  await world.close();
});
