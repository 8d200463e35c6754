import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, pageFrom } from './page.ts';

test('a cursor is read back as the place that it was made for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (key, id) => {
      expect(decodeCursor(encodeCursor(key, id))).toEqual([key, id]);
    }),
  );
});

test.each(['', 'bm9uc2Vuc2U', 'W10', 'WzEsMl0', '%%%', 'x'.repeat(200)])(
  'what is no cursor of ours stands after everything: %s',
  (cursor) => {
    const [key, id] = decodeCursor(cursor);
    expect(key > 'zzzz' && id === '').toBe(true);
  },
);

test('a page says whether more follow', () => {
  const page = (first: number) =>
    pageFrom(
      ['a', 'b', 'c'],
      first,
      (it) => [it, 'id'],
      (it) => it,
    );
  expect(page(2)).toMatchObject({ items: [{ item: 'a' }, { item: 'b' }], hasMore: true });
  expect(page(3)).toMatchObject({ items: [{ item: 'a' }, { item: 'b' }, { item: 'c' }], hasMore: false });
});
