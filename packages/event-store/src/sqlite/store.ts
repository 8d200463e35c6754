import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { type Clock, msOf, UnavailableError } from '@adempauze/kernel';
import { checkStreamName, encodeAppend } from '../check-append.ts';
import { OutcomeUnknownError, StoreOpenError, StreamDeletedError, WrongRevisionError } from '../errors.ts';
import { createLru } from '../lru.ts';
import type {
  AppendResult,
  EventStore,
  Expected,
  NewEvent,
  ReadOptions,
  ReadResult,
  RecordedEvent,
  StreamName,
} from '../port.ts';
import { createLiveLog } from './live.ts';
import {
  type Answer,
  anyRevision,
  deleted,
  type FromWriter,
  noStream,
  repeated,
  streamExists,
  type Turn,
  type Work,
  type WriterData,
  written,
} from './protocol.ts';
import { openLogReader, positionText } from './reader.ts';

export type SqliteEventStoreOptions = {
  /** The folder is made when it is not there. Without a file the log lives in a temporary folder and goes with `close`. */
  readonly file?: string;
  readonly clock: Clock;
  /** A UUID: names a log that is made now. */
  readonly newId: () => string;
  readonly random?: () => number;
};

/** Streams whose last revision is remembered, so that asking for what came after it needs no look at the disk. */
const rememberedStreams = 50_000;

type Pending = {
  readonly stream: StreamName;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
};

/**
 * The event store in one SQLite file. One thread of its own writes: all appends that wait share one commit, on disk
 * (`synchronous=FULL`) before any is answered. Reads run on the calling thread. One process at a time has a log open.
 * @throws StoreOpenError with a sentence for whoever starts the program.
 */
export const createSqliteEventStore = async ({
  file: givenFile,
  clock,
  newId,
  random = Math.random,
}: SqliteEventStoreOptions): Promise<EventStore> => {
  const temporary = givenFile === undefined ? mkdtempSync(join(tmpdir(), 'adempauze-log-')) : undefined;
  const file = givenFile === undefined ? join(temporary ?? '', 'log.db') : resolve(givenFile);
  const removeTemporary = () => temporary && rmSync(temporary, { recursive: true, force: true });
  if (temporary !== undefined) process.once('exit', removeTemporary);

  makeFolder(dirname(file));
  const lock = lockLog(file);
  const { worker, epoch, head } = await startWriter({
    file,
    durable: temporary === undefined,
    newEpoch: newId(),
  }).catch((error: unknown) => {
    lock.close();
    throw error;
  });
  const reader = openLogReader(file);
  /** Last revisions of streams that exist. True as long as nobody else writes, which the lock sees to. */
  const lastRevisions = createLru<StreamName, number>(rememberedStreams);
  /** Streams that nobody has written yet, as far as is known: a household without any funding is looked up with each booking. */
  const absent = createLru<StreamName, true>(rememberedStreams);
  const remember = (stream: StreamName, revision: number) => {
    // What was read may be newer than the answer that comes for it.
    lastRevisions.set(stream, Math.max(revision, lastRevisions.get(stream) ?? revision));
  };

  /** The file knows of a commit before the writer's answer gets here: who is handed an event finds it in its stream. */
  const readAll: typeof reader.readAll = (options) => {
    const result = reader.readAll(options);
    for (const { stream, revision } of result.events) {
      absent.delete(stream);
      if (lastRevisions.get(stream) !== undefined) remember(stream, revision);
    }
    return result;
  };
  const live = createLiveLog({ head, readAll, random });

  /** What the writer has not answered yet, in the order in which it was sent. */
  let pending: Pending[] = [];
  let unsent: Work[] = [];
  let closing: Promise<void> | undefined;
  let broken: Error | undefined;

  const post = (work: readonly Work[]) => worker.postMessage({ atMs: msOf(clock()), work } satisfies Turn);

  const send = () => {
    const work = unsent;
    unsent = [];
    if (work.length > 0 && broken === undefined) post(work);
  };

  const enqueue = (work: Work, details: Omit<Pending, 'resolve' | 'reject'>): Promise<AppendResult> => {
    if (closing !== undefined || broken !== undefined) {
      return Promise.reject(new UnavailableError('The event store is closed.', 1000, { cause: broken }));
    }
    return new Promise((accept, reject) => {
      if (pending.length === 0) worker.ref();
      pending.push({ ...details, resolve: accept, reject });
      unsent.push(work);
      // One message for everything that this turn of the event loop appends.
      if (unsent.length === 1) setImmediate(send);
    });
  };

  const settle = ({ answers, failure }: Answer) => {
    const count = answers.length / 3;
    const settled = pending.slice(0, count);
    pending = pending.slice(count);
    if (pending.length === 0 && closing === undefined) worker.unref();
    const committed: RecordedEvent[] = [];
    settled.forEach(({ stream, expected, events, resolve: accept, reject }, index) => {
      const is = answers[index * 3];
      const revision = answers[index * 3 + 1] ?? 0;
      const position = answers[index * 3 + 2] ?? 0;
      // Whatever the answer is: what was refused may be there already.
      absent.delete(stream);
      if (is === written || is === repeated) {
        // Retention and the end of a stream are answered here too; they have no events.
        if (events.length > 0) remember(stream, revision);
        else lastRevisions.delete(stream);
        accept({ revision, position: positionText(position) });
        if (is === repeated) return;
        events.forEach(({ id, type, data, metadata }, at) => {
          const before = events.length - 1 - at;
          committed.push({
            stream,
            revision: revision - before,
            position: positionText(position - before),
            id,
            type,
            data,
            metadata,
          });
        });
      } else if (is === deleted) reject(new StreamDeletedError(stream));
      else if (failure !== undefined) reject(new OutcomeUnknownError(`The disk refused a commit: ${failure}.`));
      else reject(new WrongRevisionError(stream, expected, revision === -1 ? 'no_stream' : revision));
    });
    if (committed.length > 0) live.committed(committed);
  };

  const fail = (error: Error) => {
    broken ??= error;
    // What was not answered may have been committed.
    absent.clear();
    const waiting = pending;
    pending = [];
    for (const { reject } of waiting) {
      reject(new OutcomeUnknownError('The writing thread of the event store ended.', 1000, { cause: error }));
    }
  };

  const writerClosed = Promise.withResolvers<void>();
  worker.on('message', (message: FromWriter) => {
    if ('answers' in message) settle(message);
    else if ('closed' in message) writerClosed.resolve();
  });
  worker.on('error', fail);
  worker.on('exit', () => {
    fail(new Error('exit'));
    writerClosed.resolve();
  });
  worker.unref();

  const closeAll = async () => {
    await live.close();
    // The reader goes first, so that the writer, as the last to leave, can fold its WAL into the file.
    reader.close();
    worker.ref();
    send();
    if (broken === undefined) post([['close']]);
    await writerClosed.promise;
    await worker.terminate();
    lock.close();
    removeTemporary();
    if (temporary !== undefined) process.off('exit', removeTemporary);
  };

  const readStream = (stream: StreamName, options: ReadOptions): ReadResult => {
    const last = lastRevisions.get(stream);
    const { direction = 'forwards', fromRevision = 0, maxCount } = options;
    if (last !== undefined && direction === 'forwards' && fromRevision > last) return { exists: true, events: [] };
    if (absent.get(stream)) return { exists: false, events: [] };
    const result = reader.read(stream, options, msOf(clock()));
    if (!result.exists) absent.set(stream, true);
    const [end] = direction === 'forwards' && maxCount === undefined ? result.events.slice(-1) : [];
    if (end !== undefined) remember(stream, end.revision);
    return result;
  };

  const open = <T>(read: () => T): Promise<T> =>
    new Promise((accept) => {
      if (closing !== undefined) throw new UnavailableError('The event store is closed.');
      accept(read());
    });

  return {
    async append(stream, events, { expected }) {
      const encoded = encodeAppend(stream, events, expected);
      const texts: string[] = [];
      for (const { id, type, data, metadata } of encoded) texts.push(id, type, data, metadata);
      return enqueue(['append', stream, expectedNumber(expected), texts], { stream, expected, events });
    },
    read: (stream, options = {}) =>
      open(() => {
        checkStreamName(stream);
        return readStream(stream, options);
      }),
    readAll: (options) => open(() => readAll(options)),
    subscribe(options) {
      if (closing !== undefined) throw new UnavailableError('The event store is closed.');
      return live.subscribe(options);
    },
    async setRetention(stream, { maxAgeSeconds, maxCount }) {
      checkStreamName(stream);
      await enqueue(['retention', stream, maxAgeSeconds ?? null, maxCount ?? null], {
        stream,
        expected: 'any',
        events: [],
      });
    },
    async tombstone(stream) {
      checkStreamName(stream);
      await enqueue(['tombstone', stream], { stream, expected: 'any', events: [] });
    },
    epoch: async () => epoch,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};

const expectedNumber = (expected: Expected): number => {
  switch (expected) {
    case 'no_stream':
      return noStream;
    case 'any':
      return anyRevision;
    case 'stream_exists':
      return streamExists;
    default:
      return expected;
  }
};

const hasCode = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = hasCode(error) ? error.code : String(error);
    throw new StoreOpenError(`The folder ${folder} cannot be written (${code}).`, { cause: error });
  }
};

/**
 * Holds a lock of the operating system for as long as the log is open. It goes with the process, however that ends,
 * and leaves readers such as a backup alone.
 */
const lockLog = (file: string): DatabaseSync => {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw new StoreOpenError(
      `${file} is in use: another marketplace runs on this data folder. Stop it, or choose another folder.`,
      { cause: error },
    );
  }
};

const startWriter = (workerData: WriterData): Promise<{ worker: Worker; epoch: string; head: number }> =>
  new Promise((accept, reject) => {
    const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData });
    const refuse = (error: unknown) =>
      reject(new StoreOpenError('The writing thread did not start.', { cause: error }));
    worker.once('error', refuse);
    worker.once('message', (message: FromWriter) => {
      worker.off('error', refuse);
      if ('opened' in message) accept({ worker, ...message.opened });
      else reject(new StoreOpenError('refused' in message ? message.refused : 'The writing thread did not start.'));
    });
  });
