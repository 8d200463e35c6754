import { OffersApi } from '@adempauze/contracts';
import { runService } from './run-service.ts';
import { ServiceSettings } from './settings.ts';

/** Where nothing listens, and a key that is one. */
const nowhere = {
  REPLICA: 'offers-1',
  KURRENTDB_URL: 'esdb://127.0.0.1:1?tls=false',
  KAFKA_BROKERS: '127.0.0.1:1',
  POSTGRES_URL: 'postgres://adempauze:a-password-of-nobody@127.0.0.1:1/adempauze',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  START_TIMEOUT_MS: '300',
  LOG_LEVEL: 'silent',
};

/** Starts a service as far as it comes with these settings; gives what it said, and with which codes it ended. */
export const tryStart = async (settings: Readonly<Record<string, string>>) => {
  const out: string[] = [];
  const err: string[] = [];
  const codes: number[] = [];
  const door = {
    on: () => undefined,
    exit: (code: number) => codes.push(code),
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  };
  await runService(
    door,
    { ...nowhere, ...settings },
    {
      ...{ service: 'offers', api: OffersApi, settings: ServiceSettings },
      publication: { service: 'offers', categories: ['offer'], publish: () => undefined },
      start: () => Promise.reject(new Error('It came as far as the service.')),
    },
  );
  return { out: out.join(''), err: err.join(''), codes };
};

/** One sentence in Dutch, one in English, and nothing else. */
export const twoSentences = /^[^\n]+\n[^\n]+\n$/;
