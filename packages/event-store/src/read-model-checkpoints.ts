import { Worker } from 'node:worker_threads';

/** Statements after which what was committed is folded into the file: some megabytes of WAL, about once a second under load. */
const statementsPerFold = 2000;

export type Checkpoints = {
  /** After a commit: how many statements it ran. */
  committed(statements: number): void;
  /** Undefined when no thread was ever needed; else once it has let go of the file. */
  close(): Promise<void> | undefined;
};

/**
 * Folds the WAL of a read model into its file on a thread of its own, since that waits for the disk. The thread is started
 * by the first file that grows so much. Where it falls behind or fails, SQLite folds by itself within a commit.
 */
export const createCheckpoints = (file: string | undefined): Checkpoints => {
  let waiting = 0;
  let worker: Worker | undefined;
  /** It was asked and has not answered; it stays so after a failure, which leaves the work to SQLite. */
  let busy = false;

  const start = (workerData: string): Worker => {
    const started = new Worker(new URL('./read-model-checkpointer.ts', import.meta.url), { workerData });
    started.on('message', () => {
      busy = false;
    });
    started.on('error', () => {});
    started.unref();
    return started;
  };

  return {
    committed(statements) {
      waiting += statements;
      if (file === undefined || busy || waiting < statementsPerFold) return;
      waiting = 0;
      busy = true;
      worker ??= start(file);
      worker.postMessage('fold');
    },
    close() {
      const ending = worker;
      // One that failed has let go already.
      if (ending === undefined || ending.threadId === -1) return undefined;
      busy = true;
      return new Promise((resolve) => {
        ending.once('exit', () => resolve());
        ending.ref();
        ending.postMessage('close');
      });
    },
  };
};
