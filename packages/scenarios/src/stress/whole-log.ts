import type { EventStore } from '@adempauze/event-store';
import type { Fact } from '../checks/history.ts';

/** The events of these categories after a position, in the order of the log, and where that ends. */
export const readLogAfter = async (
  store: EventStore,
  categories: readonly string[],
  position?: string,
): Promise<{ readonly log: readonly Fact[]; readonly position: string | undefined }> => {
  const log: Fact[] = [];
  for (let after = position; ; ) {
    const page = await store.readAll({ after, categories, maxCount: 1000 });
    log.push(...page.events);
    after = page.scannedTo ?? after;
    if (page.atEnd) return { log, position: after };
  }
};
