import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose.ts';
import { listContext, readDockerfile, sourcesOf, stagesOf } from './dockerfile.ts';

const run = promisify(execFile);

/**
 * Does in a folder what the first stage of the Dockerfile does in an image: copies the same files to the same places
 * and runs the same commands. The folder stands for `/app`.
 */
export const makeImageTree = async (folder: string): Promise<void> => {
  const context = listContext();
  const [build = []] = stagesOf(readDockerfile());
  for (const instruction of build) {
    if (instruction.word === 'COPY') {
      for (const path of context.filter((it) => isWithin(it, sourcesOf(instruction)))) {
        await mkdir(join(folder, dirname(path)), { recursive: true });
        await cp(join(root, path), join(folder, path));
      }
    }
    if (instruction.word === 'RUN') await run('/bin/sh', ['-ec', instruction.rest], { cwd: folder });
  }
};

const isWithin = (path: string, sources: readonly string[]) =>
  sources.some((source) => path === source || path.startsWith(`${source}/`));
