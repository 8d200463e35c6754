/** The part of JSON Schema that our contracts come out as. */
export type JsonSchema = { readonly [key: string]: unknown };

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Record<string, unknown> => (isSchema(value) ? { ...value } : {});
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : [];

/** Bounds that may be relaxed: a lower floor, a higher ceiling, or none at all. */
const floors = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const ceilings = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
const exact = ['type', 'const', 'format', 'pattern', 'enum'];

const boundsThatTightened = (before: JsonSchema, after: JsonSchema, path: string): string[] =>
  [...floors, ...ceilings].flatMap((bound) => {
    const [was, is] = [before[bound], after[bound]];
    if (typeof is !== 'number') return [];
    if (typeof was !== 'number') return [`${path}: ${bound} is new`];
    return (floors.includes(bound) ? is > was : is < was) ? [`${path}: ${bound} became ${is}`] : [];
  });

/**
 * What a published shape may not do any more to those who read it: lose or rename a property, demand a new one, change
 * a type or a list of values, or tighten a bound. A new optional property and a wider bound are fine. Rules as in
 * Confluent's registry for closed schemas, except that a longer list of values is refused too: readers switch on it.
 * @returns one sentence a breach; empty when the change is safe.
 */
export const breakingChanges = (before: JsonSchema, after: JsonSchema, path = '$'): string[] => {
  const changed = exact
    .filter((key) => key in before || key in after)
    .filter((key) => {
      if (key === 'pattern' && !(key in after)) return false;
      return JSON.stringify(before[key]) !== JSON.stringify(after[key]);
    });
  const [wasProperties, isProperties] = [record(before.properties), record(after.properties)];
  const [wasRequired, isRequired] = [strings(before.required), strings(after.required)];
  return [
    ...changed.map((key) => `${path}: ${key} changed`),
    ...boundsThatTightened(before, after, path),
    ...Object.entries(wasProperties).flatMap(([name, schema]) => {
      const now = isProperties[name];
      return isSchema(now) ? breakingChanges(record(schema), now, `${path}.${name}`) : [`${path}.${name}: removed`];
    }),
    ...isRequired.filter((name) => !wasRequired.includes(name)).map((name) => `${path}.${name}: became required`),
    ...wasRequired
      .filter((name) => name in isProperties && !isRequired.includes(name))
      .map((name) => `${path}.${name}: no longer always there`),
    ...branches(before, after, path),
  ];
};

const branches = (before: JsonSchema, after: JsonSchema, path: string): string[] =>
  ['items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'propertyNames'].flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
      return was.flatMap((schema, index) =>
        breakingChanges(record(schema), record(is[index]), `${path}.${key}[${index}]`),
      );
    }
    if (isSchema(was) && isSchema(is)) return breakingChanges(was, is, `${path}.${key}`);
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [`${path}: ${key} changed`];
  });
