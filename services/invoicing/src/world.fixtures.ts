import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeclineFunding, integrationEvents, type PublishScheme, QuoteBooking } from '@adempauze/contracts';
import { createInProcessBus, type Publication } from '@adempauze/event-bus';
import { createSqliteEventStore, type EventStore, type JsonObject } from '@adempauze/event-store';
import { derivedId, type Instant, UnavailableError } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import { invoicingPublication } from './integration/publication.ts';
import {
  at,
  bookingId,
  budgetId,
  call,
  day,
  deliveryId,
  hillegom,
  householdId,
  offerId,
  officerOf,
  providerId,
  spendId,
} from './invoicing.fixtures.ts';
import { startInvoicing } from './service.ts';

/** What bookings and offers say: their own streams hold the public events as they are. */
const said = (service: string): Publication => ({
  service,
  categories: [service],
  publish: ({ stream, type, data }) => ({ type, subject: stream.slice(service.length + 1), data }),
});
const masterKey = randomBytes(32);
const cleanups: (() => Promise<void> | void)[] = [];

/** Closes and removes every world that was made. */
export const endWorlds = async (): Promise<void> => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
};

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A marketplace with this service only; `stopWhen` makes appends fail, as when the process stops there. */
export const createWorld = async (startsAt = '2026-01-02T10:00:00Z') => {
  const folder = mkdtempSync(join(tmpdir(), 'invoicing-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  let now: Instant = at(startsAt);
  let stopWhen: ((type: string) => boolean) | undefined;
  let listsWait: Promise<void> | undefined;
  let heard = 0;
  const clock = () => now;

  const open = async () => {
    const durable = await createSqliteEventStore({
      file: join(folder, 'log.db'),
      clock,
      newId: () => derivedId('epoch'),
    });
    const store: EventStore = {
      ...durable,
      async append(stream, events, options) {
        if (events.some(({ type }) => stopWhen?.(type))) throw new UnavailableError('The process stopped here.');
        return durable.append(stream, events, options);
      },
      subscribe: ({ onBatch, ...options }) =>
        durable.subscribe({
          ...options,
          async onBatch(batch) {
            if (options.categories.includes('pot')) await listsWait;
            return onBatch(batch);
          },
        }),
    };
    const publications = [invoicingPublication, said('bookings'), said('offers')];
    const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
    const keyStore = createSqliteKeyStore({ file: join(folder, 'keys.db'), masterKey, randomBytes });
    const vault = createVault(keyStore, { randomBytes });
    const start = (under: string) =>
      startInvoicing({ store, bus, vault, clock, folder: join(folder, under), sweepEveryMs: 3_600_000 });
    const invoicing = await start('invoicing');
    const close = async () => {
      await invoicing.close();
      await bus.close();
      await durable.close();
      await keyStore.close();
    };
    return { store, bus, vault, invoicing, start, close };
  };
  let opened = await open();
  cleanups.push(() => opened.close());

  /** `service.type.v1` about a subject; does not wait. */
  const tell = async (service: string, subject: string, type: string, data: JsonObject) => {
    heard += 1;
    const event = { id: derivedId('said', heard), type: `${service}.${type}.v1`, data, metadata: { v: 1, at: now } };
    return opened.store.append(`${service}-${subject}`, [event], { expected: 'any' });
  };
  const aboutBooking = (name: string | number, differences: JsonObject = {}) => ({
    bookingId: bookingId(name),
    householdId: householdId(1),
    offerId: offerId(1),
    providerId: providerId(1),
    form: 'F19',
    span: { from: now, until: at('2028-01-01T00:00:00Z') },
    municipality: hillegom,
    ...differences,
  });

  return {
    folder,
    clock,
    api: () => opened.invoicing.api,
    runtime: () => opened.invoicing,
    parts: () => opened,
    tell,
    setClock(to: string) {
      now = at(to);
    },
    stopWhen(when: typeof stopWhen) {
      stopWhen = when;
    },
    async restart() {
      await opened.close();
      opened = await open();
      await opened.invoicing.settled();
    },
    /** The lists take nothing more until the answer is called; everything else goes on. */
    holdLists() {
      const { promise, resolve } = Promise.withResolvers<void>();
      listsWait = promise;
      return resolve;
    },
    /** With lists that are filled from the beginning, as after a release with other tables. Waits for nothing. */
    async restartWithoutLists() {
      await opened.close();
      const lists = join(folder, 'invoicing');
      for (const file of readdirSync(lists)) if (!file.startsWith('inbox')) rmSync(join(lists, file));
      opened = await open();
    },
    settled: () => opened.invoicing.settled(),
    /** Also what the sweeper has to do, and what comes of that. */
    async swept() {
      await opened.invoicing.settled();
      await opened.invoicing.nudge();
      await opened.invoicing.settled();
    },
    quote: (name: string | number, differences: object = {}, key = `quote ${name}`) =>
      opened.invoicing.api.quoteBooking(
        QuoteBooking.parse({
          bookingId: bookingId(name),
          householdId: householdId(1),
          form: 'F19',
          unit: 'hour',
          quantity: 300,
          unitPriceCents: 3300,
          on: '2026-01-05',
          bearer: 'own',
          municipality: hillegom,
          providerId: providerId(1),
          reservedUntil: '2026-12-31T00:00:00Z',
          ...differences,
        }),
        call(key),
      ),
    about: (type: string, name: string | number, differences: JsonObject = {}) =>
      tell('bookings', bookingId(name), type, aboutBooking(name, differences)),
    delivered: (name: string | number, differences: JsonObject = {}) =>
      tell('bookings', bookingId(name), 'care-delivered', {
        ...aboutBooking(name),
        deliveryId: deliveryId(name),
        deliveredOn: '2026-01-05',
        unit: 'hour',
        quantity: 300,
        unitPriceCents: 3300,
        bearer: 'own',
        vat: 'exempt',
        ownCostCents: 9900,
        ...differences,
      }),
  };
};

/** The value of a yes. */
export const yes = <V>(outcome: { accepted: true; value: V } | { accepted: false; rejection: { code: string } }): V => {
  if (!outcome.accepted) throw new Error(`Refused: ${outcome.rejection.code}`);
  return outcome.value;
};

/* What tests do over and over in a world. Household 1, budget 1 and the year 2026 unless told otherwise. */

type Household = { readonly who?: number; readonly startsOn?: string; readonly rateCents?: number };
/** The municipality of a scheme publishes it, and awards it. */
export const awardOf = async (
  world: World,
  scheme: PublishScheme,
  { who = 1, startsOn = '2026-01-01', rateCents = 3300 }: Household = {},
) => {
  const { schemeId, municipality } = scheme;
  yes(await world.api().publishScheme(scheme, call()));
  const input = { schemeId, householdId: householdId(who), startsOn: day(startsOn), rateCents };
  return yes(await world.api().awardScheme({ ...input, decidedBy: officerOf(municipality) }, call()));
};

/** For a booking. */
export const setAside = async (world: World, name: string | number, amountCents: number, spend = name) => {
  const about = { budgetId: budgetId(1), spendId: spendId(spend), bookingId: bookingId(name) };
  return yes(await world.api().spendBudget({ ...about, amountCents }, call()));
};
export const leftCents = async (world: World) =>
  (await world.api().findBudget({ budgetId: budgetId(1) }))?.balanceCents;

/** A funder says no to what it bears of care that was given. */
export const decline = (
  world: Pick<World, 'api'>,
  payer: DeclineFunding['payer'],
  name: string | number,
  key?: string,
) => world.api().declineFunding({ deliveryId: deliveryId(name), payer, reason: 'not-covered' }, call(key));

export const claimOf = async (world: World, name: string | number) => {
  const claim = await world.api().findClaim({ deliveryId: deliveryId(name) });
  if (claim === undefined) throw new Error('There is no claim.');
  return claim;
};
export const linesOf = async (world: World, name: string | number) =>
  (await claimOf(world, name)).lines.map(({ kind, payer, amountCents }) => [kind, payer.id, amountCents]);
