import { derivedId, minuteMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { resourceId } from '../examples.fixtures.ts';
import type { Followed } from './followed-calendars.ts';
import { createSchedule, everyMs } from './schedule.ts';

const many = Array.from({ length: 900 }, (_it, n): Followed => ({ resourceId, followingId: derivedId('f', n) }));
const [one = { resourceId, followingId: '' }] = many;

test('a first round is spread over a quarter of an hour', () => {
  const schedule = createSchedule();
  expect(schedule.due(many, 0).length).toBeLessThan(10);
  for (let minute = 1; minute <= 15; minute += 1) {
    const due = schedule.due(many, minute * minuteMs);
    expect(due.length).toBeGreaterThan(30);
    expect(due.length).toBeLessThan(90);
    for (const { followingId } of due) schedule.tried(followingId, minute * minuteMs, true);
  }
});
test('one that is well is read every quarter of an hour; one that fails ever less often', () => {
  const schedule = createSchedule();
  schedule.tried(one.followingId, 0, true);
  expect(schedule.due([one], everyMs - 1)).toEqual([]);
  expect(schedule.due([one], everyMs)).toEqual([one]);
  const waits = Array.from({ length: 7 }, () => {
    schedule.tried(one.followingId, 0, false);
    let minutes = 15;
    while (schedule.due([one], minutes * minuteMs).length === 0) minutes += 15;
    return minutes;
  });
  expect(waits).toEqual([30, 60, 120, 240, 360, 360, 360]);
  schedule.tried(one.followingId, 0, true);
  expect(schedule.due([one], everyMs)).toEqual([one]);
});
test('what is followed no more is forgotten', () => {
  const schedule = createSchedule();
  schedule.tried(one.followingId, 0, false);
  expect(schedule.due([], 0)).toEqual([]);
  expect(schedule.due([one], everyMs)).toEqual([]);
  expect(schedule.due([one], 2 * everyMs)).toEqual([one]);
});
