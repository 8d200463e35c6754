export * from './inbox.ts';
export * from './turns.ts';
