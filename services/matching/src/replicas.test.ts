import { randomBytes } from 'node:crypto';
import { type IntegrationEventType, integrationEvents, PageRequest } from '@adempauze/contracts';
import { createInProcessBus } from '@adempauze/event-bus';
import type { EventStore, JsonObject } from '@adempauze/event-store';
import { replicaOf } from '@adempauze/event-store/testing';
import { derivedId, type Instant, type Outcome, UnavailableError } from '@adempauze/kernel';
import { createVault } from '@adempauze/personal-data';
import { createPlaces } from '@adempauze/places';
import { comesTrue, openSharedHouse, type SharedHouse, said } from '@adempauze/process/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
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
import { startMatching } from './service.ts';

/* Two replicas over one log, one key store and one inbox, each with a vault and a read model of its own. */

const places = createPlaces();

let now: Instant;
const clock = () => now;
let shared: SharedHouse['shared'];
let keys: SharedHouse['keys'];
let inbox: SharedHouse['inbox'];
let turns: SharedHouse['turns'];
let ended: SharedHouse['ended'];
let close: SharedHouse['close'];
let calls = 0;

beforeEach(async () => {
  now = at('2027-02-22T10:00:00Z');
  ({ shared, keys, inbox, turns, ended, close } = await openSharedHouse(clock));
});
afterEach(() => close());

const start = async (name: string) => {
  const replica = replicaOf(shared, name);
  let stopWhen: ((type: string) => boolean) | undefined;
  const store: EventStore = {
    ...replica.store,
    async append(...given) {
      if (given[1].some(({ type }) => stopWhen?.(type))) throw new UnavailableError('The process stopped here.');
      return replica.store.append(...given);
    },
  };
  const vault = createVault(keys, { randomBytes });
  const publications = [matchingPublication, said('bookings'), said('offers')];
  const bus = createInProcessBus({ store, publications, schemas: integrationEvents });
  const settings = { store, bus, vault, clock, inbox, turns: turns.member(name), folder: ':memory:', places };
  const runtime = await startMatching({ ...settings, sweepEveryMs: 1e9 });
  ended.push(bus.close, runtime.close);
  return {
    ...runtime,
    vault,
    deafen: replica.deafen,
    stopWhen(when: typeof stopWhen) {
      stopWhen = when;
    },
  };
};
type Replica = Awaited<ReturnType<typeof start>>;

const context = () => {
  calls += 1;
  const commandId = derivedId('call', calls);
  return { commandId, correlationId: commandId, actor: 'coordinator' };
};
const yes = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const positionOf = (outcome: Outcome<unknown>) => (outcome.accepted ? outcome.position : undefined);
const tell = (service: string, subject: string, type: IntegrationEventType, data: JsonObject) => {
  calls += 1;
  const event = { id: derivedId('said', calls), type, data, metadata: { v: 1, at: now } };
  return shared.append(`${service}-${subject}`, [event], { expected: 'any' });
};
const settled = async (...replicas: Replica[]) => {
  for (const it of replicas) await it.settled();
};

/** An organisation with Wim, registered at one replica, and a wish for a helper. */
const openTwo = async () => {
  const [one, two] = [await start('one'), await start('two')];
  await tell('offers', organisationId, 'offers.provider-registered.v1', {
    providerId: organisationId,
    kind: 'volunteer-organisation',
    municipality: rijswijk.municipality,
  });
  await settled(one, two);
  const registered = await one.api.registerHelper(registration('Wim'), context());
  const { bookingId, form, span, municipality, bookingAnswerBy } = requestNamed('walk');
  await tell('bookings', bookingIdOf('walk'), 'bookings.helper-wanted.v1', {
    ...{ bookingId, householdId, form, municipality },
    ...{ offerId: derivedId('offer'), providerId: organisationId, span: { ...span }, languages: ['nl'] },
    answerBy: bookingAnswerBy,
  });
  await settled(one, two);
  const matchId = matchIdOf('walk');
  const helperId = helperIdOf('Wim');
  return { one, two, matchId, helperId, registered };
};

test('a helper registered at one replica is in the lists of the other, for who waits', async () => {
  const { one, two, matchId } = await openTwo();
  const hear = two.deafen();
  const waitFor = positionOf(await one.api.registerHelper(registration('Rob'), context()));
  const page = PageRequest.parse({});
  const helpers = two.api.listHelpers({ organisationId, waitFor, page });
  const candidates = two.api.listCandidates({ matchId, first: 10, waitFor });
  hear();
  expect((await helpers).items.map(({ item }) => item.name).toSorted()).toEqual(['Rob', 'Wim']);
  expect((await candidates).map(({ helperId }) => helperId).toSorted()).toEqual(
    [helperIdOf('Rob'), helperIdOf('Wim')].toSorted(),
  );
  expect((await two.api.listMatches({ organisationId, page })).items.length).toBe(1);
});

test('an answer left half done is finished, whichever replica stopped and whichever works', async () => {
  const { one, two, matchId, helperId } = await openTwo();
  yes(await two.api.proposeHelper({ matchId, helperId }, context()));
  two.stopWhen((type) => type === 'HelperMatched');
  const answering = two.api.answerProposal({ matchId, helperId, answer: 'yes' }, context());
  await expect(answering).rejects.toThrow(UnavailableError);
  await comesTrue(async () => (await one.api.findMatch({ matchId }))?.status === 'matched');
  expect((await two.api.findHelper({ helperId }))?.assignments.length).toBe(1);
  await settled(one, two);
  expect(await one.rebuildAndCompare(':memory:')).toEqual([]);
});

test('a yes that two replicas hear at once is one appointment', async () => {
  const { one, two, matchId, helperId } = await openTwo();
  yes(await one.api.proposeHelper({ matchId, helperId }, context()));
  await settled(one, two);
  const both = await Promise.all(
    [one, two].map(({ api }) => api.answerProposal({ matchId, helperId, answer: 'yes' }, context())),
  );
  expect(both.some(({ accepted }) => accepted)).toBe(true);
  expect((await one.api.findHelper({ helperId }))?.assignments.length).toBe(1);
});

test('a helper who is forgotten is gone from the memory of every replica', async () => {
  const { one, two, helperId } = await openTwo();
  for (const { api } of [one, two]) expect((await api.findHelper({ helperId }))?.name).toBe('Wim');
  await tell('bookings', helperId, 'bookings.person-forgotten.v1', { personId: helperId });
  await settled(one, two);
  await settled(one, two);
  for (const { api, vault } of [one, two]) {
    expect((await api.findHelper({ helperId }))?.name ?? null).toBeNull();
    await expect(vault.prepare([helperId])).rejects.toHaveProperty('name', 'PersonForgottenError');
  }
  expect(await keys.isForgotten(helperId)).toBe(true);
});
