import type { Sought } from '@adempauze/contracts';
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

test('why an offer does not fit is a sentence with its facts, in both languages; what is not known is left out', async () => {
  const { seekRespite } = gateway.offers;
  const misfit = { travelKm: 12.3, reason: 'full-then' as const };
  Object.assign(gateway.offers, {
    seekRespite: async (input: Parameters<typeof seekRespite>[0]): Promise<Sought> => {
      const sought = await seekRespite(input);
      const offer = sought.options[0]?.hit.offer;
      const misfits = offer === undefined ? [] : [{ ...misfit, offer, facts: {} }];
      const late = misfits.map((it) => ({ ...it, facts: { next: '2027-05-06T07:00:00.000Z' } }));
      return { ...sought, beside: sought.options, misfits: [...misfits, ...late] };
    },
  });
  const { body } = await gateway.ask(
    `{ findRespite(near: "Delft", ${day}) { beside { reasons }
      misfits { reason nl: message en: message(language: en) facts { name value } } } }`,
  );
  Object.assign(gateway.offers, { seekRespite });
  expect(body.data.findRespite).toEqual({
    beside: [{ reasons: ['AT_HOME'] }],
    misfits: [
      { reason: 'FULL_THEN', nl: 'Er is dan geen plek vrij.', en: 'No place is free then.', facts: [] },
      {
        reason: 'FULL_THEN',
        nl: 'Er is dan geen plek vrij. De eerste vrije tijd is donderdag 6 mei om 09:00.',
        en: 'No place is free then. The first free time is Thursday 6 May at 09:00.',
        facts: [{ name: 'next', value: '2027-05-06T07:00:00.000Z' }],
      },
    ],
  });
});
