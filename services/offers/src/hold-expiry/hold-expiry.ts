import { createSweeper, type Log, type Sweeper } from '@adempauze/event-bus';
import type { ReadDatabase } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId } from '@adempauze/kernel';
import { listPassedHolds, type PassedHold } from '../occupancy/occupancy-queries.ts';

/**
 * Records the end of holds that have passed, also those that passed while the process was down. The place was free for
 * others from the moment itself; this is how everybody hears of it. An extended hold is left alone by the decider.
 */
export const createHoldExpiry = (options: {
  readonly db: ReadDatabase;
  readonly expireHold: (hold: PassedHold, context: CallContext) => Promise<void>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log?: Log;
}): Sweeper => {
  const { db, expireHold, everyMs, clock, log } = options;
  return createSweeper<PassedHold>({
    name: 'offers.hold-expiry',
    everyMs,
    clock,
    ...(log ? { log } : {}),
    due: (now, limit) => listPassedHolds(db, now, limit),
    act: (hold) => {
      // The deadline is part of it: a booking that held the place again has another one to pass.
      const commandId = derivedId('offers.hold-expiry', hold.resourceId, hold.bookingId, hold.expiresAtMs);
      return expireHold(hold, { commandId, correlationId: commandId, actor: 'offers.hold-expiry' });
    },
  });
};
