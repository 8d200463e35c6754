import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createIds } from './ids.ts';
import { type RunningMarketplace, startMarketplace, stopWithUs } from './marketplace.ts';
import { type Languages, sentenceLines, storyLines, summaryLines } from './playbill.ts';
import { playStories } from './stage.ts';
import { stories } from './stories.ts';
import { StoryError } from './story-error.ts';
import { connect } from './target.ts';

/* `npm run demo [-- --target URL] [--lang nl|en] [--story A06]`: plays the stories and tells them. */

/** Where domain.md begins: the Friday before the first story. */
const clockStart = '2026-01-02T08:00:00Z';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    lang: { type: 'string', default: 'both' },
    story: { type: 'string', multiple: true, default: [] },
  },
});
const languages: Languages = values.lang === 'nl' || values.lang === 'en' ? values.lang : 'both';
const style = { languages, colour: process.stdout.isTTY };
const nowMs = () => performance.now();
const say = (lines: readonly string[]) => console.log(lines.join('\n'));
const chosen = stories.filter(({ id }) => values.story.length === 0 || values.story.includes(id));

let marketplace: RunningMarketplace | undefined;
let failed = 0;
try {
  const known = stories.map(({ id }) => id).join(', ');
  if (chosen.length === 0) throw new Error(`Dit verhaal bestaat niet. / There is no such story; there are: ${known}.`);
  if (values.target === undefined) marketplace = await startMarketplace({ demonstration: 'none', clockStart, nowMs });
  if (marketplace) stopWithUs(marketplace, process);
  const target = (marketplace?.target ?? values.target ?? '').replace(/\/$/, '');
  // On a marketplace that others use too, every play has ids of its own.
  const ids = createIds(marketplace ? 'demo' : randomBytes(8).toString('hex'));
  const house = await connect({ target, ids, nowMs, alone: marketplace !== undefined });
  const nl = marketplace
    ? `Een eigen marktplaats is gestart in ${Math.round(marketplace.readyMs)} ms.`
    : `De verhalen worden gespeeld op ${target}.`;
  const en = marketplace
    ? `A marketplace of our own was started in ${Math.round(marketplace.readyMs)} ms.`
    : `The stories are played on ${target}.`;
  say(sentenceLines({ nl, en }, style));
  const played = await playStories(chosen, house.stage, (it) => {
    say(storyLines(it, style));
    if (it.failure && !(it.cause instanceof StoryError)) console.error(it.cause);
  });
  say(summaryLines(played, style));
  failed = played.filter((it) => it.failure).length;
  house.close();
} catch (error) {
  failed = 1;
  console.error(error instanceof Error ? error.message : error);
} finally {
  await marketplace?.stop().catch((error: Error) => {
    failed = 1;
    console.error([error.message, ...(marketplace?.log.slice(-20) ?? [])].join('\n'));
  });
}
process.exitCode = failed > 0 ? 1 : 0;
