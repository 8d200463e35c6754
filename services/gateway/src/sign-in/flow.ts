import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { clientId, signedInPath, signInPath } from './addresses.ts';

const Accounts = z.array(z.object({ account: z.string(), name: z.string(), role: z.string(), note: z.string() }));
export type ListedAccount = z.infer<typeof Accounts>[number];

const timeout = () => AbortSignal.timeout(10_000);

/** Who can sign in at a running marketplace. Undefined: it does not use the embedded sign-in. @throws Error while it starts. */
export const listAccounts = async (target: string): Promise<ListedAccount[] | undefined> => {
  const answer = await fetch(`${target}${signInPath}/accounts`, { signal: timeout() });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`The sign-in answered ${answer.status}.`);
  return Accounts.parse(await answer.json());
};

/**
 * An access token, had the way a browser gets one: authorization code with PKCE, choosing `account` on the page.
 * @throws Error when a step does not answer as it should.
 */
export const fetchToken = async (target: string, account: string): Promise<string> => {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${target}${signedInPath}`;
  const cookies = new Map<string, string>();

  /** Follows redirects by hand: cookies go with it, and the last address is ours to read. */
  const go = async (address: string, body?: URLSearchParams): Promise<URL | undefined> => {
    const answer = await fetch(address, {
      method: body ? 'POST' : 'GET',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
      signal: timeout(),
      ...(body && { body }),
    });
    await answer.arrayBuffer();
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) return new URL(location, address);
    if (!answer.ok) throw new Error(`The sign-in answered ${answer.status}.`);
    return undefined;
  };

  const ask = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const choose = await go(`${target}${signInPath}/auth?${ask}`);
  if (!choose) throw new Error('The sign-in did not ask who this is.');
  await go(choose.href);
  let next = await go(choose.href, new URLSearchParams({ account }));
  for (let steps = 0; next && !next.href.startsWith(redirectUri) && steps < 5; steps++) next = await go(next.href);
  const code = next?.searchParams.get('code');
  if (!code) throw new Error('The sign-in gave no code.');

  const answer = await fetch(`${target}${signInPath}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }),
    signal: timeout(),
  });
  if (!answer.ok) throw new Error(`The sign-in answered ${answer.status} when asked for the token.`);
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
};
