import { type Log, sweepTogether } from '@adempauze/event-bus';
import type { ReadDatabase } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { FollowingRuntime } from './following/following.ts';
import { createFreshness } from './freshness/freshness.ts';
import { createHoldExpiry } from './hold-expiry/hold-expiry.ts';
import { createHorizons } from './horizons/horizons.ts';
import type { Sending } from './sending.ts';

export type SweeperDependencies = {
  readonly db: ReadDatabase;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log?: Log;
  readonly sending: Pick<Sending, 'sendToOffer' | 'sendToResource'>;
  readonly following: FollowingRuntime | undefined;
};

/** Does what falls due: holds that pass, offers that go stale, rules that reach no further. */
export const beginSweeper = ({ sending, following, ...sweeping }: SweeperDependencies) => {
  const { sendToOffer, sendToResource } = sending;
  const { clock } = sweeping;
  return sweepTogether('offers.deadlines', [
    createHoldExpiry({
      ...sweeping,
      async expireHold({ resourceId, bookingId }, context) {
        const command = { type: 'ExpireHold', data: { resourceId, bookingId }, now: clock() } as const;
        await sendToResource(resourceId, command, context);
      },
    }),
    createFreshness({
      ...sweeping,
      async noteStale({ offerId }, context) {
        await sendToOffer(offerId, { type: 'NoteStale', data: { offerId }, now: clock() }, context);
      },
    }),
    createHorizons({
      ...sweeping,
      async extendHorizon({ resourceId }, context) {
        await sendToResource(resourceId, { type: 'ExtendHorizon', data: { resourceId }, now: clock() }, context);
      },
    }),
    ...(following === undefined ? [] : [following.sweeper(sweeping.everyMs)]),
  ]);
};
