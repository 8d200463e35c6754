export { type Child, ChildStartError } from './child.ts';
export { type ProcessKind, type ServiceName, serviceNames } from './layout.ts';
export { createLogRenderer } from './render-log.ts';
export { type Distributed, type DistributedOptions, type DistributedProcess, startDistributed } from './start.ts';
export { tableLines } from './table.ts';
