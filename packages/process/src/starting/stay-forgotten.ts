import { PersonId } from '@adempauze/contracts';
import type { EventStore } from '@adempauze/event-store';
import { z } from 'zod';

const Forgotten = z.object({ type: z.literal('PersonForgotten'), data: z.object({ personId: PersonId }) });

/**
 * Takes away the keys of everybody whom the log knows as forgotten. Their keys are gone already, unless an older copy of
 * the keys was put back: a restore brings nobody back whose forgetting is in the log.
 */
export const stayForgotten = async (
  store: Pick<EventStore, 'readAll'>,
  forget: (personId: PersonId) => Promise<void>,
): Promise<void> => {
  for (let after: string | undefined; ; ) {
    const page = await store.readAll({ categories: ['person'], after, maxCount: 1000 });
    const people = page.events.flatMap((event) => Forgotten.safeParse(event).data?.data.personId ?? []);
    await Promise.all(people.map(forget));
    if (page.atEnd) return;
    after = page.scannedTo;
  }
};
