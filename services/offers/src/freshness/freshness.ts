import { createSweeper, type Log, type Sweeper } from '@adempauze/event-bus';
import type { ReadDatabase } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, msOf } from '@adempauze/kernel';
import { listUnconfirmed, type Unconfirmed } from '../catalogue/catalogue.ts';
import { freshMs } from '../offer/facts.rules.ts';

/**
 * Records that nobody confirmed an offer for 90 days (R31), so that its provider is told. Search left it out from the
 * moment itself. An offer that was confirmed in between is left alone by the decider.
 */
export const createFreshness = (options: {
  readonly db: ReadDatabase;
  readonly noteStale: (offer: Unconfirmed, context: CallContext) => Promise<void>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log?: Log;
}): Sweeper => {
  const { db, noteStale, everyMs, clock, log } = options;
  return createSweeper<Unconfirmed>({
    name: 'offers.freshness',
    everyMs,
    clock,
    ...(log ? { log } : {}),
    due: (now, limit) => listUnconfirmed(db, msOf(now) - freshMs, limit),
    act: (offer) => {
      // Since when it is counted is part of it: an offer that is confirmed again can go stale again.
      const commandId = derivedId('offers.freshness', offer.offerId, offer.freshFromMs);
      return noteStale(offer, { commandId, correlationId: commandId, actor: 'offers.freshness' });
    },
  });
};
