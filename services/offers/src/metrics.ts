import { createConsumerMeasures } from '@adempauze/event-bus';
import type { EventStore, ReadDatabase, ReadModel } from '@adempauze/event-store';
import { type Clock, gauge, type Instant, type Measure, minuteMs, msOf } from '@adempauze/kernel';

const soonMs = 5 * minuteMs;

/** What `/metrics` says of offers. */
export const createMeasures = ({
  readModel,
  store,
  clock,
}: {
  readonly readModel: ReadModel;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly clock: Clock;
}): (() => Promise<Measure[]>) => {
  const ofConsumers = createConsumerMeasures({
    readModels: { 'offers-read-model': readModel },
    reactors: () => ({}),
    ...{ store, clock },
  });
  return async () => [...(await ofConsumers()), ...holdMeasures(readModel.db, clock())];
};

/** A hold that passed its end and still stands is counted until the sweep ends it. */
const holdMeasures = (db: ReadDatabase, now: Instant): Measure[] => {
  const held = (until: number) =>
    Number(
      db.first('SELECT count(*) AS count FROM occupations WHERE expiresAtMs IS NOT NULL AND expiresAtMs <= ?', until)
        ?.count ?? 0,
    );
  return [
    gauge('adempauze_holds', 'Places that are held for somebody who has not confirmed.', held(Number.MAX_SAFE_INTEGER)),
    gauge('adempauze_holds_expiring', 'Of those: the ones that end within five minutes.', held(msOf(now) + soonMs)),
  ];
};
