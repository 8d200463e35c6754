import { createServer, type Server } from 'node:http';
import { command, query, type ServiceOf, serviceApi } from '@adempauze/contracts';
import { ConflictError, UnavailableError } from '@adempauze/kernel';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createServiceClient, type ServiceClientOptions } from './service-client.ts';
import { createServiceRouter } from './service-router.ts';
import { runApp } from './test/run-app.ts';

const Input = z.strictObject({ what: z.string(), count: z.int().default(1), at: z.array(z.int()).optional() });
const TestApi = serviceApi('tests', {
  order: command(Input, z.strictObject({ echoed: z.string(), count: z.int() })),
  note: command(Input),
  find: query(Input, z.strictObject({ what: z.string() }).optional()),
  list: query(Input, z.array(z.string())),
});
type Tests = ServiceOf<typeof TestApi>;

let release = () => {};
const answer = async (what: string) => {
  switch (what) {
    case 'conflict':
      throw new ConflictError('first');
    case 'unavailable':
      throw new UnavailableError('down', 2500);
    case 'invalid':
      throw new z.ZodError([{ code: 'custom', path: ['at', 0], message: 'Not this one.', input: 'secret' }]);
    case 'broken':
      throw new TypeError('we are wrong');
    case 'slow':
      await new Promise<void>((resolve) => {
        release = resolve;
      });
  }
};
const implementation: Tests = {
  async order({ what, count }, { correlationId }) {
    await answer(what);
    if (what === 'no')
      return { accepted: false, rejection: { code: 'too-late', facts: { atMost: 3, day: '2027-05-03' } } };
    if (what === 'nobody') return { accepted: false, rejection: { code: 'thing-not-found', facts: {} } };
    return { accepted: true, position: `after-${correlationId}`, value: { echoed: what, count } };
  },
  note: async () => ({ accepted: true, position: undefined, value: undefined }),
  async find({ what }) {
    await answer(what);
    return what === 'nothing' ? undefined : { what };
  },
  list: async ({ what, count }) => Array.from({ length: count }, () => what),
};

let app: Awaited<ReturnType<typeof runApp>>;
beforeAll(async () => {
  app = await runApp(createServiceRouter(TestApi, implementation, { bodyLimitBytes: 2000 }));
});
afterAll(() => app.close());

const client = (options: Partial<ServiceClientOptions> = {}) =>
  createServiceClient(TestApi, { url: app.url, timeoutMs: 5000, fetch, random: () => 0, ...options });
const context = { commandId: 'command-1', correlationId: 'thread-number-1', actor: 'account-1' };
const input = (what: string) => ({ what, count: 2 });

describe.each([
  ['in process', (): Tests => implementation],
  ['over HTTP', (): Tests => client()],
])('a service %s', (_, service) => {
  test('accepts', async () => {
    expect(await service().order(input('yes'), context)).toStrictEqual({
      accepted: true,
      position: 'after-thread-number-1',
      value: { echoed: 'yes', count: 2 },
    });
    expect(await service().note(input('yes'), context)).toStrictEqual({
      accepted: true,
      position: undefined,
      value: undefined,
    });
  });

  test('rejects, with the code and its facts', async () => {
    expect(await service().order(input('no'), context)).toStrictEqual({
      accepted: false,
      rejection: { code: 'too-late', facts: { atMost: 3, day: '2027-05-03' } },
    });
    expect(await service().order(input('nobody'), context)).toStrictEqual({
      accepted: false,
      rejection: { code: 'thing-not-found', facts: {} },
    });
  });

  test('finds, finds nothing, and lists', async () => {
    expect(await service().find(input('this'))).toStrictEqual({ what: 'this' });
    expect(await service().find(input('nothing'))).toBeUndefined();
    expect(await service().list(input('this'))).toStrictEqual(['this', 'this']);
  });

  test('throws a conflict as a conflict', async () => {
    await expect(service().order(input('conflict'), context)).rejects.toBeInstanceOf(ConflictError);
    await expect(service().find(input('conflict'))).rejects.toBeInstanceOf(ConflictError);
  });

  test('throws an outage as an outage, with when to come back', async () => {
    await expect(service().order(input('unavailable'), context)).rejects.toBeInstanceOf(UnavailableError);
    await expect(service().find(input('unavailable'))).rejects.toMatchObject({ retryAfterMs: 2500 });
  });

  test('throws a wrong shape as a ZodError with the same path', async () => {
    const failure = await service()
      .order(input('invalid'), context)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(z.ZodError);
    expect(failure).toMatchObject({ issues: [{ path: ['at', 0], message: 'Not this one.' }] });
  });

  test('throws its own mistakes as nothing in particular', async () => {
    const failure = await service()
      .find(input('broken'))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    for (const kind of [ConflictError, UnavailableError, z.ZodError]) expect(failure).not.toBeInstanceOf(kind);
  });

  test('answers late when it is slow', async () => {
    release = () => {};
    const waiting = release;
    const answered = service().find(input('slow'));
    while (release === waiting) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect(await answered).toStrictEqual({ what: 'slow' });
  });
});

describe('over HTTP', () => {
  test('slower than the time that a call has is an outage', async () => {
    await expect(client({ timeoutMs: 50 }).find(input('slow'))).rejects.toBeInstanceOf(UnavailableError);
    release();
  });

  test('the correlation id goes along', async () => {
    const seen: unknown[] = [];
    const spy: typeof fetch = (url, init) => {
      seen.push(new Headers(init?.headers).get('x-correlation-id'));
      return fetch(url, init);
    };
    const spied = client({ fetch: spy, correlationId: () => 'from-the-request' });
    await spied.find(input('this'));
    await spied.order(input('yes'), context);
    expect(seen).toEqual(['from-the-request', 'thread-number-1']);
  });

  test('input is parsed on arrival: what does not fit is a ZodError', async () => {
    const wrong = { what: 'x', count: 1.5 };
    await expect(client().find(wrong)).rejects.toMatchObject({ issues: [{ path: ['count'] }] });
    await expect(client().order(input('yes'), { ...context, commandId: 'short' })).rejects.toBeInstanceOf(z.ZodError);
  });

  test('a body that is too large, or an operation that this version does not have, is a mistake of ours', async () => {
    await expect(client().find(input('x'.repeat(3000)))).rejects.toThrow('tests.find failed with status 413.');
    const NewerApi = serviceApi('tests', { findBetter: query(Input, z.string()) });
    const newer = createServiceClient(NewerApi, { url: app.url, timeoutMs: 5000, fetch, random: () => 0 });
    await expect(newer.findBetter(input('x'))).rejects.toThrow('tests.findBetter failed with status 404.');
  });

  test('an answer in another shape than agreed is not blamed on the caller', async () => {
    const OtherApi = serviceApi('tests', { list: query(Input, z.array(z.int())) });
    const other = createServiceClient(OtherApi, { url: app.url, timeoutMs: 5000, fetch, random: () => 0 });
    const failure = await other.list(input('x')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(z.ZodError);
  });

  test.each([
    ['GET', 405, {}],
    ['POST', 415, { 'content-type': 'text/plain' }],
  ])('%s without JSON is %s', async (method, status, headers) => {
    const response = await fetch(`${app.url}/tests/find`, { method, headers, ...(method === 'POST' && { body: 'x' }) });
    expect(response.status).toBe(status);
  });

  test('nobody listens: an outage, after three attempts', async () => {
    const gone = await runApp();
    await gone.close();
    let tries = 0;
    const counting: typeof fetch = (...args) => {
      tries++;
      return fetch(...args);
    };
    const lost = client({ url: gone.url, fetch: counting });
    await expect(lost.order(input('yes'), context)).rejects.toBeInstanceOf(UnavailableError);
    expect(tries).toBe(3);
  });

  test('a connection that breaks is tried again, with the same command id', async () => {
    const bodies: string[] = [];
    const flaky: Server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      if (bodies.length === 1) return void request.socket.destroy();
      if (bodies.length === 2) {
        response.writeHead(200, { 'content-length': '1000' }).write('{"acc');
        return void setImmediate(() => request.socket.destroy());
      }
      response.end(JSON.stringify({ accepted: true, position: 'p', value: { echoed: 'x', count: 1 } }));
    });
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
    const address = flaky.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const outcome = await client({ url: `http://127.0.0.1:${port}/` }).order(input('x'), context);
    expect(outcome).toMatchObject({ accepted: true, position: 'p' });
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
    flaky.closeAllConnections();
    flaky.close();
  });

  test.each([
    [502, undefined, 1000],
    [503, '7', 7000],
    [429, 'soon', 1000],
  ])('a %s from something in between is an outage', async (status, retryAfter, retryAfterMs) => {
    const between: typeof fetch = async () =>
      new Response('<html>', { status, ...(retryAfter && { headers: { 'retry-after': retryAfter } }) });
    await expect(client({ fetch: between }).find(input('x'))).rejects.toMatchObject({
      name: 'UnavailableError',
      retryAfterMs,
    });
  });
});
