import { randomBytes } from 'node:crypto';
import { createInbox, type Inbox, type Publication } from '@adempauze/event-bus';
import { createTurnsOfTwo, type TurnsOfTwo } from '@adempauze/event-bus/testing';
import type { EventStore } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import type { Clock } from '@adempauze/kernel';
import { createSqliteKeyStore, type KeyStore } from '@adempauze/personal-data';

/** What replicas of a service have in common, in one process: a log, keys to personal data, an inbox, and turns. */
export type SharedHouse = {
  readonly shared: EventStore;
  readonly keys: KeyStore;
  readonly inbox: Inbox;
  readonly turns: TurnsOfTwo;
  /** What has to be closed before the house is, the last first. */
  readonly ended: (() => Promise<unknown>)[];
  close(): Promise<void>;
};

export const openSharedHouse = async (clock: Clock): Promise<SharedHouse> => {
  const shared = await openTestStore({ clock });
  const keys = createSqliteKeyStore({ file: ':memory:', masterKey: Buffer.alloc(32, 7), randomBytes });
  const inbox = createInbox({ file: undefined });
  const ended: SharedHouse['ended'] = [() => shared.close(), () => keys.close(), () => inbox.close()];
  return {
    ...{ shared, keys, inbox, ended, turns: createTurnsOfTwo() },
    async close() {
      for (const end of ended.toReversed()) await end();
    },
  };
};

/** What another service says: an event of a stream of its own, told to others as it is. */
export const said = (service: string): Publication => ({
  service,
  categories: [service],
  publish: ({ stream, type, data }) => ({ type, subject: stream.slice(service.length + 1), data }),
});

/** Waits for what happens by itself, as often as the event loop turns. @throws Error when it does not in 20 s. */
export const comesTrue = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`It did not come true: ${isSo}`);
    await new Promise(setImmediate);
  }
};
