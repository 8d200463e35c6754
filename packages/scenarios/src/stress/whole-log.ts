import type { EventStore } from '@adempauze/event-store';
import type { Fact } from '../checks/history.ts';

/** Of every service: what the checks read. */
export const allCategories: readonly string[] = [
  ...['provider', 'offer', 'resource', 'calendar', 'household', 'person', 'booking', 'series', 'stay', 'task'],
  ...['waiting', 'wish', 'arrangement', 'proposal', 'backup', 'activation', 'urgent', 'fastlane', 'ending', 'signal'],
  ...['agreement', 'limits', 'feed', 'undo', 'search', 'helper', 'match', 'scheme', 'mandate', 'funding'],
  ...[
    'entitlement',
    'quote',
    'budget',
    'pot',
    'claim',
    'invoice',
    'invoice_numbers',
    'cost_sharing',
    'funding_decline',
  ],
];

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
