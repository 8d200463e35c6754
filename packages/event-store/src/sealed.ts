import { isRedacted, type Redacted, redacted, type Vault } from '@adempauze/kernel';
import type { Json, JsonObject } from './port.ts';

/**
 * A sealed value that has left its event: the ciphertext with the place that is bound into it, so that it can be
 * opened wherever it was carried to. This is what projections and other services see of a personal field.
 */
export type SealedToken = { readonly $sealed: string; readonly $place: string };

export const isSealed = (value: unknown): value is { readonly $sealed: string } =>
  typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';

const isToken = (value: unknown): value is SealedToken =>
  isSealed(value) && '$place' in value && typeof value.$place === 'string';

/** Where a personal value was sealed. It is bound into the ciphertext, so it can never change for a stored event. */
export const sealedPlace = (stream: string, eventId: string, path: readonly string[]): string =>
  `${stream}|${eventId}|${path.join('.')}`;

/**
 * The text of a sealed field for a column of a read model; `null` for an absent or redacted one. Open it with
 * `openSealed`.
 * @throws TypeError when the value is in the clear: personal data never reaches a file of a read model.
 */
export const keepSealed = (value: unknown): string | null => {
  if (value === undefined || value === null || isRedacted(value)) return null;
  if (isToken(value)) return `${value.$place} ${value.$sealed}`;
  throw new TypeError('A personal value in the clear was about to be stored; give the sealed one.');
};

/**
 * What `keepSealed` kept, opened: the value, or `redacted` when the person was forgotten. Synchronous: await
 * `vault.load(personIds)` first. `null` gives `redacted` too, since there is nothing to show.
 */
export const openSealed = (vault: Vault, kept: string | null): unknown | Redacted => {
  if (kept === null) return redacted;
  const { $place, $sealed } = sealedFrom(kept);
  return vault.open($place, { $sealed });
};

/** The token that `keepSealed` turned into text; `personIdOf` of personal-data says whose it is. */
export const sealedFrom = (kept: string): SealedToken => {
  const space = kept.indexOf(' ');
  if (space < 1) throw new TypeError('This text was not made by keepSealed.');
  return { $place: kept.slice(0, space), $sealed: kept.slice(space + 1) };
};

/** The same data in which every sealed value carries its place. Data without sealed values is returned as it is. */
export const withPlaces = (data: JsonObject, stream: string, eventId: string): JsonObject => {
  const walk = (object: JsonObject, path: readonly string[]): JsonObject => {
    let copy: Record<string, Json | undefined> | undefined;
    for (const [key, value] of Object.entries(object)) {
      if (!isObject(value)) continue;
      const placed = isToken(value)
        ? value
        : isSealed(value)
          ? tokenOf(value, [...path, key])
          : walk(value, [...path, key]);
      if (placed === value) continue;
      copy ??= { ...object };
      copy[key] = placed;
    }
    return copy ?? object;
  };
  const tokenOf = ({ $sealed }: { readonly $sealed: string }, path: readonly string[]): JsonObject => ({
    $sealed,
    $place: sealedPlace(stream, eventId, path),
  });
  return walk(data, []);
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of an event's data, or undefined. */
export const valueAt = (data: JsonObject, path: readonly string[]): unknown => {
  let value: unknown = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
};

/** A copy of the data with another value at a path that is there; only what lies on the path is copied. */
export const replaceAt = (data: JsonObject, path: readonly string[], value: unknown): JsonObject => {
  const [key, ...rest] = path;
  if (key === undefined) return data;
  const inner = rest.length === 0 ? value : replaceAt((data[key] ?? {}) as JsonObject, rest, value);
  return { ...data, [key]: inner as Json };
};
