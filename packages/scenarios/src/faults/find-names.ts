import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What people in the load are called. */
const names = /Naaste Q[0-9a-f]{32}|Mantelzorger Proef|Vrijwilliger Proef/g;

export type Found = { readonly where: string; readonly name: string };

/** Names that stand readable in a text, each once. */
export const namesIn = (where: string, text: string): Found[] =>
  [...new Set(text.match(names))].map((name) => ({ where, name }));

/** Names that stand readable in any file under a folder, and how many files were read. */
export const namesInFiles = async (folder: string): Promise<{ found: Found[]; files: number }> => {
  const found: Found[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  for (const file of files) found.push(...namesIn(relative(folder, file), (await readFile(file)).toString('latin1')));
  return { found, files: files.length };
};
