import { type Clock, type Instant, instantFromMs, msOf } from '@adempauze/kernel';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';

/**
 * The demonstration's clock: the machine's time plus an offset. It moves forward only, since events cannot un-happen, and
 * remembers its offset in a file, so that a restart stands where it stood. Without a file it forgets.
 */
export type MovableClock = {
  readonly now: Clock;
  /** False when `to` lies before now; nothing changed then. */
  moveTo(to: Instant): boolean;
};

const Remembered = z.object({ offsetMs: z.int() });

/** @throws StartError when the file is damaged. */
export const createMovableClock = ({
  machineMs,
  file,
  startAt,
}: {
  readonly machineMs: () => number;
  readonly file?: string | undefined;
  /** Where a clock without a remembered offset begins; now, unless told. */
  readonly startAt?: Instant | undefined;
}): MovableClock => {
  const remembered = file === undefined ? undefined : readJsonFile(file, Remembered);
  let offsetMs = remembered?.offsetMs ?? (startAt === undefined ? 0 : msOf(startAt) - machineMs());
  const remember = () => {
    if (file !== undefined) writeJsonFile(file, { offsetMs });
  };
  if (remembered === undefined) remember();
  const now = () => instantFromMs(machineMs() + offsetMs);
  return {
    now,
    moveTo(to) {
      if (to < now()) return false;
      offsetMs = msOf(to) - machineMs();
      remember();
      return true;
    },
  };
};
