import { ConflictError, UnavailableError } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import { z } from 'zod';
import { fieldProblems, problemOf, problemOfRejection } from './problem.ts';
import { runApp } from './test/run-app.ts';

const Address = z.strictObject({ street: z.string().max(10), number: z.int() });
const Input = z.strictObject({
  stay: z.strictObject({ endsOn: z.iso.date() }),
  address: z.union([Address, z.strictObject({ redacted: z.literal(true) })]),
  nights: z.array(z.int()).optional(),
});

let app: Awaited<ReturnType<typeof runApp>>;
beforeAll(async () => {
  const failures: Record<string, unknown> = {
    conflict: new ConflictError('stream booking-1'),
    unavailable: new UnavailableError('down', 1500),
    broken: Object.assign(new Error('Fatima'), { detail: 'row of Fatima', status: 500 }),
    string: 'Fatima',
  };
  app = await runApp(
    express
      .Router()
      .post('/input', express.json({ limit: 1000 }), (request, response) => {
        response.json(Input.parse(request.body));
      })
      .get('/throws/:what', ({ params }) => {
        throw failures[params.what];
      })
      .get('/half', (_request, response) => {
        response.write('half');
        throw new Error('in the middle');
      }),
  );
});
afterAll(() => app.close());

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${app.url}/input`, { method: 'POST', body, headers });

test('a wrong shape is 400 and names the fields, without repeating what was sent', async () => {
  const sent = {
    stay: { endsOn: 'geheim' },
    address: { street: 'Geheimstraat 17', number: 'geheim' },
    extra: 'geheim',
  };
  const response = await post(JSON.stringify({ ...sent, 'Jan Jansen, Delft': 1 }));
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const text = await response.text();
  expect(text.toLowerCase()).not.toContain('geheim');
  expect(text).not.toContain('Jansen');
  expect(JSON.parse(text)).toEqual({
    type: '/problems/invalid-input',
    title: expect.any(String),
    status: 400,
    correlationId: 'made-here-1',
    errors: [
      { pointer: '#/stay/endsOn', detail: 'Invalid ISO date' },
      { pointer: '#/address/street', detail: expect.stringContaining('<=10') },
      { pointer: '#/address/number', detail: expect.stringContaining('expected') },
      { pointer: '#/extra', detail: 'Unknown field.' },
      { pointer: '#/*', detail: 'Unknown field.' },
    ],
  });
});

test('hostile input gives a bounded answer', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, i]));
  expect(fieldProblems(Input.safeParse(many).error ?? new z.ZodError([])).length).toBeLessThan(20);
  const nights = Array.from({ length: 5000 }, () => 'x');
  const error = Input.safeParse({ nights }).error ?? new z.ZodError([]);
  expect(fieldProblems(error)).toHaveLength(100);
});

test.each([
  ['half a body', '{"stay":', 400, 'malformed-json', {}],
  ['not an object', '"text"', 400, 'malformed-json', {}],
  ['far too much', `{"stay":"${'x'.repeat(2000)}"}`, 413, 'too-large', {}],
  ['another character set', '{}', 415, 'unsupported-encoding', { 'content-type': 'application/json; charset=klingon' }],
  ['another encoding', '{}', 415, 'unsupported-encoding', { 'content-encoding': 'rot13' }],
])('a body that is %s is refused cleanly', async (_, body, status, code, headers) => {
  const response = await post(body, { 'content-type': 'application/json', ...headers });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ type: `/problems/${code}`, status });
});

test.each([
  ['conflict', 409, 'conflict'],
  ['unavailable', 503, 'unavailable'],
  ['broken', 500, 'internal'],
  ['string', 500, 'internal'],
  ['%E0%A4%A', 400, 'bad-request'],
])('%s is %s', async (what, status, code) => {
  const response = await fetch(`${app.url}/throws/${what}`);
  expect(response.status).toBe(status);
  expect(response.headers.get('retry-after')).toBe(status === 503 ? '2' : null);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ type: `/problems/${code}`, status });
  expect(text).not.toMatch(/Fatima|booking-1/);
});

test('our own mistake is in the log, under the correlation id that the caller got', async () => {
  const response = await fetch(`${app.url}/throws/broken`, { headers: { 'x-correlation-id': 'my-request-1' } });
  expect(response.headers.get('x-correlation-id')).toBe('my-request-1');
  expect(await response.json()).toMatchObject({ correlationId: 'my-request-1' });
  const line = app.lines.find((it) => it.correlationId === 'my-request-1');
  expect(line).toMatchObject({ level: 'error', service: 'test', err: { type: 'Error' } });
  expect(JSON.stringify(line)).not.toContain('row of');
});

test('a conflict under a precondition is 412', async () => {
  const response = await fetch(`${app.url}/throws/conflict`, { headers: { 'if-match': '"3"' } });
  expect(response.status).toBe(412);
  expect(await response.json()).toMatchObject({ status: 412 });
});

test('an answer that breaks off in the middle is cut, so that nobody takes it for whole', async () => {
  await expect(fetch(`${app.url}/half`).then((it) => it.text())).rejects.toThrow();
});

test('an address that is not there is 404', async () => {
  const response = await fetch(`${app.url}/nowhere`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ type: '/problems/no-such-address' });
  expect(response.headers.get('x-powered-by')).toBeNull();
});

test('a rule that says no is 422 with its code, and 404 when something is not there', () => {
  const facts = { leftCents: 1250 };
  expect(problemOfRejection({ code: 'budget-exceeded', facts })).toMatchObject({
    type: '/problems/budget-exceeded',
    status: 422,
    code: 'budget-exceeded',
    facts,
  });
  expect(problemOfRejection({ code: 'offer-not-found', facts: {} }).status).toBe(404);
  expect(problemOf(undefined).status).toBe(500);
});
