import { isIP } from 'node:net';
import type { Log } from '@adempauze/http';
import { StartError } from '@adempauze/kernel';
import express, { type RequestHandler, Router } from 'express';
import { createLocalJWKSet } from 'jose';
import type { Configuration } from 'oidc-provider';
import type { DemonstrationAccount } from '../dependencies.ts';
import { pageHeaders } from '../html.ts';
import { accountsPage, refusedPage } from './accounts-page.ts';
import { clientId, signedInPath, signInPath } from './addresses.ts';
import { loadKeys } from './keys.ts';
import { createMemoryAdapters } from './memory-adapter.ts';
import type { SharedSignIn } from './shared.ts';
import { accountIdOf, createTokenVerifier, personOf, type TokenVerifier } from './verify.ts';

export const audience = 'adempauze';
const claims = { role: 'role', organisation: 'organisation' };
const eightHours = 8 * 3600;

/** Account ids do not depend on the port that somebody chose: the demonstration's data outlive it. */
const namespace = 'urn:adempauze:embedded-sign-in';

/** What the gateway will call a demonstration account and its person, for those who make the demonstration's data. */
export const demonstrationIdentity = (account: string): { readonly accountId: string; readonly personId: string } => {
  const accountId = accountIdOf(namespace, account);
  return { accountId, personId: personOf(accountId) };
};

const isLoopback = (address: string | undefined): boolean => {
  if (address === undefined) return false;
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '');
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
};

/** @throws StartError: no passwords are asked, so nobody from elsewhere may reach it. */
export const assertLoopback = (host: string, origin: string): void => {
  if (isLoopback(host) && isLoopback(new URL(origin).hostname)) return;
  throw new StartError({
    nl: 'De ingebouwde aanmelding vraagt geen wachtwoord en luistert daarom alleen op 127.0.0.1. Stel ISSUER_URL in om buiten deze machine te luisteren.',
    en: 'The embedded sign-in asks no password, so it listens on 127.0.0.1 only. Set ISSUER_URL to listen beyond this machine.',
  });
};

/** The embedded OpenID Connect provider: authorization code with PKCE, and a page to choose who you are. */
export const createEmbeddedSignIn = async (options: {
  readonly origin: string;
  readonly host: string;
  readonly accounts: readonly DemonstrationAccount[];
  readonly folder: string | SharedSignIn;
  readonly realNowMs: () => number;
  readonly log: Log;
}): Promise<{ readonly router: RequestHandler; readonly verify: TokenVerifier }> => {
  const { origin, host, accounts, folder, realNowMs, log } = options;
  assertLoopback(host, origin);
  const { keys, adapters } =
    typeof folder === 'string' ? { keys: loadKeys(folder), adapters: createMemoryAdapters(realNowMs) } : folder;
  const issuer = `${origin}${signInPath}`;
  const byAccount = new Map(accounts.map((it) => [it.account, it]));
  const { default: Provider } = await importQuietly();
  const provider = new Provider(issuer, {
    ...configurationOf(origin, byAccount),
    adapter: adapters,
    jwks: { keys: [keys.signing] },
    cookies: { keys: keys.cookies, long: { path: signInPath }, short: { path: signInPath } },
  });
  provider.on('server_error', (_context, err) => log.error({ err }, 'the sign-in failed'));

  const router = Router();
  // Whatever the server listens on: only this machine gets in, and only by our own name (no DNS rebinding).
  router.use((request, response, next) => {
    const own = isLoopback(request.socket.localAddress) && isLoopback(request.socket.remoteAddress);
    if (own && request.headers.host === new URL(origin).host) return next();
    response.status(403).set(pageHeaders).send(refusedPage());
  });
  router.get('/accounts', (_request, response) => {
    response.set(pageHeaders).json(accounts.map(({ account, name, role, note }) => ({ account, name, role, note })));
  });
  router.get('/interaction/:uid', async (request, response) => {
    const { uid } = await provider.interactionDetails(request, response);
    response.set(pageHeaders).send(accountsPage(`${signInPath}/interaction/${uid}`, accounts));
  });
  router.post('/interaction/:uid', express.urlencoded({ extended: false, limit: 2000 }), async (request, response) => {
    const account = byAccount.get(String(request.body?.account));
    if (!account) return void response.status(400).set(pageHeaders).send(refusedPage());
    await provider.interactionFinished(request, response, { login: { accountId: account.account, remember: false } });
  });
  router.use(provider.callback());

  const { d: _private, ...publicKey } = keys.signing;
  return {
    router,
    verify: createTokenVerifier({
      issuer,
      audience,
      claims,
      namespace,
      keys: createLocalJWKSet({ keys: [publicKey] }),
      realNowMs,
    }),
  };
};

/**
 * Loaded only where it is used. It warns of every Node that is not an LTS release, in words for its own users; the
 * version that this runs under is pinned and tested.
 */
const importQuietly = async (): Promise<typeof import('oidc-provider')> => {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
};

const configurationOf = (origin: string, accounts: ReadonlyMap<string, DemonstrationAccount>): Configuration => ({
  clients: [
    {
      client_id: clientId,
      redirect_uris: [`${origin}${signedInPath}`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  pkce: { required: () => true },
  scopes: ['openid'],
  responseTypes: ['code'],
  async findAccount(_context, sub) {
    return accounts.has(sub) ? { accountId: sub, claims: () => ({ sub }) } : undefined;
  },
  // Nobody is asked whether our own screens may know who they are.
  async loadExistingGrant({ oidc }) {
    const { client, session, provider } = oidc;
    if (!client || !session?.accountId) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(resource, '');
    await grant.save();
    return grant;
  },
  extraTokenClaims(_context, token) {
    const account = 'accountId' in token ? accounts.get(String(token.accountId)) : undefined;
    return account && { role: account.role, ...(account.organisation && { organisation: account.organisation }) };
  },
  interactions: { url: (_context, { uid }) => `${signInPath}/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: eightHours,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: eightHours,
    Interaction: 3600,
    Session: eightHours,
    Grant: eightHours,
    IdToken: 3600,
    AuthorizationCode: 60,
  },
  renderError(context) {
    context.type = 'html';
    context.body = refusedPage();
  },
});
const resource = 'urn:adempauze:api';
