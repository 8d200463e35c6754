import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { defaultLimits } from '../dependencies.ts';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const times = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');
const nested = (depth: number) =>
  `{ __schema { ${'types { fields { type { '.repeat(depth)} name ${'} } }'.repeat(depth)} } }`;

test.each([
  ['depth', nested(20), 'nested deeper than 12'],
  ['aliases of one field', `{ forms { ${times(21, (n) => `a${n}: nl`)} } }`, 'more than 20 other names'],
  ['things at once', `{ ${times(21, (n) => `a${n}: now`)} }`, 'More than 20 things'],
  ['words', `{ ${times(1001, () => 'now now')} }`, 'more than 2000 words'],
  ['operations in one document', times(21, (n) => `query Q${n} { now }`), 'More than 20 operations'],
  [
    'cost, by long lists in lists',
    '{ providers(first: 100) { edges { node { id } } } offers(first: 100) { edges { node { tariffs { from priceCents vat } provider { name place { name lat lon } } form { id nl en unit } place { name lat lon municipalityCode } languages conditionsServed title summary } } } matchQueue(first: 100) { edges { node { candidates(first: 50) { name travelKm available reasons } } } } }',
    'its cost is over 20000',
  ],
  ['fragments that grow', growing(9), 'its cost is over 20000'],
])('%s', async (_limit, query, message) => {
  const { body } = await gateway.ask(query);
  expect(body.data).toBeUndefined();
  expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'LIMIT_EXCEEDED' } });
  expect(body.errors?.[0]?.message).toContain(message);
});
function growing(generations: number) {
  const last = `fragment F${generations} on Form { nl }`;
  const fragments = times(generations, (n) => `fragment F${n} on Form { ${`...F${n + 1} `.repeat(4)} }`);
  return `{ forms { ...F0 } } ${fragments} ${last}`;
}

test('a variable counts as what it asks for', async () => {
  const query =
    'query ($first: Int!) { matchQueue(first: 100) { edges { node { candidates(first: $first) { name travelKm available reasons } } } } }';
  expect((await gateway.ask(query, { first: 2 }, 'coordinator')).body.errors).toBeUndefined();
  const { body } = await gateway.ask(query, { first: 100 }, 'coordinator');
  expect(body.errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
});

test.each(['application/json', 'text/event-stream'])('also by GET, for %s', async (accept) => {
  const query =
    'query ($first: Int!) { matchQueue(first: 100) { edges { node { candidates(first: $first) { name travelKm available reasons } } } } }';
  const ask = new URLSearchParams({ query, variables: '{"first":100}' });
  const answer = await fetch(`${gateway.origin}/graphql?${ask}`, { headers: { accept } });
  expect(await answer.text()).toContain('LIMIT_EXCEEDED');
});

test('fragments in a circle are refused, not followed', async () => {
  const { body } = await gateway.ask('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }');
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('the whole introspection query of the usual tools fits', async () => {
  expect((await gateway.ask(getIntrospectionQuery())).body.errors).toBeUndefined();
});

test('what takes too long is answered in time', async () => {
  const slow = await startGateway({ settings: slowSettings });
  try {
    const never = new Promise<never>(() => {});
    Object.assign(slow.offers, { findOffer: () => never });
    const { body } = await slow.ask(`{ offer(id: "${idOf('offer')}") { id } }`);
    expect(body.errors?.[0]?.extensions.code).toBe('TIMEOUT');
  } finally {
    await slow.close();
  }
});
const slowSettings = { origin: 'http://127.0.0.1:1', host: '127.0.0.1', limits: { ...defaultLimits, timeoutMs: 50 } };
