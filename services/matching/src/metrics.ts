import { createConsumerMeasures, type Reactor } from '@adempauze/event-bus';
import type { EventStore, ReadDatabase, ReadModel } from '@adempauze/event-store';
import { type Clock, gauge, type Measure } from '@adempauze/kernel';

/** What `/metrics` says of matching. */
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
  const ofConsumers = createConsumerMeasures({
    readModels: { 'matching-read-model': readModel },
    reactors() {
      const working = reactor();
      return working === undefined ? {} : { 'matching-placement': working };
    },
    ...{ store, clock },
  });
  return async () => [...(await ofConsumers()), requestMeasure(readModel.db)];
};

/** What is not decided has a deadline, so these are found by its index, however many were decided before. */
const requestMeasure = (db: ReadDatabase): Measure => {
  const rows = db.all('SELECT status, count(*) AS count FROM matches WHERE dueAt IS NOT NULL GROUP BY status');
  const count = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  return gauge(
    'adempauze_helper_requests',
    'Requests for a helper that wait: for somebody to be asked (open), or for an answer (proposed).',
    ...['open', 'proposed'].map((status) => ({ value: count(status), labels: { status } })),
  );
};
