import { expect, test } from '@jest/globals';
import { listen } from './listen.ts';

test('closing tells who still gets an answer not to come back on that connection, and ends live streams', async () => {
  let answerLater = () => {};
  const arrived = new Set<string>();
  const server = await listen(
    ({ url }, response) => {
      arrived.add(url ?? '');
      if (url === '/stream') response.setHeader('content-type', 'text/event-stream').write(':\n\n');
      else answerLater = () => response.end('done');
    },
    { host: '127.0.0.1', port: 0, graceMs: 60_000 },
  );
  const stream = await fetch(`${server.url}/stream`);
  const asking = fetch(`${server.url}/later`);
  while (arrived.size < 2) await new Promise((resolve) => setImmediate(resolve));
  const closing = server.close();
  answerLater();
  expect((await asking).headers.get('connection')).toBe('close');
  expect(await stream.text()).toBe(':\n\n');
  await closing;
});

test('several may listen on one port when they say so', async () => {
  const answering = (who: string) => (_request: unknown, response: { end(text: string): unknown }) => response.end(who);
  const options = { host: '127.0.0.1', reusePort: true };
  const first = await listen(answering('first'), { ...options, port: 0 });
  const second = await listen(answering('second'), { ...options, port: first.port });
  const heard = new Set<string>();
  while (heard.size < 2) heard.add(await (await fetch(first.url, { headers: { connection: 'close' } })).text());
  await first.close();
  // What is left is the other's.
  for (let n = 0; n < 5; n++)
    expect(await (await fetch(second.url, { headers: { connection: 'close' } })).text()).toBe('second');
  await second.close();
});
