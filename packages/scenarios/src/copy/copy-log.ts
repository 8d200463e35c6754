import { appendLimits, OutcomeUnknownError, type RecordedEvent } from '@adempauze/event-store';
import { UnavailableError } from '@adempauze/kernel';
import { CopyError, type Place } from './place.ts';
import { type Digest, digestOf, sayEvent, walk } from './walk.ts';

export type Copied = Digest & {
  /** Of these the target had already, from a copy that was stopped. */
  readonly resumedAt: number;
};

/** Appends that are sent before the first of them is answered, to a target that keeps their order. */
const sentTogether = 200;
const attempts = 60;

/**
 * Copies a whole log in its order: streams, revisions, ids, types, data and metadata. What the target has must be the
 * beginning of the source: then a copy was stopped there, and goes on. Nothing may write to either meanwhile. At the
 * end both are read again from the beginning, and compared by count and digest.
 * @throws CopyError when the target holds something else, or the two are not equal at the end.
 */
export const copyLog = async (
  source: Place,
  target: Place,
  { onProgress, pause }: { onProgress: (copied: number) => void; pause: (ms: number) => Promise<void> },
): Promise<Copied> => {
  const from = walk(source);
  const { resumedAt, first } = await findEnd(from, target);

  let copied = resumedAt;
  let run: RecordedEvent[] = [];
  let bytes = 0;
  let sent: Promise<void>[] = [];
  const settle = async () => {
    const waiting = sent;
    sent = [];
    await Promise.all(waiting);
    onProgress(copied);
  };
  const flush = async () => {
    if (run.length === 0) return;
    const append = appendRun(target, run, pause);
    copied += run.length;
    run = [];
    bytes = 0;
    sent.push(append);
    if (!target.keepsOrder || sent.length >= sentTogether) await settle();
  };

  for (let event = first; event !== undefined; event = await from.next()) {
    const size = Buffer.byteLength(JSON.stringify(event.data)) + Buffer.byteLength(JSON.stringify(event.metadata));
    const last = run.at(-1);
    // Half of what an append may hold: a server counts more than we do.
    const full = run.length >= appendLimits.eventsPerAppend || bytes + size > appendLimits.bytesPerAppend / 2;
    if (full || (last !== undefined && last.stream !== event.stream)) await flush();
    if (run.length > 0 && event.revision !== (run.at(-1)?.revision ?? -1) + 1) throw gapIn(event);
    run.push(event);
    bytes += size;
  }
  await flush();
  await settle();

  // One after the other: the two may be on the same disk.
  const was = await digestOf(source);
  const is = await digestOf(target);
  if (was.events !== is.events || was.sha256 !== is.sha256) {
    throw new CopyError(
      `The copy is not equal: ${was.events} events with digest ${was.sha256.slice(0, 12)}, and ${is.events} with ${is.sha256.slice(0, 12)}.`,
    );
  }
  return { ...is, resumedAt };
};

/** Walks both for as long as they are the same. @throws CopyError when the target has what the source has not. */
const findEnd = async (
  from: ReturnType<typeof walk>,
  target: Place,
): Promise<{ resumedAt: number; first: RecordedEvent | undefined }> => {
  const there = walk(target);
  for (let resumedAt = 0; ; resumedAt += 1) {
    const [was, is] = [await from.next(), await there.next()];
    if (is === undefined) return { resumedAt, first: was };
    if (was === undefined || sayEvent(was) !== sayEvent(is)) {
      throw new CopyError(
        `${target.name} holds something else: its event ${resumedAt + 1} is not that of the log to copy. Choose an empty target.`,
      );
    }
  }
};

/** The identical append again, for as long as nobody says what became of it. */
const appendRun = async (
  { store }: Place,
  run: readonly RecordedEvent[],
  pause: (ms: number) => Promise<void>,
): Promise<void> => {
  const [first] = run;
  if (first === undefined) return;
  const events = run.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
  const expected = first.revision === 0 ? 'no_stream' : first.revision - 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.append(first.stream, events, { expected });
      return;
    } catch (error) {
      const again = error instanceof OutcomeUnknownError || error instanceof UnavailableError;
      if (!again && error instanceof Error && error.name === 'WrongRevisionError') throw gapIn(first, error);
      if (!again || attempt === attempts) throw error;
      await pause(500);
    }
  }
};

const gapIn = ({ stream, revision }: RecordedEvent, cause?: Error) =>
  new CopyError(
    `Revision ${revision} of ${stream} does not follow what is there. Earlier events may have been scavenged, or something else writes to the target.`,
    { cause },
  );
