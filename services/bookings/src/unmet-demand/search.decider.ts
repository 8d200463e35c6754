import type { RecordNothingFound } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection } from '@adempauze/kernel';
import type { SearchEvent } from './search.events.ts';

export type SearchCommand = {
  readonly type: 'RecordNothingFound';
  readonly data: RecordNothingFound;
  readonly now: Instant;
};
export type SearchState = { readonly isCounted: boolean };

/** A search that found nothing is counted once, however often it is asked or told. */
export const searchDecider: Decider<SearchCommand, SearchState, SearchEvent, Rejection<never>> = {
  initialState: { isCounted: false },
  evolve: () => ({ isCounted: true }),
  decide({ data, now }, { isCounted }) {
    if (isCounted) return accept();
    const { forms, ...rest } = data;
    return accept({ type: 'NothingFound', data: { ...rest, forms: [...new Set(forms)], foundAt: now } });
  },
};
