import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { StartError } from '@adempauze/kernel';
import type { z } from 'zod';

/** What a small file holds; undefined when it is not there. @throws StartError when it cannot be read as what it should be. */
export const readJsonFile = <S extends z.ZodType>(file: string, shape: S): z.output<S> | undefined => {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new StartError(
      {
        nl: `Het bestand ${file} is beschadigd. Zet het terug uit een back-up.`,
        en: `The file ${file} is damaged. Put it back from a backup.`,
      },
      { cause },
    );
  }
};

/** Written beside the file, on disk, then moved in its place: a crash leaves the old or the new, never half. */
export const writeJsonFile = (file: string, value: unknown): void => {
  const descriptor = openSync(`${file}.new`, 'w');
  try {
    writeSync(descriptor, `${JSON.stringify(value)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
};
