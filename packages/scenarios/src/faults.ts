import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MissingProgramError } from '@adempauze/testing/servers';
import { z } from 'zod';
import { reportLines } from './faults/report.ts';
import { runFaults } from './faults/run.ts';

/*
 * `npm run faults -- [--minutes 10] [--seed S] [--replicas 2] [--brokers 3] [--small]`: the marketplace as processes,
 * with real brokers and PostgreSQL, under load while processes are killed, brokers stopped and connections hurt; then
 * every promise is checked. Exit code 1 when one was broken, with the folder that is kept.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    replicas: { type: 'string', default: '2' },
    brokers: { type: 'string' },
    small: { type: 'boolean', default: false },
  },
});
const settings = z
  .object({
    minutes: z.coerce
      .number()
      .positive()
      .max(24 * 60),
    seed: z.coerce.number().int().min(0),
    replicas: z.coerce.number().int().min(1).max(5),
    brokers: z.coerce.number().pipe(z.union([z.literal(1), z.literal(3)])),
  })
  .parse({
    ...values,
    minutes: values.minutes ?? (values.small ? 1 : 10),
    brokers: values.brokers ?? (values.small ? 1 : 3),
  });

const place = await mkdtemp(join(tmpdir(), 'adempauze-faults-'));
const data = join(place, 'data');
const logs = join(place, 'logs');
await Promise.all([mkdir(data), mkdir(logs)]);
// Who runs PostgreSQL for root has to get through.
await chmod(place, 0o711);
const { minutes, seed, replicas, brokers } = settings;
console.log(
  `Faults for ${minutes} minutes, seed ${seed}, ${replicas} replicas, ${brokers} ${brokers === 1 ? 'broker' : 'brokers'}, in ${place}`,
);
const begunMs = performance.now();
let writing: Promise<unknown> = Promise.resolve();
const noted: string[] = [];
const write = (file: string, line: string) => {
  writing = writing.then(() => appendFile(join(logs, file), `${line}\n`));
};
const say = (line: string) => {
  console.log(line);
  noted.push(line);
};
const again = `npm run faults -- --minutes ${minutes} --seed ${seed} --replicas ${replicas} --brokers ${brokers}`;
const keep = (why: string) => {
  console.log(`${why}\nThe folder is kept: ${place}. To repeat: ${again}`);
  process.exitCode = 1;
};
try {
  const run = await runFaults({
    ...{ minutes, seed, replicas, brokers, folder: data, lanes: 12, twoShare: 0.35 },
    nowMs: () => performance.now(),
    pause,
    say,
    onLine: (name, line) => write(`${name}.log`, line),
    async processLog() {
      await writing;
      const files = (await readdir(logs)).filter((it) => !/^(kafka|postgres)/.test(it));
      return (await Promise.all(files.map((it) => readFile(join(logs, it), 'utf8')))).join('\n');
    },
  });
  for (const line of reportLines(run, performance.now() - begunMs)) say(line);
  const wrong = run.findings.flatMap(({ violations }) => violations);
  if (wrong.length > 0) {
    const { log, records, published, ...rest } = run.evidence;
    await writeFile(join(place, 'evidence.json'), JSON.stringify(rest, null, 1));
    await writeFile(join(place, 'log.jsonl'), log.map((it) => JSON.stringify(it)).join('\n'));
    await writeFile(join(place, 'records.jsonl'), records.map((it) => JSON.stringify(it)).join('\n'));
    await writeFile(join(place, 'published.jsonl'), published.map((it) => JSON.stringify(it)).join('\n'));
    await writeFile(join(place, 'violations.txt'), wrong.join('\n'));
    keep(`${wrong.length} VIOLATIONS; all of them stand in violations.txt.`);
  } else await rm(place, { recursive: true, force: true });
} catch (error) {
  await writing;
  if (error instanceof MissingProgramError) {
    console.log(error.message);
    process.exitCode = 1;
    await rm(place, { recursive: true, force: true });
  } else keep(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await writeFile(join(place, 'said.txt'), noted.join('\n')).catch(() => undefined);
}
// Said outright: ending by itself, Node 26.10 once waited for ever for a request of a socket that was long cut (seen in
// `node::Environment::CleanupHandles`).
process.exit();
