export * from './clock/follow-clock.ts';
export { openStore } from './open-adapters.ts';
export { reach } from './reach.ts';
export * from './run-process.ts';
export * from './run-service.ts';
export type { ServiceRuntime } from './service-runtime.ts';
export * from './settings.ts';
export * from './starting/index.ts';
export { requireToken } from './token.ts';
