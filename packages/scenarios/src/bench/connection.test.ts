import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { openConnection, readAnswer } from './connection.ts';

test('requests go one after the other over one connection, whatever way the answers are framed', async () => {
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      if (body === 'chunked') {
        response.write('één ');
        response.end('geheel');
      } else response.end(`${request.headers.authorization} ${body}`);
    });
  }).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const connection = await openConnection(`http://127.0.0.1:${port}`, '/', { authorization: 'Bearer x' });
  expect(await connection.post('één')).toBe('Bearer x één');
  expect(await connection.post('chunked')).toBe('één geheel');
  expect(connections).toBe(1);
  connection.close();
  server.close();
  await once(server, 'close');
});

test('an answer that is not whole yet is waited for', () => {
  const whole = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd');
  expect(readAnswer(whole.subarray(0, -1))).toBeUndefined();
  expect(readAnswer(whole)).toEqual({ status: 200, body: 'abcd' });
});
