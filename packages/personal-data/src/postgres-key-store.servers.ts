import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '@adempauze/kernel';
import { type RunningPostgres, startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { keyStoreContract } from './key-store-contract.ts';
import { createPostgresKeyStore } from './postgres-key-store.ts';

const masterKey = randomBytes(32);

const stories = ({ connectionString, dataFolder }: RunningPostgres) => {
  const asAdministrator = async <T>(database: string, tell: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: inDatabase(connectionString, database) });
    await client.connect();
    try {
      return await tell(client);
    } finally {
      await client.end();
    }
  };
  let places = 0;
  const newPlace = async () => {
    places += 1;
    const database = `place_${places}`;
    await asAdministrator('adempauze', (client) => client.query(`CREATE DATABASE ${database}`));
    const own = inDatabase(connectionString, database);
    return {
      connectionString: own,
      database,
      open: (key: Uint8Array) => createPostgresKeyStore({ connectionString: own, masterKey: key, randomBytes }),
      /** The files of its tables; the write-ahead log is the server's, and is recycled in its own time. */
      bytes: () =>
        asAdministrator(database, async (client) => {
          await client.query('CHECKPOINT');
          const { rows } = await client.query("SELECT pg_relation_filepath('persons') AS path");
          const table = join(dataFolder, String(rows[0]?.path));
          const folder = join(table, '..');
          // The table last: the suite takes the wrapped key from behind the last mention of its person.
          const files = readdirSync(folder).map((name) => join(folder, name));
          return Buffer.concat([...files.filter((it) => it !== table), table].map((it) => readFileSync(it)));
        }),
      remove: async () => {
        await asAdministrator('adempauze', (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
      },
    };
  };

  keyStoreContract('postgres', newPlace);

  test('a row given to another person does not open', async () => {
    const place = await newPlace();
    const store = await place.open(masterKey);
    await store.findOrCreate(['anna', 'bram']);
    await asAdministrator(place.database, (client) =>
      client.query("UPDATE persons SET wrapped_key = (SELECT wrapped_key FROM persons WHERE person_id = 'anna')"),
    );
    await expect(store.find(['bram'])).rejects.toHaveProperty('name', 'SealBrokenError');
    await store.close();
    await place.remove();
  });

  test('when the server drops its connections the next question gets a new one', async () => {
    const place = await newPlace();
    const store = await place.open(masterKey);
    const before = await store.findOrCreate(['anna']);
    await asAdministrator('adempauze', (client) =>
      client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [place.database]),
    );
    const again = await store.find(['anna']).catch((error: unknown) => {
      expect(error).toHaveProperty('name', 'UnavailableError');
      return store.find(['anna']);
    });
    expect(again).toEqual(before);
    await store.close();
    await place.remove();
  });

  test('a server that cannot be reached is one clear sentence', async () => {
    const nowhere = 'postgres://adempauze:x@127.0.0.1:1/adempauze';
    const opening = createPostgresKeyStore({ connectionString: nowhere, masterKey, randomBytes });
    await expect(opening).rejects.toThrow(StartError);
  });
};

const inDatabase = (connectionString: string, database: string): string => {
  const url = new URL(connectionString);
  url.pathname = `/${database}`;
  return url.href;
};

await withServer(() => startPostgres(), stories);
