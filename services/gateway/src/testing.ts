export { printedSchema, schema } from './schema/schema.ts';
export { type HostileCase, hostileCases, marker, wrongWith } from './testing/hostile-input.ts';
