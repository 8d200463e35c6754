import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '@adempauze/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { startGateway, type TestGateway, testAccounts } from '../testing/start-gateway.ts';
import { assertLoopback, demonstrationIdentity } from './embedded.ts';
import { fetchToken, listAccounts } from './flow.ts';

const me = '{ viewer { accountId role organisation } }';
const withToken = (gateway: TestGateway, token: string) =>
  gateway.post(JSON.stringify({ query: me }), { authorization: `Bearer ${token}` });

describe('the embedded sign-in', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  test.each(testAccounts.slice(0, 14))('signs $account in, with its role', async ({ account, role }) => {
    const { body } = await gateway.ask(me, {}, account);
    expect(body.data.viewer).toMatchObject({
      role: role.toUpperCase(),
      accountId: demonstrationIdentity(account).accountId,
    });
  });
  test('nobody is nobody', async () => {
    expect((await gateway.ask(me)).body.data.viewer).toBeNull();
  });
  test('shows who there are on a page that works without script', async () => {
    const query = new URLSearchParams({
      client_id: 'adempauze',
      redirect_uri: `${gateway.origin}/signed-in`,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    });
    const choose = await fetch(`${gateway.origin}/sign-in/auth?${query}`, { redirect: 'manual' });
    const cookie = choose.headers
      .getSetCookie()
      .map((it) => it.split(';')[0])
      .join('; ');
    const page = await fetch(new URL(choose.headers.get('location') ?? '', gateway.origin), { headers: { cookie } });
    const html = await page.text();
    expect(html).toContain('lang="nl"');
    expect(html).toContain('<button name="account" value="caregiver">');
    expect(html).not.toContain('<script');
  });
  test('lists the accounts', async () => {
    expect((await listAccounts(gateway.origin))?.map((it) => it.account)).toContain('caregiver');
  });
  test('asks for PKCE, and for an account that exists', async () => {
    const query = new URLSearchParams({
      client_id: 'adempauze',
      redirect_uri: `${gateway.origin}/signed-in`,
      response_type: 'code',
      scope: 'openid',
    });
    const plain = await fetch(`${gateway.origin}/sign-in/auth?${query}`, { redirect: 'manual' });
    expect(plain.headers.get('location')).toContain('error=invalid_request');
    await expect(fetchToken(gateway.origin, 'niemand')).rejects.toThrow('400');
  });
  test('knows only its own name: another Host gets nowhere', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const path = '/sign-in/accounts';
      request({ port: gateway.port, host: '127.0.0.1', path, headers: { host: 'evil.example' } }, (it) => {
        it.resume();
        resolve(it.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
  test('an id token is no access token', async () => {
    const token = await gateway.tokenOf('caregiver');
    const [, payload = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: 'adempauze',
      role: 'caregiver',
    });
  });
});

test.each(['0.0.0.0', '::', '192.168.1.4', '10.0.0.1', 'example.nl'])('does not listen on %s', (host) => {
  expect(() => assertLoopback(host, 'http://127.0.0.1:4000')).toThrow(StartError);
  expect(() => assertLoopback('127.0.0.1', `http://${host.includes(':') ? `[${host}]` : host}:4000`)).toThrow(
    StartError,
  );
});
test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('does listen on %s', (host) => {
  assertLoopback(host, 'http://localhost:4000');
});
test('the gateway does not start elsewhere', async () => {
  const settings = { origin: 'http://0.0.0.0:4000', host: '0.0.0.0', limits: {} as never };
  await expect(startGateway({ settings })).rejects.toThrow('127.0.0.1');
});

test('keys that are kept are kept safe, and tokens outlive a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  const auth = { kind: 'embedded', accounts: testAccounts, folder } as const;
  const first = await startGateway({ auth });
  const token = await first.tokenOf('caregiver');
  await first.close();
  // The same origin as before: it stands in the token.
  const second = await startGateway({
    auth,
    settings: { origin: first.origin, host: '127.0.0.1', limits: first.limits },
  });
  try {
    expect((await withToken(second, token)).status).toBe(200);
    expect(statSync(join(folder, 'sign-in-keys.json')).mode & 0o077).toBe(0);
  } finally {
    await second.close();
    rmSync(folder, { recursive: true });
  }
});

describe('any other issuer', () => {
  const alg = 'ES256';
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let issuer: Server;
  let issuerUrl: string;
  let gateway: TestGateway;
  beforeAll(async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg, use: 'sig' };
    issuer = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` }));
      } else response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    gateway = await startGateway({
      auth: { kind: 'issuer', issuerUrl, audience: 'regio', claims: { role: 'rol', organisation: 'organisatie' } },
    });
  });
  afterAll(async () => {
    await gateway.close();
    issuer.close();
  });

  const nowSeconds = Math.floor(Date.now() / 1000);
  const good = (): JWTPayload => ({
    iss: issuerUrl,
    aud: 'regio',
    sub: 'user-1',
    exp: nowSeconds + 600,
    rol: 'provider',
    organisatie: '0195',
  });
  const sign = (claims: JWTPayload, key = keys.privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: 'k1' }).sign(key);

  test('is read by discovery, and its claims by their own names', async () => {
    const response = await withToken(gateway, await sign(good()));
    expect(await response.json()).toMatchObject({ data: { viewer: { role: 'PROVIDER', organisation: '0195' } } });
  });
  test('has no sign-in page of ours', async () => {
    expect((await fetch(`${gateway.origin}/sign-in/accounts`)).status).toBe(404);
  });
  test.each([
    ['of another issuer', () => ({ ...good(), iss: 'https://elsewhere.example' })],
    ['for somebody else', () => ({ ...good(), aud: 'another' })],
    ['that has expired', () => ({ ...good(), exp: nowSeconds - 60 })],
    ['that never expires', () => ({ ...good(), exp: undefined })],
    ['that does not count yet', () => ({ ...good(), nbf: nowSeconds + 600 })],
    ['of nobody', () => ({ ...good(), sub: undefined })],
    ['with a role that does not exist', () => ({ ...good(), rol: 'employer' })],
    ['with an organisation that is none', () => ({ ...good(), organisatie: { a: 1 } })],
  ])('a token %s is refused', async (_what, claims) => {
    expect((await withToken(gateway, await sign(claims() as JWTPayload))).status).toBe(401);
  });
  test('so is one that another key signed, or none, or a shared secret', async () => {
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa(JSON.stringify(good())).replaceAll('=', '')}.`;
    const secret = new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(new Uint8Array(32));
    for (const token of [await sign(good(), others.privateKey), none, await secret]) {
      expect((await withToken(gateway, token)).status).toBe(401);
    }
  });
});

describe('a token that was good', () => {
  let gateway: TestGateway | undefined;
  afterEach(() => gateway?.close());
  test('does not count after it has expired, however often it was seen before', async () => {
    let nowMs = Date.now();
    gateway = await startGateway({ realNowMs: () => nowMs });
    const token = await gateway.tokenOf('caregiver');
    expect((await withToken(gateway, token)).status).toBe(200);
    nowMs += 9 * 3_600_000;
    expect((await withToken(gateway, token)).status).toBe(401);
  });
  test('and an issuer that is away is an outage, not a wrong token', async () => {
    gateway = await startGateway({
      auth: {
        kind: 'issuer',
        issuerUrl: 'http://127.0.0.1:1',
        audience: 'a',
        claims: { role: 'r', organisation: 'o' },
      },
    });
    const token = await new SignJWT({ iss: 'http://127.0.0.1:1' })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    expect((await withToken(gateway, token)).status).toBe(503);
  });
});
