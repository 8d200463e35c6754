import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildSchema, lexicographicSortSchema, printSchema, validateSchema } from 'graphql';
import { printedSchema, schema } from './schema.ts';

test('the schema is the committed one: `npm run schema` writes it anew', () => {
  const committed = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  // Printed again: the file itself is laid out by the formatter.
  expect(printedSchema()).toBe(`${printSchema(lexicographicSortSchema(committed))}\n`);
});

test('and GraphQL finds nothing wrong with it', () => {
  expect(validateSchema(schema)).toEqual([]);
});
