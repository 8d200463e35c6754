import { createSweeper, type Log, type Sweeper } from '@adempauze/event-bus';
import type { ReadDatabase } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId } from '@adempauze/kernel';
import { listShortHorizons, type ShortHorizon } from '../occupancy/occupancy-queries.ts';

/** Expands the rules of calendars further as days go by, so that they always reach as far ahead as their provider said. */
export const createHorizons = (options: {
  readonly db: ReadDatabase;
  readonly extendHorizon: (resource: ShortHorizon, context: CallContext) => Promise<void>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log?: Log;
}): Sweeper => {
  const { db, extendHorizon, everyMs, clock, log } = options;
  return createSweeper<ShortHorizon>({
    name: 'offers.horizons',
    everyMs,
    clock,
    ...(log ? { log } : {}),
    due: (now, limit) => listShortHorizons(db, now, limit),
    act: (resource) => {
      const commandId = derivedId('offers.horizons', resource.resourceId, resource.horizonMs);
      return extendHorizon(resource, { commandId, correlationId: commandId, actor: 'offers.horizons' });
    },
  });
};
