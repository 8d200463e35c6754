import { hash } from 'node:crypto';
import { z } from 'zod';

/** Any UUID, lower case. Ids are opaque: they say nothing of a person. */
export const Uuid = z
  .string()
  .max(36)
  .transform((text) => text.toLowerCase())
  .pipe(z.guid());

const namespace = Buffer.from('6f1d6f0c2c9e5b6a9a5b3f0f6f7b2a10', 'hex');

/**
 * A UUIDv5 (RFC 9562) from parts: the same parts always give the same id. Event ids come from the command's id, ids of
 * a process manager's commands from the event that caused them, so that a repeat is known for what it is.
 */
export const derivedId = (...parts: readonly (string | number)[]): string => {
  const text = parts.join('/');
  const bytes = Buffer.allocUnsafe(namespace.length + text.length * 3);
  namespace.copy(bytes);
  const length = namespace.length + bytes.write(text, namespace.length);
  const hex = hash('sha1', bytes.subarray(0, length), 'hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** A UUIDv7 (RFC 9562) from a clock and a source of randomness, both passed in. */
export const timeOrderedId = (epochMs: number, randomBytes: (count: number) => Uint8Array): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(epochMs, 0, 6);
  bytes.set(randomBytes(10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
