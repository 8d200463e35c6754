export { matchingPublication } from './integration/publication.ts';
export { type MatchingDependencies, type MatchingRuntime, startMatching } from './service.ts';
