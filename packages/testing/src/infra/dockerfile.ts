import { globSync, readFileSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { infraFolder, root } from './compose.ts';

export type Instruction = { readonly word: string; readonly rest: string };

/** The instructions of `infra/Dockerfile`, with continued lines joined. */
export const readDockerfile = (): Instruction[] =>
  readFileSync(join(infraFolder, 'Dockerfile'), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [word = '', ...rest] = line.trim().split(/\s+/);
      return { word, rest: rest.join(' ') };
    });

/** The stages, each from its `FROM` on. */
export const stagesOf = (instructions: readonly Instruction[]): Instruction[][] => {
  const stages: Instruction[][] = [];
  for (const it of instructions) {
    if (it.word === 'FROM') stages.push([]);
    stages.at(-1)?.push(it);
  }
  return stages;
};

/** What one `COPY` takes from outside; empty for one that takes from a stage. */
export const sourcesOf = ({ rest }: Instruction): string[] =>
  rest.includes('--from=') ? [] : rest.split(' ').slice(0, -1);

const readIgnored = () =>
  readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ ignored: !line.startsWith('!'), pattern: line.replace(/^!/, '') }));

/**
 * Every file that a build sees: the last line of `.dockerignore` that speaks of a path, or of a folder above it, decides.
 * Relative to the root of the repository.
 */
export const listContext = (): string[] => {
  const rules = readIgnored();
  const folders = (path: string) => path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const isIgnored = (path: string) => {
    const paths = folders(path);
    // Here a star alone means hidden files too.
    const speaksOf = (pattern: string) => pattern === '*' || paths.some((it) => matchesGlob(it, pattern));
    return rules.findLast(({ pattern }) => speaksOf(pattern))?.ignored ?? false;
  };
  const exclude = (name: string) => /(^|\/)(node_modules|\.git)$/.test(name);
  return globSync(['*', '.*', '{packages,services}/**/*'], { cwd: root, exclude })
    .filter((path) => !isIgnored(path) && statSync(join(root, path)).isFile())
    .sort();
};
