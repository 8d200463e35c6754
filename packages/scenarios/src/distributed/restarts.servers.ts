import { setTimeout as pause } from 'node:timers/promises';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import { instantFromMs, timeOrderedId } from '@adempauze/kernel';
import type { ServiceName } from '@adempauze/testing/distributed';
import { withServer } from '@adempauze/testing/with-server';
import { describe, expect, test } from '@jest/globals';
import { confirmBooking, findBooking, requestBooking } from '../api/care.ts';
import { findTrialBalance } from '../api/funding.ts';
import { findResource } from '../api/supply.ts';
import { GraphqlError, type Session } from '../client.ts';
import type { Operation, Outcome } from '../graphql.ts';
import { createIds } from '../ids.ts';
import { playStories } from '../stage.ts';
import { lastBeds } from '../stories/last-beds.ts';
import { limits } from '../stories/limits.ts';
import { ownShareFirst } from '../stories/own-share-first.ts';
import { volunteerMatch } from '../stories/volunteer-match.ts';
import { connect } from '../target.ts';
import { type House, startHouse } from './house.fixtures.ts';
import { publishSlots, registerFamilies, type Slot } from './market.fixtures.ts';

/* What goes away and comes back takes nothing with it: a rolling restart under load, and kill -9 of who does the work. */

const nowMs = () => performance.now();

/** What a caller may hear that says: the same again, later. Anything else is a mistake. */
const passing = (error: unknown): string | undefined => {
  if (error instanceof GraphqlError)
    return error.code === 'UNAVAILABLE' || (error.code === 'HTTP' && error.status >= 500) ? error.code : undefined;
  // Not `instanceof`: the errors of Node's own sockets come from outside the realm that jest runs a test in.
  return Error.isError(error) ? ('code' in error ? String(error.code) : 'connection') : undefined;
};

/** Sends a command until it is answered, under one key. @throws what no repeat mends. */
const insist = async <I extends object, V>(
  session: Session,
  operation: Operation<{ readonly input: I & { readonly idempotencyKey: string } }, Outcome<V>>,
  input: I,
  key: string,
  onRepeat: (why: string) => void,
): Promise<Outcome<V>> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await session.order(operation, input, key);
    } catch (error) {
      const why = passing(error);
      if (why === undefined || tries === 100) throw error;
      onRepeat(why);
      await pause(Math.min(500, 50 * tries));
    }
  }
};

type Booked = { readonly slot: Slot; readonly bookingId: string; readonly session: Session; readonly status: string };

/** Books one slot after the other, until told to stop or there are none left. */
const bookOn = async (house: House, slots: Slot[], isOver: () => boolean) => {
  const families = await registerFamilies(house.client, house.ids);
  const booked: Booked[] = [];
  const repeats = new Map<string, number>();
  const onRepeat = (why: string) => repeats.set(why, (repeats.get(why) ?? 0) + 1);
  const worker = async (number: number) => {
    const ids = createIds(`restarts, worker ${number}`);
    const family = families[number % families.length];
    for (let slot = slots.shift(); slot && family && !isOver(); slot = slots.shift()) {
      const { session, householdId } = family;
      const bookingId = ids.next();
      const wish = { bookingId, householdId, ...slot, placeOfService: 'RECIPIENT_HOME' } as const;
      const asked = await insist(session, requestBooking, wish, ids.next(), onRepeat);
      const answered = asked.accepted
        ? await insist(session, confirmBooking, { bookingId }, ids.next(), onRepeat)
        : asked;
      const status = answered.accepted ? answered.value.status : answered.rejection.code;
      booked.push({ slot, bookingId, session, status });
    }
  };
  const over = Promise.all(Array.from({ length: 4 }, (_, number) => worker(number)));
  return { booked, repeats, over };
};

/** How often each type of event stands in the log of each booking. */
const readBookings = async ({ storeUrl }: House): Promise<Map<string, string[]>> => {
  const store = createKurrentEventStore({
    connectionString: storeUrl,
    clock: () => instantFromMs(0),
    newId: () => timeOrderedId(0, (count) => new Uint8Array(count)),
  });
  const found = new Map<string, string[]>();
  try {
    for (let after: string | undefined; ; ) {
      const page = await store.readAll({ categories: ['booking'], after, maxCount: 500 });
      for (const { stream, type } of page.events) found.set(stream, [...(found.get(stream) ?? []), type]);
      if (page.atEnd) return found;
      after = page.scannedTo;
    }
  } finally {
    await store.close();
  }
};

const parkedIn = async ({ replicas }: House): Promise<string[]> => {
  const pages = await Promise.all(replicas.map(({ operations }) => operations.listParked({ page: { first: 50 } })));
  return pages.flatMap(({ items }) => items.map(({ item }) => `${item.consumer}: ${item.type}: ${item.reason}`));
};

await withServer(
  () => startHouse('restarts'),
  (house) => {
    describe('every process stopped and started again, one after the other, while people book', () => {
      test('every command is answered to who sent it, and counts once', async () => {
        const slots = await publishSlots(house.client, house.ids, 1500);
        let isOver = false;
        const { booked, repeats, over } = await bookOn(house, slots, () => isOver);
        const perProcess: number[] = [];
        for (const process of house.processes) {
          const before = booked.length;
          await process.stop();
          await process.start();
          perProcess.push(booked.length - before);
        }
        isOver = true;
        await over;
        console.log(
          `${booked.length} bookings during ${house.processes.length} restarts (${perProcess.join(', ')}); ` +
            `repeated by the caller: ${[...repeats].map(([why, count]) => `${why} ${count}`).join(', ') || 'none'}.`,
        );

        expect(booked.length).toBeGreaterThan(house.processes.length);
        expect(booked.filter(({ status }) => status !== 'CONFIRMED')).toEqual([]);
        const log = await readBookings(house);
        expect(log.size).toBe(booked.length);
        const provider = await house.client.as('de-vliet');
        const calendars = new Map<string, string[]>();
        for (const resourceId of new Set(booked.map(({ slot }) => slot.resourceId))) {
          const resource = await provider.ask(findResource, { id: resourceId });
          for (const { span, state, bookingId } of resource?.occupied ?? []) {
            const key = `${resourceId} ${span.from}`;
            calendars.set(key, [...(calendars.get(key) ?? []), `${state} ${bookingId}`]);
          }
        }
        for (const { slot, bookingId, session } of booked) {
          const types = log.get(`booking-${bookingId}`) ?? [];
          const once = ['BookingRequested', 'BookingConfirmed'].map((type) => types.filter((it) => it === type).length);
          const found = await session.ask(findBooking, { id: bookingId });
          expect({
            bookingId,
            ...{ once, status: found?.status, calendar: calendars.get(`${slot.resourceId} ${slot.span.from}`) },
          }).toEqual({
            bookingId,
            ...{ once: [1, 1], status: 'CONFIRMED', calendar: [`TAKEN ${bookingId}`] },
          });
        }
        expect([...calendars.values()].flat()).toHaveLength(booked.length);
      }, 300_000);
    });

    describe('the replica that does the work of its service is killed while a story plays', () => {
      test.each([
        ['offers', lastBeds],
        ['bookings', ownShareFirst],
        ['matching', volunteerMatch],
        ['invoicing', limits],
      ] as const)(
        '%s: the story comes true',
        async (service: ServiceName, story) => {
          const ids = createIds(`killed ${service}`);
          const target = await connect({ target: house.url, ids, nowMs, alone: false });
          const working = await house.working(service);
          let calls = 0;
          let back: Promise<void> | undefined;
          const makeClient: typeof target.makeClient = (onCall) =>
            target.makeClient((call) => {
              calls += 1;
              if (calls === 6) back = working.kill().then(() => working.start());
              onCall?.(call);
            });
          const [played] = await playStories([story], { ...target.stage, makeClient });
          target.close();
          expect({ failure: played?.failure?.en, lines: played?.failure ? house.lines.slice(-40) : [] }).toEqual({
            ...{ failure: undefined, lines: [] },
          });
          expect(back).toBeDefined();
          await back;
        },
        120_000,
      );
    });

    describe('afterwards', () => {
      test('nothing was parked, the books balance, and every read model equals a rebuild', async () => {
        expect(await parkedIn(house)).toEqual([]);
        const { balanced } = await (await house.client.as('beheer')).ask(findTrialBalance, {});
        expect(balanced).toBe(true);
        expect(await house.compareWithRebuild()).toEqual([]);
      }, 120_000);
    });
  },
);
