import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { createSchema } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { defaultLimits } from '../dependencies.ts';
import { createDocuments } from './documents.ts';
import { createExecutor } from './execute.ts';

const Code = new GraphQLScalarType({
  name: 'Code',
  parseValue(value) {
    if (typeof value === 'string' && /^[A-Z]{2}$/.test(value)) return value;
    throw new GraphQLError('A code is two capitals.');
  },
});
/** The order of fields means nothing. */
const inOrder = (_key: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const schema = createSchema({
  typeDefs: `
    scalar Code
    enum Colour { RED BLUE }
    input Span { from: Code! until: Code }
    input Wish { id: ID! spans: [Span!]! colour: Colour = RED much: Int times: Float said: String sure: Boolean }
    type Query { echo(wish: Wish, codes: [Code!], counts: [Int]!, id: ID! = "standard", sure: Boolean): String! }`,
  resolvers: { Code, Query: { echo: (_root: unknown, given: unknown) => JSON.stringify(given, inOrder) } },
});
const query = `query Q($wish: Wish, $codes: [Code!], $counts: [Int]!, $id: ID!, $sure: Boolean = true) {
  echo(wish: $wish, codes: $codes, counts: $counts, id: $id, sure: $sure) }`;
const silent = { debug() {}, info() {}, warn() {}, error() {} } as never;
// Nothing here asks the context for anything.
const context = { correlationId: 'a-correlation-id' } as Context;
const ask = (execute: ReturnType<typeof createExecutor>, variables: Readonly<Record<string, unknown>>) =>
  execute({ query, operationName: undefined, variables }, context);
const fresh = () =>
  createExecutor({ schema, documents: createDocuments(schema, defaultLimits), limits: defaultLimits, log: silent });
/** Asked so often that it was compiled. */
const compiled = async () => {
  const execute = fresh();
  for (let time = 0; time < 5; time += 1) await ask(execute, { counts: [], id: '1' });
  return execute;
};

const scalar = fc.oneof(
  ...[fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(2 ** 31)],
  fc.constantFrom('AB', 'RED', 'BLUE', 'GREEN', '__proto__', [], {}),
);
const field = <T>(good: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: good as fc.Arbitrary<unknown> }, scalar);
const listOf = (good: fc.Arbitrary<unknown>) => fc.oneof(fc.array(field(good), { maxLength: 3 }), field(good));
const code = fc.constantFrom('AB', 'XY');
const span = fc.record({ from: field(code), until: field(code), more: scalar }, { requiredKeys: [] });
const wish = fc.record(
  {
    ...{ id: field(fc.oneof(fc.string(), fc.integer())), spans: listOf(span), colour: field(fc.constant('BLUE')) },
    ...{ much: field(fc.integer()), times: field(fc.double()), said: field(fc.string()), sure: field(fc.boolean()) },
    ...{ unknown: scalar },
  },
  { requiredKeys: ['id', 'spans'] },
);
const anyVariables = fc.record(
  {
    ...{ wish: field(wish), codes: listOf(code), counts: listOf(fc.integer()) },
    ...{ id: field(fc.string()), sure: field(fc.boolean()) },
  },
  { requiredKeys: ['counts', 'id'] },
);

test('whatever is sent is answered alike before and after the document was compiled', async () => {
  const [plain, quick] = [fresh(), await compiled()];
  let refused = 0;
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(anyVariables, async (given) => {
      // As it comes over the wire.
      const variables = JSON.parse(JSON.stringify(given));
      const expected = await ask(fresh(), variables);
      expect(await ask(quick, variables)).toEqual(expected);
      if (expected.errors) refused += 1;
      else answered += 1;
    }),
    { numRuns: 200 },
  );
  expect(await ask(plain, { counts: [1], id: '1' })).toHaveProperty('data');
  expect([refused, answered].every((times) => times > 10)).toBe(true);
});

test('where much is wrong, little is said, however much was sent', async () => {
  const execute = await compiled();
  const counts = Array.from({ length: 30_000 }, () => 'x');
  const { errors } = await ask(execute, { counts, id: '1' });
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.extensions?.errors).toHaveLength(20);
});
