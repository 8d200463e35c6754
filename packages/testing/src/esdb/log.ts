import { randomUUID } from 'node:crypto';
import { anyRevision, checkCommit, streamExists } from '@adempauze/event-store/append-rules';
import { footprint, type LogFile, openLogFile, type Proposed, type Stored, tombstoneRevision } from './log-file.ts';

export type Outcome =
  | { readonly is: 'done'; readonly revision: number; readonly position: number }
  | { readonly is: 'wrong-revision'; readonly current: number }
  | { readonly is: 'deleted' }
  | { readonly is: 'too-large'; readonly limit: number };

export type StreamView =
  | { readonly is: 'deleted' | 'not-found' }
  | { readonly is: 'visible'; readonly from: number; readonly last: number; readonly notBeforeMs: number };

/** What the server reads of a stream's metadata. */
type StreamMetadata = { readonly $tb?: number; readonly $maxCount?: number; readonly $maxAge?: number };
type Stream = { last: number; tombstoned: boolean; metadata: StreamMetadata };

export type EsdbLog = ReturnType<typeof createLog>;

/** `any` finds a repeat among so many latest events; the server's memory for it is bounded too. */
const recentEvents = 1000;
/** The end of the log that is kept in memory for subscriptions. */
const keptEvents = 4096;
/** Soft deletion is a truncation at 2^63-1, which is more than a number can say exactly. */
const softDeleted = ({ $tb }: StreamMetadata): boolean => ($tb ?? 0) >= 2 ** 53;
const softDeletion = '{"$tb":9223372036854775807}';

/** The log and the rules of the server. Everything that is submitted in one turn of the event loop is one commit. */
export const createLog = ({
  file,
  nowMs,
  maxAppendBytes,
}: {
  file: string | undefined;
  nowMs: () => number;
  maxAppendBytes: number;
}) => {
  const db: LogFile = openLogFile(file);
  const streams = new Map<string, Stream>();
  const listeners = new Set<() => void>();
  let { last: head, next } = db.head();
  let tail: Stored[] = [];
  let unsubmitted: { work: () => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  let closed = false;

  const streamOf = (name: string): Stream => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const read: Stream = { last: db.last(name), tombstoned: db.isTombstoned(name), metadata: {} };
    streams.set(name, read);
    if (!name.startsWith('$$')) read.metadata = metadataIn(idsFrom(`$$${name}`, streamOf(`$$${name}`).last, 1)[0]);
    return read;
  };

  const idsFrom = (name: string, first: number, count: number): Stored[] =>
    first < 0 ? [] : db.inStream(name, { first, last: tombstoneRevision - 1, count });

  const put = (name: string, proposed: Proposed, revision: number): Stored => {
    const stored = { ...proposed, stream: name, revision, position: next, createdMs: nowMs() };
    db.addStream(name);
    db.add(stored);
    tail.push(stored);
    head = next;
    next += footprint(proposed.data.length + proposed.metadata.length);
    return stored;
  };

  const write = (name: string, events: readonly Proposed[]): Outcome => {
    const stream = streamOf(name);
    const revives = softDeleted(stream.metadata);
    const first = stream.last + 1;
    for (const event of events) {
      stream.last += 1;
      put(name, event, stream.last);
    }
    const done: Outcome = { is: 'done', revision: stream.last, position: head };
    const written = events.at(-1);
    if (name.startsWith('$$') && written !== undefined) streamOf(name.slice(2)).metadata = metadataIn(written);
    if (revives) setMetadata(name, JSON.stringify({ ...stream.metadata, $tb: first }));
    return done;
  };

  const setMetadata = (name: string, json: string) =>
    write(`$$${name}`, [
      { id: randomUUID(), type: '$metadata', isJson: true, data: Buffer.from(json), metadata: new Uint8Array() },
    ]);

  const append = (name: string, expected: number, events: readonly Proposed[]): Outcome => {
    const stream = streamOf(name);
    const isSoftDeleted = softDeleted(stream.metadata);
    const bytes = events.reduce((sum, it) => sum + it.data.length + it.metadata.length + 2 * it.type.length, 0);
    if (bytes > maxAppendBytes) return { is: 'too-large', limit: maxAppendBytes };
    if (expected === streamExists && isSoftDeleted) return { is: 'deleted' };
    const ids = events.map(({ id }) => id);
    const check = checkCommit(
      { ...stream, hasMetadata: streamOf(`$$${name}`).last >= 0 },
      expected,
      ids,
      (revision, count) => idsFrom(name, revision, count).map(({ id }) => id),
      () =>
        new Map(
          idsFrom(name, Math.max(0, stream.last - recentEvents + 1), recentEvents).map((it) => [it.id, it.revision]),
        ),
    );
    switch (check.is) {
      case 'deleted':
        return check;
      case 'append':
        return write(name, events);
      case 'repeated': {
        const [repeated] = idsFrom(name, check.lastRevision, 1);
        return { is: 'done', revision: check.lastRevision, position: repeated?.position ?? 0 };
      }
      case 'wrong-revision': {
        const revives = isSoftDeleted && expected === -1 && idsFrom(name, 0, 1)[0]?.id !== ids[0];
        return revives ? write(name, events) : { is: 'wrong-revision', current: stream.last };
      }
    }
  };

  const remove = (name: string, expected: number, kind: 'soft' | 'hard'): Outcome => {
    const stream = streamOf(name);
    if (stream.tombstoned) return { is: 'deleted' };
    const missing = stream.last === -1 && streamOf(`$$${name}`).last === -1;
    const wrong = expected >= -1 ? expected !== stream.last : expected !== anyRevision && missing;
    if (wrong || (kind === 'soft' && missing)) return { is: 'wrong-revision', current: stream.last };
    if (kind === 'soft') {
      setMetadata(name, softDeletion);
      return { is: 'done', revision: stream.last, position: head };
    }
    stream.tombstoned = true;
    const nothing = new Uint8Array();
    const mark = { id: randomUUID(), type: '$streamDeleted', isJson: false, data: nothing, metadata: nothing };
    return { is: 'done', revision: tombstoneRevision, position: put(name, mark, tombstoneRevision).position };
  };

  const commit = () => {
    const batch = unsubmitted;
    unsubmitted = [];
    if (closed) return;
    try {
      db.begin();
      const answers = batch.map(({ work }) => work());
      db.commit();
      batch.forEach(({ resolve }, index) => {
        resolve(answers[index]);
      });
    } catch (error) {
      db.rollback();
      streams.clear();
      tail = [];
      ({ last: head, next } = db.head());
      for (const { reject } of batch) reject(error);
    }
    if (tail.length > 2 * keptEvents) tail = tail.slice(-keptEvents);
    for (const listener of listeners) listener();
  };

  /** Runs the work with all else of this turn in one commit, and answers after it. Never answers once closed. */
  const submit = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      unsubmitted.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (unsubmitted.length === 1) setImmediate(commit);
    });

  return {
    append: (name: string, expected: number, events: readonly Proposed[]) =>
      submit(() => append(name, expected, events)),
    remove: (name: string, expected: number, kind: 'soft' | 'hard') => submit(() => remove(name, expected, kind)),
    last: (name: string): number => streamOf(name).last,
    head: (): number => head,
    /** What retention, truncation and deletion leave of a stream. */
    view(name: string): StreamView {
      const { last, tombstoned, metadata } = streamOf(name);
      if (tombstoned) return { is: 'deleted' };
      if (last === -1 || softDeleted(metadata)) return { is: 'not-found' };
      const from = Math.max(metadata.$tb ?? 0, metadata.$maxCount === undefined ? 0 : last - metadata.$maxCount + 1);
      const notBeforeMs = metadata.$maxAge === undefined ? 0 : nowMs() - metadata.$maxAge * 1000;
      return { is: 'visible', from, last, notBeforeMs };
    },
    inStream: db.inStream,
    before: db.before,
    /** Committed events after a position, in order. */
    after(position: number, count: number): readonly Stored[] {
      const [oldest] = tail;
      if (oldest === undefined || position < oldest.position) return db.after(position, count);
      let low = 0;
      let high = tail.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((tail[middle]?.position ?? 0) <= position) low = middle + 1;
        else high = middle;
      }
      return tail.slice(low, low + count);
    },
    onGrown(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      if (closed) return;
      closed = true;
      listeners.clear();
      db.close();
    },
  };
};

const metadataIn = (event: Proposed | undefined): StreamMetadata => {
  if (event === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(event.data).toString());
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
};
