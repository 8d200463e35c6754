import type { EventStore, Position, ReadModel } from '@adempauze/event-store';
import { type Clock, gauge, type Measure, msOf } from '@adempauze/kernel';
import { hasReached } from './port.ts';
import type { Reactor } from './reactor.ts';

/** Head positions that are remembered, to tell how long ago the log passed a consumer. */
const mostRemembered = 1000;

/**
 * How far consumers of the log are behind, what they have under way and what they set aside: `adempauze_consumer_…` by
 * `consumer` and, of the lag, `source`. The head of the log is looked at when this is asked, so a lag counts from the
 * first time that somebody asked while the log was already past the consumer: to be read every few seconds.
 * A reactor that is not at work in this process is left out; where it is at work it tells.
 */
export const createConsumerMeasures = ({
  readModels,
  reactors,
  store,
  clock,
}: {
  readonly readModels: Readonly<Record<string, Pick<ReadModel, 'status'>>>;
  readonly reactors: () => Readonly<Record<string, Pick<Reactor, 'status'>>>;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly clock: Clock;
}): (() => Promise<Measure[]>) => {
  let heads: { readonly head: Position; readonly atMs: number }[] = [];

  const lagSeconds = (done: Position | undefined, nowMs: number): number => {
    const passed = heads.find((it) => !hasReached(done, it.head));
    return passed === undefined ? 0 : Math.max(0, nowMs - passed.atMs) / 1000;
  };

  return async () => {
    const nowMs = msOf(clock());
    const { scannedTo: end } = await store.readAll({ categories: [], maxCount: 1 });
    if (end !== undefined && heads.at(-1)?.head !== end) heads.push({ head: end, atMs: nowMs });
    // Coarser as it gets longer: whoever is an hour behind need not be known to the second.
    if (heads.length > mostRemembered) heads = heads.filter((_, index) => index % 2 === 0);
    const models = Object.entries(readModels).flatMap(([consumer, model]) =>
      model.status().sources.map(({ name, position }) => ({ consumer, source: name, done: position })),
    );
    const working = Object.entries(reactors()).map(([consumer, reactor]) => ({ consumer, ...reactor.status() }));
    const reacting = working.flatMap(({ consumer, sources }) =>
      sources.map(({ name, done }) => ({ consumer, source: name, done })),
    );
    const of = (name: string, help: string, field: 'pending' | 'retrying' | 'parked'): Measure =>
      gauge(name, help, ...working.map((it) => ({ value: it[field], labels: { consumer: it.consumer } })));
    return [
      gauge(
        'adempauze_consumer_lag_seconds',
        'Since the log grew past where this consumer is, as seen at scrapes; 0 when it has everything.',
        ...[...models, ...reacting].map(({ consumer, source, done }) => ({
          value: lagSeconds(done, nowMs),
          labels: { consumer, source },
        })),
      ),
      of('adempauze_consumer_pending_events', 'Events taken in and not finished.', 'pending'),
      of('adempauze_consumer_retrying_events', 'Events that failed and will be tried again.', 'retrying'),
      of('adempauze_parked_messages', 'Messages that nobody could handle and that wait for an operator.', 'parked'),
    ];
  };
};
