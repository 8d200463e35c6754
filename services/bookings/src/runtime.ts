import type { Bookings, Invoicing, Offers } from '@adempauze/contracts';
import type { EventBus, Inbox, Log, Parked, Timer, Turns, Work } from '@adempauze/event-bus';
import type { EventStore, Position } from '@adempauze/event-store';
import type { Clock, Measure, Vault } from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';

/* What the service is given, and what it is once it runs. */

export type BookingsDependencies = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: Vault & Pick<ForgettingVault, 'drop'>;
  /** Deletes a person's key for good, and drops it from memory; again is harmless. */
  readonly forgetKey: (personId: string) => Promise<void>;
  readonly offers: Pick<
    Offers,
    | 'holdPlace'
    | 'holdPlaces'
    | 'extendHold'
    | 'extendHolds'
    | 'takePlace'
    | 'takePlaces'
    | 'releasePlace'
    | 'releasePlaces'
    | 'movePlace'
    | 'askTerms'
    | 'findOffer'
    | 'listSuitable'
    | 'listTimesWithin'
    | 'findResource'
    | 'rosterWorker'
  >;
  readonly invoicing: Pick<Invoicing, 'quoteBooking'>;
  readonly clock: Clock;
  /** For the read model and the inbox; `:memory:` for tests. */
  readonly folder: string;
  readonly log: Log;
  readonly sweepEveryMs: number;
  readonly timer?: Timer;
  /** What was had and parked, where replicas share it; a file in `folder` unless given. Stays open: it is not ours. */
  readonly inbox?: Inbox;
  /** Which replica does the group's work; this one unless told. */
  readonly turns?: Turns;
};

export type Check = { readonly ok: boolean; readonly detail: string };

export type BookingsRuntime = {
  readonly api: Bookings;
  readonly parked: Parked;
  /** Whether this replica does what one at a time does for all. */
  working(): boolean;
  /** What operators did with parked messages, the latest first. */
  listActions: Work['listActions'];
  status(): { readonly [check: string]: Check };
  /** For `/metrics`; asked at each scrape. */
  gauges(): Promise<readonly Measure[]>;
  /** Whether the lists have everything up to this position within the time. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Once the read model and the reactor have handled everything that is in the log now. */
  settled(): Promise<void>;
  /** What differs between the read model and a rebuild of it from the log; nothing, if all is well. */
  rebuildAndCompare(folder: string): Promise<string[]>;
  forgetCaches(): void;
  /** The clock was moved: resolves once what was due has been done. */
  nudge(): Promise<void>;
  close(): Promise<void>;
};
