import { Instant } from '@adempauze/kernel';
import { describe, expect, test } from '@jest/globals';
import { createIds } from './ids.ts';
import { storyLines, summaryLines } from './playbill.ts';
import { type Played, playStories, type Stage } from './stage.ts';
import { StoryError } from './story-error.ts';
import type { Story, World } from './world.ts';

const rest = { nl: 'de rest', en: 'the rest' };
const story = (id: string, play: (world: World) => Promise<void>): Story => ({ id, title: { nl: id, en: id }, play });
const at = (text: string) => Instant.parse(text);

/** A stage without a marketplace: what is under test is the order of play. */
const stageOf = (moveClock: Stage['moveClock']): Stage => ({
  makeClient: () => ({
    as: () => Promise.reject(new Error('Nobody signs in here.')),
    visitor: () => {
      throw new Error('Nobody asks here.');
    },
  }),
  ids: createIds('stage'),
  nowMs: () => 0,
  alone: true,
  begin: at('2026-01-02T08:00:00Z'),
  moveClock,
});

describe('stories on one stage', () => {
  test('each plays up to where time must pass, then the earliest goes on', async () => {
    const seen: string[] = [];
    const waits = (id: string, until: string) =>
      story(id, async (world) => {
        seen.push(`${id} begins`);
        await world.until(at(until), rest);
        seen.push(`${id} ends`);
      });
    const stage = stageOf(async (to) => {
      seen.push(`clock ${to.slice(0, 10)}`);
      return true;
    });
    const told: string[] = [];
    const all = [waits('late', '2026-07-01T08:00:00Z'), waits('early', '2026-02-01T08:00:00Z')];
    await playStories(all, stage, (it) => told.push(it.story.id));
    expect(seen).toEqual([
      ...['late begins', 'early begins'],
      ...['clock 2026-02-01', 'early ends', 'clock 2026-07-01', 'late ends'],
    ]);
    expect(told).toEqual(['late', 'early']);
  });

  test('what does not come true is told in its sentence and stops nobody else', async () => {
    const sentence = { nl: 'Het klopt niet.', en: 'It is not right.' };
    const wrong = story('wrong', () => Promise.reject(new StoryError(sentence)));
    const broken = story('broken', () => Promise.reject(new Error('kapot')));
    const fine = story('fine', () => Promise.resolve());
    const played = await playStories(
      [wrong, broken, fine],
      stageOf(async () => true),
    );
    expect(played.map((it) => it.failure?.en)).toEqual(['It is not right.', 'Something went wrong: kapot', undefined]);
  });

  test('where the clock cannot be moved, the rest is told as skipped and counted', async () => {
    const waits = story('waits', async (world) => {
      if (await world.until(at('2026-02-01T08:00:00Z'), rest)) throw new Error('There is no clock to move.');
    });
    const [played] = await playStories(
      [waits],
      stageOf(async () => false),
    );
    expect(played).toMatchObject({ skipped: 1, failure: undefined });
    const lines = played ? storyLines(played, { languages: 'en', colour: false }) : [];
    expect(lines.join('\n')).toContain('Skipped: the rest. The clock of this marketplace cannot be moved.');
  });
});

describe('what a person reads', () => {
  const played: Played = {
    story: story('A00', () => Promise.resolve()),
    told: [
      {
        kind: 'step',
        who: { nl: 'De buurvrouw', en: 'The neighbour' },
        does: { nl: 'vraagt iets', en: 'asks something' },
        answer: { nl: 'ja', en: 'yes' },
        ms: 12.4,
        requests: 2,
      },
      { kind: 'fact', fact: { nl: 'kosten EUR 1,00', en: 'cost EUR 1.00' } },
    ],
    failure: undefined,
    cause: undefined,
    requests: 2,
    ms: 12.4,
    skipped: 0,
  };

  test('has the English beside the Dutch, or one of them', () => {
    expect(storyLines(played, { languages: 'both', colour: false })).toEqual([
      '',
      'A00  A00',
      '    De buurvrouw vraagt iets',
      '    The neighbour asks something',
      '      → ja  (12 ms, 2x)',
      '        yes',
      '      • kosten EUR 1,00',
      '        cost EUR 1.00',
      '  ✓ Zo is het gegaan.',
      '    That is how it went.',
    ]);
    expect(storyLines(played, { languages: 'en', colour: false }).join()).not.toContain('buurvrouw');
    expect(storyLines(played, { languages: 'nl', colour: false }).join()).not.toContain('neighbour');
  });

  test('ends with a table, and says how many did not come true', () => {
    const failed = { ...played, failure: { nl: 'Nee.', en: 'No.' } };
    expect(summaryLines([played, failed], { languages: 'en', colour: false })).toEqual([
      '',
      '  story      came true   requests   ms   skipped',
      '  A00  A00         yes          2   12         0',
      '  A00  A00          NO          2   12         0',
      '',
      '  1 of 2 stories did not come true.',
      '',
    ]);
  });
});
