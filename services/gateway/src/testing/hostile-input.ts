import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/*
 * Bad input for every mutation, made from the schema alone, so that a new mutation or field is in it by itself.
 */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

export type HostileCase = {
  readonly mutation: string;
  /** What was done to which field: `input/span/from: null`. */
  readonly what: string;
  /** To be sent as it is: some of it would not survive another `JSON.stringify`. */
  readonly body: string;
  /** Nothing but a no will do. Elsewhere the input is odd, and a yes may be right. */
  readonly mustRefuse: boolean;
};

/** In every hostile text; an answer that repeats it has repeated what was sent. */
export const marker = 'ZeerGeheimeTekst';

const texts: Readonly<Record<string, readonly [text: string, mustRefuse: boolean]>> = {
  'a control character': [`${marker}\u0000\u0008`, true],
  'half a character': [`${marker}\ud800`, true],
  'far too long': [marker.repeat(3000), true],
  SQL: [`${marker}'); DROP TABLE bookings; --`, false],
  HTML: [`<script>alert("${marker}")</script>`, false],
  'a path': [`../../${marker}/../etc/passwd`, false],
  'a template': [`{{7*7}} \${${marker}} %s`, false],
  'right to left': [`\u202e${marker}`, false],
  'nothing at all': ['', false],
  'only spaces': ['   ', false],
};
const numbers: readonly (readonly [number: string, mustRefuse: boolean])[] = [
  ['1e308', true],
  ['2147483648', true],
  ['1.5', true],
  ['-2147483648', false],
  ['-1', false],
];
const badInstants = ['2027-02-30T00:00:00', '+275760-09-13T00:00:00.001Z', '0000-00-00', marker, ''];
const badDays = ['2027-02-30', '27-1-1', marker, ''];
const badMonths = ['2027-13', '2027', marker];

/** A value of this type that is as ordinary as can be. */
const ordinary = (type: GraphQLInputType, name: string): Json => {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [ordinary(nullable.ofType, name)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? '';
  if (isInputObjectType(nullable)) return ordinaryObject(nullable, {});
  switch (getNamedType(type).name) {
    case 'ID':
      return '01980000-0000-7000-8000-000000000001';
    case 'Int':
      return 40;
    case 'Float':
      return 1;
    case 'Boolean':
      return false;
    case 'Instant':
      return name === 'until' ? '2027-05-03T12:00:00Z' : '2027-05-03T08:00:00Z';
    case 'Day':
      return name === 'until' ? '2028-01-01' : '2027-01-01';
    case 'Month':
      return '2027-05';
    default:
      return ordinaryTexts[name] ?? 'Gewone tekst';
  }
};
const ordinaryTexts: Readonly<Record<string, string>> = {
  place: 'Rijswijk',
  email: 'iemand@example.nl',
  from: '09:00',
  until: '12:00',
  opensAt: '09:00',
  closesAt: '12:00',
  text: 'BEGIN:VCALENDAR',
  workerId: '01980000-0000-7000-8000-000000000002',
  source: 'S01',
  municipalityCodes: '0603',
  serviceArea: '0603',
};

/** The given fields, and ordinary values for all others, optional ones too. */
const ordinaryObject = (type: GraphQLInputObjectType, given: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.values(type.getFields()).map((field) => {
      const value = given[field.name];
      const inner = getNullableType(field.type);
      if (value === undefined) return [field.name, ordinary(field.type, field.name)];
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [field.name, isInputObjectType(inner) && isObject ? ordinaryObject(inner, value as JsonObject) : value];
    }),
  );

/** A place in a JSON text where something else is put. Raw, because not all of it is a value that JavaScript can hold. */
const holeValue = '\u0001hole\u0001';

type Change = { readonly what: string; readonly raw: string; readonly mustRefuse: boolean };
const raw = (value: Json): string => JSON.stringify(value);

const changesOf = (type: GraphQLInputType): Change[] => {
  const nullable = getNullableType(type);
  const changes: Change[] = [];
  const add = (what: string, text: string, mustRefuse: boolean) => changes.push({ what, raw: text, mustRefuse });
  if (isNonNullType(type)) add('null', 'null', true);
  if (isListType(nullable)) {
    add('an object for a list', '{"a":1}', true);
    add('a list in a list', raw([[[[]]]]), true);
    add('a list with null', '[null]', isNonNullType(nullable.ofType));
    const item = raw(ordinary(nullable.ofType, ''));
    const count = Math.min(5000, Math.floor(80_000 / (item.length + 1)));
    add('a list without end', `[${Array(count).fill(item).join(',')}]`, true);
    return changes;
  }
  if (isInputObjectType(nullable)) {
    add('text for an object', raw(marker), true);
    add('a list for an object', '[[]]', true);
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', marker]) {
      add(`an unknown field ${key === marker ? '' : key}`, `{"${key}":{"polluted":true}}`, true);
    }
    add('nested without end', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`, true);
    return changes;
  }
  if (isEnumType(nullable)) {
    for (const it of ['7', raw(marker), raw('__proto__'), raw('constructor'), '{}', '[]'])
      add(`${it.slice(0, 12)} for a choice`, it, true);
    return changes;
  }
  add('an object', '{"__proto__":{"polluted":true}}', true);
  add('a list', '[[1]]', true);
  switch (getNamedType(type).name) {
    case 'Int':
    case 'Float':
      add('text for a number', raw(marker), true);
      for (const [number, mustRefuse] of numbers) add(number, number, mustRefuse && getNamedType(type).name === 'Int');
      break;
    case 'Boolean':
      add('text for yes or no', raw(marker), true);
      add('a number for yes or no', '1', true);
      break;
    case 'Instant':
      for (const it of badInstants) add('no such moment', raw(it), true);
      break;
    case 'Day':
      for (const it of badDays) add('no such day', raw(it), true);
      break;
    case 'Month':
      for (const it of badMonths) add('no such month', raw(it), true);
      break;
    case 'ID':
      for (const [what, [text]] of Object.entries(texts)) add(what, raw(text), text.trim() !== '');
      add('the id of something else', raw(btoa('Nothing:01980000-0000-7000-8000-000000000001')), true);
      break;
    default:
      add('a number for text', '42', true);
      for (const [what, [text, mustRefuse]] of Object.entries(texts)) add(what, raw(text), mustRefuse);
  }
  return changes;
};

/** Every field of an input, how deep it may be, with the input around it as text that has a hole in its place. */
function* fieldsOf(
  type: GraphQLInputObjectType,
  value: JsonObject,
  path: string,
  around: (inner: Json) => Json,
): Generator<{ path: string; type: GraphQLInputType; template: string; without: string }> {
  for (const field of Object.values(type.getFields())) {
    const put = (inner: Json): Json => around({ ...value, [field.name]: inner });
    const { [field.name]: current, ...others } = value;
    const at = `${path}/${field.name}`;
    yield { path: at, type: field.type, template: raw(put(holeValue)), without: raw(around(others)) };
    const inner = getNullableType(field.type);
    const item = isListType(inner) ? getNullableType(inner.ofType) : inner;
    const held = isListType(inner) && Array.isArray(current) ? current[0] : current;
    if (isInputObjectType(item) && typeof held === 'object' && held !== null && !Array.isArray(held)) {
      yield* fieldsOf(item, held as JsonObject, at, (it) => put(isListType(inner) ? [it] : it));
    }
  }
}

/** Where an input has a beginning and an end: the same one with the two changed round. */
const turnedRound = (value: JsonObject): JsonObject | undefined => {
  if ('from' in value && 'until' in value) return { ...value, from: value.until ?? null, until: value.from ?? null };
  for (const [key, inner] of Object.entries(value)) {
    const item = Array.isArray(inner) ? inner[0] : inner;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    const turned = turnedRound(item as JsonObject);
    if (turned) return { ...value, [key]: Array.isArray(inner) ? [turned] : turned };
  }
  return undefined;
};

/**
 * Missing, null, wrong-typed, oversized, hostile and contradictory input for every mutation. `inputs` may hold an
 * input by mutation that would be accepted, so that only one thing is wrong at a time; what it leaves out is filled in.
 */
export function* hostileCases(
  schema: GraphQLSchema,
  inputs: Readonly<Record<string, object>> = {},
): Generator<HostileCase> {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const mutation = field.name;
    const type = getNullableType(field.args.find((it) => it.name === 'input')?.type);
    if (!isInputObjectType(type)) throw new Error(`${mutation} has no input.`);
    const query = `mutation ($input: ${type.name}!) { ${mutation}(input: $input) { __typename ... on Rejected { code nl: message en: message(language: en) } } }`;
    const make = (what: string, input: string, mustRefuse: boolean): HostileCase => ({
      mutation,
      what,
      mustRefuse,
      body: `{"query":${raw(query)},"variables":{"input":${input}}}`,
    });
    const base = ordinaryObject(type, (inputs[mutation] ?? {}) as JsonObject);
    const hole = raw(holeValue);
    for (const change of changesOf(field.args[0]?.type ?? type)) {
      yield make(`input: ${change.what}`, change.raw, change.mustRefuse);
    }
    yield { ...make('input: missing', '', true), body: `{"query":${raw(query)},"variables":{}}` };
    for (const it of fieldsOf(type, base, 'input', (inner) => inner)) {
      if (isNonNullType(it.type)) yield make(`${it.path}: missing`, it.without, true);
      for (const { what, raw: text, mustRefuse } of changesOf(it.type)) {
        yield make(
          `${it.path}: ${what}`,
          it.template.replace(hole, () => text),
          mustRefuse,
        );
      }
    }
    const turned = turnedRound(base);
    if (turned) yield make('input: ends before it begins', raw(turned), true);
  }
}

/** What is wrong with an answer to a hostile case; undefined when it is as it should be. */
export const wrongWith = (it: HostileCase, status: number, text: string): string | undefined => {
  if (status >= 500) return `answered ${status}`;
  if (text.includes(marker)) return 'repeats what was sent';
  const answer = JSON.parse(text) as {
    data?: Record<string, { __typename: string; nl?: string; en?: string } | null> | null;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  const codes = answer.errors?.map((error) => error.extensions?.code) ?? [];
  const strange = codes.find(
    (code) => code !== 'BAD_USER_INPUT' && code !== 'BAD_REQUEST' && code !== 'LIMIT_EXCEEDED',
  );
  if (codes.length > 0) return codes.includes(undefined) || strange ? `answers with ${strange}` : undefined;
  const result = answer.data?.[it.mutation];
  if (!result) return 'answers with nothing';
  if (result.__typename === 'Rejected') return result.nl && result.en ? undefined : 'says no without a word';
  return it.mustRefuse ? 'is accepted' : undefined;
};
