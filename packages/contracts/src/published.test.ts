import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { breakingChanges } from './compatibility.ts';
import { problemPage } from './problem-page.ts';
import { problems } from './problems.ts';
import { asyncApi, eventCatalogue, eventTypes, publishedSchema } from './published.ts';

const schemas = new URL('../schemas/', import.meta.url);
const docs = new URL('../../../docs/', import.meta.url);

describe('what was published', () => {
  test.each(eventTypes)('%s is the committed schema, or a safe change of it', (type) => {
    const committed = JSON.parse(readFileSync(new URL(`${type}.json`, schemas), 'utf8'));
    expect(breakingChanges(committed, publishedSchema(type))).toEqual([]);
    expect(publishedSchema(type)).toEqual(committed);
  });
  test('no published event was dropped from the code', () => {
    const committed = readdirSync(schemas).map((file) => file.replace(/\.json$/, ''));
    expect(committed.sort()).toEqual([...eventTypes].sort());
  });
  test('the pages in docs/ are those of the code', () => {
    expect(readFileSync(new URL('events.md', docs), 'utf8')).toBe(eventCatalogue());
    expect(readFileSync(new URL('problems.md', docs), 'utf8')).toBe(problemPage());
    expect(JSON.parse(readFileSync(new URL('asyncapi.json', docs), 'utf8'))).toEqual(asyncApi());
  });
});

describe('a breaking change is refused', () => {
  const before = {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'kind'],
    properties: {
      id: { type: 'string', maxLength: 36 },
      kind: { type: 'string', enum: ['a', 'b'] },
      many: { type: 'array', items: { type: 'integer' } },
    },
  };
  const property = (name: string, schema: object) => ({
    ...before,
    properties: { ...before.properties, [name]: schema },
  });
  test.each([
    [
      'a property that is gone',
      { ...before, properties: { id: before.properties.id, kind: before.properties.kind } },
      '$.many: removed',
    ],
    [
      'a new demand',
      { ...property('more', { type: 'string' }), required: ['id', 'kind', 'more'] },
      '$.more: became required',
    ],
    ['another type', property('id', { type: 'integer' }), '$.id: type changed'],
    ['a longer list of values', property('kind', { type: 'string', enum: ['a', 'b', 'c'] }), '$.kind: enum changed'],
    ['a tighter bound', property('id', { type: 'string', maxLength: 20 }), '$.id: maxLength became 20'],
    [
      'another type inside a list',
      property('many', { type: 'array', items: { type: 'string' } }),
      '$.many.items: type changed',
    ],
    ['what may now be missing', { ...before, required: ['id'] }, '$.kind: no longer always there'],
  ])('%s', (_name, after, breach) => expect(breakingChanges(before, after)).toContain(breach));
  test('a new optional property and a wider bound are safe', () => {
    expect(breakingChanges(before, property('more', { type: 'string' }))).toEqual([]);
    expect(breakingChanges(before, property('id', { type: 'string', maxLength: 50 }))).toEqual([]);
  });
});

test('a problem has a sentence in both languages, and the same facts in each', () => {
  for (const [code, { nl, en }] of Object.entries(problems)) {
    expect([code, nl.match(/\{\w+\}/g)?.sort()]).toEqual([code, en.match(/\{\w+\}/g)?.sort()]);
    expect(nl.length * en.length).toBeGreaterThan(0);
  }
});
