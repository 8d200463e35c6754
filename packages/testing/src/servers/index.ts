export * from './kafka.ts';
export * from './kafka-jars.ts';
export * from './missing.ts';
export * from './postgres.ts';
