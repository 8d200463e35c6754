import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startEsdbDouble } from './double.ts';

/*
 * `node packages/testing/src/esdb/main.ts [--port 2113] [--file log.db]`: a server that speaks the protocol of
 * EventStoreDB, as a process of its own. Says `listening <connection string>` and stops on SIGTERM or Ctrl-C.
 */

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, file: { type: 'string' } } });
const double = await startEsdbDouble({
  port: z.coerce.number().int().min(0).max(65_535).parse(values.port),
  ...(values.file === undefined ? {} : { file: values.file }),
});
console.log(`listening ${double.connectionString}`);
const stop = () => void double.stop();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
