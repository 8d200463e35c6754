import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createKurrentEventStore } from '@adempauze/event-store/kurrent';
import { instantFromMs } from '@adempauze/kernel';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { findTrialBalance } from '../api/funding.ts';
import { findNow } from '../api/supply.ts';
import { type House, startHouse } from './house.fixtures.ts';

/* The demonstration of the distributed profile: filled through the services, by a program that may be killed. */

const clockStart = '2026-11-22T10:00:00Z';
const fillMain = fileURLToPath(new URL('../../../../services/standalone/src/fill.ts', import.meta.url));

/** Runs the program until it ends, or until the log holds so many events: then it is killed. */
const fill = async (house: House, killAtEvents = Number.POSITIVE_INFINITY) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fillMain], {
    env: { ...house.environment, CLOCK_START: clockStart },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const out of [child.stdout, child.stderr]) out.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  while (!isOver() && Number.isFinite(killAtEvents)) {
    if ([...(await countStreams(house)).values()].reduce((sum, it) => sum + it, 0) >= killAtEvents)
      child.kill('SIGKILL');
    await pause(200);
  }
  const how = await ended;
  return { said, ended: how };
};

/** How many streams there are of each category that a person would know. */
const countStreams = async ({ storeUrl }: House): Promise<Map<string, number>> => {
  const store = createKurrentEventStore({
    connectionString: storeUrl,
    clock: () => instantFromMs(0),
    newId: () => '00000000-0000-4000-8000-000000000000',
  });
  const streams = new Set<string>();
  try {
    for (let after: string | undefined; ; ) {
      const categories = ['provider', 'offer', 'resource', 'household', 'helper', 'booking', 'scheme'];
      const page = await store.readAll({ categories, after, maxCount: 500 });
      for (const { stream } of page.events) streams.add(stream);
      if (page.atEnd) break;
      after = page.scannedTo;
    }
  } finally {
    await store.close();
  }
  const counted = new Map<string, number>();
  for (const stream of streams) {
    const category = stream.slice(0, stream.indexOf('-'));
    counted.set(category, (counted.get(category) ?? 0) + 1);
  }
  return counted;
};

await withServer(
  // Five weeks and an hour back, as `fill.ts begin` does it: what is killed here is only the filling.
  () => startHouse('filling', { clockStart: '2026-10-18T09:00:00Z' }),
  (house) => {
    test('killed twice, it goes on where it was, and the region is whole', async () => {
      expect((await fill(house, 150)).ended).toBe('SIGKILL');
      expect((await fill(house, 620)).ended).toBe('SIGKILL');
      const last = await fill(house);
      expect(last).toMatchObject({ ended: 0, said: expect.stringMatching(/The demonstration is ready/) });
      const streams = await countStreams(house);
      expect(Object.fromEntries(streams)).toMatchObject({ provider: 48, household: 47, helper: 24, scheme: 3 });
      expect(streams.get('booking')).toBeGreaterThan(60);
    }, 400_000);

    test('its books balance, its time is the present, and every read model equals a rebuild', async () => {
      const operator = await house.client.as('beheer');
      const { balanced, debitCents } = await operator.ask(findTrialBalance, {});
      expect({ balanced, isUsed: debitCents > 0 }).toEqual({ balanced: true, isUsed: true });
      expect((await operator.ask(findNow, {})).slice(0, 13)).toBe(clockStart.slice(0, 13));
      expect(await house.compareWithRebuild()).toEqual([]);
    }, 120_000);

    test('once filled, it is only kept up', async () => {
      const before = await countStreams(house);
      const again = await fill(house);
      expect(again.ended).toBe(0);
      expect(again.said).not.toContain('Filling the demonstration');
      expect(await countStreams(house)).toEqual(before);
    }, 120_000);
  },
);
