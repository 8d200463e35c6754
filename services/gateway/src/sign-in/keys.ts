import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The embedded sign-in's own secrets: the key that signs tokens, and those that sign its cookies. */
export const SignInKeys = z.object({
  signing: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
    kid: z.string(),
    alg: z.literal('ES256'),
    use: z.literal('sig'),
  }),
  cookies: z.array(z.string().min(32)).min(1),
});
export type SignInKeys = z.infer<typeof SignInKeys>;

/** New ones. */
export const makeKeys = (): SignInKeys => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const kid = randomBytes(8).toString('hex');
  return SignInKeys.parse({
    signing: { ...jwk, kid, alg: 'ES256', use: 'sig' },
    cookies: [randomBytes(32).toString('base64url')],
  });
};

/** The keys in the folder, so that tokens outlive a restart; made there at the first start. `:memory:`: new every time. */
export const loadKeys = (folder: string): SignInKeys => {
  if (folder === ':memory:') return makeKeys();
  const file = join(folder, 'sign-in-keys.json');
  const kept = readIfThere(file);
  if (kept !== undefined) return SignInKeys.parse(JSON.parse(kept));
  const keys = makeKeys();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOENT') return undefined;
    throw error;
  }
};
