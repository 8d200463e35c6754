import { createConsumerMeasures, type Reactor } from '@adempauze/event-bus';
import type { EventStore, ReadDatabase, ReadModel } from '@adempauze/event-store';
import { type Clock, gauge, type Measure } from '@adempauze/kernel';

/** What `/metrics` says of invoicing. */
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
    readModels: { 'invoicing-read-model': readModel },
    reactors() {
      const working = reactor();
      return working === undefined ? {} : { 'invoicing-reactor': working };
    },
    ...{ store, clock },
  });
  return async () => [...(await ofConsumers()), ...moneyMeasures(readModel.db)];
};

const moneyMeasures = (db: ReadDatabase): Measure[] => {
  const number = (sql: string) => Number(db.first(sql)?.number ?? 0);
  return [
    gauge(
      'adempauze_ledger_balance_cents',
      'All that was debited less all that was credited, in euro cents: anything but 0 is a fault.',
      number('SELECT sum(debitCents) - sum(creditCents) AS number FROM balances'),
    ),
    gauge(
      'adempauze_claims_unsettled',
      'Deliveries whose cost is not divided over their payers yet.',
      number('SELECT count(*) AS number FROM claims WHERE settled = 0'),
    ),
  ];
};
