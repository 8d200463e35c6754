import { z } from 'zod';
import type { JsonSchema } from './compatibility.ts';
import { FormId } from './forms.ts';
import { type IntegrationEventType, integrationEvents } from './integration-events.ts';

/** The event types in the order in which they stand in the catalogue. */
export const eventTypes = Object.keys(integrationEvents) as IntegrationEventType[];

/** The closed JSON Schema (2020-12) that a producer promises for one event type and version. */
export const publishedSchema = (type: IntegrationEventType): JsonSchema => ({
  $id: `https://adempauze.example/schemas/${type}.json`,
  title: type,
  ...JSON.parse(
    JSON.stringify(
      z.toJSONSchema(integrationEvents[type], {
        io: 'output',
        unrepresentable: 'any',
        override({ zodSchema, jsonSchema }) {
          // Forms are added as data: whoever reads an event must expect ones that it does not know yet.
          if (zodSchema !== FormId) return;
          delete jsonSchema.enum;
          jsonSchema.pattern = '^F[0-9]{2}$';
        },
      }),
    ),
  ),
});

/** Which stream of facts an event belongs to; one Kafka topic each, all versions together. */
export const topicOf = (type: IntegrationEventType): string => {
  const service = type.slice(0, type.indexOf('.'));
  return `adempauze.${service}.events`;
};

/** AsyncAPI 3.0 for everything that the services tell each other. */
export const asyncApi = (): JsonSchema => {
  const topics = [...new Set(eventTypes.map(topicOf))];
  const messageName = (type: string) => type.replaceAll('.', '-');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Adempauze integration events',
      version: '1.0.0',
      description: 'CloudEvents 1.0, keyed by the aggregate they speak of, free of personal data.',
      license: { name: 'EUPL-1.2' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      topics.map((topic) => [
        topic,
        {
          address: topic,
          messages: Object.fromEntries(
            eventTypes
              .filter((type) => topicOf(type) === topic)
              .map((type) => [messageName(type), { $ref: `#/components/messages/${messageName(type)}` }]),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      topics.map((topic) => [
        `publish-${topic.replaceAll('.', '-')}`,
        { action: 'send', channel: { $ref: `#/channels/${topic}` } },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        eventTypes.map((type) => [
          messageName(type),
          { name: type, title: type, contentType: 'application/json', payload: publishedSchema(type) },
        ]),
      ),
    },
  };
};

const shape = (schema: JsonSchema): string => {
  const properties = schema.properties;
  if (typeof properties !== 'object' || properties === null) return '';
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.keys(properties)
    .map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}\` (optional)`))
    .join(', ');
};

/** `docs/events.md`: the catalogue of integration events, made from the schemas. */
export const eventCatalogue = (): string =>
  [
    '# Integration events',
    '',
    'What services tell each other. Made by `npm run contracts` from `packages/contracts/src/integration-events.ts`; a test',
    'compares this page, `docs/asyncapi.json` and `packages/contracts/schemas/` with the code, and refuses a change that',
    'breaks a published shape. Every event is a CloudEvent 1.0, keyed by the aggregate it speaks of, free of personal data.',
    '',
    '| event | fields |',
    '| --- | --- |',
    ...eventTypes.map((type) => `| \`${type}\` | ${shape(publishedSchema(type))} |`),
    '',
  ].join('\n');
