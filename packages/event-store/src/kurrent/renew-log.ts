import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { instantFromMs } from '@adempauze/kernel';
import { createKurrentEventStore } from './store.ts';

/*
 * `npm run renew-log -- --url URL [--prefix PREFIX]`, after a backup of KurrentDB was put back: gives the log a new name,
 * so that no read model goes on from a position that means something else now.
 */

const { values } = parseArgs({ options: { url: { type: 'string' }, prefix: { type: 'string', default: '' } } });
if (values.url === undefined) {
  console.error('Which log? npm run renew-log -- --url esdb://user:password@host:2113?tls=true');
  process.exitCode = 2;
} else {
  const store = createKurrentEventStore({
    connectionString: values.url,
    prefix: values.prefix,
    clock: () => instantFromMs(Date.now()),
    newId: randomUUID,
  });
  console.log(
    `The log is ${await store.renewEpoch()} now. Start the marketplace: its read models fill themselves anew.`,
  );
  await store.close();
}
