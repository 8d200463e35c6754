import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerProposal, integrationEvents, PageRequest, type RegisterHelper } from '@adempauze/contracts';
import { createInProcessBus, type Publication } from '@adempauze/event-bus';
import { createSqliteEventStore, type EventStore, type JsonObject } from '@adempauze/event-store';
import { derivedId, type Instant, UnavailableError } from '@adempauze/kernel';
import { createSqliteKeyStore, createVault } from '@adempauze/personal-data';
import {
  at,
  bookingIdOf,
  helperIdOf,
  householdId,
  matchIdOf,
  organisationId,
  registration,
  requestNamed,
  rijswijk,
} from './examples.fixtures.ts';
import { matchingPublication } from './integration/publication.ts';
import { type MatchingRuntime, startMatching } from './service.ts';

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

/** A marketplace with this service only; `stopWhen` makes appends fail, as when the process stops there. */
export const createWorld = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'matching-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  let now: Instant = at('2027-02-22T10:00:00Z');
  let stopWhen: ((type: string) => boolean) | undefined;
  let calls = 0;
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
    };
    const publications = [matchingPublication, said('bookings'), said('offers')];
    const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
    const keyStore = createSqliteKeyStore({ file: join(folder, 'keys.db'), masterKey, randomBytes });
    const vault = createVault(keyStore, { randomBytes });
    const matching = await startMatching({
      store,
      bus,
      vault,
      clock,
      folder: join(folder, 'matching'),
      sweepEveryMs: 3_600_000,
    });
    const close = async () => {
      await matching.close();
      await bus.close();
      await durable.close();
      await keyStore.close();
    };
    return { store, bus, keyStore, vault, matching, close };
  };
  let open_ = await open();
  cleanups.push(() => open_.close());

  const context = () => {
    calls += 1;
    const commandId = derivedId('call', calls);
    return { commandId, correlationId: commandId, actor: 'coordinator' };
  };
  const say = async (service: string, subject: string, type: string, data: JsonObject) => {
    heard += 1;
    const event = { id: derivedId('said', heard), type: `${service}.${type}.v1`, data, metadata: { v: 1, at: now } };
    await open_.store.append(`${service}-${subject}`, [event], { expected: 'any' });
    await open_.matching.settled();
  };
  const booking = (name: string, differences: JsonObject = {}) => {
    const { bookingId, form, span, municipality } = requestNamed(name);
    return {
      bookingId,
      householdId,
      offerId: derivedId('offer'),
      providerId: organisationId,
      form,
      span: { ...span },
      municipality,
      ...differences,
    };
  };
  const helperId = (name: string) => helperIdOf(name);

  return {
    folder,
    context,
    say,
    matching: (): MatchingRuntime => open_.matching,
    parts: () => open_,
    setClock(to: string | Instant) {
      now = at(to);
    },
    stopWhen(when: typeof stopWhen) {
      stopWhen = when;
    },
    async restart(between: () => void = () => undefined) {
      await open_.close();
      between();
      open_ = await open();
      await open_.matching.settled();
    },
    organisation: () =>
      say('offers', organisationId, 'provider-registered', {
        providerId: organisationId,
        kind: 'volunteer-organisation',
        municipality: rijswijk.municipality,
      }),
    helper: (name: string, differences: Partial<RegisterHelper> = {}) =>
      open_.matching.api.registerHelper(registration(name, differences), context()),
    wanted: (name: string, differences: JsonObject = {}) =>
      say('bookings', bookingIdOf(name), 'helper-wanted', {
        ...booking(name, differences),
        languages: ['nl'],
        answerBy: requestNamed(name).bookingAnswerBy,
      }),
    cancelled: (name: string) =>
      say('bookings', bookingIdOf(name), 'booking-cancelled', { ...booking(name), by: 'caregiver' }),
    delivered: (name: string, helper: string) =>
      say('bookings', bookingIdOf(name), 'care-delivered', {
        ...booking(name),
        deliveryId: derivedId('delivery', name),
        deliveredOn: '2027-02-20',
        unit: 'hour',
        quantity: 200,
        unitPriceCents: 0,
        bearer: 'guarantee',
        vat: 'outside',
        ownCostCents: 0,
        helperId: helperId(helper),
      }),
    propose: (match: string, helper: string) =>
      open_.matching.api.proposeHelper({ matchId: matchIdOf(match), helperId: helperId(helper) }, context()),
    answer: (match: string, helper: string, answer: AnswerProposal['answer'], call = context()) =>
      open_.matching.api.answerProposal({ matchId: matchIdOf(match), helperId: helperId(helper), answer }, call),
    statusOf: async (match: string) => (await open_.matching.api.findMatch({ matchId: matchIdOf(match) }))?.status,
    assignmentsOf: async (helper: string) =>
      (await open_.matching.api.findHelper({ helperId: helperId(helper) }))?.assignments.map((it) => it.bookingId),
    queue: async () => {
      const { items } = await open_.matching.api.listMatches({
        organisationId,
        status: ['open'],
        page: PageRequest.parse({}),
      });
      return items.map(({ item }) => item.matchId);
    },
    /** Types of what this service told others, in order. */
    async told() {
      const { events } = await open_.store.readAll({ categories: ['match'], maxCount: 1000 });
      return events.flatMap((event) => {
        const draft = matchingPublication.publish(event);
        return draft === undefined ? [] : 'type' in draft ? [draft.type] : draft.map(({ type }) => type);
      });
    },
    async rebuilds() {
      await open_.matching.settled();
      return open_.matching.rebuildAndCompare(':memory:');
    },
  };
};
