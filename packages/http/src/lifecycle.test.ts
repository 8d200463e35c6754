import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { StartError } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readSettings, settingsTable } from './config.ts';
import { createLifecycle, runMain, stopOnSignals } from './lifecycle.ts';
import { listen } from './listen.ts';
import { silentLog } from './log.ts';

const newLifecycle = (stopTimeoutMs = 1000) => createLifecycle({ log: silentLog, stopTimeoutMs });

/** Parts that write down what happens to them. */
const diary = () => {
  const entries: string[] = [];
  const part = (step: string) =>
    [
      step,
      async () => {
        entries.push(`+${step}`);
        return step;
      },
      (it: string) => entries.push(`-${it}`),
    ] as const;
  return { entries, part };
};

test('parts start in order and stop in reverse, once', async () => {
  const { entries, part } = diary();
  const lifecycle = newLifecycle();
  expect(await lifecycle.start(...part('store'))).toBe('store');
  await lifecycle.start('pure', () => 1);
  await lifecycle.start(...part('server'));
  const [first, second] = await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(first).toEqual([]);
  expect(second).toBe(first);
  expect(entries).toEqual(['+store', '+server', '-server', '-store']);
  await expect(lifecycle.start(...part('late'))).rejects.toThrow('Stopping: late is not started.');
});

test('a part that does not start stops all before it, and its reason is thrown', async () => {
  const { entries, part } = diary();
  const lifecycle = newLifecycle();
  await lifecycle.start(...part('store'));
  const refuse = () => {
    throw new StartError({ nl: 'Nee.', en: 'No.' });
  };
  await expect(lifecycle.start('server', refuse)).rejects.toBeInstanceOf(StartError);
  expect(entries).toEqual(['+store', '-store']);
});

test('a part that fails to stop, or hangs, does not keep the others', async () => {
  const { entries, part } = diary();
  const lifecycle = newLifecycle(20);
  await lifecycle.start(...part('store'));
  await lifecycle.start(
    'hangs',
    () => 0,
    () => new Promise(() => {}),
  );
  await lifecycle.start(
    'fails',
    () => 0,
    () => {
      throw new Error('no');
    },
  );
  expect(await lifecycle.stop()).toEqual(['fails', 'hangs']);
  expect(entries).toEqual(['+store', '-store']);
});

test('a part that is being started when the stop comes is stopped too', async () => {
  const { entries, part } = diary();
  const lifecycle = newLifecycle();
  const starting = lifecycle.start(...part('store'));
  await Promise.all([starting, lifecycle.stop()]);
  expect(entries).toEqual(['+store', '-store']);
});

/** As much of a process as starting and stopping touch. */
const fakeProcess = () => {
  const listeners: (() => void)[] = [];
  const codes: number[] = [];
  const texts: string[] = [];
  let exited = () => {};
  const exit = new Promise<void>((resolve) => {
    exited = resolve;
  });
  const door = {
    on: (_signal: string, listener: () => void) => listeners.push(listener),
    exit: (code: number) => {
      codes.push(code);
      exited();
    },
    stderr: { write: (text: string) => texts.push(text) },
  };
  return { door, listeners, codes, texts, exit };
};

test('a signal stops everything; the same Ctrl-C heard twice is one', async () => {
  const { door, listeners, codes, exit } = fakeProcess();
  const lifecycle = newLifecycle();
  let stops = 0;
  await lifecycle.start(
    'store',
    () => 0,
    () => ++stops,
  );
  stopOnSignals(lifecycle, door);
  for (const signal of listeners) signal();
  for (const signal of listeners) signal();
  await exit;
  expect(stops).toBe(1);
  expect(codes).toEqual([0]);
});

test('a main that cannot start says why in two sentences and no stack', async () => {
  const { door, codes, texts } = fakeProcess();
  await runMain(door, async () => {
    throw new StartError({ nl: 'Poort 1 is bezet.', en: 'Port 1 is taken.' });
  });
  expect(codes).toEqual([1]);
  expect(texts.splice(0)).toEqual(['Poort 1 is bezet.\nPort 1 is taken.\n']);
  await runMain(door, async () => {
    throw new Error('we are wrong');
  });
  expect(texts.splice(0).join()).toMatch(/we are wrong\n.*at /);
});

test('a real process stops gracefully on SIGTERM and exits with 0', async () => {
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { createLifecycle, stopOnSignals } from ${url('lifecycle.ts')};
     import { listen } from ${url('listen.ts')};
     import { silentLog } from ${url('log.ts')};
     const lifecycle = createLifecycle({ log: silentLog });
     stopOnSignals(lifecycle, process);
     await lifecycle.start('file', () => 0, () => console.log('file closed'));
     const { url } = await lifecycle.start(
       'server', () => listen((_q, a) => a.end('ok'), { host: '127.0.0.1', port: 0 }), (it) => it.close());
     console.log(url);`,
  ]);
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child.stdout, 'data');
  expect(await (await fetch(printed.trim())).text()).toBe('ok');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(printed).toContain('file closed');
});

test('a taken port is one clear sentence that names the setting', async () => {
  const first = await listen((_request, response) => response.end(), { host: '127.0.0.1', port: 0 });
  const again = listen(() => {}, { host: '127.0.0.1', port: first.port, portSetting: 'OFFERS_PORT' });
  await expect(again).rejects.toMatchObject({
    name: 'StartError',
    sentence: {
      nl: expect.stringContaining(`Poort ${first.port} is al in gebruik`),
      en: expect.stringContaining('OFFERS_PORT'),
    },
  });
  await expect(listen(() => {}, { host: '192.0.2.1', port: 0 })).rejects.toThrow(/Does this machine have that address/);
  await first.close();
});

test('closing lets the request in flight finish, and takes no new ones', async () => {
  let finish = () => {};
  let arrived = () => {};
  const inFlight = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { url, close } = await listen(
    (_request, response) => {
      finish = () => response.end('whole');
      arrived();
    },
    { host: '127.0.0.1', port: 0 },
  );
  const agent = new Agent({ keepAlive: true });
  const answer = new Promise<string>((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.setEncoding('utf8');
      response.on('data', resolve);
    }).on('error', reject);
  });
  await inFlight;
  const closed = close();
  expect(close()).toBe(closed);
  await expect(fetch(url)).rejects.toThrow();
  finish();
  expect(await answer).toBe('whole');
  await closed; // within the test's time, so without waiting for the kept connection to grow old
  agent.destroy();
});

test('what does not finish in time is cut off', async () => {
  const { url, close } = await listen((_request, response) => response.write('for ever'), {
    host: '127.0.0.1',
    port: 0,
    graceMs: 20,
  });
  const response = await fetch(url);
  await close();
  await expect(response.text()).rejects.toThrow();
});

const Settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe('Where it listens.'),
  MASTER_KEY: z.string().min(44).optional().describe('Base64, 32 bytes.'),
  EVENT_STORE: z.enum(['sqlite', 'kurrent']).default('sqlite'),
  URL: z.url(),
});

test('settings are read by the schema; empty is absent and unknown is ignored', () => {
  expect(readSettings(Settings, { PORT: '', URL: 'http://x', HOME: '/root', MASTER_KEY: undefined })).toEqual({
    PORT: 4000,
    EVENT_STORE: 'sqlite',
    URL: 'http://x',
  });
});

test.each([
  [
    { URL: 'http://x', PORT: 'geheim' },
    /^The setting PORT is wrong\. Invalid input: expected number/,
    /^De instelling PORT klopt niet\. Ongeldig/,
  ],
  [
    { URL: 'http://x', MASTER_KEY: 'geheim' },
    /^The setting MASTER_KEY is wrong\./,
    /^De instelling MASTER_KEY klopt niet\./,
  ],
  [{ URL: 'http://x', EVENT_STORE: 'geheim' }, /^The setting EVENT_STORE is wrong\..*sqlite/, /sqlite/],
  [{}, /^The setting URL is missing/, /^De instelling URL ontbreekt/],
])('a bad setting names itself and keeps its value to itself: %j', (environment, en, nl) => {
  const failure = (() => {
    try {
      return readSettings(Settings, environment);
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(StartError);
  expect(failure).toMatchObject({ sentence: { en: expect.stringMatching(en), nl: expect.stringMatching(nl) } });
  expect(JSON.stringify(failure)).not.toContain('geheim');
});

test('the table of settings comes from the schema', () => {
  expect(settingsTable(Settings)).toBe(
    [
      '| setting | value | default | what it is |',
      '| --- | --- | --- | --- |',
      '| `PORT` | integer | `4000` | Where it listens. |',
      '| `MASTER_KEY` | string |  | Base64, 32 bytes. |',
      '| `EVENT_STORE` | `sqlite`, `kurrent` | `sqlite` |  |',
      '| `URL` | string |  |  |',
      '',
    ].join('\n'),
  );
});

test('an error that Node itself gives while listening is told too', async () => {
  const server = createServer();
  server.close();
  await expect(listen(() => {}, { host: 'no.such.host.invalid', port: 0 })).rejects.toBeInstanceOf(StartError);
});
