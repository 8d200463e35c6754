import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startProxy, type TcpProxy } from './proxy.ts';

/** Answers every line with the same line, and remembers what it was told. */
let server: Server;
let heard: string;
let proxy: TcpProxy;
let opened: Socket[];

const portOf = (it: Server): number => {
  const address = it.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
};
const startEcho = async () => {
  const echo = createServer((socket) => {
    opened.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      socket.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  return echo;
};

beforeEach(async () => {
  heard = '';
  opened = [];
  server = await startEcho();
  proxy = await startProxy({ to: { host: '127.0.0.1', port: portOf(server) } });
});
afterEach(async () => {
  for (const socket of opened) socket.destroy();
  await proxy.close();
  server.close();
});

const call = async () => {
  const socket = connect(proxy.port, '127.0.0.1');
  opened.push(socket);
  let got = '';
  let error: string | undefined;
  socket.on('data', (chunk) => {
    got += chunk.toString();
  });
  socket.on('error', (it) => {
    error = 'code' in it ? String(it.code) : it.message;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  return { socket, closed, got: () => got, error: () => error };
};
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('passes everything on, and the end of it', async () => {
  const { socket, got, closed } = await call();
  const much = 'x'.repeat(3_000_000);
  socket.write(much);
  await until(() => got().length === much.length);
  socket.end();
  await closed;
  expect(heard).toBe(much);
  await until(() => proxy.connections() === 0);
});

test('cuts what is open, and takes new connections', async () => {
  const { closed, error, socket, got } = await call();
  socket.write('a');
  await until(() => got() === 'a');
  proxy.cut();
  await closed;
  expect(error()).toBe('ECONNRESET');
  const again = await call();
  again.socket.write('b');
  await until(() => again.got() === 'b');
});

test('refuses until told otherwise', async () => {
  proxy.trouble({ kind: 'refused' });
  const { closed } = await call();
  await closed;
  proxy.trouble(undefined);
  const { socket, got } = await call();
  socket.write('a');
  await until(() => got() === 'a');
});

test('is silent, and passes on late what it held back', async () => {
  const before = await call();
  before.socket.write('a');
  await until(() => before.got() === 'a');
  proxy.trouble({ kind: 'silent' });
  before.socket.write('b');
  const during = await call();
  during.socket.write('c');
  const after = await once(during.socket, 'data', { signal: AbortSignal.timeout(100) }).catch(() => 'nothing');
  expect([after, before.got(), heard]).toEqual(['nothing', 'a', 'a']);
  proxy.trouble(undefined);
  await until(() => before.got() === 'ab' && during.got() === 'c');
});

test.each([
  ['server', 'a', 'a'],
  ['client', 'ab', 'a'],
] as const)('loses what goes to the %s, and then the connection', async (to, arrived, answered) => {
  const { socket, got, closed } = await call();
  socket.write('a');
  await until(() => got() === 'a');
  proxy.trouble({ kind: 'lost', to });
  socket.write('b');
  if (to === 'client') await until(() => heard === 'ab');
  else await once(socket, 'data', { signal: AbortSignal.timeout(100) }).catch(() => 'nothing');
  proxy.trouble(undefined);
  await closed;
  expect([heard, got()]).toEqual([arrived, answered]);
});

test('loses answers: it was done, and nobody hears of it', async () => {
  const { socket, got, closed, error } = await call();
  proxy.trouble({ kind: 'unanswered' });
  socket.write('a');
  await closed;
  expect([heard, got(), error()]).toEqual(['a', '', 'ECONNRESET']);
});

test('is slow, in order', async () => {
  proxy.trouble({ kind: 'slow', delayMs: 50 });
  const { socket, got } = await call();
  const begunMs = performance.now();
  for (const part of ['a', 'b', 'c']) socket.write(part);
  await until(() => got() === 'abc');
  expect(performance.now() - begunMs).toBeGreaterThan(90);
});

test('a server that is gone is a connection that is reset; one elsewhere can take its place', async () => {
  const other = await startEcho();
  proxy.leadTo({ host: '127.0.0.1', port: 1 });
  const { closed } = await call();
  await closed;
  proxy.leadTo({ host: '127.0.0.1', port: portOf(other) });
  const { socket, got } = await call();
  socket.write('a');
  await until(() => got() === 'a');
  other.close();
});
