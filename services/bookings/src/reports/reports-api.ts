import type { Bookings } from '@adempauze/contracts';
import type { OwnLog, Projection, ReadModel, SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { careRecordsProjection } from './care-records.ts';
import { careUse } from './care-use.ts';
import { demandReport } from './demand.ts';
import { familiarShare } from './familiar-share.ts';
import { waitStartsProjection } from './wait-starts.ts';
import { waitingTimes } from './waiting-times.ts';

export const reportProjections: readonly Projection<SourceEvent>[] = [careRecordsProjection, waitStartsProjection];

const waitMs = 2000;

/** What bookings answers over many bookings together. */
export const createReports = ({
  readModel: { db, waitFor },
  clock,
}: {
  readonly readModel: { readonly db: ReadModel['db']; readonly waitFor: OwnLog['waitFor'] };
  readonly clock: Clock;
}): Pick<Bookings, 'waitingTimes' | 'demandReport' | 'careUse' | 'familiarShare'> => {
  const upTo = async (position: string | undefined) => {
    if (position !== undefined) await waitFor(position, waitMs);
  };
  return {
    async waitingTimes(query) {
      await upTo(query.waitFor);
      return waitingTimes(db, query, clock());
    },
    async demandReport(query) {
      await upTo(query.waitFor);
      return demandReport(db, query);
    },
    async careUse(query) {
      await upTo(query.waitFor);
      return careUse(db, query);
    },
    async familiarShare({ waitFor: position, ...query }) {
      await upTo(position);
      return familiarShare(db, query);
    },
  };
};
