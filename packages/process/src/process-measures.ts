import { createConsumerMeasures } from '@adempauze/event-bus';
import { type Clock, counter, gauge, type Measure } from '@adempauze/kernel';
import type { Adapters } from './open-adapters.ts';
import type { ServiceRuntime } from './service-runtime.ts';

/**
 * What every service process tells of itself beside what its service measures: whose turn it is, who holds the relay
 * and how far that is behind the log, and what of Kafka could not be read.
 */
export const createProcessMeasures = (
  { store, relay, bus }: Pick<Adapters, 'store' | 'relay' | 'bus'>,
  runtime: Pick<ServiceRuntime, 'working'>,
  clock: Clock,
): (() => Promise<Measure[]>) => {
  // Only who holds the relay knows how far it is; the others tell nothing of it.
  const asConsumer = () => {
    const { holding, published, ready, failuresInARow } = relay.status();
    const source = { name: 'log', position: published, live: ready, failuresInARow };
    return { healthy: ready, halted: undefined, sources: holding ? [source] : [] };
  };
  const lag = createConsumerMeasures({
    readModels: { relay: { status: asConsumer } },
    reactors: () => ({}),
    ...{ store, clock },
  });
  return async () => {
    const { ready, holding } = relay.status();
    const { unreadable, sources } = bus.status();
    return [
      gauge(
        'adempauze_working',
        'Whether it is the turn of this replica: 1, or 0 while it stands by.',
        one(runtime.working()),
      ),
      gauge('adempauze_relay_holding', 'Whether this replica publishes the events of its service.', one(holding)),
      gauge('adempauze_relay_ready', 'Whether the relay is in its group, publishing or standing by.', one(ready)),
      gauge(
        'adempauze_kafka_source_ready',
        'Whether a source is in its group.',
        ...sources.map((it) => ({ value: one(it.ready), labels: { source: it.name } })),
      ),
      counter('adempauze_kafka_unreadable_records_total', 'Records that are no event of ours, left out.', unreadable),
      ...(await lag()),
    ];
  };
};

const one = (is: boolean): number => (is ? 1 : 0);
