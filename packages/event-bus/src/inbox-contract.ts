import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Inbox, NewParkedMessage } from './inbox.ts';
import { trialClock } from './trial-log.fixtures.ts';

/** Somewhere that keeps an inbox, and that several may open at once. */
export type InboxPlace = { readonly open: () => Promise<Inbox>; readonly remove: () => Promise<void> };

const at = (position: string, epoch = 'one', source = 'trials') => ({ source, epoch, position });
const message = (key: string, n: number, more: Partial<NewParkedMessage> = {}): NewParkedMessage => ({
  consumer: 'tester',
  source: 'trials',
  key,
  event: {
    id: `event-${key}-${n}`,
    type: 'trials.noted.v1',
    stream: key,
    revision: n,
    position: `000${n}.000`,
    data: { note: { $sealed: 'abc' }, n, words: 'naïef, "zo" \u0000' },
    metadata: { v: 1, at: trialClock(), $correlationId: 'correlation-1' },
  },
  reason: 'TypeError',
  attempts: 3,
  parkedAt: trialClock(),
  ...more,
});

/** What every inbox must do, wherever it keeps what it is told. */
export const inboxContract = (name: string, makePlace: () => Promise<InboxPlace>): void => {
  describe(`inbox: ${name}`, () => {
    let place: InboxPlace;
    let inbox: Inbox;
    /** Of another replica, or of the next life. */
    let other: Inbox;
    beforeEach(async () => {
      place = await makePlace();
      inbox = await place.open();
      other = await place.open();
    });
    afterEach(async () => {
      await Promise.all([inbox.close(), other.close()]);
      await place.remove();
    });
    const idsOf = async (options: Partial<Parameters<Inbox['listParked']>[0]> = {}) =>
      (await other.listParked({ first: 100, ...options })).map(({ id }) => id);
    const namesOf = async (options: Partial<Parameters<Inbox['listParked']>[0]> = {}) =>
      (await other.listParked({ first: 100, ...options })).map(({ key, event }) => `${key}${event.data.n}`);

    test('a position never goes back within one log, and means nothing in another', async () => {
      await inbox.savePositions('tester', [at('0005.~'), at('0007.~', 'one', 'others')]);
      await inbox.savePositions('tester', [at('0003.~'), at('0008.000', 'one', 'others')]);
      expect(await other.positionOf('tester', 'trials', 'one')).toBe('0005.~');
      expect(await other.positionOf('tester', 'others', 'one')).toBe('0008.000');
      expect(await other.positionOf('someone else', 'trials', 'one')).toBe(undefined);
      expect(await other.positionOf('tester', 'trials', 'two')).toBe(undefined);
      await other.savePositions('tester', [at('0001.~', 'two')]);
      expect(await inbox.positionOf('tester', 'trials', 'two')).toBe('0001.~');
      expect(await inbox.positionOf('tester', 'trials', 'one')).toBe(undefined);
    });

    test('places are ordered as text is compared, whatever language the server speaks', async () => {
      for (const later of ['0042.000', '0042.001', '0042.~', '0043.000', '0043.~/a=1']) {
        await inbox.savePositions('tester', [at(later)]);
        await inbox.savePositions('tester', [at('0042.000')]);
        expect(await inbox.positionOf('tester', 'trials', 'one')).toBe(later);
      }
    });

    test('what was parked is found as it came, by whoever looks', async () => {
      await inbox.park(message('a', 1));
      const [id = 0] = await idsOf();
      const parked = { ...message('a', 1), id, status: 'parked', ended: undefined };
      expect(await other.listParked({ first: 10 })).toEqual([parked]);
      expect(await other.findParked(id)).toEqual(parked);
      expect(await other.findParked(id + 1000)).toBe(undefined);
    });

    test('a message is parked once, whatever became of it', async () => {
      await inbox.park(message('a', 1));
      await other.park(message('a', 1, { reason: 'once more' }));
      await inbox.park(message('a', 1, { consumer: 'someone else' }));
      const [id = 0] = await idsOf({ consumer: 'tester' });
      expect(await inbox.settle(id, 'parked', 'discarded', { by: 'account-9', at: trialClock(), reason: 'test' })).toBe(
        true,
      );
      await inbox.park(message('a', 1));
      expect(await idsOf({ consumer: 'tester' })).toEqual([]);
      expect(await other.findParked(id)).toMatchObject({
        reason: 'TypeError',
        status: 'discarded',
        ended: { by: 'account-9', at: trialClock(), reason: 'test' },
      });
      expect(await other.everParked('tester')).toEqual(['event-a-1']);
      expect(await other.countParked('tester')).toBe(0);
      expect(await other.countParked('someone else')).toBe(1);
    });

    test('messages come in order of parking, by consumer, key and status, in pages', async () => {
      for (const n of [1, 2, 3]) {
        await inbox.park(message('a', n));
        await inbox.park(message('b', n));
      }
      await inbox.park(message('c', 1, { consumer: 'someone else' }));
      expect(await namesOf()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'c1']);
      expect(await namesOf({ consumer: 'tester', key: 'b' })).toEqual(['b1', 'b2', 'b3']);
      const [, second = 0, third = 0] = await idsOf();
      await inbox.settle(third, 'parked', 'replayed');
      expect(await namesOf({ after: second, first: 2 })).toEqual(['b2', 'a3']);
      expect(await namesOf({ statuses: ['replayed', 'discarded'] })).toEqual(['a2']);
      expect((await other.blockedKeys('tester')).toSorted()).toEqual(['a', 'b']);
      expect(await other.countParked('tester', 'a')).toBe(2);
      expect((await other.everParked('tester')).length).toBe(6);
    });

    test('of two that settle the same message one does', async () => {
      await inbox.park(message('a', 1));
      const [id = 0] = await idsOf();
      const both = await Promise.all([inbox, other].map((it) => it.settle(id, 'parked', 'replaying')));
      expect(both.toSorted()).toEqual([false, true]);
      expect(await inbox.settle(id, 'parked', 'discarded')).toBe(false);
      expect(await inbox.settle(id + 1000, 'parked', 'discarded')).toBe(false);
    });

    test('a replay that was cut short waits again, and a failed one is counted', async () => {
      await inbox.park(message('a', 1));
      await inbox.park(message('b', 1, { consumer: 'someone else' }));
      const ids = await idsOf();
      for (const id of ids) await inbox.settle(id, 'parked', 'replaying');
      expect(await other.blockedKeys('tester')).toEqual(['a']);
      await other.failAgain(ids[0] ?? 0, 'RangeError');
      expect(await other.recoverReplaying('tester')).toBe(1);
      expect(
        (await inbox.listParked({ first: 10 })).map(({ status, attempts, reason }) => [status, attempts, reason]),
      ).toEqual([
        ['parked', 4, 'RangeError'],
        ['replaying', 3, 'TypeError'],
      ]);
    });

    test('what was saved and parked is there when it is opened again', async () => {
      await inbox.savePositions('tester', [at('0004.~')]);
      await inbox.park(message('a', 1));
      await Promise.all([inbox.close(), other.close()]);
      inbox = await place.open();
      other = await place.open();
      expect(await inbox.positionOf('tester', 'trials', 'one')).toBe('0004.~');
      expect(await namesOf()).toEqual(['a1']);
    });
  });
};
