import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { idOf } from '../testing/fake-basics.ts';
import { startGateway, type TestGateway } from '../testing/start-gateway.ts';

/* Whether the caregiver comes along is asked on joining and wishing as in a booking (R24), and read by the family alone. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.called.splice(0);
});

const window = { from: '2027-05-02T22:00:00Z', until: '2027-05-07T22:00:00Z' };
const ways = {
  joinWaitingList: {
    ...{ field: 'waiting', type: 'JoinWaitingListInput!' },
    input: { offerId: idOf('offer'), placeOfService: 'PROVIDER' },
  },
  makeWish: { field: 'wish', type: 'MakeWishInput!', input: { forms: ['F18'] } },
} as const;
let keys = 0;
const ask = async (way: keyof typeof ways, changes: object) => {
  const { field, type, input } = ways[way];
  keys += 1;
  const given = { householdId: idOf('household'), window, idempotencyKey: `een-sleutel-${keys}`, ...input, ...changes };
  const query = `mutation ($input: ${type}) { ${way}(input: $input) {
    ... on Rejected { code message }
    ... on ${way[0]?.toUpperCase()}${way.slice(1)}Accepted { ${field} { caregiverJoins } } } }`;
  return (await gateway.ask(query, { input: given }, 'caregiver')).body;
};
const asked = () => gateway.called.map((it) => (it.input as { caregiverJoins?: boolean }).caregiverJoins);

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  '%s asks it as it was said, and tells how it was',
  async (way) => {
    const { field } = ways[way];
    const body = await ask(way, { caregiverJoins: true });
    expect(body.errors).toBeUndefined();
    expect(body.data[way][field]).toEqual({ caregiverJoins: true });
    await ask(way, { caregiverJoins: false });
    // Left out, or said to be nothing: as the offer is meant.
    await ask(way, {});
    await ask(way, { caregiverJoins: null });
    expect(asked()).toEqual([true, false, undefined, undefined]);
    expect((await ask(way, { caregiverJoins: 'misschien' })).errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(asked()).toHaveLength(4);
  },
);

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  '%s for longer than there is time is told at once',
  async (way) => {
    // Five days and nights, and not a minute more.
    expect((await ask(way, { minMinutes: 5 * 24 * 60 })).errors).toBeUndefined();
    const { errors } = await ask(way, { minMinutes: 5 * 24 * 60 + 1 });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', errors: [{ pointer: '#/input/minMinutes' }] },
    });
    expect(gateway.called).toHaveLength(1);
  },
);

test('a form that is never given there is a no in words', async () => {
  gateway.answerNext({ code: 'place-of-service-mismatch', facts: {} });
  const { data } = await ask('joinWaitingList', {});
  expect(data.joinWaitingList).toMatchObject({
    ...{ code: 'place-of-service-mismatch', message: 'Deze vorm wordt niet op die plek gegeven.' },
  });
});

test('the family reads it; to the provider who waits is a place in a line', async () => {
  const own = `{ household(id: "${idOf('household')}") { waiting { caregiverJoins } waitingWishes { caregiverJoins } } }`;
  expect((await gateway.ask(own, {}, 'caregiver')).body.data.household).toEqual({
    ...{ waiting: [{ caregiverJoins: true }], waitingWishes: [{ caregiverJoins: true }] },
  });
  const line = `{ waitingList(offer: "${idOf('offer')}") { waiting { lane caregiverJoins householdId } } }`;
  const { waiting } = (await gateway.ask(line, {}, 'provider')).body.data.waitingList;
  expect(waiting[0]).toEqual({ lane: 'NORMAL', caregiverJoins: null, householdId: null });
});

test('a place that is offered says why they are next; one that is over, why they were, and what became of it', async () => {
  const ask = `{ household(id: "${idOf('household')}") { waiting { offers { outcome outcomeWords { nl en } why { words { nl } } } }
    waitingWishes { offers { outcome outcomeWords { nl } why { words { nl } } } } } }`;
  const { body } = await gateway.ask(ask, {}, 'caregiver');
  expect(body.errors).toBeUndefined();
  const { waiting, waitingWishes } = body.data.household;
  const offers = [...waiting, ...waitingWishes].flatMap((it: { offers: object[] }) => it.offers);
  const over = offers.filter((it) => !('outcome' in it && it.outcome === 'OFFERED'));
  expect([offers.length - over.length, over.length].every((count) => count > 0)).toBe(true);
  for (const it of offers)
    expect(it).toMatchObject({
      outcomeWords: {
        nl: expect.stringMatching(over.includes(it) ? /^U liet|^Er kwam|^U nam|^U kon|^U dacht/ : /nog voor u/),
      },
      why: { words: { nl: expect.stringMatching(over.includes(it) ? /^U was aan de beurt/ : /^U bent aan de beurt/) } },
    });
});
