import { Worker } from 'node:worker_threads';
import { createPacking, type RowResult, type RowWork, type RowWriter } from './read-model-rows.ts';

/** A file that gets no more than this is written by the thread that reads it. */
const statementsBeforeThread = 2000;

export type RowWriting = {
  /**
   * One at a time: the next once this was answered.
   * @throws what `RowWriter` throws; or when the thread ended meanwhile, and then the work may have been done.
   */
  write(work: RowWork): RowResult | Promise<RowResult>;
  /** A thread of its own writes: rows may change at any moment. */
  isElsewhere(): boolean;
  /** Undefined when no thread was ever needed; else once it has let go of the file. */
  close(): Promise<void> | undefined;
};

/**
 * Writes a read model: here at first, and on a thread of its own once the file grows. What the main thread then spends on
 * a row is a message. Should the thread end, writing goes on here.
 */
export const createRowWriting = ({
  file,
  writeHere,
}: {
  /** Undefined in memory, which no other thread can see. */
  readonly file: string | undefined;
  readonly writeHere: RowWriter;
}): RowWriting => {
  let statements = 0;
  let thread: WritingThread | undefined;
  return {
    write(work) {
      if (thread?.isReady()) return thread.write(work);
      const result = writeHere(work);
      statements += work.statements.length;
      if (file !== undefined && statements >= statementsBeforeThread) thread ??= startThread(file);
      return result;
    },
    isElsewhere: () => thread?.isReady() === true,
    close: () => thread?.close(),
  };
};

type WritingThread = {
  isReady(): boolean;
  write(work: RowWork): Promise<RowResult>;
  close(): Promise<void> | undefined;
};

type FromThread = 'ready' | { readonly result: RowResult } | { readonly error: unknown };

const startThread = (file: string): WritingThread => {
  const worker = new Worker(new URL('./read-model-writer.ts', import.meta.url), { workerData: file });
  const pack = createPacking();
  let state: 'starting' | 'ready' | 'ended' = 'starting';
  let pending: PromiseWithResolvers<RowResult> | undefined;

  const answered = (): PromiseWithResolvers<RowResult> | undefined => {
    const asked = pending;
    pending = undefined;
    worker.unref();
    return asked;
  };
  const end = (cause: unknown) => {
    state = 'ended';
    answered()?.reject(new Error('The thread that writes a read model ended.', { cause }));
  };
  worker.on('message', (message: FromThread) => {
    if (message === 'ready') state = 'ready';
    else if ('result' in message) answered()?.resolve(message.result);
    else answered()?.reject(message.error);
  });
  worker.on('error', end);
  worker.on('exit', end);
  worker.unref();

  return {
    isReady: () => state === 'ready',
    write(work) {
      pending = Promise.withResolvers<RowResult>();
      worker.ref();
      worker.postMessage(pack(work));
      return pending.promise;
    },
    close() {
      // One that failed has let go already.
      if (state === 'ended') return undefined;
      return new Promise((resolve) => {
        worker.once('exit', () => resolve());
        worker.ref();
        worker.postMessage('close');
      });
    },
  };
};
