import { isRedacted, type PersonalField, personalFieldsOf, type Vault } from '@adempauze/kernel';
import { z } from 'zod';
import type { EventMetadata, JsonObject, NewEvent, RecordedEvent } from './port.ts';
import { isSealed, replaceAt, sealedPlace, valueAt, withPlaces } from './sealed.ts';

/** Turns the data of one version into the data of the next. Pure. Sealed values may be moved, not looked into. */
export type Upcaster = (data: JsonObject) => JsonObject;
/** By event type, then by the version that it lifts: `{ BookingRequested: { 1: (data) => ({ ...data, form: 'F01' }) } }`. */
export type Upcasters = { readonly [type: string]: { readonly [fromVersion: number]: Upcaster } };

export type DomainEvent = { readonly type: string; readonly data: object };

export type EventCodec<E extends DomainEvent> = {
  /** The types that this codec knows, with the version that is written now. */
  readonly versions: ReadonlyMap<string, number>;
  /**
   * Domain events as they are stored: checked against the schema, with their version, personal fields sealed.
   * `ids` has one id for each event.
   * @throws ZodError when an event does not fit its own schema, UnavailableError when keys cannot be had.
   */
  encode(
    stream: string,
    events: readonly E[],
    options: { readonly ids: readonly string[]; readonly metadata: Omit<EventMetadata, 'v'> },
  ): Promise<NewEvent[]>;
  /** Domain events again: lifted to the version of today, personal fields opened or `Redacted`. */
  decode(recorded: readonly RecordedEvent[]): Promise<E[]>;
  /** Lifted to the version of today; sealed fields stay sealed and carry their place. For projections. */
  upcast(recorded: RecordedEvent): RecordedEvent;
};

type Kind = {
  readonly version: number;
  readonly data: z.ZodType;
  readonly personal: readonly PersonalField[];
  readonly lifts: { readonly [fromVersion: number]: Upcaster };
};

/**
 * The way between domain events and the log, for a discriminated union of kernel `event(…)`s. What was stored in the
 * version of today is trusted as it is, since it was checked when it was written; what was lifted is checked again.
 * @throws Error at once when an older version has no upcaster.
 */
export const createEventCodec = <E extends DomainEvent>({
  schema,
  upcasters = {},
  vault,
}: {
  readonly schema: z.ZodType<E> & { readonly options: readonly z.core.$ZodType[] };
  readonly upcasters?: Upcasters;
  /** May be left out when no event has personal fields. */
  readonly vault?: Vault;
}): EventCodec<E> => {
  const kinds = kindsOf(schema.options, upcasters);
  const kindOf = (type: string): Kind => {
    const kind = kinds.get(type);
    if (kind === undefined) throw new Error(`No schema knows the event type ${type}.`);
    return kind;
  };
  const vaultFor = (type: string): Vault => {
    if (vault === undefined) throw new Error(`${type} has personal fields, so its codec needs a vault.`);
    return vault;
  };
  for (const [type, kind] of kinds) if (kind.personal.length > 0) vaultFor(type);

  const upcast = (recorded: RecordedEvent): RecordedEvent => {
    const kind = kindOf(recorded.type);
    if (recorded.metadata.v === kind.version && kind.personal.length === 0) return recorded;
    const data = lift(recorded, kind, withPlaces(recorded.data, recorded.stream, recorded.id));
    return { ...recorded, data, metadata: { ...recorded.metadata, v: kind.version } };
  };

  const seal = (stream: string, type: string, id: string, data: JsonObject, fields: readonly PersonalField[]) =>
    fields.reduce((sealed, { path, of }) => {
      const value = valueAt(data, path);
      if (!isPersonalValue(value)) return sealed;
      const personId = personIdAt(data, of, type);
      return replaceAt(sealed, path, vaultFor(type).seal(personId, sealedPlace(stream, id, path), value));
    }, data);

  return {
    versions: new Map([...kinds].map(([type, { version }]) => [type, version])),
    upcast,
    async encode(stream, events, { ids, metadata }) {
      const checked = events.map(({ type, data }) => {
        const kind = kindOf(type);
        return { type, kind, data: kind.data.parse(data) as JsonObject };
      });
      const persons = new Set<string>();
      for (const { type, kind, data } of checked) {
        for (const { path, of } of kind.personal) {
          if (isPersonalValue(valueAt(data, path))) persons.add(personIdAt(data, of, type));
        }
      }
      if (persons.size > 0) await vault?.prepare([...persons]);
      return checked.map(({ type, kind, data }, index) => {
        const id = ids[index];
        if (id === undefined) throw new Error('encode needs an id for each event.');
        const sealed = kind.personal.length === 0 ? data : seal(stream, type, id, data, kind.personal);
        return { id, type, data: sealed, metadata: { v: kind.version, ...metadata } };
      });
    },
    async decode(recorded) {
      const persons = new Set<string>();
      const lifted = recorded.map((event) => {
        const kind = kindOf(event.type);
        const { data } = upcast(event);
        for (const { path, of } of kind.personal) {
          if (isSealed(valueAt(data, path))) persons.add(personIdAt(data, of, event.type));
        }
        return { type: event.type, kind, data, asWritten: event.metadata.v === kind.version };
      });
      if (persons.size > 0) await vault?.load([...persons]);
      return lifted.map(({ type, kind, data, asWritten }) => {
        const opened = kind.personal.length === 0 ? data : openAt(data, kind.personal, vaultFor(type));
        return { type, data: asWritten ? opened : kind.data.parse(opened) } as E;
      });
    },
  };
};

/** Nothing, or what a forgotten person left, needs no key; asking for one would make it anew. */
const isPersonalValue = (value: unknown): boolean => value !== undefined && value !== null && !isRedacted(value);

const kindsOf = (options: readonly z.core.$ZodType[], upcasters: Upcasters): Map<string, Kind> => {
  const kinds = new Map<string, Kind>();
  for (const option of options) {
    if (!(option instanceof z.ZodObject)) throw new Error('A codec takes a union of kernel events.');
    const { type, data } = option.shape as { type: unknown; data: unknown };
    if (!(type instanceof z.ZodLiteral) || !(data instanceof z.ZodType)) {
      throw new Error('A codec takes a union of kernel events.');
    }
    const name = String(type.value);
    const version = Number(option.meta()?.version ?? 1);
    const lifts = upcasters[name] ?? {};
    for (let from = 1; from < version; from += 1) {
      if (lifts[from] === undefined)
        throw new Error(`${name} is at version ${version} and has no upcaster from ${from}.`);
    }
    kinds.set(name, { version, data, lifts, personal: personalFieldsOf(data) });
  }
  for (const name of Object.keys(upcasters)) {
    if (!kinds.has(name)) throw new Error(`There are upcasters for ${name}, which no schema knows.`);
  }
  return kinds;
};

const lift = ({ type, metadata: { v } }: RecordedEvent, { version, lifts }: Kind, stored: JsonObject): JsonObject => {
  if (v > version) throw new Error(`${type} was stored in version ${v}; this program knows it up to ${version}.`);
  let data = stored;
  for (let from = v; from < version; from += 1) {
    const next = lifts[from];
    if (next === undefined) throw new Error(`${type} has no upcaster from version ${from}.`);
    data = next(data);
  }
  return data;
};

const openAt = (data: JsonObject, fields: readonly PersonalField[], vault: Vault): JsonObject =>
  fields.reduce((opened, { path }) => {
    const value = valueAt(data, path);
    if (!isSealed(value)) return opened;
    const place = '$place' in value ? String(value.$place) : '';
    return replaceAt(opened, path, vault.open(place, { $sealed: value.$sealed }));
  }, data);

const personIdAt = (data: JsonObject, of: readonly string[], type: string): string => {
  const personId = valueAt(data, of);
  if (typeof personId === 'string' && personId !== '') return personId;
  throw new Error(`${type} has a personal field, but no person's id at ${of.join('.')}.`);
};
