import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createIds } from './ids.ts';
import { type RunningMarketplace, startMarketplace, stopWithUs } from './marketplace.ts';
import { percentile, type RaceResult, race } from './race.ts';
import { connect } from './target.ts';

/*
 * `npm run races [-- --slots 1000 --racers 32 --target URL --seed S --small]`: contested slots through the public API.
 * Fails when a slot has not exactly one winner, or a loser hears anything but `place-taken`.
 */

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    slots: { type: 'string' },
    racers: { type: 'string' },
    seed: { type: 'string' },
    small: { type: 'boolean', default: false },
  },
});
const slots = Number(values.slots ?? (values.small ? 50 : 1000));
const racers = Number(values.racers ?? (values.small ? 8 : 32));
const nowMs = () => performance.now();

const report = (result: RaceResult): string[] => {
  const { elapsedMs, loserMs, errors, broken, winners, losers } = result;
  const ms = (share: number) => `${percentile(loserMs, share).toFixed(1)} ms`;
  const within = loserMs.filter((it) => it <= 200).length;
  const requests = winners * 2 + losers;
  return [
    `  slots                        ${result.slots}, ${result.racers} racers each`,
    `  winners                      ${winners}`,
    `  losers told place-taken      ${losers}`,
    `  other answers                ${[...errors].map(([code, count]) => `${code}: ${count}`).join('; ') || 'none'}`,
    `  slots without one winner     ${broken.length}`,
    `  losers waited                p50 ${ms(0.5)}, p99 ${ms(0.99)}, at most ${ms(1)}`,
    `  losers answered in 200 ms    ${losers === 0 ? '-' : `${((within / losers) * 100).toFixed(2)}%`}`,
    `  bookings/s                   ${((winners / elapsedMs) * 1000).toFixed(0)} (with ${((requests / elapsedMs) * 1000).toFixed(0)} requests/s)`,
    ...broken.slice(0, 20).map((it) => `  ✗ ${it}`),
  ];
};

let marketplace: RunningMarketplace | undefined;
let failed = true;
try {
  if (!Number.isInteger(slots) || !Number.isInteger(racers) || slots < 1 || racers < 2 || racers > 500) {
    throw new Error('Give --slots from 1 and --racers from 2 to 500.');
  }
  if (values.target === undefined) marketplace = await startMarketplace({ demonstration: 'none', nowMs });
  if (marketplace) stopWithUs(marketplace, process);
  const target = (marketplace?.target ?? values.target ?? '').replace(/\/$/, '');
  const seed = values.seed ?? (marketplace ? 'races' : randomBytes(8).toString('hex'));
  const ids = createIds(seed);
  const house = await connect({ target, ids, nowMs, alone: marketplace !== undefined, connections: racers });
  console.log(`Races on ${target}, seed ${seed}`);
  const onSlot = (done: number) => {
    if (process.stdout.isTTY) process.stdout.write(`\r  ${done}/${slots} `);
  };
  const result = await race({ client: house.makeClient(), ids, nowMs, slots, racers, onSlot });
  if (process.stdout.isTTY) process.stdout.write('\r');
  console.log(report(result).join('\n'));
  failed = result.broken.length > 0 || result.errors.size > 0 || result.winners !== slots;
  console.log(failed ? '  ✗ the invariant does NOT hold' : '  ✓ exactly one winner each, every loser a clean no');
  house.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await marketplace?.stop().catch((error: Error) => {
    failed = true;
    console.error(error.message);
  });
}
process.exitCode = failed ? 1 : 0;
