import { expect, test } from '@jest/globals';
import { digestLines, digestOf, packageOf } from './profile.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 4] },
    { id: 2, callFrame: frame('search', 'file:///x/services/offers/src/service.ts'), children: [3] },
    { id: 3, callFrame: frame('parse', 'file:///x/node_modules/zod/v4/core.js') },
    { id: 4, callFrame: frame('(idle)', '') },
  ],
  endTime: 10_000,
  samples: [2, 3, 3, 4],
  timeDeltas: [1000, 2000, 3000, 4000],
};

test('self time goes to the package, and to our own functions with what they call', () => {
  const digest = digestOf(profile, 100);
  expect(digest.busyMs).toBe(6);
  expect(digest.idleMs).toBe(4);
  expect(digest.packages).toEqual([
    { name: 'zod', ms: 5 },
    { name: 'offers', ms: 1 },
  ]);
  expect(digest.withCallees).toEqual([{ name: 'search  services/offers/src/service.ts:10', ms: 6 }]);
  expect(digestLines(digest, 10, 5)[0]).toBe('Main thread: 60 % busy, 600 µs for each of 10 full bookings.');
});

test('what lies before the load is left out', () => {
  expect(digestOf(profile, 5).busyMs).toBe(3);
});

test('packages have short names', () => {
  expect(packageOf('file:///x/node_modules/@pothos/core/lib/a.js', 'f')).toBe('@pothos/core');
  expect(packageOf('file:///x/node_modules/a/node_modules/b/c.js', 'f')).toBe('b');
  expect(packageOf('file:///x/packages/kernel/src/time.ts', 'f')).toBe('kernel');
  expect(packageOf('node:internal/streams', 'f')).toBe('node:internal/streams');
  expect(packageOf('', '(garbage collector)')).toBe('(garbage collector)');
  expect(packageOf('', 'stringify')).toBe('native');
});
