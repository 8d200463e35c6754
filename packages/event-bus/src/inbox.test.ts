import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inboxContract } from './inbox-contract.ts';
import { createInbox } from './sqlite-inbox.ts';
import { trialClock } from './trial-log.fixtures.ts';

inboxContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'adempauze-inbox-'));
  return {
    open: async () => createInbox({ file: join(folder, 'inbox.db') }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

const at = (position: string, epoch = 'one', source = 'trials') => ({ source, epoch, position });

test('a position never goes back within one log, and means nothing in another', async () => {
  const inbox = createInbox({ file: undefined });
  await inbox.savePositions('tester', [at('0005.~'), at('0007.~', 'one', 'others')]);
  await inbox.savePositions('tester', [at('0003.~')]);
  expect(await inbox.positionOf('tester', 'trials', 'one')).toBe('0005.~');
  expect(await inbox.positionOf('tester', 'others', 'one')).toBe('0007.~');
  expect(await inbox.positionOf('someone else', 'trials', 'one')).toBe(undefined);
  expect(await inbox.positionOf('tester', 'trials', 'two')).toBe(undefined);
  await inbox.savePositions('tester', [at('0001.~', 'two')]);
  expect(await inbox.positionOf('tester', 'trials', 'two')).toBe('0001.~');
  await inbox.close();
});

test('what was saved and parked is there when the file is opened again', async () => {
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
  await first.savePositions('tester', [at('0004.~')]);
  await first.park({ ...message, parkedAt: trialClock() });
  await first.park({ ...message, reason: 'once more', parkedAt: trialClock() });
  await first.close();
  const second = createInbox({ file });
  expect(await second.positionOf('tester', 'trials', 'one')).toBe('0004.~');
  expect(await second.listParked({ first: 10 })).toEqual([
    { ...message, id: 1, parkedAt: trialClock(), status: 'parked', ended: undefined },
  ]);
  expect(await second.settle(1, 'replaying', 'replayed')).toBe(false);
  expect(await second.countParked('tester')).toBe(1);
  await second.close();
  rmSync(folder, { recursive: true });
});
