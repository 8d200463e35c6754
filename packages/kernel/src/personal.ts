import { z } from 'zod';

/** What is left of a field once its person was forgotten: the key is gone, the ciphertext says nothing. */
export const Redacted = z.strictObject({ redacted: z.literal(true) });
export type Redacted = z.infer<typeof Redacted>;
export const redacted: Redacted = { redacted: true };
export const isRedacted = (value: unknown): value is Redacted =>
  typeof value === 'object' && value !== null && 'redacted' in value && value.redacted === true;

/** The value, or what to say in its place when the person was forgotten. */
export const orWhenRedacted = <T, F>(value: T | Redacted, otherwise: F): T | F =>
  isRedacted(value) ? otherwise : value;

const marks = new WeakMap<z.core.$ZodType, { of: string }>();

/**
 * Marks a field that says something of a person: a name, an address, health, free text. `of` is the field beside it,
 * in the same object, that holds the person's id. Marked fields are sealed with that person's key before they reach a
 * file, the bus or a log line, and read back as `Redacted` once the person was forgotten.
 */
export const personal = <S extends z.ZodType>(schema: S, { of }: { of: string }) => {
  const marked = z.union([schema, Redacted]);
  marks.set(marked, { of });
  return marked;
};

/** Where the personal fields of an object schema are: their path, and the path of the person's id. */
export type PersonalField = { readonly path: readonly string[]; readonly of: readonly string[] };

export const personalFieldsOf = (schema: z.core.$ZodType, path: readonly string[] = []): PersonalField[] => {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.core.$ZodType>).flatMap(([key, field]) => {
    const mark = marks.get(field) ?? marks.get(unwrap(field));
    if (mark) return [{ path: [...path, key], of: [...path, mark.of] }];
    return personalFieldsOf(field, [...path, key]);
  });
};

const unwrap = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.core.$ZodType)
    : schema;

/** A sealed value as it stands in the log: the person whose key opens it, and the ciphertext. */
export type Sealed = { readonly $sealed: string };

/**
 * Seals and opens personal values. The place (stream, event id, path) is bound into the ciphertext, so that a value
 * cannot be moved to another event. The implementation is `packages/personal-data`.
 */
export type Vault = {
  /** Makes sure that the keys of these persons are at hand, and durable, before anything is sealed with them. */
  prepare(personIds: readonly string[]): Promise<void>;
  /** Loads the keys that exist; makes none. */
  load(personIds: readonly string[]): Promise<void>;
  /** Synchronous, after `prepare`. */
  seal(personId: string, place: string, value: unknown): Sealed;
  /** Synchronous, after `load`: the value, or `redacted` when the key is gone. */
  open(place: string, sealed: Sealed): unknown;
};
