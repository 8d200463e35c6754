import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessTable } from '../policy/access-table.ts';
import { Role } from '../policy/roles.ts';
import { schema } from '../schema/schema.ts';
import { hostileCases, wrongWith } from './hostile-input.ts';
import { mutationInputs } from './mutation-inputs.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Who may ask; a professional before a caregiver, whose own account stands in for what they send. */
const roleFor = (mutation: string): Role => {
  const rule = accessTable.Mutation?.fields[mutation] ?? {};
  const preferred: readonly Role[] = ['professional', ...Role.options];
  return preferred.find((it) => rule[it] !== undefined) ?? 'operator';
};
const inputs = Object.fromEntries(
  Object.entries(mutationInputs).map(([name, { own }]) => [
    name,
    { idempotencyKey: 'een-gewone-sleutel', ...own(roleFor(name)) },
  ]),
);
const cases = Map.groupBy(hostileCases(schema, inputs), (it) => it.mutation);

test('there is bad input for every mutation', () => {
  expect([...cases.keys()].toSorted()).toEqual(Object.keys(mutationInputs).toSorted());
  expect([...cases.values()].every((it) => it.length > 30)).toBe(true);
});

test.each([...cases])('%s answers clearly to bad input, and nothing is done', async (mutation, hostile) => {
  const authorization = `Bearer ${await gateway.tokenOf(roleFor(mutation))}`;
  const wrong: string[] = [];
  for (const it of hostile) {
    const before = gateway.called.length;
    const response = await gateway.post(it.body, { authorization });
    const what = wrongWith(it, response.status, await response.text());
    if (what !== undefined) wrong.push(`${it.what}: ${what}`);
    else if (it.mustRefuse && gateway.called.length > before) wrong.push(`${it.what}: a command was sent`);
  }
  expect(wrong).toEqual([]);
});
