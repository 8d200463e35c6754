import { writeFileSync } from 'node:fs';
import { printedSchema } from './schema/schema.ts';

/* `npm run schema`: writes the golden file anew. */
writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema());
