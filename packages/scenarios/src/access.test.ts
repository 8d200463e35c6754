import { globalId } from '@adempauze/gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from './client.ts';
import { type PlayedHouse, playHouse } from './played-house.fixtures.ts';
import { people } from './world.ts';

/*
 * What is not yours looks as if it were not there, by every road, on the real marketplace: the answer to an id that
 * exists and is somebody else's is, letter by letter, the answer to an id that does not exist.
 */

let house: PlayedHouse;

/** Who sees the thing of this type: that of the stories played, so it is known whose it is. */
const seers: Readonly<Record<string, readonly string[]>> = {
  Household: ['fatima', 'nora', 'beheer'],
  Booking: ['fatima', 'nora', 'de-vliet', 'beheer'],
  Claim: ['fatima', 'nora', 'de-vliet', 'rijswijk', 'beheer'],
  Invoice: ['rijswijk', 'de-vliet', 'beheer'],
  Entitlement: ['fatima', 'nora', 'rijswijk'],
  Budget: ['anke', 'hillegom', 'beheer'],
  Match: ['carla'],
  Helper: ['carla'],
  Resource: ['de-vliet'],
  Pot: ['rijswijk', 'beheer'],
};
const accounts = Object.keys(people);
const types = Object.keys(seers);

beforeAll(async () => {
  house = await playHouse('access');
}, 60_000);
afterAll(() => house?.stop(), 30_000);

const thing = (type: string): string => house.idOf(type);
const absent = (type: string): string => globalId(type, house.ids.next());
const everybody = async (): Promise<(readonly [string, Session])[]> => [
  ...(await Promise.all(accounts.map(async (it) => [it, await house.client.as(it)] as const))),
  ['visitor', house.client.visitor()],
];

/** Asks the same of a thing that exists and of one that does not; who does not see it must not see a difference. */
const compare = async (
  road: string,
  type: string,
  document: string,
  allowed = seers[type] ?? [],
): Promise<string[]> => {
  const wrong: string[] = [];
  for (const [account, session] of await everybody()) {
    const there = await session.raw(document, { id: thing(type) });
    const missing = await session.raw(document, { id: absent(type) });
    const isSame = there.body === missing.body && there.status === missing.status;
    if (allowed.includes(account) === isSame) {
      wrong.push(`${account} ${isSame ? 'does not see' : 'can tell'} ${road}: ${there.body.slice(0, 200)}`);
    }
  }
  return wrong;
};

describe.each(types)('%s', (type) => {
  test('by its node id', async () => {
    const document = 'query ($id: ID!) { node(id: $id) { __typename } }';
    expect(await compare(`node of ${type}`, type, document)).toEqual([]);
  });
  test('among several nodes', async () => {
    const document = 'query ($id: ID!) { nodes(ids: [$id, $id]) { __typename } }';
    expect(await compare(`nodes of ${type}`, type, document)).toEqual([]);
  });
});

describe('a field of its own', () => {
  type Road = readonly [road: string, type: string, document: string, allowed?: readonly string[] | undefined];
  const roads: readonly Road[] = [
    ['household', 'Household', 'query ($id: ID!) { household(id: $id) { __typename } }'],
    ['booking', 'Booking', 'query ($id: ID!) { booking(id: $id) { __typename } }'],
    ['booking asOf', 'Booking', 'query ($id: ID!) { booking(id: $id, asOf: "2026-05-01T00:00:00Z") { __typename } }'],
    ['claim', 'Claim', 'query ($id: ID!) { claim(deliveryId: $id) { __typename } }'],
    ['claim of a booking', 'Booking', 'query ($id: ID!) { claim(bookingId: $id) { __typename } }', seers.Claim],
    ['invoice', 'Invoice', 'query ($id: ID!) { invoice(id: $id) { __typename } }'],
    ['entitlement', 'Entitlement', 'query ($id: ID!) { entitlement(id: $id) { __typename } }'],
    ['budget', 'Budget', 'query ($id: ID!) { budget(id: $id) { __typename } }'],
    ['match', 'Match', 'query ($id: ID!) { match(id: $id) { __typename } }'],
    ['resource', 'Resource', 'query ($id: ID!) { resource(id: $id) { __typename } }'],
    [
      'entitlements',
      'Household',
      'query ($id: ID!) { entitlements(household: $id) { __typename } }',
      ['fatima', 'nora'],
    ],
    [
      'bookings of a household',
      'Household',
      'query ($id: ID!) { bookings(filter: { household: $id }) { edges { cursor } pageInfo { hasNextPage endCursor } } }',
      ['fatima', 'nora', 'beheer', 'de-vliet'],
    ],
    [
      'invoices of a household',
      'Household',
      'query ($id: String!) { invoices(payer: { kind: CAREGIVER, id: $id }) { edges { cursor } pageInfo { endCursor } } }',
      ['fatima', 'nora', 'beheer'],
    ],
  ];
  test.each(roads.map((road) => [road[0], road] as const))('%s', async (_name, [road, type, document, allowed]) => {
    expect(await compare(road, type, document, allowed)).toEqual([]);
  });
});

describe('a cursor of somebody else', () => {
  const cursorOf = async (account: string, document: string, variables: object = {}): Promise<string> => {
    const { body } = await (await house.client.as(account)).raw(document, variables);
    return /"(?:cursor|endCursor)":"([^"]+)"/.exec(body)?.[1] ?? '';
  };
  const mineOf = 'query ($after: String) { households(after: $after) { edges { node { id } } } }';
  const bookingsOf =
    'query ($household: ID!, $after: String) { bookings(filter: { household: $household }, after: $after) { edges { node { id } } } }';

  test('gives no household of theirs', async () => {
    const after = await cursorOf('nora', '{ households { edges { cursor } } }');
    expect(after).not.toBe('');
    for (const account of ['jan', 'els', 'anke']) {
      const { body } = await (await house.client.as(account)).raw(mineOf, { after });
      expect(body).not.toContain(thing('Household'));
    }
  });
  test('gives no booking of theirs', async () => {
    const household = thing('Household');
    const after = await cursorOf(
      'nora',
      'query ($household: ID!) { bookings(filter: { household: $household }, first: 1) { pageInfo { endCursor } } }',
      { household },
    );
    expect(after).not.toBe('');
    for (const account of ['jan', 'els', 'anke', 'carla', 'duinroos', 'rijswijk', 'zekerzorg']) {
      const { body } = await (await house.client.as(account)).raw(bookingsOf, { household, after });
      const missing = await (await house.client.as(account)).raw(bookingsOf, { household: absent('Household'), after });
      expect({ account, body }).toEqual({ account, body: missing.body });
    }
  });
});

describe('live updates', () => {
  /** The first thing that comes, or how it ended. */
  const listen = async (session: Session, id: string): Promise<string> => {
    const operation = {
      name: 'bookingChanged',
      document: 'subscription ($id: ID!) { bookingChanged(id: $id) { __typename } }',
      decode: (data: unknown) => JSON.stringify(data),
    };
    try {
      for await (const event of session.watch(operation, { id }, AbortSignal.timeout(5_000))) return event;
      return 'ended';
    } catch (error) {
      return error instanceof Error ? error.message : 'failed';
    }
  };
  test('of a booking that is not theirs are those of no booking', async () => {
    for (const [account, session] of await everybody()) {
      const there = await listen(session, thing('Booking'));
      const missing = await listen(session, absent('Booking'));
      const isSeer = seers.Booking?.includes(account) === true;
      expect({ account, differs: there !== missing }).toEqual({ account, differs: isSeer });
    }
  }, 30_000);
});

describe('a command', () => {
  const commands: readonly (readonly [name: string, type: string, input: string])[] = [
    ['confirmBooking', 'Booking', 'bookingId: $id'],
    ['cancelBooking', 'Booking', 'bookingId: $id'],
    ['acceptBooking', 'Booking', 'bookingId: $id'],
    ['declineBooking', 'Booking', 'bookingId: $id, reason: CLOSED'],
    ['recordDelivery', 'Booking', 'bookingId: $id, quantity: 100'],
    ['withdrawMandate', 'Household', 'householdId: $id, mandateId: "00000000-0000-4000-8000-000000000000"'],
    ['grantMandate', 'Household', 'householdId: $id, accountId: "somebody"'],
    ['changeContactPerson', 'Household', 'householdId: $id, contactPerson: { accountId: "somebody", name: "Iemand" }'],
    ['extendEntitlement', 'Entitlement', 'entitlementId: $id'],
    ['spendBudget', 'Budget', 'budgetId: $id, amountCents: 100'],
    ['closeMatch', 'Match', 'matchId: $id'],
    [
      'withdrawTimes',
      'Resource',
      'resourceId: $id, spans: [{ from: "2026-01-05T08:00:00Z", until: "2026-01-05T09:00:00Z" }]',
    ],
  ];
  test.each(commands)('%s on what is not theirs is answered as for what is not there', async (name, type, input) => {
    const document =
      `mutation ($id: ID!, $key: String!) { ${name}(input: { idempotencyKey: $key, ${input} }) ` +
      '{ __typename ... on Rejected { code message facts { name value } } } }';
    const differs: string[] = [];
    for (const [account, session] of await everybody()) {
      if (seers[type]?.includes(account)) continue;
      const there = await session.raw(document, { id: thing(type), key: house.ids.next() });
      const missing = await session.raw(document, { id: absent(type), key: house.ids.next() });
      if (there.body !== missing.body) differs.push(`${account}: ${there.body} / ${missing.body}`);
      if (!there.body.includes('Rejected') && !there.body.includes('UNAUTHENTICATED'))
        differs.push(`${account}: ${there.body}`);
    }
    expect(differs).toEqual([]);
  });
});
