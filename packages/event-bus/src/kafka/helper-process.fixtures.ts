// Run by `startHelper`, as a process that a story kills or puts to sleep.
import { writeSync } from 'node:fs';
import { openTestStore } from '@adempauze/event-store/testing';
import { z } from 'zod';
import { openInboxFile } from '../sqlite-inbox.ts';
import { createKafkaBus } from './bus.ts';
import { startRelay } from './relay.ts';
import { noted, numbersOf, quickTimings, trialSchemas, trials, writeTrials } from './world.fixtures.ts';

const [role, options] = process.argv.slice(2);
const parsed = z
  .object({
    brokers: z.array(z.string()),
    prefix: z.string(),
    file: z.string().default(''),
    epoch: z.string().default(''),
    inboxFile: z.string().default(''),
  })
  .parse(JSON.parse(options ?? ''));
const { brokers, prefix, epoch } = parsed;
const common = { brokers, prefix, schemas: trialSchemas, timings: quickTimings };
const say = (line: string) => writeSync(1, `${line}\n`);

/** Publishes twenty events, and dies when the first of its checkpoints is to be saved. */
const relayKilled = async () => {
  const store = await openTestStore({ file: parsed.file });
  await writeTrials(store, 0, 20);
  const checkpoint = {
    read: async () => undefined,
    save: async () => {
      process.kill(process.pid, 'SIGKILL');
    },
  };
  startRelay({ ...common, store, publications: [trials], replica: 'killed', checkpoint, saveEveryMs: 1 });
};

/** Holds a shared source until somebody puts it to sleep. */
const member = () => {
  const inbox = openInboxFile(parsed.inboxFile);
  const saved = (of: string) => inbox.positionOf('tester', 'reader', of);
  const bus = createKafkaBus({ ...common, epoch: async () => epoch, replica: 'sleeper', shared: { reader: saved } });
  bus.source({ name: 'reader', types: [noted] }).subscribe({
    after: saved(epoch),
    onBatch({ events, scannedTo }) {
      for (const n of numbersOf(events)) say(`had ${n}`);
      inbox.savePositions('tester', [{ source: 'reader', epoch, position: scannedTo }]);
    },
  });
  let held = false;
  setInterval(() => {
    const holds = bus.status().sources.some(({ holding, ready }) => holding || !ready);
    if (held && !holds) say('standing by');
    held = holds;
  }, 50);
};

if (role === 'member') member();
else await relayKilled();
