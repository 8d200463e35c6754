import { derivedId, UnavailableError } from '@adempauze/kernel';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { Role, type Viewer } from '../policy/roles.ts';

/** Somebody with a valid token, and until when it counts. */
export type SignedIn = { readonly viewer: Viewer; readonly expiresAtMs: number };

/** Undefined: this token says nothing here. @throws UnavailableError when the issuer's keys cannot be had. */
export type TokenVerifier = (token: string) => Promise<SignedIn | undefined> | SignedIn | undefined;

/** Signatures that only the issuer can make; `none` and shared secrets are not among them. */
const algorithms = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];
const longestToken = 4096;
const keptTokens = 5000;

/**
 * Checks signature, issuer, audience, `exp` and `nbf`, and reads role and organisation. A token that was found good is
 * remembered until it expires, since a signature costs more than the rest of a request.
 */
export const createTokenVerifier = (options: {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: { readonly role: string; readonly organisation: string };
  /** What account ids are derived from, together with `sub`; the issuer where nothing else is said. */
  readonly namespace?: string;
  readonly keys: JWTVerifyGetKey;
  readonly realNowMs: () => number;
}): TokenVerifier => {
  const { issuer, audience, claims, keys, realNowMs } = options;
  const namespace = options.namespace ?? issuer;
  const kept = new Map<string, SignedIn>();

  const verify = async (token: string): Promise<SignedIn | undefined> => {
    const payload = await payloadOf(token);
    const signedIn = payload && signedInOf(payload);
    if (!signedIn) return undefined;
    if (kept.size >= keptTokens) for (const oldest of kept.keys().take(100)) kept.delete(oldest);
    kept.set(token, signedIn);
    return signedIn;
  };

  const payloadOf = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
        currentDate: new Date(realNowMs()),
      });
      return payload;
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
        // jose reports an answer of the issuer that is no key set in the same family of errors.
        if (!error.message.startsWith('Expected 200 OK')) return undefined;
      }
      throw new UnavailableError('The keys of the sign-in could not be had.', 5000, { cause: error });
    }
  };

  const signedInOf = (payload: JWTPayload): SignedIn | undefined => {
    const role = Role.safeParse(payload[claims.role]);
    const organisation = Organisation.safeParse(payload[claims.organisation] ?? undefined);
    const { sub, exp } = payload;
    if (!role.success || !organisation.success || sub === undefined || exp === undefined) return undefined;
    const viewer = { accountId: accountIdOf(namespace, sub), role: role.data, organisation: organisation.data };
    return { viewer, expiresAtMs: exp * 1000 };
  };

  return (token) => {
    if (token.length > longestToken) return undefined;
    const known = kept.get(token);
    if (known === undefined) return verify(token);
    if (known.expiresAtMs > realNowMs()) return known;
    kept.delete(token);
    return undefined;
  };
};

const Organisation = z
  .string()
  .regex(/^[\w.:-]{1,64}$/)
  .transform((text) => text.toLowerCase())
  .optional();

/** Opaque, and the same for ever for the same person at the same issuer. */
export const accountIdOf = (namespace: string, subject: string): string => derivedId('account', namespace, subject);

/** Who has an account is one person, whichever household they are in. */
export const personOf = (accountId: string): string => derivedId('person', accountId);

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The keys of an issuer that is known by its address only; asked for at the first token, and again when they change. */
export const createIssuerKeys = (issuerUrl: string): JWTVerifyGetKey => {
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const address = `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    if (!answer.ok) throw new UnavailableError(`The issuer answers ${answer.status}.`, 5000);
    const { issuer, jwks_uri } = Discovery.parse(await answer.json());
    if (issuer !== issuerUrl) throw new UnavailableError('The issuer gives itself another name.', 60_000);
    return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 5000 });
  };
  return async (header, token) => {
    discovered ??= discover();
    const keys = await discovered.catch((cause: unknown) => {
      discovered = undefined;
      throw cause instanceof UnavailableError
        ? cause
        : new UnavailableError('The issuer is not reached.', 5000, { cause });
    });
    return keys(header, token);
  };
};
