export * from './decider-spec.ts';
export * from './write-once.ts';
