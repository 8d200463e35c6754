import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartError } from '@adempauze/kernel';

/** Makes the folder of DATA_FOLDER. @throws StartError when it cannot be made, or nothing can be written in it. */
export const makeFolder = (folder: string): void => {
  try {
    makeFolders(resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartError(
      {
        nl: `De map ${folder} kan niet worden gemaakt of beschreven. Kies een andere met DATA_FOLDER.`,
        en: `The folder ${folder} cannot be made or written. Choose another with DATA_FOLDER.`,
      },
      { cause },
    );
  }
};

/** One after the other: `recursive` of Node never ends where the system refuses strangely, as in /proc. */
const makeFolders = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
};
