import { type RunningKafka, startKafka } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { collect } from '../contract.ts';
import { produce } from './raw.fixtures.ts';
import { eventually, noted, numbersOf, openWorld, upTo } from './world.fixtures.ts';

const source = { name: 'reader', types: [noted] };

const stories = ({ brokers }: RunningKafka) => {
  test('a replica that takes over where another was does not read the whole history', async () => {
    const world = await openWorld({ brokers });
    // At the beginning of the topic: whoever reads from there counts it.
    await produce({ brokers, prefix: world.prefix, garbage: true });
    world.openRelay();
    const place = await world.write(0, 60);
    const one = world.openBus({ replica: 'r1' });
    const first = collect(one.source(source));
    await first.has(60);
    await first.caughtUp;
    expect(one.status().unreadable).toBe(3);
    await one.close(); // leaves its marks

    const two = world.openBus({ replica: 'r2' });
    const numbers: number[] = [];
    two.source(source).subscribe({ after: `${place}.~`, onBatch: ({ events }) => numbers.push(...numbersOf(events)) });
    await world.write(60, 80);
    await eventually(() => numbers.length >= 20);
    expect(numbers).toEqual(upTo(80, 60));
    expect(two.status().unreadable).toBe(0);

    // Who asks for everything gets everything, whatever the others noted.
    const three = world.openBus({ replica: 'r3' });
    const all = collect(three.source(source));
    await all.has(80);
    expect(numbersOf(all.events)).toEqual(upTo(80));
    expect(three.status().unreadable).toBe(3);
    await world.close();
  });
};

await withServer(() => startKafka(), stories);
