import type { RecordedEvent, SourceEvent } from '@adempauze/event-store';
import { derivedId, personalFieldsOf } from '@adempauze/kernel';
import { PublicationRefusedError } from './errors.ts';
import type { Draft, EventSchemas, IntegrationEvent, Publication } from './port.ts';
import { draftsPerEventLimit, integrationTypePattern, sequenceOf } from './port.ts';
import { faultOf, sealedPathOf } from './schemas.ts';

/**
 * One public event, or why it cannot be public; a consumer that does not ask for its type need not halt on it. It is made
 * and checked when somebody first asks: in one process most of what is published has nobody who hears it.
 */
export type Mapped = { readonly type: string; readonly result: IntegrationEvent | PublicationRefusedError };

export type Mapper = {
  /** All that a domain event becomes, in order. @throws whatever the publication throws. */
  map(event: RecordedEvent): readonly Mapped[];
  /** The categories whose events can become one of these types. @throws RangeError for a type without schema or publication. */
  categoriesFor(types: readonly string[]): string[];
};

/** How many mapped events are remembered, so that consumers at about the same place map each event once. */
const rememberedEvents = 4096;

/**
 * Turns domain events into integration events by the publications given; relay and in-process bus share it.
 * @throws RangeError when publications overlap, or a schema marks a personal field: those never leave their service.
 */
export const createMapper = (publications: readonly Publication[], schemas: EventSchemas): Mapper => {
  const byCategory = new Map<string, Publication>();
  for (const publication of publications) {
    for (const category of publication.categories) {
      if (byCategory.has(category)) throw new RangeError(`Category ${category} is published twice.`);
      byCategory.set(category, publication);
    }
  }
  for (const [type, schema] of Object.entries(schemas)) {
    if (!integrationTypePattern.test(type)) throw new RangeError(`${type} is no name of an integration event.`);
    const [personal] = personalFieldsOf(schema);
    if (personal) throw new RangeError(`${type} would publish the personal field ${personal.path.join('.')}.`);
  }

  const remembered = new Map<string, readonly Mapped[]>();

  const mapAnew = (event: RecordedEvent): readonly Mapped[] => {
    const category = event.stream.slice(0, event.stream.indexOf('-'));
    const publication = byCategory.get(category);
    const drafts = draftsOf(publication?.publish(publication.codecs?.[category]?.upcast(event) ?? event));
    if (drafts.length > draftsPerEventLimit) throw new PublicationRefusedError(event.id, 'it became too many events');
    return drafts.map((draft, index) => {
      let made: Mapped['result'] | undefined;
      const make = (): Mapped['result'] => {
        const fault = publication && faultOfDraft(publication, schemas, draft);
        return fault === undefined ? published(event, draft, index) : new PublicationRefusedError(event.id, fault);
      };
      return {
        type: draft.type,
        get result() {
          made ??= make();
          return made;
        },
      };
    });
  };

  return {
    map(event) {
      const known = remembered.get(event.position);
      if (known) return known;
      const mapped = mapAnew(event);
      remembered.set(event.position, mapped);
      // Many at a time: a map finds its oldest key by passing over those that were deleted before it.
      if (remembered.size >= rememberedEvents)
        for (const oldest of remembered.keys().take(rememberedEvents / 2)) remembered.delete(oldest);
      return mapped;
    },
    categoriesFor(types) {
      if (types.length === 0) throw new RangeError('A source needs at least one type.');
      const services = new Set(
        types.map((type) => {
          if (!(type in schemas)) throw new RangeError(`Nobody knows the shape of ${type}.`);
          return integrationTypePattern.exec(type)?.[1];
        }),
      );
      const matching = publications.filter(({ service }) => services.has(service));
      for (const service of services) {
        if (!matching.some((it) => it.service === service)) throw new RangeError(`Nobody publishes for ${service}.`);
      }
      return matching.flatMap(({ categories }) => categories);
    },
  };
};

const draftsOf = (said: Draft | readonly Draft[] | undefined): readonly Draft[] =>
  said === undefined ? [] : 'type' in said ? [said] : said;

const faultOfDraft = ({ service }: Publication, schemas: EventSchemas, { type, subject, data }: Draft) => {
  if (integrationTypePattern.exec(type)?.[1] !== service) return `${type} is no type of ${service}`;
  const schema = schemas[type];
  if (!schema) return `${type} has no schema`;
  if (subject === '' || subject.length > 200) return `${type} has no subject`;
  const sealed = sealedPathOf(data);
  if (sealed !== undefined) return `${type} carries personal data in ${sealed}`;
  const fault = faultOf(schema, data);
  return fault === undefined ? undefined : `${type}: ${fault}`;
};

const published = (source: SourceEvent, { type, subject, data }: Draft, index: number): IntegrationEvent => ({
  id: derivedId(source.id, index),
  type,
  stream: subject,
  revision: source.revision,
  position: sequenceOf(source.position, index),
  data,
  metadata: {
    v: Number(integrationTypePattern.exec(type)?.[2]),
    ...(source.metadata.$correlationId === undefined ? {} : { $correlationId: source.metadata.$correlationId }),
    $causationId: source.id,
    at: source.metadata.at,
  },
});
