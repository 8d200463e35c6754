// npm run kafka [-- --brokers 1|3 --folder DIR]: real Kafka brokers on loopback until Ctrl-C.
import { parseArgs } from 'node:util';
import { MissingProgramError, startKafka } from '@adempauze/testing/servers';

const { values } = parseArgs({ options: { brokers: { type: 'string', default: '1' }, folder: { type: 'string' } } });

try {
  if (values.brokers !== '1' && values.brokers !== '3') throw new RangeError('--brokers is 1 or 3.');
  const kafka = await startKafka({ brokers: values.brokers === '1' ? 1 : 3, folder: values.folder });
  console.log(`Kafka is ready: ${kafka.brokers.join(',')}`);
  console.log(
    values.folder === undefined ? 'What it keeps is thrown away at the end.' : `It is kept in ${kafka.folder}.`,
  );
  console.log('Ctrl-C stops it.');
  const stop = async () => {
    await kafka.stop();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof MissingProgramError || error instanceof RangeError)) throw error;
  if (error instanceof MissingProgramError) console.error(error.sentence.nl);
  console.error(error.message);
  process.exitCode = 1;
}
