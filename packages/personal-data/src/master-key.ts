import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Sentence, StartError } from '@adempauze/kernel';
import type { RandomBytes } from './key-store.ts';
import { aes } from './wrap.ts';

/** The key that wraps all keys, where it came from, and what its keeper should hear at the start. */
export type MasterKey = {
  readonly key: Uint8Array;
  /** True when it was made just now: the one moment to say `sentence` out loud. */
  readonly made: boolean;
  readonly sentence: Sentence;
};

/**
 * The master key: `configured` (32 bytes in base64) when given; else read from `file`, which is made on the first
 * start, readable by its owner only.
 * `keysExist` tells whether persons have keys already; then a lost key file is refused and never replaced, since
 * nothing that was sealed could be read again.
 * @throws StartError with a sentence that says what to do.
 */
export const loadMasterKey = ({
  configured,
  file,
  keysExist,
  randomBytes,
}: {
  readonly configured?: string | undefined;
  readonly file: string;
  readonly keysExist: () => boolean;
  readonly randomBytes: RandomBytes;
}): MasterKey => {
  if (configured !== undefined) {
    const key = decodeKey(configured);
    if (!key) throw notAKey('De ingestelde hoofdsleutel', 'The configured master key');
    if (isBlank(key)) throw blank('De ingestelde hoofdsleutel', 'The configured master key');
    return { key, made: false, sentence: keepConfigured };
  }
  const text = readIfThere(file);
  if (text !== undefined) {
    const key = decodeKey(text);
    if (!key) throw notAKey(`Het sleutelbestand ${file}`, `The key file ${file}`);
    if (isBlank(key)) throw blank(`Het sleutelbestand ${file}`, `The key file ${file}`);
    return { key, made: false, sentence: keep(file) };
  }
  if (keysExist()) throw lost(file);
  const key = randomBytes(aes.keyBytes);
  if (isBlank(key)) throw blank('De nieuwe hoofdsleutel', 'The new master key');
  if (!writeNew(file, `${Buffer.from(key).toString('base64')}\n`)) {
    // Another process made it between our look and our write: theirs is the one.
    return loadMasterKey({ file, keysExist, randomBytes });
  }
  return { key, made: true, sentence: keep(file) };
};

const decodeKey = (text: string): Uint8Array | undefined => {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  const canonical = key.toString('base64').replace(/=+$/, '') === trimmed.replace(/=+$/, '');
  return canonical && key.length === aes.keyBytes ? key : undefined;
};

/** Every byte zero: such a key was never drawn, and seals nothing. */
const isBlank = (key: Uint8Array): boolean => key.every((byte) => byte === 0);

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw unusable(file, error);
  }
};

/** Written and on disk, folder entry included, before anything is wrapped with it. False: the file was there. */
const writeNew = (file: string, text: string): boolean => {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    const folder = openSync(dirname(file), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw unusable(file, error);
  }
};

const hasCode = (error: unknown, code: string) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const keep = (file: string): Sentence => ({
  nl: `De hoofdsleutel staat in ${file}. Bewaar een kopie op een veilige plek, en nooit bij de back-ups van de gegevens: zonder deze sleutel zijn namen en adressen voorgoed onleesbaar.`,
  en: `The master key is in ${file}. Keep a copy in a safe place, and never with the backups of the data: without this key, names and addresses are unreadable for good.`,
});

const keepConfigured: Sentence = {
  nl: 'De hoofdsleutel komt uit de instellingen. Bewaar hem veilig, en nooit bij de back-ups van de gegevens.',
  en: 'The master key comes from the settings. Keep it safe, and never with the backups of the data.',
};

const blank = (nl: string, en: string) =>
  new StartError({
    nl: `${nl} bestaat uit nullen en beschermt niets. Een eerdere versie maakte zulke sleutels. Begin met een nieuwe gegevensmap.`,
    en: `${en} is all zeros and protects nothing. An earlier version made such keys. Begin with a new data folder.`,
  });

const notAKey = (nl: string, en: string) =>
  new StartError({
    nl: `${nl} is geen sleutel van 32 bytes in base64. Maak er een met: openssl rand -base64 32`,
    en: `${en} is not a key of 32 bytes in base64. Make one with: openssl rand -base64 32`,
  });

const lost = (file: string) =>
  new StartError({
    nl: `Het sleutelbestand ${file} is weg, maar er zijn al sleutels van personen. Zet het bestand terug uit uw kopie; met een nieuwe sleutel zijn hun gegevens voorgoed onleesbaar.`,
    en: `The key file ${file} is gone, but persons have keys already. Put the file back from your copy; with a new key their data is unreadable for good.`,
  });

const unusable = (file: string, cause: unknown) =>
  new StartError(
    {
      nl: `Het sleutelbestand ${file} kan niet worden gelezen of gemaakt. Mag dit programma daar lezen en schrijven?`,
      en: `The key file ${file} cannot be read or made. May this program read and write there?`,
    },
    { cause },
  );
