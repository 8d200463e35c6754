import { expect, test } from '@jest/globals';
import { createLogRenderer } from './render-log.ts';
import { tableLines } from './table.ts';

const render = createLogRenderer({ colour: false, timeOfDay: () => '09:08:07.006' });
const line = (more: object) =>
  JSON.stringify({ level: 'warn', time: '2026-01-02T03:04:05.678Z', service: 'bookings', msg: 'parked', ...more });

test('a log line of ours is time, name, level, message and what else it says', () => {
  expect(render('bookings-2', line({ consumer: 'invoicing', attempts: 3, reason: 'no such offer' }))).toBe(
    '03:04:05.678 bookings-2   warn  parked consumer=invoicing attempts=3 reason="no such offer"',
  );
});

test('an error is its kind and words with its causes, without the stack', () => {
  const err = { type: 'UnavailableError', what: 'No answer.', stack: 'at …', cause: { type: 'Error', what: 'reset' } };
  expect(render('offers-1', line({ err }))).toBe(
    '03:04:05.678 offers-1     warn  parked err=UnavailableError: No answer. < Error: reset',
  );
});

test.each(['offers-1 is ready at http://127.0.0.1:1', '{"not": "ours"}', '{broken', ''])(
  '%j stays as it is',
  (said) => {
    expect(render('offers-1', said)).toBe(`09:08:07.006 offers-1           ${said}`);
  },
);

test('another name has another colour, the same name the same', () => {
  const inColour = createLogRenderer({ colour: true, timeOfDay: () => '' });
  const [first, second, again] = ['offers-1', 'offers-2', 'offers-1'].map((name) => inColour(name, 'x'));
  expect(first).toBe(again);
  expect(second?.replace('offers-2', 'offers-1')).not.toBe(first);
});

test('what runs where is one table', () => {
  const row = { name: 'offers-1', pid: 12, address: 'http://127.0.0.1:4001', folder: 'data/offers-1', lines: 7 };
  expect(tableLines([row, { ...row, name: 'kafka-1', pid: undefined, lines: 1234 }])).toEqual([
    '  naam / name  pid  adres / address        map / folder   regels / lines',
    '  ----------------------------------------------------------------------',
    '  offers-1      12  http://127.0.0.1:4001  data/offers-1               7',
    '  kafka-1        -  http://127.0.0.1:4001  data/offers-1            1234',
  ]);
});
