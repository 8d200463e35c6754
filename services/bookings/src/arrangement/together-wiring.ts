import type { Bookings, Offers } from '@adempauze/contracts';
import type { Log, Reactions } from '@adempauze/event-bus';
import type { CommandHandler, EventStore, Projection, ReadModel, SourceEvent } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { createBackups } from '../backup/backup-wiring.ts';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { bookingView } from '../booking/booking.view.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { SeriesState } from '../series/series.decider.ts';
import type { Tasks } from '../task/tasks.ts';
import type { UnderWay } from '../under-way.ts';
import { arrangementListProjection } from './arrangement-list.ts';
import type { PartServices } from './arrangement-process.ts';
import { createArrangements } from './arrangement-wiring.ts';
import { createPartLooks } from './part-looks.ts';

export const togetherCategories = ['arrangement', 'backup', 'activation'] as const;
export const togetherProjections: readonly Projection<SourceEvent>[] = [arrangementListProjection];

/** What holds bookings of several providers together for one household: arrangements with their trips, and backups. */
export const createTogether = ({
  bookings,
  series,
  requestBooking,
  services,
  ...shared
}: {
  readonly store: EventStore;
  readonly codecs: Codecs;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly series: Pick<CommandHandler<never, SeriesState>, 'load'>;
  readonly requestBooking: Requesting;
  /** The operations of the service that parts are asked for with. */
  readonly services: Omit<PartServices, 'requestBooking'> & Pick<Bookings, 'findSeries' | 'findStay' | 'cancelBooking'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer' | 'findResource'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly tasks: Pick<Tasks, 'set' | 'finishTask'>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { findSeries, findStay, confirmBooking } = services;
  const arrangements = createArrangements({
    ...{ ...shared, bookings, series, services: { ...services, requestBooking } },
    looks: createPartLooks({
      ...{ findSeries, findStay },
      async findBooking({ bookingId }) {
        const { state, revision } = await bookings.load(bookingId);
        return state === undefined || revision === undefined ? undefined : bookingView(state, revision, shared.clock());
      },
    }),
  });
  const backups = createBackups({ ...shared, bookings, requestBooking, confirmBooking });
  return {
    endPlans: arrangements.endWithCare,
    api: { ...arrangements.api, ...backups.api },
    reactions: [arrangements.reactions, arrangements.trips, backups.reactions] satisfies Reactions[],
    forget() {
      arrangements.forget();
      backups.forget();
    },
  };
};
