import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { calendarOf, certificate, serve, serveTls } from './calendar-server.fixtures.ts';
import { type CalendarsFrom, createFetchCalendar, type Resolve } from './fetch-calendar.ts';

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});
const here = [{ address: '127.0.0.1', family: 4 }];
const text = calendarOf(['20270525T070000Z', '20270525T090000Z']);
const open = async (listener: RequestListener, start = serve) => {
  const server = await start(listener);
  ended.push(server.close);
  return server;
};
const fetchFrom = (from: CalendarsFrom, resolve: Resolve = async () => here) => {
  const fetch = createFetchCalendar({ from, resolve, trusted: certificate });
  return (url: string, timeoutMs = 5000) => fetch(url, { timeoutMs, signal: new AbortController().signal });
};
const anywhere = fetchFrom('anywhere');
const internet = (resolve?: Resolve) => fetchFrom('internet', resolve);

test('a calendar is read, over http and https, from the machine that the name was looked up to', async () => {
  const seen: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request.headers.host, request.headers['accept-encoding'], request.headers.cookie);
    response.setHeader('content-type', 'text/calendar; charset=utf-8').end(text);
  };
  const plain = await open(listener);
  expect(await anywhere(`http://agenda.example:${plain.port}/a.ics?sleutel=1`)).toEqual({ text });
  expect(seen).toEqual([`agenda.example:${plain.port}`, 'identity', undefined]);
  const tls = await open(listener, serveTls);
  expect(await anywhere(`https://agenda.example:${tls.port}/a.ics`)).toEqual({ text });
  expect(await anywhere(`webcal://agenda.example:${tls.port}/a.ics`)).toEqual({ text });
  // The certificate is for another name.
  expect(await anywhere(`https://vals.example:${tls.port}/a.ics`)).toEqual({ failure: 'not-reached' });
});

test('nobody is asked at an address of our own network, however it is written', async () => {
  let asked = 0;
  const { port } = await open((_request, response) => {
    asked += 1;
    response.end(text);
  }, serveTls);
  const refused = { failure: 'address-refused' };
  const hosts = ['127.0.0.1', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]'];
  for (const host of [...hosts, '[::ffff:7f00:1]', '0', '10.0.0.1', '169.254.169.254', '[fd00::1]', '[fe80::1]'])
    expect(await internet()(`https://${host}:${port}/`)).toEqual(refused);
  // A name that means this machine, alone or among others.
  expect(await internet()(`https://agenda.example:${port}/`)).toEqual(refused);
  const both = async () => [{ address: '193.0.6.139', family: 4 }, ...here];
  expect(await internet(both)(`https://agenda.example:${port}/`)).toEqual(refused);
  for (const url of [
    'http://agenda.example/',
    'https://u:p@agenda.example/',
    'ftp://agenda.example/',
    'file:///etc/passwd',
  ])
    expect(await internet()(url)).toEqual(refused);
  expect(await anywhere('file:///etc/passwd')).toEqual(refused);
  expect(await anywhere('niets')).toEqual(refused);
  expect(asked).toBe(0);
});

test('a name is looked up once: what it means a moment later does not count', async () => {
  const { port } = await open((_request, response) => response.end(text));
  const answers = [here, [{ address: '127.0.0.2', family: 4 }]];
  let asked = 0;
  const fetch = fetchFrom('anywhere', async () => answers[asked++] ?? []);
  expect(await fetch(`http://agenda.example:${port}/`)).toEqual({ text });
  expect(asked).toBe(1);
});

test('redirects are followed three times, each host looked at like the first', async () => {
  const looked: string[] = [];
  const { port } = await open((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end(text);
    else response.writeHead(302, { location: left === 1 ? `http://other.example:${port}/0` : `/${left - 1}` }).end();
  });
  const fetch = fetchFrom('anywhere', async (host) => {
    looked.push(host);
    return here;
  });
  expect(await fetch(`http://agenda.example:${port}/3`)).toEqual({ text });
  expect(looked).toEqual(['agenda.example', 'agenda.example', 'agenda.example', 'other.example']);
  expect(await fetch(`http://agenda.example:${port}/4`)).toEqual({ failure: 'too-many-redirects' });
  const astray = await open((_request, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end());
  expect(await fetch(`http://agenda.example:${astray.port}/`)).toEqual({ failure: 'address-refused' });
});

test.each([
  [404, 'not-found'],
  [410, 'not-found'],
  [401, 'not-allowed'],
  [403, 'not-allowed'],
  [500, 'server-failed'],
  [204, 'server-failed'],
])('an answer of %d is %s', async (status, failure) => {
  const { port } = await open((_request, response) => response.writeHead(status).end());
  expect(await anywhere(`http://agenda.example:${port}/`)).toEqual({ failure });
});

test('what is too large, said or not, and what is no calendar, is not read to its end', async () => {
  const said = await open((_request, response) => response.setHeader('content-length', 2_000_000).write('x'));
  expect(await anywhere(`http://agenda.example:${said.port}/`)).toEqual({ failure: 'too-large' });
  const endless = await open((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more);
    more();
  });
  expect(await anywhere(`http://agenda.example:${endless.port}/`)).toEqual({ failure: 'too-large' });
  const page = await open((_request, response) => response.setHeader('content-type', 'text/html').end('<html>'));
  expect(await anywhere(`http://agenda.example:${page.port}/`)).toEqual({ failure: 'no-calendar' });
  const zipped = await open((_request, response) => response.setHeader('content-encoding', 'gzip').end('x'));
  expect(await anywhere(`http://agenda.example:${zipped.port}/`)).toEqual({ failure: 'no-calendar' });
});

test('who is silent, answers half, breaks off or is not there is a failure, in time', async () => {
  const silent = await open(() => undefined);
  expect(await anywhere(`http://agenda.example:${silent.port}/`, 50)).toEqual({ failure: 'too-slow' });
  const half = await open((_request, response) => response.write('BEGIN:VCALENDAR'));
  expect(await anywhere(`http://agenda.example:${half.port}/`, 50)).toEqual({ failure: 'too-slow' });
  const broken = await open((request, response) => {
    response.write('BEGIN:VCALENDAR');
    request.socket.destroy();
  });
  expect(await anywhere(`http://agenda.example:${broken.port}/`)).toEqual({ failure: 'not-reached' });
  const closed = await serve(() => undefined);
  await closed.close();
  expect(await anywhere(`http://agenda.example:${closed.port}/`)).toEqual({ failure: 'not-reached' });
  const nowhere = fetchFrom('anywhere', () => Promise.reject(new Error('ENOTFOUND')));
  expect(await nowhere('http://agenda.example/')).toEqual({ failure: 'not-reached' });
  const slowNames = fetchFrom('anywhere', () => new Promise(() => {}));
  expect(await slowNames('http://agenda.example/', 50)).toEqual({ failure: 'too-slow' });
});
