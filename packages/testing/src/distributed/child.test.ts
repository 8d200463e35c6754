import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { findFreePorts } from '../servers/ports.ts';
import { type Child, createChild } from './child.ts';

const standIn = fileURLToPath(new URL('./stand-in.fixtures.ts', import.meta.url));
const started: Child[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((it) => it.kill()));
});

const childWith = async (more: { STAND_IN?: string; revives?: boolean; patienceMs?: number } = {}) => {
  const [port = 0] = await findFreePorts(1);
  const lines: string[] = [];
  const events: string[] = [];
  const child = createChild({
    name: 'bookings-1',
    program: process.execPath,
    args: [standIn],
    env: { REPLICA: 'bookings-1', PORT: String(port), STAND_IN: more.STAND_IN ?? '' },
    readyLine: /is ready at/,
    ...(more.patienceMs === undefined ? {} : { patienceMs: more.patienceMs }),
    onLine: (line) => lines.push(line),
    onEvent: (sentence) => events.push(sentence),
    revives: more.revives ?? false,
    nowMs: () => performance.now(),
  });
  started.push(child);
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  const die = () => fetch(`http://127.0.0.1:${port}/die`).catch(() => undefined);
  return { child, lines, events, answers, die };
};
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await pause(10);
};

test('it is started, stopped and started again as the same', async () => {
  const { child, lines, events, answers } = await childWith();
  await child.start();
  const first = child.pid();
  expect(await answers()).toBe(true);
  await child.stop();
  expect([child.pid(), await answers()]).toEqual([undefined, false]);
  expect(lines.join()).toContain('stopped');
  await child.start();
  expect(child.pid()).not.toBe(first);
  await child.kill();
  expect(await answers()).toBe(false);
  expect(events).toEqual([]);
});

test('one that does not start is reported with what it said', async () => {
  const { child } = await childWith({ STAND_IN: 'fails' });
  await expect(child.start()).rejects.toThrow(
    /bookings-1 ended with 1\.[\s\S]*De instelling PORT klopt niet\.\nThe setting PORT is wrong\./,
  );
  expect(child.pid()).toBeUndefined();
});

test('one that does not listen is killed after the patience', async () => {
  const { child, answers } = await childWith({ STAND_IN: 'deaf', patienceMs: 100 });
  await child.start();
  await child.stop();
  expect(await answers()).toBe(false);
});

test('one that dies is started again when that was asked for, and both are said', async () => {
  const { child, events, die } = await childWith({ revives: true });
  await child.start();
  const first = child.pid();
  await die();
  await until(() => events.length === 2);
  expect(events).toEqual([
    'ended with 3; it is started again in 0.5 s',
    expect.stringMatching(/^runs again with pid \d+$/),
  ]);
  expect(child.pid()).not.toBe(first);
  await die();
  await until(() => events.length === 3);
  expect(events[2]).toBe('ended with 3; it is started again in 1 s');
  // Stopped while it waits, it stays stopped.
  await child.stop();
  expect(child.pid()).toBeUndefined();
});

test('one that dies stays away when nobody asked for more', async () => {
  const { child, events, die } = await childWith();
  await child.start();
  await die();
  await until(() => events.length === 1);
  expect([events, child.pid()]).toEqual([['ended with 3'], undefined]);
});

test('it dies with whoever started it, also by kill -9', async () => {
  const [port = 0] = await findFreePorts(1);
  const script = `
    const { createChild } = await import(${JSON.stringify(new URL('./child.ts', import.meta.url).href)});
    const child = createChild({ name: 'it', program: process.execPath, args: [${JSON.stringify(standIn)}],
      env: { PORT: '${port}' }, readyLine: /is ready at/, revives: true, nowMs: () => 0 });
    await child.start();
    console.log('started ' + child.pid());
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  const pid = Number(line.split(' ')[1]);
  expect(isAlive(pid)).toBe(true);
  starter.kill('SIGKILL');
  await until(() => !isAlive(pid));
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
