// Appends with the client's own appendToStream to two servers, of which the first drops its link now and then.
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

const [, , failing = '', healthy = ''] = process.argv;
const [first, second] = [failing, healthy].map((it) => EventStoreDBClient.connectionString(it));
const append = (client: EventStoreDBClient | undefined) =>
  client?.appendToStream('booking-1', jsonEvent({ type: 'Happened', data: {} })).catch(() => undefined);
const many = async () => {
  for (let n = 0; n < 200; n += 1) await append(second);
};
await append(second);
await Promise.all([
  ...Array.from({ length: 16 }, many),
  (async () => {
    for (let n = 0; n < 40; n += 1) await append(first);
  })(),
]);
process.stdout.write('all were answered\n');
process.exit(0);
