export * from './dependencies.ts';
export { createGateway } from './gateway.ts';
export { mergeLatest } from './merge-pages.ts';
export { Role } from './policy/roles.ts';
export { globalId, rawId } from './schema/ids.ts';
export { demonstrationIdentity } from './sign-in/embedded.ts';
export { accountIdOf, personOf } from './sign-in/verify.ts';
