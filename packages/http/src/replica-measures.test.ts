import { expect, test } from '@jest/globals';
import { measuresOfReplicas } from './replica-measures.ts';

test('each replica has one state that holds', () => {
  const [breakers, calls, retries] = measuresOfReplicas([
    {
      name: 'bookings',
      status: () => [
        { url: 'http://b-1', state: 'closed' },
        { url: 'http://b-2', state: 'open' },
      ],
      counts: () => ({ calls: 9, retries: 2 }),
    },
  ]);
  if (breakers?.type === 'histogram' || calls?.type !== 'counter' || retries?.type !== 'counter') throw new Error('?');
  const holding = breakers?.samples.filter(({ value }) => value === 1).map(({ labels }) => labels);
  expect(breakers?.samples).toHaveLength(6);
  expect(holding).toEqual([
    { callee: 'bookings', url: 'http://b-1', state: 'closed' },
    { callee: 'bookings', url: 'http://b-2', state: 'open' },
  ]);
  expect([calls.samples, retries.samples]).toEqual([
    [{ value: 9, labels: { callee: 'bookings' } }],
    [{ value: 2, labels: { callee: 'bookings' } }],
  ]);
});
