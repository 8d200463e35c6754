import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Position } from './port.ts';
import type { Statement } from './projection.ts';

/*
 * The one transaction that a batch of events becomes: its rows, and how far its source has come. It runs on the thread that
 * reads the events, or on one of its own; both load nothing but this.
 */

/** `from`: where the source stands in the file, undefined for one that never moved. */
export type RowWork = {
  readonly source: string;
  readonly from: Position | undefined;
  readonly to: Position;
  readonly statements: readonly Statement[];
};

export type RowResult =
  | { readonly is: 'written' }
  /** Another process fills the same file and was first: the source stands here now. Nothing was written. */
  | { readonly is: 'moved'; readonly position: Position | undefined }
  /** This statement cannot be run. Nothing was written. */
  | { readonly is: 'refused'; readonly statement: number; readonly error: unknown };

export type RowWriter = (work: RowWork) => RowResult;

/**
 * Of each connection that writes. What was committed last may be lost with the power, never half of it: it then comes
 * from the log again. Another thread folds the WAL into the file long before it has that many pages (32 MB), which would
 * hold up a commit. The cache (16 MB, taken as it is needed) spares a read of the disk for each page of an index that a
 * row goes into.
 */
export const writingSettings = `PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
  PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16384;`;

/** @throws what SQLite throws when it cannot begin or commit; nothing was written then. */
export const createRowWriter = (prepare: (sql: string) => StatementSync): RowWriter => {
  const begin = prepare('BEGIN IMMEDIATE');
  const commit = prepare('COMMIT');
  const rollback = prepare('ROLLBACK');
  const movePosition = prepare('UPDATE _positions SET position = ? WHERE source = ? AND position IS ?');
  const readPosition = prepare('SELECT position FROM _positions WHERE source = ?');

  return ({ source, from, to, statements }) => {
    let run = 0;
    let isOurs = false;
    begin.run();
    try {
      isOurs = movePosition.run(to, source, from ?? null).changes === 1;
      if (isOurs) {
        for (const [sql, ...parameters] of statements) {
          prepare(sql).run(...parameters);
          run += 1;
        }
        commit.run();
        return { is: 'written' };
      }
    } catch (error) {
      rollback.run();
      if (isOurs && run < statements.length) return { is: 'refused', statement: run, error };
      throw error;
    }
    rollback.run();
    const position = readPosition.get(source)?.position;
    return { is: 'moved', position: typeof position === 'string' ? position : undefined };
  };
};

/** Statements that are kept prepared; texts that change beyond it are prepared anew. */
const keptStatements = 500;

export const createPrepare = (prepareAnew: (sql: string) => StatementSync): ((sql: string) => StatementSync) => {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= keptStatements) prepared.clear();
    const statement = prepareAnew(sql);
    prepared.set(sql, statement);
    return statement;
  };
};

/**
 * Work on its way to a thread: each text of a statement goes there once and is a number from then on. `cells` has for each
 * statement its number, how many parameters it has, and those.
 */
export type SentWork = Pick<RowWork, 'source' | 'from' | 'to'> & {
  /** Numbers begin anew. */
  readonly afresh: boolean;
  readonly texts: readonly string[];
  readonly cells: readonly SQLInputValue[];
};

export const createPacking = (): ((work: RowWork) => SentWork) => {
  const numbers = new Map<string, number>();
  return ({ source, from, to, statements }) => {
    const afresh = numbers.size >= keptStatements;
    if (afresh) numbers.clear();
    const texts: string[] = [];
    const cells: SQLInputValue[] = [];
    for (const statement of statements) {
      const [sql] = statement;
      let number = numbers.get(sql);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(sql, number);
        texts.push(sql);
      }
      cells.push(number, statement.length - 1);
      for (let at = 1; at < statement.length; at += 1) cells.push(statement[at] ?? null);
    }
    return { source, from, to, afresh, texts, cells };
  };
};

export const createUnpacking = (): ((sent: SentWork) => RowWork) => {
  let known: string[] = [];
  return ({ source, from, to, afresh, texts, cells }) => {
    if (afresh) known = [];
    known.push(...texts);
    const statements: Statement[] = [];
    for (let at = 0; at < cells.length; ) {
      const count = Number(cells[at + 1]);
      statements.push([known[Number(cells[at])] ?? '', ...cells.slice(at + 2, at + 2 + count)]);
      at += 2 + count;
    }
    return { source, from, to, statements };
  };
};
