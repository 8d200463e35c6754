import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createInbox } from './inbox.ts';
import { trialClock } from './trial-log.fixtures.ts';

const at = (position: string, epoch = 'one', source = 'trials') => ({ source, epoch, position });

test('a position never goes back within one log, and means nothing in another', () => {
  const inbox = createInbox({ file: undefined });
  inbox.savePositions('tester', [at('0005.~'), at('0007.~', 'one', 'others')]);
  inbox.savePositions('tester', [at('0003.~')]);
  expect(inbox.positionOf('tester', 'trials', 'one')).toBe('0005.~');
  expect(inbox.positionOf('tester', 'others', 'one')).toBe('0007.~');
  expect(inbox.positionOf('someone else', 'trials', 'one')).toBe(undefined);
  expect(inbox.positionOf('tester', 'trials', 'two')).toBe(undefined);
  inbox.savePositions('tester', [at('0001.~', 'two')]);
  expect(inbox.positionOf('tester', 'trials', 'two')).toBe('0001.~');
  inbox.close();
});

test('what was saved and parked is there when the file is opened again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-inbox-'));
  const file = join(folder, 'inbox.db');
  const event = {
    id: 'event-1',
    type: 'trials.noted.v1',
    stream: 'a',
    revision: 3,
    position: '0004.000',
    data: { note: { $sealed: 'abc' } },
    metadata: { v: 1, at: trialClock() },
  };
  const message = { consumer: 'tester', source: 'trials', key: 'a', event, reason: 'TypeError', attempts: 3 };
  const first = createInbox({ file });
  first.savePositions('tester', [at('0004.~')]);
  first.park({ ...message, parkedAt: trialClock() });
  first.park({ ...message, reason: 'once more', parkedAt: trialClock() });
  first.close();
  const second = createInbox({ file });
  expect(second.positionOf('tester', 'trials', 'one')).toBe('0004.~');
  expect(second.listParked({ first: 10 })).toEqual([
    { ...message, id: 1, parkedAt: trialClock(), status: 'parked', ended: undefined },
  ]);
  expect(second.settle(1, 'replaying', 'replayed')).toBe(false);
  expect(second.countParked('tester')).toBe(1);
  second.close();
  rmSync(folder, { recursive: true });
});
