import type { ServiceApi, ServiceOf } from '@adempauze/contracts';
import type { Parked, Work } from '@adempauze/event-bus';
import type { Measure } from '@adempauze/kernel';

/** What every `start…` of a service gives. */
export type ServiceRuntime<A extends ServiceApi = ServiceApi> = {
  readonly api: ServiceOf<A>;
  readonly parked: Parked;
  /** It is this replica's turn. */
  readonly working: () => boolean;
  readonly listActions: Work['listActions'];
  /** Whether each part is well, for readiness. */
  readonly status: () => Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  /** What it measures of itself; asked at each scrape. */
  readonly gauges?: () => Promise<readonly Measure[]>;
  readonly settled: () => Promise<void>;
  readonly rebuildAndCompare: (folder: string) => Promise<readonly unknown[]>;
  readonly nudge: () => Promise<void>;
  readonly close: () => Promise<void>;
};
