import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Clock, type Instant, instantFromMs, msOf } from '@adempauze/kernel';

/**
 * The demonstration's clock: the machine's time plus an offset. It moves forward only, since events cannot un-happen, and
 * remembers its offset in a file, so that a restart stands where it stood. Without a file it forgets.
 */
export type MovableClock = {
  readonly now: Clock;
  /** False when `to` lies before now; nothing changed then. */
  moveTo(to: Instant): boolean;
};

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
  let offsetMs = readOffset(file) ?? (startAt === undefined ? 0 : msOf(startAt) - machineMs());
  const now = () => instantFromMs(machineMs() + offsetMs);
  return {
    now,
    moveTo(to) {
      if (to < now()) return false;
      offsetMs = msOf(to) - machineMs();
      if (file !== undefined) {
        writeFileSync(`${file}.new`, `${JSON.stringify({ offsetMs })}\n`);
        renameSync(`${file}.new`, file);
      }
      return true;
    },
  };
};

const readOffset = (file: string | undefined): number | undefined => {
  if (file === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (
      typeof content === 'object' &&
      content !== null &&
      'offsetMs' in content &&
      typeof content.offsetMs === 'number'
    )
      return content.offsetMs;
    throw new Error(`${file} does not hold an offset.`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
