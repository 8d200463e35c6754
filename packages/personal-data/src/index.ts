export * from './errors.ts';
export * from './key-store.ts';
export * from './master-key.ts';
export * from './sqlite-key-store.ts';
export * from './vault.ts';
export * from './wrap.ts';
