import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType, isObjectType } from 'graphql';
import { globalId } from '../schema/ids.ts';
import { schema } from '../schema/schema.ts';
import { idOf, secrets } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';
import { accountOf, askers, firstOf, may, ownOf, step, things } from '../testing/things.ts';
import { accessTable, isWrapper } from './access-table.ts';

/* Every field of every type, with every role, against a marketplace in which everything is there twice. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const typesOfSchema = Object.values(schema.getTypeMap()).filter(
  (it): it is GraphQLObjectType => isObjectType(it) && !it.name.startsWith('__'),
);

describe('the table', () => {
  test('names every field of the schema, and no other', () => {
    const inSchema = typesOfSchema
      .filter((it) => !isWrapper(it.name))
      .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    const inTable = Object.entries(accessTable).flatMap(([type, { fields }]) =>
      Object.keys(fields).map((field) => `${type}.${field}`),
    );
    expect(inTable.toSorted()).toEqual(inSchema.toSorted());
  });
});

/** Fields that hold nothing in this world, whoever asks. */
const empty = new Set([
  'SchemeRules.capHours',
  'SchemeRules.maxHoursPerWeek',
  'Entitlement.capHours',
  'Entitlement.leftHours',
]);

/** Where a type that is no node is found: a node, and the fields that lead from it. */
type Road = { readonly node: string; readonly path: readonly { type: string; field: string }[] };
const roads = (): Map<string, Road> => {
  const found = new Map<string, Road>(Object.keys(things).map((node) => [node, { node, path: [] }]));
  for (let grew = true; grew; ) {
    grew = false;
    for (const [name, road] of [...found]) {
      const type = schema.getType(name);
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const inner = getNamedType(field.type);
        if (!isObjectType(inner) || isWrapper(inner.name) || found.has(inner.name)) continue;
        found.set(inner.name, { node: road.node, path: [...road.path, { type: name, field: field.name }] });
        grew = true;
      }
    }
  }
  return found;
};

const selectionOf = (field: GraphQLField<unknown, unknown>): string =>
  isLeafType(getNamedType(field.type)) ? field.name : `${field.name} { __typename }`;
const allFields = (type: GraphQLObjectType) => Object.values(type.getFields());
describe.each(askers)('%s', (asker) => {
  test.each(Object.keys(things))('comes by its own %s and no other, unless the table says all', async (type) => {
    const look = async (key: string) => {
      const query = `query ($id: ID!) { node(id: $id) { __typename id } }`;
      const { body } = await gateway.ask(query, { id: globalId(type, idOf(key)) }, accountOf(asker));
      expect(body.errors).toBeUndefined();
      return body.data.node !== null;
    };
    const rows = accessTable[type]?.rows;
    expect([await look(ownOf(type, asker)), await look(things[type]?.other ?? ''), await look('nothing')]).toEqual([
      may(rows, asker),
      rows?.[asker] === 'all',
      false,
    ]);
  });

  test.each([...roads()])('sees of %s what the table says', async (name, { node, path }) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(name);
    if (!may(accessTable[node]?.rows, asker)) return; // never gets there: the test above
    const inner = allFields(type).map(selectionOf).join(' ');
    const selection = path.reduceRight((text, { field }) => `${field} { ${text} }`, inner);
    const query = `query ($id: ID!) { node(id: $id) { ... on ${node} { ${selection} } } }`;
    const { body } = await gateway.ask(query, { id: globalId(node, idOf(ownOf(node, asker))) }, accountOf(asker));
    expect(body.errors).toBeUndefined();
    const reached = path.every((it) => may(accessTable[it.type]?.fields[it.field], asker));
    const holder = firstOf(path.reduce<unknown>((value, { field }) => step(value, field), body.data.node));
    if (!reached) return expect(holder ?? null).toBeNull();
    const seen = allFields(type).filter(({ name: field }) => {
      const value = step(holder, field);
      return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
    });
    const allowed = allFields(type).filter(
      (it) => may(accessTable[name]?.fields[it.name], asker) && !empty.has(`${name}.${it.name}`),
    );
    // A list that may be empty, and a list that is none of theirs, look the same: only what is seen is compared there.
    expect(seen.map((it) => it.name).filter((it) => !isListThatMayBeEmpty(name, it))).toEqual(
      allowed.map((it) => it.name).filter((it) => !isListThatMayBeEmpty(name, it)),
    );
    return undefined;
  });
});
const mayBeEmpty = new Set([
  'Offer.highRiskActsServed',
  'Offer.summary',
  'Recipient.highRiskActs',
  'CareBrief.highRiskActs',
  'SchemeRules.serviceArea',
]);
const isListThatMayBeEmpty = (type: string, field: string) => mayBeEmpty.has(`${type}.${field}`);

describe('what is said before a match', () => {
  const brief = 'brief { conditions highRiskActs recipientName careProfile caregiverPhone }';
  const look = async (booking: string, account: string) => {
    const { body } = await gateway.ask(`{ booking(id: "${idOf(booking)}") { ${brief} } }`, {}, account);
    return body.data.booking.brief;
  };
  test('a provider decides on conditions, without a name', async () => {
    expect(await look('booking', 'provider')).toMatchObject({
      conditions: ['DEMENTIA'],
      recipientName: null,
      careProfile: null,
    });
  });
  test('and reads who it is once the booking is confirmed', async () => {
    expect(await look('booking-confirmed', 'provider')).toMatchObject({ recipientName: secrets.recipient });
  });
  test('a coordinator reads nothing until then', async () => {
    expect(await look('booking-helper', 'coordinator')).toBeNull();
    expect(await look('booking-helper-confirmed', 'coordinator')).toMatchObject({ recipientName: secrets.recipient });
  });
});

describe('nobody else reads of a person', () => {
  const everything = (type: string, depth: number): string => {
    const of = schema.getType(type);
    if (!isObjectType(of)) return '__typename';
    const fields = allFields(of).flatMap((field) => {
      const inner = getNamedType(field.type);
      if (isLeafType(inner)) return [field.name];
      return depth > 0 && isObjectType(inner) ? [`${field.name} { ${everything(inner.name, depth - 1)} }`] : [];
    });
    return `__typename ${fields.join(' ')}`;
  };
  test.each([
    'operator',
    'municipality',
    'insurer',
    'stranger-caregiver',
    'stranger-provider',
    'stranger-professional',
  ])('%s, by any id', async (account) => {
    for (const type of Object.keys(things)) {
      for (const key of [things[type]?.own, things[type]?.other]) {
        const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${everything(type, 2)} } } }`;
        const { text } = await gateway.ask(query, { id: globalId(type, idOf(key ?? '')) }, account);
        for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
      }
    }
  });
});
