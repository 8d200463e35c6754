import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { StoreOpenError } from '@adempauze/event-store';
import { type Clock, instantFromMs, StartError, UnavailableError } from '@adempauze/kernel';
import { DifferentKeyError } from '@adempauze/personal-data';
import { copyKeys, openKeyStores } from './copy/copy-keys.ts';
import { copyLog } from './copy/copy-log.ts';
import { CopyError, openPlace, type Place } from './copy/place.ts';

/*
 * `npm run copy -- --from ./data --to esdb://host:2113?tls=true`, and back: copies the log of a marketplace that is
 * stopped. Run again after it was stopped in the middle, it goes on where it was. With `--keys postgres://…` the keys
 * of persons come along.
 */

const usage = `npm run copy -- --from FROM --to TO [--keys POSTGRES] [--prefix PREFIX]
  FROM and TO: a data folder, a log file (.db), or a connection string (esdb://, kurrentdb://)
  POSTGRES: postgres://…, the keys of persons that belong to the KurrentDB; both sides have one master key,
    which is MASTER_KEY or stands in the data folder
  PREFIX: of the streams on a KurrentDB that others use too`;

/** The moment of the copy, which only names the new log; events keep their own times. */
const clock: Clock = () => instantFromMs(Date.now());

type Asked = {
  readonly from: string;
  readonly to: string;
  readonly prefix: string | undefined;
  readonly keys: string | undefined;
};

const run = async ({ from, to, prefix, keys }: Asked): Promise<void> => {
  const begunMs = performance.now();
  const opened: Place[] = [];
  const open = async (at: string, role: 'source' | 'target') => {
    const place = await openPlace({
      ...{ at, role, clock, newId: randomUUID },
      ...(prefix === undefined ? {} : { prefix }),
    });
    opened.push(place);
    return place;
  };
  try {
    const source = await open(from, 'source');
    const target = await open(to, 'target');
    console.log(`Copying ${source.name} to ${target.name}.`);
    let saidMs = begunMs;
    const { events, sha256, resumedAt } = await copyLog(source, target, {
      pause: (ms) => pause(ms),
      onProgress(copied) {
        if (performance.now() - saidMs < 1000) return;
        saidMs = performance.now();
        console.log(`  ${copied} events`);
      },
    });
    // A name of its own: positions of the one log mean nothing in the other, and every read model begins anew.
    const epoch = await target.store.epoch();
    const seconds = Math.round((performance.now() - begunMs) / 100) / 10;
    if (resumedAt > 0) console.log(`${resumedAt} events were there already.`);
    console.log(`${events} events are equal in both, in the same order: SHA-256 ${sha256}. ${seconds} s.`);
    console.log(`The new log is ${epoch}.`);
    if (keys === undefined)
      console.log(
        'Not copied: the folder `keys`. Without it personal data cannot be read: give --keys, or move it by itself, and safely.',
      );
    else await runKeys(from, to, keys);
  } finally {
    for (const { store } of opened.reverse()) await store.close();
  }
};

const runKeys = async (from: string, to: string, postgresUrl: string): Promise<void> => {
  const environment: NodeJS.ProcessEnv = process.env;
  const stores = await openKeyStores({ from, to, postgresUrl, configured: environment.MASTER_KEY || undefined });
  try {
    const { persons, forgotten } = await copyKeys(stores.from, stores.to);
    console.log(
      `The keys of ${persons - forgotten} persons came along, under the same master key; ${forgotten} stay forgotten.`,
    );
  } finally {
    await stores.from.close();
    await stores.to.close();
  }
};

const { values } = parseArgs({
  options: {
    ...{ from: { type: 'string' }, to: { type: 'string' } },
    ...{ prefix: { type: 'string' }, keys: { type: 'string' } },
  },
});
if (values.from === undefined || values.to === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    await run({ from: values.from, to: values.to, prefix: values.prefix, keys: values.keys });
  } catch (error) {
    const expected = [CopyError, StoreOpenError, UnavailableError, DifferentKeyError].some((it) => error instanceof it);
    if (error instanceof StartError) console.error(error.sentence.en);
    else console.error(expected && error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
