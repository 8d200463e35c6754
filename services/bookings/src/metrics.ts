import { createConsumerMeasures, type Reactor } from '@adempauze/event-bus';
import type { EventStore, ReadModel } from '@adempauze/event-store';
import type { Clock, Measure } from '@adempauze/kernel';
import { bookingMeasures } from './booking-figures/booking-figures.ts';

/** What `/metrics` says of bookings. Their figures stay away until the read model is whole, so that they only grow. */
export const createMeasures = ({
  readModel,
  reactor,
  store,
  clock,
}: {
  readonly readModel: ReadModel;
  /** While it is this replica's turn. */
  readonly reactor: () => Pick<Reactor, 'status'> | undefined;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly clock: Clock;
}): (() => Promise<Measure[]>) => {
  let whole = false;
  void readModel.caughtUp().then(() => {
    whole = true;
  });
  const ofConsumers = createConsumerMeasures({
    readModels: { 'bookings-read-model': readModel },
    reactors() {
      const working = reactor();
      return working === undefined ? {} : { 'bookings-reactor': working };
    },
    ...{ store, clock },
  });
  return async () => [...(await ofConsumers()), ...(whole ? bookingMeasures(readModel.db, clock()) : [])];
};
