import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { median, percentile } from './bench/figures.ts';
import { tallyOf } from './torture/journal.ts';
import { findFreePort } from './torture/marketplace-process.ts';
import { torture } from './torture/run.ts';

/*
 * `npm run torture -- [--kills 200] [--seed S] [--small]`: kills a durable marketplace under load with `kill -9`, again
 * and again, and then checks every promise that it made. Exit code 1 when one was broken.
 */

const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    small: { type: 'boolean', default: false },
  },
});
const kills = z.coerce
  .number()
  .int()
  .min(1)
  .max(100_000)
  .parse(values.kills ?? (values.small ? 5 : 200));
const seed = z.coerce.number().int().min(0).parse(values.seed);
const nowMs = () => performance.now();

const place = await mkdtemp(join(tmpdir(), 'adempauze-torture-'));
const folder = join(place, 'data');
await mkdir(folder);
console.log(`Torture: ${kills} kills, seed ${seed}, in ${place}`);
const begunMs = nowMs();
const tortured = await torture({
  ...{ kills, seed, folder, port: await findFreePort(), nowMs, pause },
  onKill({ kill, moment, answers, readyMs }) {
    const often = kills <= 20 || kill % 10 === 0;
    if (often)
      console.log(
        `  ${kill} killed, last ${moment}; ${answers} answers; last start ${Math.round(readyMs.at(-1) ?? 0)} ms`,
      );
  },
});
const journalFile = join(place, 'journal.json');
await writeFile(journalFile, JSON.stringify(tortured));
console.log('  checking');
const checker = fileURLToPath(new URL('./torture-check.ts', import.meta.url));
const { stdout } = await promisify(execFile)(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', checker, folder, journalFile],
  { maxBuffer: 2 ** 28 },
);
const { violations, events, counts } = z
  .object({ violations: z.array(z.string()), events: z.int(), counts: z.record(z.string(), z.int()) })
  .parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));

const { accepted, refused, unknown, repeats } = tallyOf(tortured.told);
const { starting, 'just-ready': justReady, 'under-load': underLoad } = tortured.kills;
const of = (type: string) => counts[type] ?? 0;
console.log(
  [
    '',
    `${kills} kills in ${Math.round((nowMs() - begunMs) / 1000)} s: ${underLoad} under load, ${justReady} just ready, ${starting} while starting`,
    `commands: ${accepted} acknowledged, ${refused} refused, ${unknown} never answered; ${repeats} sent again`,
    `bookings: ${of('BookingRequested')} requested, ${of('BookingConfirmed')} confirmed, ${of('BookingCancelled')} cancelled, ${of('BookingExpired')} expired, ${of('CareDelivered')} delivered`,
    `money: ${of('ClaimSettled')} claims settled, ${of('RoomReserved')} reservations, ${of('BudgetSpent')} spends; helpers: ${of('HelperAssigned')} assigned`,
    `log: ${events} events; restart: p50 ${Math.round(median(tortured.readyMs))} ms, p99 ${Math.round(percentile(tortured.readyMs, 0.99))} ms, most ${Math.round(Math.max(...tortured.readyMs))} ms`,
    violations.length === 0
      ? 'Nothing acknowledged was lost, nothing happened twice.'
      : `${violations.length} VIOLATIONS`,
    ...violations.slice(0, 50).map((it) => `  ${it}`),
  ].join('\n'),
);
if (violations.length > 0) {
  console.log(`The folder is kept: ${place}. To repeat: npm run torture -- --kills ${kills} --seed ${seed}`);
  process.exitCode = 1;
} else await rm(place, { recursive: true, force: true });
