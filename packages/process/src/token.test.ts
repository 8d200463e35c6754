import { listen } from '@adempauze/http';
import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import { requireToken } from './token.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const serve = async (token: string | undefined) => {
  const app = express().use(requireToken(token), (_request, response) => void response.send('in'));
  const door = await listen(app, { host: '127.0.0.1', port: 0 });
  closing.push(() => door.close());
  return async (authorization?: string) =>
    (await fetch(door.url, { headers: authorization === undefined ? {} : { authorization } })).status;
};

test.each([
  ['Bearer the-secret-of-all', 200],
  ['bearer the-secret-of-all', 200],
  ['Bearer the-secret-of-al', 401],
  ['Bearer the-secret-of-all ', 200], // white space around a header is not part of it
  ['Bearer the-secret-of-all and-more', 401],
  ['Bearer', 401],
  ['Basic the-secret-of-all', 401],
  ['the-secret-of-all', 401],
  [undefined, 401],
])('%s is answered with %d', async (authorization, status) => {
  const call = await serve('the-secret-of-all');
  expect(await call(authorization)).toBe(status);
});

test('where there is no secret everybody comes in', async () => {
  const call = await serve(undefined);
  expect([await call(), await call('Bearer anything')]).toEqual([200, 200]);
});
