import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Invoicing, integrationEvents, type Quote } from '@adempauze/contracts';
import { createInProcessBus, machineTimer, type Publication } from '@adempauze/event-bus';
import { createSqliteEventStore, type EventStore } from '@adempauze/event-store';
import { type CallContext, derivedId, type Instant, plusMs } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { at } from './examples.fixtures.ts';
import { bookingsPublication } from './integration/publication.ts';
import { startBookings } from './service.ts';
import { createTrialOffers, trialOffersPublication } from './trial-offers.fixtures.ts';

/** What matching would say, written to a stream of its own. */
const trialMatchingPublication: Publication = {
  service: 'matching',
  categories: ['match'],
  publish: ({ type, data }) => ({ type: `matching.${type}.v1`, subject: String(data.matchId), data }),
};

const covered: Quote = { ownCostCents: 0, coverage: 'covered', lines: [], refusals: [] };
const coveredOutcome = { accepted: true, position: undefined, value: covered } as const;

/**
 * Bookings as it runs, on a real log, with keys, a bus, and a small offers with places that run out. The clock stands
 * still until it is moved.
 */
export const openWorld = async ({
  folder,
  capacity = 1,
  masterKey = Buffer.alloc(32, 7),
  quoteBooking = async () => coveredOutcome,
  startsAt = at('2027-05-01T08:00:00Z'),
}: {
  /** Where everything is kept; in memory and temporary files unless told. */
  readonly folder?: string;
  readonly capacity?: number;
  readonly masterKey?: Uint8Array;
  readonly quoteBooking?: Invoicing['quoteBooking'];
  readonly startsAt?: Instant;
} = {}) => {
  let now = startsAt;
  const clock = () => now;
  let commands = 0;
  const warnings: object[] = [];

  const store: EventStore = await createSqliteEventStore({
    clock,
    newId: () => derivedId('epoch', folder ?? ''),
    ...(folder === undefined ? {} : { file: join(folder, 'events.db') }),
  });
  const keys = createSqliteKeyStore({
    file: folder === undefined ? ':memory:' : join(folder, 'keys.db'),
    masterKey,
    randomBytes,
  });
  const vault = createVault(keys, { randomBytes });
  const bus = createInProcessBus({
    store,
    publications: [bookingsPublication, trialOffersPublication, trialMatchingPublication],
    schemas: integrationEvents,
  });
  const offers = createTrialOffers(store, clock, capacity);
  const service = await startBookings({
    ...{ store, bus, vault, offers, clock },
    forgetKey: (personId) => vault.forget(personId),
    invoicing: { quoteBooking },
    folder: folder === undefined ? ':memory:' : join(folder, 'bookings'),
    log: { warn: (fields) => void warnings.push(fields), error: (fields) => void warnings.push(fields) },
    sweepEveryMs: 60_000,
    // Nobody waits in a test; what counts is the order. Only `settled` may take its time on a busy machine.
    timer: (delayMs, run) => machineTimer(delayMs === 30_000 ? delayMs : Math.min(delayMs, 50), run),
  });

  return {
    ...{ store, vault, offers, bus, clock, warnings },
    ...service,
    /** A command's context; the same word is the same command. */
    call: (word?: string): CallContext => {
      commands += 1;
      const commandId = derivedId('command', word ?? commands);
      return { commandId, correlationId: commandId, actor: 'account-fatima' };
    },
    moveTo(to: Instant) {
      now = to;
    },
    pass(ms: number) {
      now = plusMs(now, ms);
    },
    async matchingSays(
      type: 'helper-matched' | 'match-closed',
      data: { matchId: string; bookingId: string; helperId?: string },
    ) {
      const stream = `match-${data.matchId}`;
      await store.append(stream, [{ id: derivedId(type, stream), type, data, metadata: { v: 1, at: clock() } }], {
        expected: 'any',
      });
    },
    /** Waits for what happens by itself, as often as the event loop turns. */
    async until(condition: () => Promise<boolean>) {
      const giveUpAt = performance.now() + 10_000;
      while (!(await condition())) {
        if (performance.now() > giveUpAt) throw new Error('It did not come true.');
        await new Promise(setImmediate);
      }
    },
    async close() {
      await service.close();
      await bus.close();
      await store.close();
      await keys.close();
    },
  };
};
export type World = Awaited<ReturnType<typeof openWorld>>;
