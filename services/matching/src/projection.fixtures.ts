import { DatabaseSync } from 'node:sqlite';
import type { JsonObject, Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';

/** Tables of a projection, filled by applying each event twice in a row: the second time must change nothing. */
export const projected = (
  projection: Projection<SourceEvent>,
  events: readonly SourceEvent[],
  also: readonly Projection<SourceEvent>[] = [],
) => {
  const database = new DatabaseSync(':memory:');
  for (const { tables } of [projection, ...also]) database.exec(tables);
  const run = (statements: Statement | readonly Statement[] | undefined): void => {
    if (statements === undefined) return;
    if (isStatement(statements)) {
      const [sql, ...parameters] = statements;
      database.prepare(sql).run(...parameters);
    } else for (const statement of statements) run(statement);
  };
  for (const event of events) for (let times = 0; times < 2; times += 1) run(projection.project(event));
  const db: ReadDatabase = {
    first: (sql, ...parameters) => database.prepare(sql).get(...parameters),
    all: (sql, ...parameters) => database.prepare(sql).all(...parameters),
  };
  return db;
};

const isStatement = (it: Statement | readonly Statement[]): it is Statement => typeof it[0] === 'string';

/** An event as a projection sees it, at a revision of its stream. */
export const recorded = (
  stream: string,
  revision: number,
  { type, data }: { type: string; data: object },
): SourceEvent => ({
  id: derivedId(stream, revision),
  type,
  stream,
  revision,
  position: String(revision).padStart(16, '0'),
  data: data as JsonObject,
  metadata: { v: 1, at: '2027-02-22T10:00:00.000Z' },
});
