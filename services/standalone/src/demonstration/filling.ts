import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestBooking } from '@adempauze/contracts';
import { Instant, StartError } from '@adempauze/kernel';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { type LastChoice, wishes } from './history.ts';

/** How far the demonstration of a data folder came. */
export type Filling = {
  /** Up to when its weeks are to be lived, the same at every try; undefined when that was done before. */
  readonly until: Instant | undefined;
  readonly lastChoice: LastChoice;
  readonly done: (filledAt: Instant) => void | Promise<void>;
};

/** The purpose is one of ours: its number is kept, so that what is kept says nothing of anybody. */
export const numberPurpose = (wish: RequestBooking): object => ({
  ...wish,
  purpose: wishes.findIndex(([, it]) => it === wish.purpose),
});
export const KeptChoice = z
  .looseObject({ purpose: z.int() })
  .transform(({ purpose, ...it }) => RequestBooking.parse({ ...it, purpose: wishes[purpose]?.[1] ?? '' }));

const Marker = z.object({ until: Instant.optional(), filledAt: Instant.optional() });

/**
 * Notes in the folder that it is being filled, so that a start that was broken off is known and done again.
 * @throws StartError when the folder holds a log that no demonstration was made in: it is not ours to fill.
 */
export const openFilling = (folder: string, present: Instant): Filling => {
  const file = join(folder, 'demonstration.json');
  const marker = readJsonFile(file, Marker);
  const hasLog = existsSync(join(folder, 'events.db'));
  if (hasLog && !marker) throw notOurs(folder);
  const isDone = marker?.filledAt !== undefined;
  const until = isDone ? undefined : ((hasLog ? marker?.until : undefined) ?? present);
  if (!isDone && marker?.until !== until) writeJsonFile(file, { until });
  const choiceFile = join(folder, 'demonstration-choice.json');
  const lastChoice: LastChoice = {
    find(bookingId) {
      const kept = readJsonFile(choiceFile, KeptChoice);
      return kept?.bookingId === bookingId ? kept : undefined;
    },
    keep: (wish) => writeJsonFile(choiceFile, numberPurpose(wish)),
  };
  return { until, lastChoice, done: (filledAt) => writeJsonFile(file, { ...(until && { until }), filledAt }) };
};

const notOurs = (folder: string) =>
  new StartError({
    nl: `In ${folder} staan al gegevens, zonder demonstratie. Kies een andere map met DATA_FOLDER, of DEMONSTRATION=none of off.`,
    en: `${folder} holds data already, without a demonstration. Choose another folder with DATA_FOLDER, or DEMONSTRATION=none or off.`,
  });
