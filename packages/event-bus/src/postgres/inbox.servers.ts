import { StartError, UnavailableError } from '@adempauze/kernel';
import { type RunningPostgres, startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import { inboxContract } from '../inbox-contract.ts';
import { openTrialLog, patienceMs, trialReactor } from '../trial-log.fixtures.ts';
import { createPostgresInbox } from './inbox.ts';

const stories = (server: RunningPostgres) => {
  const { connectionString } = server;
  let places = 0;
  const newService = () => {
    places += 1;
    return `trial-${places}`;
  };
  inboxContract('postgres', async () => {
    const service = newService();
    return { open: () => createPostgresInbox({ connectionString, service }), remove: async () => undefined };
  });

  test('services that share a database see nothing of each other', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((service) => createPostgresInbox({ connectionString, service })),
    );
    await one?.savePositions('tester', [{ source: 'trials', epoch: 'e', position: '0001.~' }]);
    expect(await two?.positionOf('tester', 'trials', 'e')).toBe(undefined);
    expect(await one?.positionOf('tester', 'trials', 'e')).toBe('0001.~');
    await Promise.all([one?.close(), two?.close()]);
  });

  test('one replica goes on where another stopped, with the same keys blocked', async () => {
    const log = await openTrialLog();
    const service = newService();
    const had: string[] = [];
    const shift = async (poison: ReadonlySet<string>, upTo: string) => {
      const inbox = await createPostgresInbox({ connectionString, service });
      const handle = async ({ stream, data }: { stream: string; data: { readonly n?: unknown } }) => {
        if (poison.has(`${stream}${data.n}`)) throw new TypeError('poison');
        had.push(`${stream}${data.n}`);
      };
      const reactor = trialReactor(log, handle, { inbox });
      await reactor.start();
      expect(await reactor.waitFor(upTo, patienceMs)).toBe(true);
      return { reactor, end: () => reactor.close().then(() => inbox.close()) };
    };
    await log.write('good', 1);
    const first = await shift(new Set(['bad1']), await log.write('bad', 1));
    await first.end();
    await log.write('good', 2);
    const second = await shift(new Set(), await log.write('bad', 2));
    expect(had).toEqual(['good1', 'good2']);
    expect(second.reactor.status().parked).toBe(2);
    const [waiting] = (await second.reactor.parked.list({ first: 10 })).items;
    expect(await second.reactor.parked.replay(waiting?.id ?? 0, 'account-9')).toMatchObject({ replayed: 2, left: 0 });
    expect(had).toEqual(['good1', 'good2', 'bad1', 'bad2']);
    await second.end();
    await log.close();
  });

  test('while the server is away nothing is lost: what must be parked waits, and so does the end of it', async () => {
    const log = await openTrialLog();
    const inbox = await createPostgresInbox({ connectionString, service: newService() });
    const tries: string[] = [];
    const reactor = trialReactor(
      log,
      async ({ stream, data }) => {
        tries.push(`${stream}${data.n}`);
        if (stream === 'bad') throw new TypeError('poison');
      },
      { inbox },
    );
    await reactor.start();
    await server.kill();
    await expect(inbox.countParked('tester')).rejects.toThrow(UnavailableError);
    await log.write('bad', 1, 2);
    const last = await log.write('good', 1);
    expect(await reactor.waitFor(last, 1000)).toBe(false);
    await server.restart();
    expect(await reactor.waitFor(last, patienceMs)).toBe(true);
    // Tried three times, as always: what is to be parked is not handled once more because parking fails.
    expect(tries.toSorted()).toEqual(['bad1', 'bad1', 'bad1', 'good1']);
    expect((await reactor.parked.list({ first: 10 })).items.map(({ event }) => event.data.n)).toEqual([1, 2]);
    await reactor.close();
    await inbox.close();
    await log.close();
  }, 60_000);

  test('a server that cannot be reached is one clear sentence', async () => {
    const nowhere = 'postgres://adempauze:x@127.0.0.1:1/adempauze';
    await expect(createPostgresInbox({ connectionString: nowhere, service: 'trial' })).rejects.toThrow(StartError);
  });
};

await withServer(() => startPostgres(), stories);
