export * from './bus.ts';
export type { Checkpoint } from './checkpoint.ts';
export type { KafkaAccess, KafkaTimings } from './client.ts';
export type { Unreadable } from './reader.ts';
export * from './relay.ts';
export * from './topics.ts';
