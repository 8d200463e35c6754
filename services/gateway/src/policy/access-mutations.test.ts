import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isUnionType } from 'graphql';
import { schema } from '../schema/schema.ts';
import { mutationInputs as inputs } from '../testing/mutation-inputs.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';
import { accountOf, askers, may } from '../testing/things.ts';
import { accessTable } from './access-table.ts';

/* Every mutation with every role, for what is theirs and for what is not. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe('mutations', () => {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  test('all are asked here', () => {
    expect(Object.keys(inputs).toSorted()).toEqual(Object.keys(mutations).toSorted());
  });

  for (const [name, { own, other, operation }] of Object.entries(inputs)) {
    test.each(askers)(`${name}: %s`, async (asker) => {
      const rule = accessTable.Mutation?.fields[name];
      const union = getNamedType(mutations[name]?.type);
      if (!isUnionType(union)) throw new Error(name);
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on Rejected { code } } }`;
      const send = async (input: object) => {
        const before = gateway.called.length;
        const variables = { input: { idempotencyKey: `sleutel-${name}`, ...input } };
        const { body } = await gateway.ask(query, variables, accountOf(asker));
        return { body, calls: gateway.called.slice(before) };
      };
      const { body, calls } = await send(own(asker));
      if (asker === 'visitor') {
        expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
        return expect(calls).toEqual([]);
      }
      expect(body.errors).toBeUndefined();
      if (!may(rule, asker)) {
        expect(body.data[name]).toEqual({ __typename: 'Rejected', code: 'not-allowed' });
        return expect(calls).toEqual([]);
      }
      expect(body.data[name]).toEqual({ __typename: `${type}Accepted` });
      if (operation !== false) expect(calls.map((it) => it.operation)).toEqual([name]);
      if (other === undefined) return undefined;
      const { body: otherBody, calls: otherCalls } = await send(other);
      expect(otherBody.errors).toBeUndefined();
      if (rule?.[asker] === 'all' && operation !== false) {
        return expect(otherBody.data[name]).toEqual({ __typename: `${type}Accepted` });
      }
      expect(otherBody.data[name].code).toMatch(/not-found$/);
      return operation === false ? undefined : expect(otherCalls).toEqual([]);
    });
  }
});
