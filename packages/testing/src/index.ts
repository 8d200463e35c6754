export { asOverTheWire } from './as-over-the-wire.ts';
export * from './decider-spec.ts';
export * from './write-once.ts';
