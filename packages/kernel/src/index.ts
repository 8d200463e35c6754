export * from './calls.ts';
export * from './decider.ts';
export * from './errors.ts';
export * from './event.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './personal.ts';
export * from './time.ts';
