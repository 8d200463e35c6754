// npm run start:distributed [-- --replicas N --brokers 1|3 --folder DIR --port P --demonstration full|none]
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { stopOnSignals } from '@adempauze/http';
import { StartError } from '@adempauze/kernel';
import {
  ChildStartError,
  createLogRenderer,
  type Distributed,
  startDistributed,
  tableLines,
} from '@adempauze/testing/distributed';
import { isWorthReading } from './servers-log.ts';
import { welcomeLines } from './welcome.ts';

/*
 * Brokers, PostgreSQL, the store when no KURRENTDB_URL is given, and every service as its own process, on loopback:
 * one log, one table, one Ctrl-C.
 */

const { values } = parseArgs({
  options: {
    replicas: { type: 'string', default: '1' },
    brokers: { type: 'string', default: '1' },
    folder: { type: 'string', default: 'data-distributed' },
    port: { type: 'string', default: '4000' },
    demonstration: { type: 'string', default: 'full' },
    'clock-start': { type: 'string' },
  },
});

const environment: NodeJS.ProcessEnv = process.env;
const say = (line: string) => console.log(line);
const timeOfDay = () => new Date().toISOString().slice(11, 23);
const render = createLogRenderer({ colour: process.stdout.isTTY && !environment.NO_COLOR, timeOfDay });
const lines = new Map<string, number>();
const stopping = new AbortController();
let starting: Promise<Distributed> | undefined;

const hear = (name: string, line: string) => {
  lines.set(name, (lines.get(name) ?? 0) + 1);
  if (isWorthReading(name, line)) say(render(name, line));
};
/** What the starter itself has to say, between the lines of the others. */
const tell = (name: string, sentence: string) => say(`${timeOfDay()} ${name} ${sentence}`);

const stop = async (): Promise<readonly string[]> => {
  say('');
  say('  Adempauze stopt, op volgorde. / Stopping, in order.');
  stopping.abort(new Error('Stopped.'));
  const it = await starting?.catch(() => undefined);
  await it?.close((what) => say(`  - ${what}`));
  say('  Alles is gestopt. / All has stopped.');
  return [];
};

const shortest = (folder: string): string => {
  const fromHere = relative('', folder);
  return fromHere.startsWith('..') ? folder : fromHere;
};

const rowsOf = (it: Distributed) => {
  const row = (name: string, pid: number | undefined, address: string, folder: string) => ({
    ...{ name, pid, address, folder: shortest(folder), lines: lines.get(name) ?? 0 },
  });
  const { kafka, postgres, store, storeUrl, folder } = it;
  /** Gateways share one address; each shows its measurements at one of its own. */
  const addressOf = ({ url, ownUrl }: { url: string; ownUrl: string }) =>
    url === ownUrl ? url : `${url}  (${ownUrl}/metrics)`;
  return [
    ...kafka.brokers.map((address, index) => row(`kafka-${index + 1}`, kafka.pid(index + 1), address, kafka.folder)),
    row('postgres', postgres.pid(), new URL(postgres.connectionString).host, postgres.dataFolder),
    row('store', store?.pid(), storeUrl.replace(/\/\/[^@/]*@/, '//'), store ? `${folder}/store` : ''),
    ...it.processes.map((process) => row(process.name, process.pid(), addressOf(process), process.folder)),
  ];
};

const run = async () => {
  const begunMs = performance.now();
  const { brokers, demonstration } = values;
  const port = Number(values.port);
  const replicas = Number(values.replicas);
  if (brokers !== '1' && brokers !== '3') throw new RangeError('--brokers: 1 of 3 / 1 or 3.');
  if (demonstration !== 'full' && demonstration !== 'none')
    throw new RangeError('--demonstration: full of none / full or none.');
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 9)
    throw new RangeError('--replicas: 1 tot en met 9 / 1 to 9.');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('--port: 0 … 65535.');
  say('');
  say(`  Adempauze start als losse processen. / Adempauze starts as processes of its own.`);
  starting = startDistributed({
    ...{ replicas, port, demonstration, folder: values.folder, clockStart: values['clock-start'] },
    brokers: brokers === '1' ? 1 : 3,
    kurrentUrl: environment.KURRENTDB_URL || undefined,
    masterKey: environment.MASTER_KEY || undefined,
    logLevel: environment.LOG_LEVEL || 'warn',
    onLine: hear,
    onEvent: tell,
    revives: true,
    signal: stopping.signal,
  });
  const it = await starting;
  for (const line of ['', ...tableLines(rowsOf(it)), '']) say(line);
  for (const line of welcomeLines(it, { demonstration, startedInMs: performance.now() - begunMs })) say(line);
  // Enter shows the table again.
  if (process.stdin.isTTY) process.stdin.on('data', () => say(['', ...tableLines(rowsOf(it)), ''].join('\n')));
};

stopOnSignals({ stop }, process);
try {
  await run();
} catch (error) {
  if (!stopping.signal.aborted) {
    if (error instanceof StartError) console.error(`${error.sentence.nl}\n${error.sentence.en}`);
    else if ([RangeError, ChildStartError].some((type) => error instanceof type))
      console.error(error instanceof Error ? error.message : error);
    else console.error(error);
    process.exit(1);
  }
}
