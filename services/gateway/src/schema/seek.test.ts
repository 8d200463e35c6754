import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const seek = (args: string, account?: string) =>
  gateway.ask(`{ findRespite(${args}) { options { reasons } } }`, {}, account);
const day = 'when: { day: "2027-05-05" }';

test('anybody may search by need: from a town, a postcode or coordinates', async () => {
  for (const near of ['Delft', '2611 AB', '52.0116,4.3571', '52.0116, 4.3571']) {
    const { body } = await seek(`near: "${near}", ${day}`);
    expect(body).toMatchObject({ data: { findRespite: { options: [{ reasons: ['AT_HOME'] }] } } });
  }
});
test('not from nowhere, from abroad, or at two times at once', async () => {
  for (const args of [
    day,
    `near: "0,0", ${day}`,
    `near: "95.1,4.3", ${day}`,
    'near: "Delft", when: { day: "2027-05-05", now: true }',
    'near: "Delft", when: {}',
    'near: "Delft", when: { from: "2027-05-05" }',
  ]) {
    const { body } = await seek(args);
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  }
});
test('with a household for who acts for it, and for nobody else', async () => {
  const ask = (account?: string) => seek(`household: "${idOf('household')}", ${day}`, account);
  expect((await ask('caregiver')).body.data.findRespite.options).toHaveLength(1);
  expect((await ask('professional')).body.data.findRespite.options).toHaveLength(1);
  expect((await ask('provider')).body.data).toEqual({ findRespite: null });
  expect((await seek(`household: "${idOf('other-household')}", ${day}`, 'caregiver')).body.data.findRespite).toBeNull();
  expect((await ask()).body.errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});
