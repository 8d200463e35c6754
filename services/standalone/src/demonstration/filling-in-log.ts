import type { RequestBooking } from '@adempauze/contracts';
import { type EventStore, type NewEvent, OutcomeUnknownError, type RecordedEvent } from '@adempauze/event-store';
import { type Clock, derivedId, Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { type Filling, KeptChoice, numberPurpose } from './filling.ts';

/* How far the demonstration of a log came, kept in the log itself: whoever fills it may be another process each time. */

/** Of the program that fills, and of nobody else. */
export const fillingStream = 'demonstration-filling';

/** What stands there of a marketplace that was used: one of these is there as soon as anything is. */
const ours = ['provider', 'offer', 'household', 'booking', 'scheme', 'helper'];

const Begun = z.object({ until: Instant });

type Store = Pick<EventStore, 'append' | 'read' | 'readAll'>;

/** True when nothing was done in this marketplace yet. */
export const isUntouched = async (store: Store): Promise<boolean> => {
  const { events } = await store.readAll({ categories: ours, maxCount: 1 });
  return events.length === 0;
};

/**
 * Notes in an untouched log that it is being filled, up to `until`; or finds what was noted before.
 * @returns undefined when the log holds something else: it is not ours to fill.
 */
export const openFillingInLog = async (store: Store, now: Clock, until: Instant): Promise<Filling | undefined> => {
  const { events } = await store.read(fillingStream);
  const begun = events.find(({ type }) => type === 'DemonstrationBegun');
  if (!begun && !(await isUntouched(store))) return undefined;
  let revision = events.at(-1)?.revision;
  let choice = events.findLast(({ type }) => type === 'DemonstrationChosen');

  const note = async (type: string, data: NewEvent['data'], ...key: readonly string[]): Promise<void> => {
    const at = now();
    const id = derivedId(fillingStream, type, ...key);
    const metadata = { v: 1, at, actor: 'demonstration', $correlationId: 'demonstration' };
    const noted: NewEvent = { id, type, data, metadata };
    const appended = await appendSurely(store, noted, revision ?? 'no_stream');
    revision = appended.revision;
    if (type === 'DemonstrationChosen') choice = { ...noted, stream: fillingStream, ...appended };
  };
  if (!begun) await note('DemonstrationBegun', { until });
  const isDone = events.some(({ type }) => type === 'DemonstrationFilled');
  return {
    until: isDone ? undefined : begun ? Begun.parse(begun.data).until : until,
    lastChoice: {
      find(bookingId) {
        const kept = choiceIn(choice);
        return kept?.bookingId === bookingId ? kept : undefined;
      },
      keep: (wish) =>
        choiceIn(choice)?.bookingId === wish.bookingId
          ? undefined
          : note('DemonstrationChosen', JSON.parse(JSON.stringify(numberPurpose(wish))), wish.bookingId),
    },
    done: (filledAt) => note('DemonstrationFilled', { filledAt }),
  };
};

const choiceIn = (event: Pick<RecordedEvent, 'data'> | undefined): RequestBooking | undefined =>
  event && KeptChoice.parse(event.data);

const attempts = 5;

/** An unknown outcome is asked for again, by the very same append: it counts once. */
const appendSurely = async (store: Store, event: NewEvent, expected: number | 'no_stream') => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.append(fillingStream, [event], { expected });
    } catch (error) {
      if (attempt === attempts || !(error instanceof OutcomeUnknownError)) throw error;
    }
  }
};
