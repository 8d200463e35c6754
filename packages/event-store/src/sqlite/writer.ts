// The one thread that writes the log. It takes everything that waits, decides each append, commits once, and only then
// answers. It knows nothing of the domain and loads nothing but node:sqlite, so that it starts in an instant.
import type { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { checkCommit } from './check-commit.ts';
import { LogRefused, openLogFile } from './log-file.ts';
import {
  type AppendWork,
  deleted,
  type FromWriter,
  failed,
  type RetentionWork,
  repeated,
  type TombstoneWork,
  type Turn,
  type WriterData,
  written,
  wrongRevision,
} from './protocol.ts';

type Stream = { id: number; category: number; last: number; tombstoned: boolean; hasMetadata: boolean };

/** `any` finds a repeat among this many latest events of its stream; the server's own memory is bounded as well. */
const recentEvents = 1000;
const cachedStreams = 100_000;

const createWriter = (db: DatabaseSync) => {
  const findStream = db.prepare(
    `SELECT id, category, tombstoned, has_metadata, (SELECT max(revision) FROM events WHERE stream = streams.id) AS last
     FROM streams WHERE name = ?`,
  );
  const addStream = db.prepare('INSERT INTO streams (id, name, category) VALUES (?, ?, ?)');
  const addCategory = db.prepare('INSERT INTO categories (id, name) VALUES (?, ?)');
  const addEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const eventsFrom = db.prepare(
    'SELECT revision, id, position FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?',
  );
  const retain = db.prepare('UPDATE streams SET has_metadata = 1, max_age_seconds = ?, max_count = ? WHERE id = ?');
  const end = db.prepare('UPDATE streams SET tombstoned = 1 WHERE id = ?');

  const streams = new Map<string, Stream>();
  const categories = new Map<string, number>();
  let head = 0;
  let lastStreamId = 0;
  let writing = false;

  const begin = () => {
    if (writing) return;
    db.exec('BEGIN IMMEDIATE');
    writing = true;
  };

  /** What is remembered of the file; read again after a failed commit. */
  const reload = () => {
    streams.clear();
    categories.clear();
    for (const { id, name } of db.prepare('SELECT id, name FROM categories').all())
      categories.set(String(name), Number(id));
    const row = db
      .prepare('SELECT (SELECT max(position) FROM events) AS head, (SELECT max(id) FROM streams) AS stream')
      .get();
    head = Number(row?.head ?? 0);
    lastStreamId = Number(row?.stream ?? 0);
  };

  const streamNamed = (name: string): Stream | undefined => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const row = findStream.get(name);
    return (
      row &&
      rememberStream(name, {
        id: Number(row.id),
        category: Number(row.category),
        last: Number(row.last ?? -1),
        tombstoned: row.tombstoned === 1,
        hasMetadata: row.has_metadata === 1,
      })
    );
  };

  const rememberStream = (name: string, stream: Stream): Stream => {
    if (streams.size >= cachedStreams) streams.clear();
    streams.set(name, stream);
    return stream;
  };

  const makeStream = (name: string): Stream => {
    const categoryName = name.slice(0, name.indexOf('-'));
    let category = categories.get(categoryName);
    if (category === undefined) {
      category = categories.size + 1;
      addCategory.run(category, categoryName);
      categories.set(categoryName, category);
    }
    lastStreamId += 1;
    addStream.run(lastStreamId, name, category);
    return rememberStream(name, { id: lastStreamId, category, last: -1, tombstoned: false, hasMetadata: false });
  };

  const append = ([, name, expected, texts]: AppendWork, atMs: number, answers: number[]): void => {
    const known = streamNamed(name);
    const ids = Array.from({ length: texts.length / 4 }, (_, index) => texts[index * 4] ?? '');
    const from = (revision: number, count: number) => (known ? eventsFrom.all(known.id, revision, count) : []);
    const check = checkCommit(
      known ?? { last: -1, tombstoned: false, hasMetadata: false },
      expected,
      ids,
      (revision, count) => from(revision, count).map((row) => String(row.id)),
      () =>
        new Map(
          from(Math.max(0, (known?.last ?? 0) - recentEvents + 1), recentEvents).map((row) => [
            String(row.id),
            Number(row.revision),
          ]),
        ),
    );
    switch (check.is) {
      case 'deleted':
        answers.push(deleted, known?.last ?? -1, 0);
        return;
      case 'wrong-revision':
        answers.push(wrongRevision, known?.last ?? -1, 0);
        return;
      case 'repeated':
        answers.push(repeated, check.lastRevision, Number(from(check.lastRevision, 1)[0]?.position ?? 0));
        return;
      case 'append': {
        begin();
        const stream = known ?? makeStream(name);
        for (let at = 0; at < texts.length; at += 4) {
          head += 1;
          stream.last += 1;
          addEvent.run(
            head,
            stream.id,
            stream.last,
            stream.category,
            atMs,
            texts[at] ?? '',
            texts[at + 1] ?? '',
            texts[at + 2] ?? '',
            texts[at + 3] ?? '',
          );
        }
        answers.push(written, stream.last, head);
      }
    }
  };

  const setRetention = ([, name, maxAgeSeconds, maxCount]: RetentionWork, answers: number[]): void => {
    const known = streamNamed(name);
    if (known?.tombstoned) return void answers.push(deleted, known.last, 0);
    begin();
    const stream = known ?? makeStream(name);
    stream.hasMetadata = true;
    retain.run(maxAgeSeconds, maxCount, stream.id);
    answers.push(repeated, stream.last, head);
  };

  const tombstone = ([, name]: TombstoneWork, answers: number[]): void => {
    begin();
    const stream = streamNamed(name) ?? makeStream(name);
    stream.tombstoned = true;
    end.run(stream.id);
    answers.push(repeated, stream.last, head);
  };

  reload();
  return {
    head: () => head,
    /** Does all of it in one commit. A failure of the disk undoes all of it; a refusal touches only its own work. */
    commit(turns: readonly Turn[]): Extract<FromWriter, { answers: unknown }> {
      const answers: number[] = [];
      try {
        for (const { atMs, work } of turns) {
          for (const item of work) {
            if (item[0] === 'append') append(item, atMs, answers);
            else if (item[0] === 'retention') setRetention(item, answers);
            else if (item[0] === 'tombstone') tombstone(item, answers);
          }
        }
        if (writing) db.exec('COMMIT');
        writing = false;
        return { answers };
      } catch (error) {
        undo();
        const count = turns.flatMap(({ work }) => work).filter(([kind]) => kind !== 'close').length;
        return {
          answers: Array.from({ length: count }, () => [failed, 0, 0]).flat(),
          failure: error instanceof Error ? error.message : String(error),
        };
      }
    },
  };

  function undo() {
    writing = false;
    try {
      if (db.isTransaction) db.exec('ROLLBACK');
      reload();
    } catch {
      // The file cannot even be read now. What is remembered is dropped, and the next commit fails as this one did.
      streams.clear();
    }
  }
};

const run = (port: MessagePort, { file, durable, newEpoch }: WriterData): void => {
  const say = (message: FromWriter) => port.postMessage(message);
  let db: DatabaseSync;
  try {
    db = openLogFile(file, { durable, newEpoch });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say({ refused: error instanceof LogRefused ? message : `${file} cannot be opened: ${message}.` });
    port.close();
    return;
  }
  const writer = createWriter(db);
  const epoch = String(db.prepare('SELECT epoch FROM log').get()?.epoch);
  port.on('message', (first: Turn) => {
    const turns = [first];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      turns.push(next.message as Turn);
    }
    say(writer.commit(turns));
    if (turns.at(-1)?.work.at(-1)?.[0] !== 'close') return;
    db.close();
    say({ closed: true });
    port.close();
  });
  say({ opened: { epoch, head: writer.head() } });
};

if (parentPort !== null) run(parentPort, workerData as WriterData);
