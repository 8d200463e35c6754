import { DatabaseSync } from 'node:sqlite';
import type { JsonObject, Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import { projections } from './read-models.ts';

/** Events as they are in a log: their types, and what they say. */
export type History = readonly (readonly [type: string, data: object])[];

/** The tables after a history in which every event comes `times` times. */
export const tablesOf = (history: History, times = 1): ReadDatabase & { dump: () => unknown } => {
  const database = new DatabaseSync(':memory:');
  for (const { tables } of projections) database.exec(tables);
  const run = (statements: ReturnType<Projection<SourceEvent>['project']>): void => {
    if (statements === undefined) return;
    if (isStatement(statements)) {
      const [sql, ...parameters] = statements;
      database.prepare(sql).run(...parameters);
    } else for (const statement of statements) run(statement);
  };
  for (const [index, [type, data]] of history.entries()) {
    const event: SourceEvent = {
      ...{
        id: derivedId('event', index),
        type,
        data: data as JsonObject,
        metadata: { v: 1, at: '2027-05-03T10:00:00.000Z' },
      },
      ...{ stream: `any-${index}`, revision: 0, position: String(index).padStart(16, '0') },
    };
    for (let time = 0; time < times; time += 1) for (const { project } of projections) run(project(event));
  }
  const all: ReadDatabase['all'] = (sql, ...parameters) => database.prepare(sql).all(...parameters);
  const first: ReadDatabase['first'] = (sql, ...parameters) => database.prepare(sql).get(...parameters);
  const names = all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map(({ name }) =>
    String(name),
  );
  return { all, first, dump: () => names.map((name) => [name, all(`SELECT * FROM ${name}`)]) };
};
const isStatement = (it: Statement | readonly Statement[]): it is Statement => typeof it[0] === 'string';
