import type { Bookings } from '@adempauze/contracts';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import type { SearchCommand, SearchState } from './search.decider.ts';
import { unmetBySource } from './unmet-by-source.ts';

const waitMs = 2000;

/** What bookings answers on demand that was not met, beside the requests that it sees itself (R35). */
export const createUnmetDemandApi = ({
  searches,
  readModel,
  clock,
}: {
  readonly searches: CommandHandler<SearchCommand, SearchState>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): Pick<Bookings, 'recordNothingFound' | 'unmetBySource'> => ({
  async recordNothingFound(data, context) {
    const outcome = await searches.handle(data.searchId, { type: 'RecordNothingFound', data, now: clock() }, context);
    return outcome.accepted ? { ...outcome, value: undefined } : outcome;
  },
  async unmetBySource({ municipality, waitFor }) {
    if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
    return unmetBySource(readModel.db, municipality);
  },
});
