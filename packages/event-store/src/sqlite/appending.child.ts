// Appends to the log in argv[2] until it is killed, and says on standard output what was acknowledged.
import { derivedId } from '@adempauze/kernel';
import { openTestStore } from '../testing.ts';

const [, , file = '', run = '0'] = process.argv;
const store = await openTestStore({ file });

const write = async (writer: number): Promise<never> => {
  const stream = `${writer % 2 === 0 ? 'booking' : 'resource'}-${run}.${writer}`;
  for (let n = 0; ; n += 2) {
    const events = [n, n + 1].map((at) => ({
      id: derivedId(stream, at),
      type: 'SomethingHappened',
      data: { at, text: 'x'.repeat(300) },
      metadata: { v: 1, at: '2027-01-04T00:00:00.000Z' },
    }));
    const { revision, position } = await store.append(stream, events, { expected: n === 0 ? 'no_stream' : n - 1 });
    process.stdout.write(`${stream} ${revision} ${position}\n`);
  }
};

await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
