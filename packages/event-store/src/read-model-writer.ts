// The thread that writes one read model: a batch is one transaction, and is answered once it is committed. It knows no
// projection; what they ask for comes as statements.
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { createPrepare, createRowWriter, createUnpacking, type SentWork, writingSettings } from './read-model-rows.ts';

const url = pathToFileURL(String(workerData));
// Never makes a file: the one that it was started for may be gone.
url.searchParams.set('mode', 'rw');
const db = new DatabaseSync(url, { timeout: 5000 });
db.exec(writingSettings);
const write = createRowWriter(createPrepare((sql) => db.prepare(sql)));
const unpack = createUnpacking();

parentPort?.on('message', (message: SentWork | 'close') => {
  if (message === 'close') {
    db.close();
    parentPort?.close();
    return;
  }
  const work = unpack(message);
  try {
    parentPort?.postMessage({ result: write(work) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
parentPort?.postMessage('ready');
