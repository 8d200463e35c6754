import { randomUUID } from 'node:crypto';
import { BookingsApi, ConfirmBooking, InvoicingApi, OffersApi, type ServiceName } from '@adempauze/contracts';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import { Instant, instantFromMs } from '@adempauze/kernel';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { deliveryOf, must, publishWorker, registerHousehold, requestHours } from './booking.fixtures.ts';
import { type FollowedClock, followClock } from './clock/follow-clock.ts';
import { eventually } from './service-process.fixtures.ts';
import { context, shiftOf, startWorld, type TrialReplica, type World } from './world.fixtures.ts';

const allOf = (world: World, service?: ServiceName) =>
  [...world.replicas.values()].filter((it) => service === undefined || it.service === service);
const at = (world: World, name: string): TrialReplica => {
  const replica = world.replicas.get(name);
  if (!replica) throw new Error(`There is no ${name}.`);
  return replica;
};

/** As the gateway moves it: in the log, and then everybody is told. */
const moveClock = async (world: World, to: string) => {
  const store = createKurrentEventStore({
    ...{ connectionString: world.store.url, newId: randomUUID, clock: () => instantFromMs(Date.now()) },
  });
  let clock: FollowedClock | undefined;
  try {
    clock = await followClock({ store, machineMs: Date.now });
    const clockAt = await clock.moveTo(Instant.parse(to));
    await Promise.all(allOf(world).map(({ operations }) => operations.nudge({ clockAt })));
  } finally {
    await clock?.close();
    await store.close();
  }
};
const allReady = (world: World) => {
  let wrong: readonly string[] = [];
  return eventually(
    async () => {
      const told = await Promise.all(allOf(world).map((it) => it.readiness()));
      wrong = told.flatMap(({ status, text }) => (status === 200 ? [] : [text]));
      return wrong.length === 0 || undefined;
    },
    60_000,
    () => `Not everybody became ready again:\n${wrong.join('\n')}`,
  );
};

await withServer(startWorld, (world) => {
  test('each says in one line that it is ready, and is', async () => {
    for (const replica of allOf(world)) {
      expect(replica.process().out).toEqual([`${replica.name} is ready at ${replica.url}`]);
      expect(await replica.readiness()).toMatchObject({ status: 200 });
    }
    for (const service of ['offers', 'bookings', 'matching', 'invoicing'] as const) await shiftOf(world, service);
  });

  test('who does not know the secret is told nothing but health and metrics', async () => {
    const { url } = at(world, 'offers-1');
    const call = (headers: Record<string, string>) =>
      fetch(`${url}/offers/listOffers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ input: { page: { first: 1 } } }),
      });
    for (const headers of [{}, { authorization: 'Bearer a-secret-of-nobody' }, { authorization: 'Basic eA==' }]) {
      const refused = await call(headers);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await call({ authorization: 'Bearer a-secret-of-all-processes' })).status).toBe(200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^adempauze_working\{service="offers",replica="offers-1"\} [01]$/m);
    expect(metrics).toContain('process_resident_memory_bytes');
  });

  test('a booking, from an offer at one replica to its cost at every other', async () => {
    const worker = await publishWorker(at(world, 'offers-1'), '2027-03-02');
    await eventually(async () => {
      const { items } = await at(world, 'offers-2')
        .client(OffersApi)
        .listOffers({ providerId: worker.providerId, page: { first: 10 } });
      return items.find(({ item }) => item.offerId === worker.offerId);
    });

    const household = await registerHousehold(at(world, 'bookings-1'));
    const bookings = at(world, 'bookings-2').client(BookingsApi);
    const bookingId = await requestHours(bookings, household, worker, '2027-03-02T09:00:00Z');
    const { value } = await must(bookings.confirmBooking(ConfirmBooking.parse({ bookingId }), context()));
    expect(value.status).toBe('confirmed');
    const elsewhere = await at(world, 'bookings-1').client(BookingsApi).findBooking({ bookingId: value.bookingId });
    expect(elsewhere).toMatchObject({ status: 'confirmed' });

    await moveClock(world, '2027-03-02T12:00:00Z');
    const delivery = deliveryOf(bookingId);
    await must(at(world, 'bookings-1').client(BookingsApi).recordDelivery(delivery, context()));
    for (const name of ['invoicing-1', 'invoicing-2']) {
      const invoicing = at(world, name).client(InvoicingApi);
      const claim = await eventually(() => invoicing.findClaim({ deliveryId: delivery.deliveryId }));
      expect(claim.costCents).toBe(8000);
    }
    await Promise.all(allOf(world).map(({ operations }) => operations.settled({})));
    for (const { operations } of allOf(world)) expect(await operations.compareWithRebuild({})).toEqual([]);
  });

  test('whom one replica forgets is forgotten by the other too', async () => {
    const household = await registerHousehold(at(world, 'bookings-2'));
    const { householdId, caregiver } = household;
    const nameAt = async (name: string) =>
      (await at(world, name).client(BookingsApi).findHousehold({ householdId }))?.caregiver.name;
    expect(await Promise.all(['bookings-1', 'bookings-2'].map(nameAt))).toEqual(Array(2).fill('Mevrouw Voorbeeld'));
    const { personId } = caregiver;
    await must(at(world, 'bookings-1').client(BookingsApi).forgetPerson({ personId }, context()));
    for (const name of ['bookings-1', 'bookings-2'])
      await eventually(async () => ((await nameAt(name)) === null ? true : undefined));
  });

  test('who is asked to stop answers first, and comes back with the same time', async () => {
    const replica = at(world, 'bookings-2');
    await moveClock(world, '2027-03-02T13:00:00Z');
    const bookings = replica.client(BookingsApi);
    // Over a connection that is there: one that is still being made when the door closes may well be refused.
    await bookings.listBookings({ page: { first: 1 } });
    // A list that waits two seconds for a place that does not come.
    const asked = bookings.listBookings({ waitFor: '9'.repeat(19), page: { first: 1 } });
    expect((await fetch(`${replica.url}/health/live`)).status).toBe(200); // it came in behind the list
    const code = await replica.process().end('SIGTERM');
    expect(await asked).toMatchObject({ items: [{}] });
    expect(code).toBe(0);
    await replica.start();
    const [mine, others] = await Promise.all(
      ['bookings-2', 'bookings-1'].map((it) => at(world, it).operations.status({})),
    );
    expect(Math.abs(Date.parse(mine?.now ?? '') - Date.parse(others?.now ?? ''))).toBeLessThan(5000);
    expect(mine?.clockAt).toBe(others?.clockAt);
  });

  test('a replica that dies in its shift is followed by the other, and comes back to stand by', async () => {
    const { working, standing } = await shiftOf(world, 'bookings');
    const worker = await publishWorker(at(world, 'offers-2'), '2027-03-04');
    const household = await registerHousehold(standing);
    const bookings = standing.client(BookingsApi);
    const bookingId = await requestHours(bookings, household, worker, '2027-03-04T09:00:00Z');

    await working.process().end('SIGKILL');
    const killedAt = performance.now();
    await eventually(async () => ((await standing.operations.status({})).working ? true : undefined));
    console.log(`The shift was taken over in ${Math.round(performance.now() - killedAt)} ms.`);

    // What falls due now is done by who took over: the hold that nobody confirmed ends.
    const store = createKurrentEventStore({
      ...{ connectionString: world.store.url, newId: randomUUID, clock: () => instantFromMs(Date.now()) },
    });
    const clock = await followClock({ store, machineMs: Date.now });
    await clock.moveTo(Instant.parse('2027-03-02T18:00:00Z'));
    await clock.close();
    await store.close();
    const booking = await eventually(async () => {
      const found = await bookings.listBookings({ householdId: household.householdId, page: { first: 1 } });
      return found.items.find(({ item }) => item.bookingId === bookingId && item.status === 'expired');
    });
    expect(booking.item.status).toBe('expired');

    // And the relay goes on: what bookings says is heard by invoicing.
    const second = await requestHours(bookings, household, worker, '2027-03-04T12:00:00Z');
    await must(bookings.confirmBooking(ConfirmBooking.parse({ bookingId: second }), context()));
    await working.start();
    expect((await working.operations.status({})).working).toBe(false);
    await moveClock(world, '2027-03-04T16:00:00Z');
    const delivery = deliveryOf(second);
    await must(working.client(BookingsApi).recordDelivery(delivery, context()));
    const invoicing = at(world, 'invoicing-1').client(InvoicingApi);
    expect(await eventually(() => invoicing.findClaim({ deliveryId: delivery.deliveryId }))).toBeDefined();
    await allReady(world);
  }, 90_000);

  test.each([
    {
      name: 'PostgreSQL',
      away: () => world.postgres.stop(),
      back: () => world.postgres.start(),
      missing: /"keys":\{"ok":false.*"inbox":\{"ok":false/,
    },
    {
      name: 'Kafka',
      away: () => world.kafka.kill(1),
      back: () => world.kafka.restart(1),
      missing: /"kafka":\{"ok":false/,
    },
    { name: 'the log', away: () => world.store.kill(), back: () => world.store.start(), missing: /"log":\{"ok":false/ },
  ])(
    'without $name nobody is ready, and says so, until it is back',
    async ({ away, back, missing }) => {
      await away();
      for (const replica of allOf(world)) {
        await eventually(
          async () => {
            const { status, text } = await replica.readiness();
            return status === 503 && missing.test(text) ? true : undefined;
          },
          30_000,
          () => `${replica.name} did not say what is missing.`,
        );
        expect((await fetch(`${replica.url}/health/live`)).status).toBe(200);
      }
      await back();
      await allReady(world);
      for (const service of ['offers', 'bookings', 'matching', 'invoicing'] as const) await shiftOf(world, service);
      // And it works: what was said at one is heard at the other.
      const worker = await publishWorker(at(world, 'offers-1'), '2027-03-08');
      await eventually(async () => {
        const { items } = await at(world, 'offers-2')
          .client(OffersApi)
          .listOffers({ providerId: worker.providerId, page: { first: 10 } });
        return items.length === 1 || undefined;
      });
      await Promise.all(allOf(world).map(({ operations }) => operations.settled({})));
    },
    180_000,
  );

  test('everybody stops when asked, and nobody’s data stood in a log line', async () => {
    const all = allOf(world);
    const codes = await Promise.all(all.map((it) => it.process().end('SIGTERM')));
    expect(codes).toEqual(all.map(() => 0));
    for (const replica of all) {
      const lines = replica.process().err.map((line): Record<string, unknown> => JSON.parse(line));
      for (const line of lines) expect(line).toMatchObject({ service: replica.service, replica: replica.name });
      expect(JSON.stringify(lines)).not.toMatch(/Voorbeeld/);
      const steps = lines.flatMap(({ msg, step }) => (msg === 'stopped' ? [step] : []));
      expect(steps.slice(0, 4)).toEqual(['readiness', 'requests', replica.service, 'clients']);
      expect(steps.slice(-3)).toEqual(['event store', 'keys', 'door']);
    }
  });
});
