import { StartError, UnavailableError } from '@adempauze/kernel';

/** Codes of PostgreSQL that mean: not now. Connection lost, resources, shutting down, lost a race, lock not free. */
const passing = /^(08|53|57|40|55)/;

/** Not reached, too slow, or not now: nothing was done, or it may be asked again. Whatever else stays what it is. */
export const translate = (error: unknown): unknown => {
  if (typeof error !== 'object' || error === null || !('message' in error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const unreached = /^E[A-Z]+$/.test(code) || /timeout|terminated|Connection/i.test(String(error.message));
  const name = 'name' in error ? error.name : undefined;
  const ours = name !== 'Error' && name !== 'error' && name !== 'AggregateError';
  if (ours || !(passing.test(code) || unreached)) return error;
  return new UnavailableError('PostgreSQL does not answer now.', 1000, { cause: error });
};

export const cannotReach = (cause: unknown) =>
  new StartError(
    {
      nl: 'De database PostgreSQL voor de dienst is niet te bereiken. Draait de server, en klopt het adres?',
      en: 'The PostgreSQL database of the service cannot be reached. Does the server run, and is the address right?',
    },
    { cause },
  );
