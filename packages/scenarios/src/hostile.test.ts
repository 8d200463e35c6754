import { type HostileCase, hostileCases, schema, wrongWith } from '@adempauze/gateway/testing';
import { plusMs } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moveClock } from './api/funding.ts';
import { findNow, publishTimes } from './api/supply.ts';
import { yes } from './cast.ts';
import { countEvents } from './log-head.ts';
import { bookable, ordinary } from './ordinary-input.fixtures.ts';
import { type PlayedHouse, playHouse } from './played-house.fixtures.ts';

/*
 * Bad input for every mutation, made from the schema, against the real marketplace: no answer is a failure of ours, and
 * whatever is refused leaves no trace in the log.
 */

let house: PlayedHouse;
beforeAll(async () => {
  house = await playHouse('hostile');
}, 60_000);
afterAll(() => house?.stop(), 30_000);

type Sent = { readonly it: HostileCase; readonly status: number; readonly body: string };

/** Sends them all, some at a time, and gives what came back. */
const send = async (cases: readonly HostileCase[], askers: ReturnType<typeof ordinary>): Promise<Sent[]> => {
  const sent: Sent[] = [];
  const waiting = [...cases];
  const worker = async () => {
    for (let it = waiting.pop(); it; it = waiting.pop()) {
      const session = await house.client.as(askers[it.mutation]?.[0] ?? 'beheer');
      sent.push({ it, ...(await session.post(it.body)) });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return sent;
};

const complaints = (sent: readonly Sent[]): string[] =>
  sent.flatMap(({ it, status, body }) => {
    const wrong = wrongWith(it, status, body);
    return wrong === undefined ? [] : [`${it.mutation} ${it.what}: ${wrong}: ${body.slice(0, 300)}`];
  });

test('bad input for every mutation is answered clearly, and what is refused leaves no trace', async () => {
  const askers = ordinary(house.idOf);
  const planner = await house.client.as('de-vliet');
  yes(await planner.order(publishTimes, { resourceId: house.idOf('Resource'), spans: [bookable] }));
  const inputs = Object.entries(askers).map(([name, [, input]]) => [
    name,
    { idempotencyKey: 'een-gewone-sleutel', ...input },
  ]);
  const cases = [...hostileCases(schema, Object.fromEntries(inputs))];
  expect(new Set(cases.map((it) => it.mutation))).toEqual(new Set(Object.keys(askers)));
  const hopeless = cases.filter((it) => it.mustRefuse);
  expect(hopeless.length).toBeGreaterThan(1000);

  const before = countEvents(house.folder);
  expect(complaints(await send(hopeless, askers))).toEqual([]);
  expect(countEvents(house.folder)).toBe(before);

  // What is only odd may be accepted. What was not, is refused again when nothing else goes on, and leaves no trace either.
  const odd = await send(
    cases.filter((it) => !it.mustRefuse),
    askers,
  );
  expect(complaints(odd)).toEqual([]);
  const refused = odd.filter(({ body }) => !body.includes('Accepted"'));
  const operator = await house.client.as('beheer');
  // Answers when everything that follows from what was accepted has been done.
  yes(await operator.order(moveClock, { to: plusMs(await operator.ask(findNow, {}), 1000) }));
  const settled = countEvents(house.folder);
  expect(
    complaints(
      await send(
        refused.map(({ it }) => it),
        askers,
      ),
    ),
  ).toEqual([]);
  expect(countEvents(house.folder)).toBe(settled);
}, 120_000);
