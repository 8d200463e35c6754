import { withServer } from '@adempauze/testing/with-server';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { findTrialBalance } from '../api/funding.ts';
import { seeEverything } from '../everything.ts';
import { createIds } from '../ids.ts';
import { storyLines } from '../playbill.ts';
import { race } from '../race.ts';
import { type Played, playStories } from '../stage.ts';
import { stories } from '../stories.ts';
import { connect } from '../target.ts';
import { startHouse } from './house.fixtures.ts';

/* The stories of the main job, from their one definition, on services that run apart: two replicas of each. */

const nowMs = () => performance.now();

await withServer(
  () => startHouse('distributed stories'),
  (house) => {
    let played: readonly Played[] = [];
    beforeAll(async () => {
      played = await playStories(stories, house.target.stage);
    }, 180_000);

    describe('the stories, with every service apart and twice', () => {
      test.each(stories.map((story) => [story.id, story.title.en, story] as const))('%s: %s', (_id, _title, story) => {
        const it = played.find((one) => one.story === story);
        const told = it ? storyLines(it, { languages: 'en', colour: false }).join('\n') : 'It was not played.';
        const lines = it?.failure ? house.lines.slice(-40) : [];
        expect({ failure: it?.failure?.en, told, lines }).toEqual({ failure: undefined, told, lines: [] });
        expect(it?.skipped).toBe(0);
      });

      test('leave a ledger that balances', async () => {
        const operator = await house.client.as('beheer');
        const { balanced, debitCents, creditCents } = await operator.ask(findTrialBalance, {});
        expect({ balanced, difference: debitCents - creditCents }).toEqual({ balanced: true, difference: 0 });
        expect(debitCents).toBeGreaterThan(0);
      });

      test('come true again on the same marketplace, a year later', async () => {
        const ids = createIds('distributed stories, second play');
        const again = await connect({ target: house.url, ids, nowMs, alone: false });
        const second = await playStories(stories, again.stage);
        again.close();
        expect(second.map((it) => it.failure?.en)).toEqual(stories.map(() => undefined));
      }, 180_000);

      test('leave every read model of every replica equal to a rebuild', async () => {
        expect(await house.compareWithRebuild()).toEqual([]);
      }, 120_000);
    });

    test('the same commands again change nothing', async () => {
      const before = await seeEverything(house.client);
      const sent = house.orders.filter(({ operation }) => operation !== 'moveClock');
      expect(sent.length).toBeGreaterThan(100);
      const differences: string[] = [];
      for (const { account, operation, answer, again } of sent) {
        const answered = await again(await house.client.as(account));
        // A no may have another reason by now: time has passed, the request was taken by somebody else.
        const isSame = answered === answer || (answer !== 'accepted' && answered !== 'accepted');
        if (!isSame) differences.push(`${account} ${operation}: was ${answer}, is ${answered}`);
      }
      expect(differences).toEqual([]);
      expect(await seeEverything(house.client)).toEqual(before);
    }, 180_000);

    test('contested slots have exactly one winner each', async () => {
      const ids = createIds('distributed races');
      const { winners, losers, broken, errors } = await race({
        client: house.client,
        ids,
        nowMs,
        slots: 12,
        racers: 8,
      });
      expect({ winners, losers, broken, errors: [...errors] }).toEqual({
        ...{ winners: 12, losers: 84, broken: [], errors: [] },
      });
    }, 120_000);
  },
);
