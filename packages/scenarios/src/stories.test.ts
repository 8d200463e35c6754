import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findTrialBalance } from './api/funding.ts';
import type { Order } from './client.ts';
import { seeEverything } from './everything.ts';
import { createIds } from './ids.ts';
import { countEvents } from './log-head.ts';
import { type RunningMarketplace, startMarketplace } from './marketplace.ts';
import { storyLines } from './playbill.ts';
import { race } from './race.ts';
import { type Played, playStories } from './stage.ts';
import { stories } from './stories.ts';
import { connect, type Target } from './target.ts';

const nowMs = () => performance.now();
const orders: Order[] = [];
let folder: string;
let marketplace: RunningMarketplace;
let house: Target;
let played: readonly Played[];

const start = async (): Promise<void> => {
  const clockStart = '2026-01-02T08:00:00Z';
  marketplace = await startMarketplace({ demonstration: 'none', clockStart, folder, nowMs });
  const onOrder = (order: Order) => orders.push(order);
  house = await connect({ target: marketplace.target, ids: createIds('test'), nowMs, alone: true, onOrder });
};
const stop = async (): Promise<void> => {
  house.close();
  await marketplace.stop();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adempauze-stories-'));
  await start();
  played = await playStories(stories, house.stage);
}, 120_000);
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

describe('the stories', () => {
  test.each(stories.map((story) => [story.id, story.title.en, story] as const))('%s: %s', (_id, _title, story) => {
    const it = played.find((one) => one.story === story);
    const told = it ? storyLines(it, { languages: 'en', colour: false }).join('\n') : 'It was not played.';
    expect({ failure: it?.failure?.en, told }).toEqual({ failure: undefined, told });
    expect(it?.skipped).toBe(0);
  });

  test('leave a ledger that balances', async () => {
    const operator = await house.makeClient().as('beheer');
    const { balanced, debitCents, creditCents } = await operator.ask(findTrialBalance, {});
    expect({ balanced, difference: debitCents - creditCents }).toEqual({ balanced: true, difference: 0 });
    expect(debitCents).toBeGreaterThan(0);
  });

  test('come true again on the same marketplace, a year later', async () => {
    const ids = createIds('test, second play');
    const again = await connect({ target: marketplace.target, ids, nowMs, alone: false });
    const second = await playStories(stories, again.stage);
    again.close();
    expect(second.map((it) => it.failure?.en)).toEqual(stories.map(() => undefined));
  }, 120_000);
});

describe('stopped and started again on the same folder', () => {
  test('everybody sees everything as it was', async () => {
    const before = await seeEverything(house.makeClient());
    const events = countEvents(folder);
    await stop();
    await start();
    expect(await seeEverything(house.makeClient())).toEqual(before);
    expect(countEvents(folder)).toBe(events);
  }, 120_000);

  test('the same commands again change nothing', async () => {
    const before = await seeEverything(house.makeClient());
    const events = countEvents(folder);
    const sent = orders.filter(({ operation }) => operation !== 'moveClock');
    expect(sent.length).toBeGreaterThan(100);
    const differences: string[] = [];
    const client = house.makeClient();
    for (const { account, operation, answer, again } of sent) {
      const answered = await again(await client.as(account));
      // A no may have another reason by now: time has passed, the request was taken by somebody else.
      const isSame = answered === answer || (answer !== 'accepted' && answered !== 'accepted');
      if (!isSame) differences.push(`${account} ${operation}: was ${answer}, is ${answered}`);
    }
    expect(differences).toEqual([]);
    expect(countEvents(folder)).toBe(events);
    expect(await seeEverything(house.makeClient())).toEqual(before);
  }, 120_000);
});

test('contested slots have exactly one winner each', async () => {
  const ids = createIds('test races');
  const { winners, losers, broken, errors } = await race({
    client: house.makeClient(),
    ids,
    nowMs,
    slots: 12,
    racers: 8,
  });
  expect({ winners, losers, broken, errors: [...errors] }).toEqual({ winners: 12, losers: 84, broken: [], errors: [] });
}, 120_000);
