// npm run postgres [-- --folder DIR]: a PostgreSQL on loopback until Ctrl-C.
import { parseArgs } from 'node:util';
import { MissingProgramError, startPostgres } from '@adempauze/testing/servers';

const { values } = parseArgs({ options: { folder: { type: 'string' } } });

try {
  const postgres = await startPostgres({ folder: values.folder });
  console.log(`PostgreSQL is ready: ${postgres.connectionString}`);
  console.log(
    values.folder === undefined ? 'What it keeps is thrown away at the end.' : `It is kept in ${values.folder}.`,
  );
  console.log('Ctrl-C stops it.');
  const stop = async () => {
    await postgres.stop();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof MissingProgramError)) throw error;
  console.error(`${error.sentence.nl}\n${error.sentence.en}`);
  process.exitCode = 1;
}
