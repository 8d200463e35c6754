import { Instant } from '@adempauze/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { demonstrationIdentity } from '../sign-in/embedded.ts';
import { type RemoteGateway, startRemoteGateway } from '../testing/remote-gateway.ts';
import { type RemoteMarketplace, startRemoteMarketplace } from '../testing/remote-marketplace.ts';
import type { Answered } from '../testing/start-gateway.ts';

/* What the gateway tells of services that are other processes, and what an operator does with them. */

let remote: RemoteMarketplace;
let gateway: RemoteGateway;
beforeAll(async () => {
  remote = await startRemoteMarketplace();
});
afterAll(() => remote.close());
beforeEach(async () => {
  gateway = await startRemoteGateway(remote);
});
afterEach(async () => {
  await gateway.close();
  await remote.restore();
});

describe('readiness', () => {
  const ready = async () => {
    const response = await fetch(`${gateway.origin}/health/ready`);
    return { status: response.status, checks: ((await response.json()) as { checks: Record<string, unknown> }).checks };
  };
  test('tells how every service is, and stands while there is something to serve', async () => {
    expect(await ready()).toMatchObject({
      status: 200,
      checks: { offers: { ok: true, detail: '2 of 2 ready' }, 'something to serve': { ok: true } },
    });
    await remote.killAll('invoicing', 'offers');
    await remote.first('bookings').kill();
    expect(await ready()).toMatchObject({
      status: 200,
      checks: {
        invoicing: { ok: false, detail: expect.stringMatching(/^0 of 2 ready; 127\.0\.0\.1:\d+ is away/) },
        bookings: { ok: true, detail: expect.stringMatching(/^1 of 2 ready; 127\.0\.0\.1:\d+ is away$/) },
      },
    });
    await remote.killAll('bookings');
    expect(await ready()).toMatchObject({ status: 503, checks: { 'something to serve': { ok: false } } });
  });
  test('the operator sees every replica', async () => {
    await remote.first('matching').kill();
    const { body } = await gateway.ask('{ status { check ok detail } }', {}, 'operator');
    const { status } = body.data as { status: { check: string; ok: boolean; detail: string }[] };
    expect(status).toContainEqual({ check: 'offers-1', ok: true, detail: 'ready, does the work of the group' });
    expect(status).toContainEqual({ check: 'offers-2', ok: true, detail: 'ready, stands by' });
    expect(status.filter(({ ok }) => !ok)).toMatchObject([{ check: expect.stringMatching(/^matching 127/) }]);
  });
});

describe('what an operator does', () => {
  const operator = demonstrationIdentity('operator').accountId;
  const message = (id: number) => ({
    ...{ id, consumer: 'invoicing', key: 'booking-1', type: 'bookings.care-delivered.v1', reason: 'ZodError' },
    ...{ parkedAt: Instant.parse('2027-05-01T00:00:00Z'), attempts: 3 },
  });
  const park = () => {
    for (const it of remote.of('invoicing')) it.parked = [message(1), message(2)];
    for (const it of remote.of('bookings')) it.parked = [message(7)];
  };
  afterEach(() => {
    for (const it of remote.replicas) it.parked = [];
  });

  test('parked messages of all services are one list, page after page', async () => {
    park();
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const query = `query ($after: String) { parked(first: 2, after: $after) {
        edges { node { id consumer } } pageInfo { hasNextPage endCursor } missing } }`;
      const answer: Answered = (await gateway.ask(query, { after }, 'operator')).body;
      const { parked } = answer.data;
      seen.push(...parked.edges.map(({ node }: { node: { id: string } }) => node.id));
      expect(parked.missing).toEqual([]);
      if (!parked.pageInfo.hasNextPage) break;
      after = parked.pageInfo.endCursor;
    }
    expect(seen).toEqual(['bookings:7', 'invoicing:1', 'invoicing:2']);
  });

  test('a service that cannot be asked is named', async () => {
    park();
    await remote.killAll('invoicing');
    const query = '{ parked { edges { node { id } } missing } operatorActions { missing } }';
    const { body } = await gateway.ask(query, {}, 'operator');
    expect(body.data).toEqual({
      parked: { edges: [{ node: { id: 'bookings:7' } }], missing: ['invoicing'] },
      operatorActions: { missing: ['invoicing'] },
    });
  });

  test('is done by the replica whose turn it is, in the name of who did it', async () => {
    const [first, second] = remote.of('invoicing');
    if (!first || !second) throw new Error('Two.');
    const replay = `mutation { replayParked(input: { idempotencyKey: "sleutel-replay", messageId: "invoicing:1" }) {
      ... on ReplayParkedAccepted { replay { replayed left failure } } } }`;
    const discard = `mutation { discardParked(input: { idempotencyKey: "sleutel-weg", messageId: "invoicing:2",
      reason: "Dubbel." }) { __typename } }`;
    for (const [working, other] of [
      [first, second],
      [second, first],
    ] as const) {
      Object.assign(working, { working: true });
      Object.assign(other, { working: false });
      const { body } = await gateway.ask(replay, {}, 'operator');
      expect(body.data.replayParked.replay).toEqual({ replayed: 1, left: 0, failure: null });
      expect((await gateway.ask(discard, {}, 'operator')).body.errors).toBeUndefined();
      expect(working.told).toEqual([`replay 1 by ${operator}`, `discard 2 by ${operator}: Dubbel.`]);
    }
    for (const it of [first, second]) it.working = false;
    expect((await gateway.ask(replay, {}, 'operator')).body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    first.working = true;
  });

  test('is told the latest first, over all services', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const query = `query ($after: String) { operatorActions(first: 5, after: $after) {
        edges { node { at messageId } } pageInfo { hasNextPage endCursor } } }`;
      const answer: Answered = (await gateway.ask(query, { after }, 'operator')).body;
      const { operatorActions } = answer.data;
      seen.push(...operatorActions.edges.map(({ node }: { node: { at: string } }) => node.at));
      if (!operatorActions.pageInfo.hasNextPage) break;
      after = operatorActions.pageInfo.endCursor;
    }
    expect(seen).toHaveLength(12);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(new Set(seen).size).toBe(12);
  });

  test('moving the clock reaches every replica that is there', async () => {
    await remote.first('matching').kill();
    const { body } = await gateway.ask(
      `mutation { moveClock(input: { idempotencyKey: "sleutel-klok", to: "2027-06-01T00:00:00Z" }) { __typename } }`,
      {},
      'operator',
    );
    expect(body.data.moveClock).toEqual({ __typename: 'MoveClockAccepted' });
    expect(gateway.moves).toEqual(['2027-06-01T00:00:00.000Z']);
    // Nudged, settled until nothing new came, and once more.
    for (const it of remote.replicas.filter(({ name }) => name !== 'matching-1')) {
      expect(it.told.filter((what) => what === 'nudge place-7')).toHaveLength(2);
      expect(it.told[0]).toBe('nudge place-7');
      expect(it.told.at(-1)).toBe('settled');
    }
  });
});
