import type { z } from 'zod';
import type { EventSchemas, IntegrationEvent } from './port.ts';

/**
 * Data of an integration event as a consumer reads it: what it does not know yet is left out, at any depth, also where
 * the schema says strict. @throws z.ZodError when something it does know is missing or has another shape.
 */
export const parseOpen = <S extends z.ZodType>(schema: S, data: unknown): z.output<S> => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const unknownKeys = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknownKeys.length === 0) throw parsed.error;
  const copy: unknown = structuredClone(data);
  for (const { path, keys } of unknownKeys) {
    const holder = path.reduce<unknown>(
      (at, key) => (isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : at),
      copy,
    );
    if (isRecord(holder)) for (const key of keys) delete holder[key];
  }
  return schema.parse(copy);
};

/** Reads an integration event of a known type; `undefined` for a type that these schemas do not know. */
export const decodeIntegrationEvent = <S extends EventSchemas, T extends keyof S & string>(
  schemas: S,
  type: T,
  event: IntegrationEvent,
): z.output<S[T]> | undefined => {
  const schema = schemas[type];
  return schema === undefined || event.type !== type ? undefined : parseOpen<S[T]>(schema, event.data);
};

/** What is wrong with data at its producer, where every key must be known; `undefined` when all is well. */
export const faultOf = (schema: z.ZodType, data: unknown): string | undefined => {
  const parsed = schema.safeParse(data);
  if (!parsed.success) return shapeFaultOf(parsed.error);
  const extra = lostKeyOf(data, parsed.data);
  return extra === undefined ? undefined : `${extra} is not in the schema`;
};

/** Where a shape is wrong, and how, without any value: `stay.startsOn invalid_format`. */
export const shapeFaultOf = (error: z.core.$ZodError): string =>
  error.issues
    .slice(0, 5)
    .map(({ path, code }) => `${path.map(String).join('.') || 'the whole'} ${code}`)
    .join(', ');

/** Path of a sealed personal value, if there is one. */
export const sealedPathOf = (value: unknown, path = ''): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$sealed') return path || 'the whole';
    const found = sealedPathOf(inner, path ? `${path}.${key}` : key);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A key that parsing dropped: the schema is open there, the producer must not be. */
const lostKeyOf = (given: unknown, kept: unknown, path = ''): string | undefined => {
  if (!isRecord(given) && !Array.isArray(given)) return undefined;
  // A transform may turn an object into something else; then the schema alone has judged it.
  if (!isRecord(kept) && !Array.isArray(kept)) return undefined;
  for (const [key, value] of Object.entries(given)) {
    const at = path ? `${path}.${key}` : key;
    if (!(key in kept) && value !== undefined) return at;
    const lost = lostKeyOf(value, Reflect.get(kept, key), at);
    if (lost !== undefined) return lost;
  }
  return undefined;
};

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
