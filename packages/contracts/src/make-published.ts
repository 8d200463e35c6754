// `npm run contracts`: writes the schemas, the catalogue, AsyncAPI and the page of problems. A schema that was published
// before is only replaced when the change is safe; otherwise the event needs a new version.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { breakingChanges } from './compatibility.ts';
import { problemPage } from './problem-page.ts';
import { asyncApi, eventCatalogue, eventTypes, publishedSchema } from './published.ts';

const schemas = new URL('../schemas/', import.meta.url);
const docs = new URL('../../../docs/', import.meta.url);
const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

mkdirSync(schemas, { recursive: true });
mkdirSync(docs, { recursive: true });
const breaches = eventTypes.flatMap((type) => {
  const file = new URL(`${type}.json`, schemas);
  if (!existsSync(file)) return [];
  return breakingChanges(JSON.parse(readFileSync(file, 'utf8')), publishedSchema(type)).map(
    (breach) => `${type} ${breach}`,
  );
});
if (breaches.length > 0) {
  console.error(`These changes break a published event; give it a new version instead:\n${breaches.join('\n')}`);
  process.exitCode = 1;
} else {
  for (const type of eventTypes) writeFileSync(new URL(`${type}.json`, schemas), json(publishedSchema(type)));
  writeFileSync(new URL('events.md', docs), eventCatalogue());
  writeFileSync(new URL('asyncapi.json', docs), json(asyncApi()));
  writeFileSync(new URL('problems.md', docs), problemPage());
  console.log(
    `${eventTypes.length} event schemas, docs/events.md, docs/asyncapi.json and docs/problems.md are written.`,
  );
}
