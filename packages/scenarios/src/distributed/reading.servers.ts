import { dayOf, plusDays } from '@adempauze/kernel';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { confirmBooking, listBookings, requestBooking } from '../api/care.ts';
import { Id, list, listOf } from '../api/shapes.ts';
import { findNow, openResource, publishOffer, publishTimes } from '../api/supply.ts';
import { hours, registered, yes } from '../cast.ts';
import type { Outcome } from '../graphql.ts';
import { query } from '../graphql.ts';
import { createIds } from '../ids.ts';
import { startHouse } from './house.fixtures.ts';
import { newOffer, publishSlots, registerFamilies } from './market.fixtures.ts';

/* Whoever did something sees it in the lists, whichever replica of whichever service answers. */

const Named = z.object({ id: Id });
type Waits = { readonly waitFor: string | null };
const listOffers = query<Waits, ReturnType<typeof listOf<typeof Named>>>(
  'offers',
  `query ($waitFor: String) { offers(waitFor: $waitFor, first: 100) ${list('{ id }')} }`,
  listOf(Named),
);
const Calendar = z.object({ id: Id, openings: z.array(z.unknown()) });
const listResources = query<Waits, ReturnType<typeof listOf<typeof Calendar>>>(
  'resources',
  `query ($waitFor: String) { resources(waitFor: $waitFor, first: 100) ${list('{ id openings { from } }')} }`,
  listOf(Calendar),
);
const Found = z.object({ offer: Named });
const search = query<Waits & { from: string; until: string }, ReturnType<typeof listOf<typeof Found>>>(
  'searchOffers',
  `query ($waitFor: String, $from: Instant!, $until: Instant!) {
     searchOffers(near: "Rijswijk", forms: [F01], from: $from, until: $until, minutes: 60, first: 50, waitFor: $waitFor)
     ${list('{ offer { id } }')} }`,
  listOf(Found),
);

const placeOf = (outcome: Outcome<unknown>): string => {
  yes(outcome);
  if (!outcome.accepted || outcome.position === null) throw new Error('There is no place to wait for.');
  return outcome.position;
};
const rounds = 40;
/** So many at once, so that both gateways and all replicas take part. */
const atOnce = 4;

await withServer(
  () => startHouse('reading'),
  ({ client, ids, stop: _, ...house }) => {
    const inTurns = async (name: string, round: (own: typeof ids, number: number) => Promise<void>) => {
      await Promise.all(
        Array.from({ length: atOnce }, async (_unused, worker) => {
          const own = createIds(`reading ${name} ${worker}`);
          for (let number = 0; number < rounds / atOnce; number += 1) await round(own, number);
        }),
      );
    };

    test('an offer, its calendar and its times are found by who published them', async () => {
      const provider = await registered(await client.as('de-vliet'), 'de-vliet');
      const visitor = client.visitor();
      const now = await provider.ask(findNow, {});
      const day = plusDays(dayOf(now), 3);
      const stale: string[] = [];
      await inTurns('offers', async (own, number) => {
        const [offerId, resourceId] = [own.next(), own.next()];
        const published = placeOf(
          await provider.order(publishOffer, newOffer(offerId, dayOf(now), `Blokzorg ${number}`)),
        );
        const offers = await provider.ask(listOffers, { waitFor: published });
        if (!offers.items.some(({ id }) => id === offerId)) stale.push(`offer ${number}`);

        yes(await provider.order(openResource, { resourceId, offerIds: [offerId], capacity: 1 }));
        const span = hours(day, '09:00', 2);
        const opened = placeOf(await provider.order(publishTimes, { resourceId, spans: [span] }));
        const resources = await provider.ask(listResources, { waitFor: opened });
        if (!resources.items.some(({ id, openings }) => id === resourceId && openings.length > 0))
          stale.push(`calendar ${number}`);

        const hits = await visitor.ask(search, { waitFor: opened, from: span.from, until: span.until });
        if (!hits.items.some(({ offer }) => offer.id === offerId)) stale.push(`times ${number}`);
      });
      expect(stale).toEqual([]);
    }, 120_000);

    test('a booking stands in the list as it was left', async () => {
      const slots = await publishSlots(client, ids, rounds);
      const families = await registerFamilies(client, ids);
      const stale: string[] = [];
      await inTurns('bookings', async (own, number) => {
        const slot = slots.shift();
        const family = families[number % families.length];
        if (!slot || !family) throw new Error('There are too few slots.');
        const { session, householdId } = family;
        const bookingId = own.next();
        const statusSince = async (waitFor: string) => {
          const { items } = await session.ask(listBookings, {
            filter: { household: householdId },
            waitFor,
            first: 100,
          });
          return items.find(({ id }) => id === bookingId)?.status ?? 'absent';
        };
        const wish = { bookingId, householdId, ...slot, placeOfService: 'RECIPIENT_HOME' } as const;
        const held = await statusSince(placeOf(await session.order(requestBooking, wish)));
        const confirmed = await statusSince(placeOf(await session.order(confirmBooking, { bookingId })));
        if (held !== 'HELD' || confirmed !== 'CONFIRMED') stale.push(`${number}: ${held}, ${confirmed}`);
      });
      expect(stale).toEqual([]);
    }, 120_000);

    test('every replica answered some of it', async () => {
      const answered = await Promise.all(
        house.processes.map(async ({ name, ownUrl }) => {
          const metrics = await (await fetch(`${ownUrl}/metrics`)).text();
          const counts = [...metrics.matchAll(/^\w*(?:request|graphql)\w*_count\{[^}]*\} (\d+)/gm)].map((it) =>
            Number(it[1]),
          );
          return [name, counts.reduce((sum, it) => sum + it, 0) > 10];
        }),
      );
      expect(Object.fromEntries(answered)).toEqual(
        Object.fromEntries(house.processes.map(({ name, service }) => [name, service !== 'matching'])),
      );
    });
  },
);
