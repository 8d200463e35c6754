import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** One SQL statement with its parameters; running it twice must give what running it once gives. */
export type Statement = readonly [sql: string, ...parameters: SQLInputValue[]];

/** Pure: an event in, repeatable statements out. A new shape takes a new name, and is rebuilt beside the old. */
export type Projection<E> = {
  readonly name: string;
  /** The `CREATE TABLE` and `CREATE INDEX` statements of what it fills. */
  readonly tables: string;
  project(event: E): Statement | readonly Statement[] | undefined;
};

export type ReadDatabase = {
  first(sql: string, ...parameters: SQLInputValue[]): Record<string, SQLOutputValue> | undefined;
  all(sql: string, ...parameters: SQLInputValue[]): Record<string, SQLOutputValue>[];
};
