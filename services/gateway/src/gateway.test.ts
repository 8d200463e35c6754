import { ConflictError, derivedId, UnavailableError } from '@adempauze/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId } from './schema/ids.ts';
import { idOf } from './testing/fake-basics.ts';
import { type Answered, startGateway, type TestGateway } from './testing/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.called.length = 0;
});

const codesOf = (body: Answered) => body.errors?.map((it) => it.extensions.code);
const confirm = `mutation ($input: ConfirmBookingInput!) { confirmBooking(input: $input) {
  ... on ConfirmBookingAccepted { position booking { id ownCostCents } }
  ... on Rejected { code nl: message en: message(language: en) facts { name value } } } }`;
const confirmation = { input: { idempotencyKey: 'een-sleutel-1', bookingId: idOf('booking') } };

describe('the main road', () => {
  const search = `query ($near: String!, $first: Int) {
    searchOffers(near: $near, from: "2027-05-01T00:00:00Z", until: "2027-06-01T00:00:00Z", first: $first) {
      edges { cursor node { travelKm offer { id title provider { name } } times { resourceId priceCents } } }
      pageInfo { hasNextPage endCursor } } }`;
  test('a visitor searches without signing in, the same way each time', async () => {
    const first = await gateway.ask(search, { near: 'Rijswijk', first: 5 });
    expect(first.body.data.searchOffers.edges).toHaveLength(5);
    // By now it runs compiled.
    for (let n = 0; n < 5; n++)
      expect((await gateway.ask(search, { near: 'Rijswijk', first: 5 })).text).toBe(first.text);
  });
  test('a place may be a postcode, and an unknown one is bad input', async () => {
    expect((await gateway.ask(search, { near: '2284 AB' })).body.errors).toBeUndefined();
    const { body } = await gateway.ask(search, { near: 'Atlantis' });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', errors: [{ pointer: '#/near' }] });
  });
  test('a caregiver confirms, and is told the place in the log', async () => {
    const { body } = await gateway.ask(confirm, confirmation, 'caregiver');
    expect(body.data.confirmBooking).toEqual({
      position: '0042',
      booking: { id: globalId('Booking', idOf('booking')), ownCostCents: 2300 },
    });
  });
  test('the same key is the same command, for one account and one mutation only', async () => {
    await gateway.ask(confirm, confirmation, 'caregiver');
    await gateway.ask(confirm, confirmation, 'caregiver');
    await gateway.ask(confirm, confirmation, 'professional');
    const [first, second, third] = gateway.called.map((it) => it.commandId);
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });
  test('an id that the caller did not choose is the same when the key is', async () => {
    const query = 'mutation ($input: OpenPotInput!) { openPot(input: $input) { __typename } }';
    const input = { idempotencyKey: 'een-sleutel-2', name: 'Eén pot', municipalityCodes: ['0603'], amountCents: 100 };
    await gateway.ask(query, { input }, 'operator');
    await gateway.ask(query, { input }, 'operator');
    await gateway.ask(query, { input: { ...input, idempotencyKey: 'een-sleutel-3' } }, 'operator');
    const ids = gateway.called.map((it) => (it.input as { potId: string }).potId);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
  });
  test('who asked is taken from the token, never from the input', async () => {
    const query = 'mutation ($input: RequestBookingInput!) { requestBooking(input: $input) { __typename } }';
    const span = { from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' };
    const input = { householdId: idOf('household'), offerId: idOf('offer'), span, placeOfService: 'PROVIDER' };
    await gateway.ask(query, { input: { ...input, idempotencyKey: 'een-sleutel-4' } }, 'caregiver');
    const { body } = await gateway.ask(
      query,
      { input: { ...input, idempotencyKey: 'een-sleutel-5', requestedBy: 'iemand-anders' } },
      'caregiver',
    );
    expect(codesOf(body)).toEqual(['BAD_USER_INPUT']);
    expect(gateway.called).toHaveLength(1);
    expect(gateway.called[0]?.input).toMatchObject({
      requestedBy: derivedId('account', 'urn:adempauze:embedded-sign-in', 'caregiver'),
    });
  });
});

describe('when the answer is no', () => {
  test('a rule says no in plain Dutch and English, with euros and days as people write them', async () => {
    gateway.answerNext({ code: 'scheme-cap-reached', facts: { overCents: 200, leftCents: 171_600 } });
    const { body } = await gateway.ask(confirm, confirmation, 'caregiver');
    expect(body.data.confirmBooking).toEqual({
      code: 'scheme-cap-reached',
      nl: 'Dit past niet meer in de regeling: EUR 2,00 te veel. Er is nog EUR 1.716,00.',
      en: 'This no longer fits the scheme: EUR 2.00 too much. There is EUR 1,716.00 left.',
      facts: [
        { name: 'overCents', value: '200' },
        { name: 'leftCents', value: '171600' },
      ],
    });
  });
  test('a moment is told in Amsterdam time', async () => {
    gateway.answerNext({ code: 'hold-expired', facts: { expiresAt: '2027-05-02T21:59:00.000Z' } });
    const { body } = await gateway.ask(confirm, confirmation, 'caregiver');
    expect(body.data.confirmBooking.nl).toContain('zondag 2 mei om 23:59');
  });
  test.each([
    ['CONFLICT', new ConflictError('somebody was first')],
    ['UNAVAILABLE', new UnavailableError('the store is closing', 2000)],
    ['INTERNAL', new Error('geheim: Fatima')],
  ])('what goes wrong is an error: %s', async (code, error) => {
    gateway.answerNext(error);
    const { body, text } = await gateway.ask(confirm, confirmation, 'caregiver');
    expect(codesOf(body)).toEqual([code]);
    expect(text).not.toMatch(/geheim|Fatima|store/);
  });
  test('what has the wrong shape is named by its place, never repeated', async () => {
    const input = { idempotencyKey: 'kort', bookingId: 'Fatima Jansen' };
    const wrongKey = await gateway.ask(confirm, { input }, 'caregiver');
    expect(wrongKey.body.errors?.[0]?.extensions.errors).toMatchObject([{ pointer: '#/input/idempotencyKey' }]);
    const wrongId = await gateway.ask(confirm, { input: { ...input, idempotencyKey: 'lang-genoeg' } }, 'caregiver');
    expect(wrongId.body.errors?.[0]?.extensions.errors).toMatchObject([{ pointer: '#/input/bookingId' }]);
    const wrongType = await gateway.ask(confirm, { input: { idempotencyKey: {}, bookingId: 'Fatima' } }, 'caregiver');
    expect(wrongType.body.errors?.[0]?.extensions.errors).toMatchObject([{ pointer: '#/input/idempotencyKey' }]);
    expect(wrongKey.text + wrongId.text + wrongType.text).not.toContain('Fatima');
  });
  test('nor when it is written into the query', async () => {
    const { body, text } = await gateway.ask('{ booking(id: {naam: "Fatima"}) { id } now(x: "Fatima") }');
    expect(codesOf(body)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    expect(text).not.toContain('Fatima');
  });
});

describe('asOf and the demonstration’s clock', () => {
  test('permission is judged by now, whatever moment is asked for', async () => {
    const query = `query ($id: ID!) { booking(id: $id, asOf: "2027-01-01T00:00:00Z") { id } }`;
    const of = async (key: string) => (await gateway.ask(query, { id: idOf(key) }, 'caregiver')).body.data.booking;
    expect(await of('booking')).not.toBeNull();
    expect(await of('other-booking')).toBeNull();
  });
  test('the clock moves forward only', async () => {
    const move = (to: string) =>
      gateway.ask(
        `mutation { moveClock(input: { idempotencyKey: "klok-${to}", to: "${to}" }) {
          ... on MoveClockAccepted { clock { now } } ... on Rejected { code } } }`,
        {},
        'operator',
      );
    expect((await move('2027-06-01T00:00:00Z')).body.data.moveClock.clock.now).toBe('2027-06-01T00:00:00.000Z');
    expect((await move('2027-05-01T00:00:00Z')).body.data.moveClock.code).toBe('clock-moves-forward-only');
  });
});

describe('over HTTP', () => {
  test('every answer carries a correlation id, the caller’s own if it is one', async () => {
    const own = await gateway.post('{"query":"{now}"}', { 'x-correlation-id': 'mijn-eigen-draad' });
    expect(own.headers.get('x-correlation-id')).toBe('mijn-eigen-draad');
    const made = await gateway.post('nonsense', { 'x-correlation-id': 'te kort' });
    expect(made.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
  test.each([
    ['no JSON', '{"query":', {}, 400],
    ['a list of requests', '[{"query":"{now}"},{"query":"{now}"}]', {}, 400],
    ['no query', '{"variables":{}}', {}, 400],
    ['variables that are none', '{"query":"{now}","variables":"x"}', {}, 400],
    ['a body of its own kind', '{"query":"{now}"}', { 'content-type': 'text/plain' }, 415],
    ['more than 100 kB', JSON.stringify({ query: `{now} #${'x'.repeat(100_000)}` }), {}, 413],
    ['a token of nobody', '{"query":"{now}"}', { authorization: 'Bearer a.b.c' }, 401],
    ['another way to sign in', '{"query":"{now}"}', { authorization: 'Basic Zm9vOmJhcg==' }, 401],
  ])('%s', async (_what, body, headers, status) => {
    const response = await gateway.post(body, headers);
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as Answered;
    expect(errors).toHaveLength(1);
  });
  test('the newer media type says 400 where nothing was run', async () => {
    const accept = 'application/graphql-response+json';
    expect((await gateway.post('{"query":"{nothing}"}', { accept })).status).toBe(400);
    expect((await gateway.post('{"query":"{now}"}', { accept })).headers.get('content-type')).toContain(accept);
  });
  test('a query may come by GET, a mutation may not', async () => {
    const get = (query: string) =>
      fetch(`${gateway.origin}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { accept: 'application/json' },
      });
    expect(await (await get('{now}')).json()).toHaveProperty('data.now');
    const refused = await get(
      'mutation { billMonth(input: { idempotencyKey: "12345678", month: "2027-04" }) { __typename } }',
    );
    expect(refused.status).toBe(405);
    expect(gateway.called).toEqual([]);
  });
  test('a browser gets GraphiQL, and a first page', async () => {
    const page = await fetch(`${gateway.origin}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('Authorization');
    expect(await (await fetch(gateway.origin)).text()).toContain('Even op adem');
  });
  test('introspection is open: the schema is public', async () => {
    const { body } = await gateway.ask('{ __schema { queryType { name } } __type(name: "Booking") { name } }');
    expect(body.data.__type.name).toBe('Booking');
  });
  test('health and metrics are here', async () => {
    expect((await fetch(`${gateway.origin}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${gateway.origin}/metrics`)).text()).toContain('graphql_request_duration_seconds');
  });
});
