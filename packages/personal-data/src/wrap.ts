import { createCipheriv, createDecipheriv } from 'node:crypto';
import { SealBrokenError } from './errors.ts';
import type { RandomBytes } from './key-store.ts';

/** AES-256-GCM throughout: a 32-byte key, a fresh 96-bit iv for every use, the whole 128-bit tag. */
export const aes = { name: 'aes-256-gcm', keyBytes: 32, ivBytes: 12, tagBytes: 16 } as const;

/**
 * A person's key under the master key, `iv | ciphertext | tag`. The person's id is bound in, so that the row of one
 * person cannot be given to another.
 */
export const wrapKey = (
  masterKey: Uint8Array,
  personId: string,
  key: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array => {
  const iv = randomBytes(aes.ivBytes);
  const cipher = createCipheriv(aes.name, masterKey, iv).setAAD(Buffer.from(personId));
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
};

/** The other way. @throws SealBrokenError when the master key is another one, or the row was changed or moved. */
export const unwrapKey = (masterKey: Uint8Array, personId: string, wrapped: Uint8Array): Uint8Array => {
  try {
    const iv = wrapped.subarray(0, aes.ivBytes);
    const decipher = createDecipheriv(aes.name, masterKey, iv, { authTagLength: aes.tagBytes });
    decipher.setAAD(Buffer.from(personId)).setAuthTag(wrapped.subarray(-aes.tagBytes));
    return Buffer.concat([decipher.update(wrapped.subarray(aes.ivBytes, -aes.tagBytes)), decipher.final()]);
  } catch (error) {
    throw new SealBrokenError('the key store', { cause: error });
  }
};
