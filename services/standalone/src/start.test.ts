import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessDoor } from '@adempauze/http';
import { createSqliteKeyStore, createVault, loadMasterKey } from '@adempauze/personal-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launch } from './launch.fixtures.ts';
import { runStandalone } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'adempauze-start-'));
const filled = join(root, 'filled');
let count = 0;
const freshFolder = () => {
  count += 1;
  return join(root, `folder-${count}`);
};
/** A folder in which a marketplace ran and stopped, with somebody's key. */
const usedFolder = () => {
  const folder = freshFolder();
  cpSync(filled, folder, { recursive: true });
  return folder;
};

beforeAll(async () => {
  const first = launch({ DATA_FOLDER: filled, DEMONSTRATION: 'none' });
  await first.ready();
  expect(await first.stop()).toBe(0);
  const { key: masterKey } = loadMasterKey({
    ...{ file: join(filled, 'keys', 'master.key'), keysExist: () => true, randomBytes },
  });
  const keys = createSqliteKeyStore({ file: join(filled, 'keys', 'keys.db'), masterKey, randomBytes });
  await createVault(keys, { randomBytes }).prepare(['somebody']);
  await keys.close();
}, 30_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Ended = { readonly code: unknown; readonly out: string; readonly err: string };

/** As `main.ts` does it, in this process. */
const runHere = async (settings: Readonly<Record<string, string>>): Promise<Ended> => {
  const said: string[] = [];
  const err: string[] = [];
  let code: number | undefined;
  const door: ProcessDoor = {
    on: () => undefined,
    exit: (it) => {
      code = it;
    },
    stderr: { write: (text) => err.push(text) },
  };
  await runStandalone(door, { PORT: '0', ...settings }, (line) => said.push(line));
  return { code, out: said.join('\n'), err: err.join('') };
};

/** One sentence in each language, exit code 1, nothing else. */
const sentencesOf = ({ code, out, err }: Ended) => {
  const lines = err.trim().split('\n');
  expect({ code, lines: lines.length, out, err }).toMatchObject({ code: 1, lines: 2, out: '' });
  expect(err).not.toMatch(/^\s+at |Error:/m);
  return { nl: lines[0], en: lines[1] };
};
const refusal = async (settings: Readonly<Record<string, string>>) =>
  sentencesOf(await runHere({ DEMONSTRATION: 'none', ...settings }));
/** The same, as a process of its own. */
const refusalOfProcess = async (settings: Readonly<Record<string, string>>) => {
  const it = launch({ DEMONSTRATION: 'none', ...settings });
  const code = await it.ended;
  return sentencesOf({ code, out: it.out(), err: it.err() });
};

describe('what a person can do something about is one sentence in both languages', () => {
  test('a taken port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ PORT: String(port), DATA_FOLDER: freshFolder() })).toEqual({
      nl: `Poort ${port} is al in gebruik. Stop het andere programma, of kies een andere poort met PORT.`,
      en: `Port ${port} is taken. Stop the other program, or choose another port with PORT.`,
    });
    other.close();
  });

  test.each(['/dev/null/data', '/proc/data'])('a folder that cannot be: %s', async (folder) => {
    const { nl, en } = await refusal({ DATA_FOLDER: folder });
    expect(nl).toContain(`De map ${folder} kan niet worden gemaakt of beschreven.`);
    expect(en).toContain('DATA_FOLDER');
  });

  test('a folder that may not be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'adempauze-readonly-'));
    chmodSync(folder, 0o555);
    // Nothing is forbidden to root, but even root makes no folder inside a file.
    const isRoot = process.getuid?.() === 0;
    const { nl } = await refusalOfProcess({ DATA_FOLDER: isRoot ? '/dev/null/adempauze' : folder });
    expect(nl).toContain('kan niet worden gemaakt of beschreven');
    rmSync(folder, { recursive: true });
  });

  test('a second process on the same folder', async () => {
    const folder = usedFolder();
    const first = launch({ DATA_FOLDER: folder, DEMONSTRATION: 'none' });
    await first.ready();
    const { nl, en } = await refusalOfProcess({ DATA_FOLDER: folder });
    expect(nl).toContain('al in gebruik door een andere marktplaats');
    expect(en).toContain('another marketplace runs on this data folder');
    expect(await first.stop()).toBe(0);
  });

  test('a lost master key', async () => {
    const folder = usedFolder();
    rmSync(join(folder, 'keys', 'master.key'));
    const { nl, en } = await refusal({ DATA_FOLDER: folder });
    expect(nl).toContain('is weg, maar er zijn al sleutels van personen. Zet het bestand terug uit uw kopie');
    expect(en).toContain('is gone');
  });

  test('another master key', async () => {
    const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');
    const { en } = await refusal({ DATA_FOLDER: usedFolder(), MASTER_KEY });
    expect(en).toContain('master key');
  });

  test.each(['clock.json', 'events.db'])('a damaged %s', async (file) => {
    const folder = usedFolder();
    truncateSync(join(folder, file), 5);
    const { nl, en } = await refusal({ DATA_FOLDER: folder });
    expect(nl).toContain(join(folder, file));
    expect(en).toContain(join(folder, file));
  });

  test('a demonstration in a folder that holds something else', async () => {
    const folder = usedFolder();
    const { nl } = await refusal({ DATA_FOLDER: folder, DEMONSTRATION: 'full' });
    expect(nl).toContain('staan al gegevens, zonder demonstratie');
    writeFileSync(join(folder, 'demonstration.json'), '{"until"');
    expect((await refusal({ DATA_FOLDER: folder, DEMONSTRATION: 'full' })).nl).toContain('beschadigd');
  });

  test('nobody who could sign in', async () => {
    const { en } = await refusal({ DATA_FOLDER: freshFolder(), DEMONSTRATION: 'off' });
    expect(en).toContain('ISSUER_URL');
  });

  test('the sign-in without passwords beyond this machine', async () => {
    const { en } = await refusal({ DATA_FOLDER: freshFolder(), HOST: '0.0.0.0' });
    expect(en).toContain('listens on 127.0.0.1 only');
  });
});

test('without a demonstration there are no accounts of it', async () => {
  const settings = {
    DEMONSTRATION: 'off',
    ISSUER_URL: 'http://127.0.0.1:9/issuer',
    CLOCK_START: '2030-01-01T00:00:00Z',
  };
  const it = launch({ DATA_FOLDER: freshFolder(), ...settings });
  const url = await it.ready();
  const status = async (path: string) => (await fetch(`${url}${path}`)).status;
  expect(await status('/health/ready')).toBe(200);
  expect(await status('/sign-in/accounts')).toBe(404);
  expect(it.out()).not.toContain('fatima');
  expect(it.out()).toContain('people sign in with http://127.0.0.1:9/issuer');
  const { data } = (await (
    await fetch(`${url}/graphql?query={now}`, { headers: { accept: 'application/json' } })
  ).json()) as {
    data: { now: string };
  };
  expect(Math.abs(Date.parse(data.now) - Date.now())).toBeLessThan(60_000);
  expect(await it.stop()).toBe(0);
  expect(it.err()).toBe('');
});

test('the clock goes on where it stood, whatever a later start is told', async () => {
  const folder = freshFolder();
  const clockAt = async (CLOCK_START: string) => {
    const it = launch({ DATA_FOLDER: folder, DEMONSTRATION: 'none', CLOCK_START });
    const url = await it.ready();
    const answer = await fetch(`${url}/graphql?query={now}`, { headers: { accept: 'application/json' } });
    const { data } = (await answer.json()) as { data: { now: string } };
    expect(await it.stop()).toBe(0);
    return data.now;
  };
  const before = await clockAt('2027-03-01T08:00:00Z');
  const after = await clockAt('2026-01-01T08:00:00Z');
  expect(before.slice(0, 13)).toBe('2027-03-01T08');
  expect(after > before).toBe(true);
});
