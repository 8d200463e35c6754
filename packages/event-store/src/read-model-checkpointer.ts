// The thread that folds the WAL of one read model into its file. It holds up nobody who reads or writes there, and loads
// nothing but node:sqlite.
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** What was committed meanwhile is folded as well: only then does the WAL begin anew. Under load that may take some turns. */
const mostTurns = 5;

const url = pathToFileURL(String(workerData));
// Never makes a file: the one that it was started for may be gone.
url.searchParams.set('mode', 'rw');
const db = new DatabaseSync(url);
// Synchronous as the connection that writes: the WAL reaches the disk before the file is changed, and the file before the WAL begins anew.
db.exec('PRAGMA synchronous = NORMAL;');
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');

const fold = () => {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const { busy, log, checkpointed } = checkpoint.get() ?? {};
    if (busy !== 0 || log === checkpointed) return;
  }
};

parentPort?.on('message', (message) => {
  if (message === 'close') {
    db.close();
    parentPort?.close();
    return;
  }
  fold();
  parentPort?.postMessage('folded');
});
