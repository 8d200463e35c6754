import { afterAll, test } from '@jest/globals';
import { MissingProgramError } from './missing.ts';

/**
 * Starts a server for the tests of this file and stops it after them. Where its programs are missing every story is
 * left out: one skipped test says in one sentence what to install.
 */
export const withServer = async <S extends { stop(): Promise<void> }>(
  start: () => Promise<S>,
  tell: (server: S) => void,
): Promise<void> => {
  let server: S;
  try {
    server = await start();
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    console.warn(error.message);
    test.skip(error.message, () => undefined);
    return;
  }
  afterAll(() => server.stop(), 30_000);
  tell(server);
};
