import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { globalId } from '../schema/ids.ts';
import { idOf } from '../testing/fake-basics.ts';
import { type RemoteGateway, startRemoteGateway } from '../testing/remote-gateway.ts';
import { type RemoteMarketplace, startRemoteMarketplace } from '../testing/remote-marketplace.ts';
import type { Answered } from '../testing/start-gateway.ts';

/* The gateway in front of services that are other processes, which come and go. */

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

const search = `{ searchOffers(near: "Rijswijk", from: "2027-05-01T00:00:00Z", until: "2027-06-01T00:00:00Z", first: 2) {
  edges { node { offer { title provider { name } } } } } }`;
const booking = `{ booking(id: "${idOf('booking-helper-delivered')}") {
  status household { caregiver { name } } offer { title } provider { name } helperName claim { costCents } } }`;
const award = `mutation ($input: AwardSchemeInput!) { awardScheme(input: $input) { __typename ... on Rejected { code } } }`;
const confirm = `mutation ($input: ConfirmBookingInput!) { confirmBooking(input: $input) {
  __typename ... on ConfirmBookingAccepted { booking { status household { municipalityCode } } } } }`;
const confirmation = (key: string) => ({ input: { idempotencyKey: key, bookingId: idOf('booking') } });
const awarding = { schemeId: idOf('scheme'), householdId: idOf('household'), startsOn: '2027-05-01', rateCents: 3300 };

const failuresOf = ({ errors }: Answered) => errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
const asked = () => remote.replicas.flatMap((it) => it.asked).toSorted();

describe('all is well', () => {
  test('every service is reached, and what a request needs twice is asked once', async () => {
    const { body } = await gateway.ask(booking, {}, 'caregiver');
    expect(body.errors).toBeUndefined();
    expect(body.data.booking).toMatchObject({ status: 'DELIVERED', claim: { costCents: 13800 } });
    // Whether it is theirs and what was asked of it need the same household.
    expect(asked()).toEqual(
      ['findBooking', 'findHousehold', 'findOffer', 'findProvider', 'findHelper', 'findClaimOfBooking'].toSorted(),
    );
  });

  test('twenty hits of one provider need two calls', async () => {
    const { body } = await gateway.ask(search.replace('first: 2', 'first: 20'));
    expect(body.data.searchOffers.edges).toHaveLength(20);
    expect(asked()).toEqual(['findProvider', 'search']);
  });

  test('what a mutation answers is looked up after the change', async () => {
    const { body } = await gateway.ask(confirm, confirmation('sleutel-volgorde'), 'caregiver');
    expect(body.data.confirmBooking.booking.household.municipalityCode).toBe('0603');
    const order = remote.of('bookings').flatMap((it) => it.asked);
    expect(order.filter((it) => it === 'findHousehold')).toHaveLength(2);
  });
});

describe('one replica', () => {
  test.each(['is gone', 'hangs'])('that %s is noticed by nobody', async (how) => {
    for (const service of ['offers', 'bookings'] as const) {
      if (how === 'hangs') remote.first(service).hang(true);
      else await remote.first(service).kill();
    }
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => [
        await gateway.ask(confirm, confirmation(`sleutel-${how}-${n}`), 'caregiver'),
        await gateway.ask(search),
      ]),
    );
    for (const { body } of answers.flat()) expect(body.errors).toBeUndefined();
  });
});

describe('a service that is down', () => {
  test('makes only its own fields null, and says so', async () => {
    await remote.killAll('invoicing', 'matching');
    const { body } = await gateway.ask(booking, {}, 'caregiver');
    expect(failuresOf(body)?.toSorted()).toEqual([
      ['booking.claim', 'UNAVAILABLE'],
      ['booking.helperName', 'UNAVAILABLE'],
    ]);
    expect(body.errors?.[0]?.extensions.retryAfterMs).toBeGreaterThan(0);
    expect(body.data.booking).toMatchObject({
      ...{ status: 'DELIVERED', claim: null, helperName: null },
      ...{ household: { caregiver: { name: expect.any(String) } }, offer: { title: 'Vier uur thuis' } },
    });
  });

  test('leaves search, the catalogue and booking as they are', async () => {
    await remote.killAll('invoicing', 'matching');
    const all = `{ ${search.slice(1, -1)} offers { edges { node { title } } } providers { edges { node { name } } }
      schemes { name } }`;
    const { body } = await gateway.ask(all);
    expect(failuresOf(body)).toEqual([['schemes', 'UNAVAILABLE']]);
    expect(body.data).toMatchObject({ schemes: null, searchOffers: { edges: expect.any(Array) } });
    expect(body.data.offers.edges).toHaveLength(3);
    const outcome = await gateway.ask(confirm, confirmation('sleutel-zonder-geld'), 'caregiver');
    expect(outcome.body.errors).toBeUndefined();
  });

  test('takes nothing from the other mutations of the document', async () => {
    await remote.killAll('invoicing');
    const query = `mutation ($input: ConfirmBookingInput!, $award: AwardSchemeInput!) {
      confirmBooking(input: $input) { __typename } awardScheme(input: $award) { __typename } }`;
    const variables = { ...confirmation('sleutel-eerst'), award: { idempotencyKey: 'sleutel-dan', ...awarding } };
    const { body } = await gateway.ask(query, variables, 'professional');
    expect(body.data).toEqual({ confirmBooking: { __typename: 'ConfirmBookingAccepted' }, awardScheme: null });
    expect(failuresOf(body)).toEqual([['awardScheme', 'UNAVAILABLE']]);
  });

  test('answers a mutation soon, and the same mutation does it when it is back', async () => {
    await remote.killAll('invoicing');
    const variables = { input: { idempotencyKey: 'sleutel-later', ...awarding } };
    const send = () => gateway.ask(award, variables, 'professional');
    for (let n = 0; n < 4; n++) expect(failuresOf((await send()).body)).toEqual([['awardScheme', 'UNAVAILABLE']]);
    const invoicing = remote.services.called.find(({ name }) => name === 'invoicing');
    const before = invoicing?.counts();
    const { body } = await send();
    // Nobody was waited for.
    expect(invoicing?.counts().retries).toBe(before?.retries);
    await remote.startAll();
    expect(body.errors?.[0]?.extensions.retryAfterMs).toBeGreaterThan(0);
    for (let answer = body; answer.errors; answer = (await send()).body) {
      // Who waits as long as was said is answered; others ask more often.
      await new Promise((resolve) => setTimeout(resolve, answer.errors?.[0]?.extensions.retryAfterMs));
    }
    await send();
    const { called } = remote.marketplace;
    const ids = called.filter(({ operation }) => operation === 'awardScheme').map(({ commandId }) => commandId);
    expect(new Set(ids).size).toBe(1);
  });
});

test('live updates go on when the replica that told them is gone', async () => {
  const stop = new AbortController();
  const response = await fetch(`${gateway.origin}/graphql`, {
    method: 'POST',
    signal: stop.signal,
    headers: {
      ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
      authorization: `Bearer ${await gateway.tokenOf('caregiver')}`,
    },
    body: JSON.stringify({ query: `subscription { bookingChanged(id: "${idOf('booking')}") { id status } }` }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const seen: string[] = [];
  const until = async (status: string) => {
    while (!seen.some((it) => it.includes(status))) {
      const { value = '' } = (await reader?.read()) ?? {};
      seen.push(...value.split('\n').filter((line) => line.startsWith('data: {')));
    }
  };
  const { world, changed, watchers } = remote.marketplace;
  const theirs = world.bookings.find((it) => it.bookingId === idOf('booking'));
  if (!theirs) throw new Error('It is there.');
  const before = theirs.status;
  await until('AWAITING_ACCEPTANCE');
  while (watchers() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const watching = remote.of('bookings').find((it) => it.asked.includes('changes'));
  await watching?.kill();
  // While nobody watches; it is seen all the same, since who comes back looks anew.
  theirs.status = 'confirmed';
  changed(theirs.bookingId);
  await until('CONFIRMED');
  theirs.status = 'cancelled';
  changed(theirs.bookingId);
  await until('CANCELLED');
  // Each state once, however often it was looked up.
  expect(seen).toHaveLength(3);
  expect(seen[0]).toContain(globalId('Booking', theirs.bookingId));
  theirs.status = before;
  stop.abort();
  while (watchers() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
