import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { storm, usualRates } from './faults.ts';
import { simulate } from './simulate.ts';

/*
 * node packages/scenarios/src/simulation/run.ts --seed 7 --steps 2000 --runs 10
 * Lives through a few weeks of a small town with faults and crashes. Exit 1 when something is wrong afterwards.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '1500' },
    /** Seeds that follow each other. */
    runs: { type: 'string', default: '1' },
    /** Where the log of a run in which something was wrong is written, as lines of JSON. */
    keep: { type: 'string' },
    storm: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const first = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const print = (line: string) => process.stdout.write(`${line}\n`);
const said = (fields: object, message: string) => values.verbose && print(`  ${message} ${JSON.stringify(fields)}`);

const rates = values.storm ? storm : usualRates;
// The waits of the services keep no process alive.
const staying = setInterval(() => {}, 1000);
let wrong = 0;
for (let seed = first; seed < first + Number(values.runs); seed += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const begun = performance.now();
  const steps = Number(values.steps);
  try {
    const run = await simulate({ ...{ seed, steps, folder, pause, rates }, log: { warn: said, error: said } });
    const tookMs = Math.round(performance.now() - begun);
    const statuses = Object.entries(Object.groupBy(run.told, ({ answer }) => answer)).map(
      ([answer, told]) => `${told?.length ?? 0} ${answer}`,
    );
    print(
      `seed ${seed}: ${run.log.length} events, ${statuses.join(', ')}, ${run.crashes} crashes, ${tookMs} ms: ${run.violations.length === 0 ? 'all is well' : `${run.violations.length} WRONG`}`,
    );
    for (const violation of run.violations.slice(0, 20)) print(`  ${violation}`);
    wrong += run.violations.length;
    if (values.keep !== undefined && run.violations.length > 0) {
      writeFileSync(values.keep, run.log.map((it) => JSON.stringify(it)).join('\n'));
      writeFileSync(`${values.keep}.told`, run.told.map(({ again: _, ...it }) => JSON.stringify(it)).join('\n'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
clearInterval(staying);
process.exitCode = wrong === 0 ? 0 : 1;
