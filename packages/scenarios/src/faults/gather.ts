import { bookingsPublication } from '@adempauze/bookings';
import { integrationEvents } from '@adempauze/contracts';
import type { IntegrationEvent } from '@adempauze/event-bus';
import { createMapper, readTopic, type Standing } from '@adempauze/event-bus/kafka-inspect';
import type { RecordedEvent } from '@adempauze/event-store';
import type { KurrentEventStore } from '@adempauze/event-store/kurrent';
import { invoicingPublication } from '@adempauze/invoicing';
import { matchingPublication } from '@adempauze/matching';
import { offersPublication } from '@adempauze/offers';
import type { Evidence } from '../checks/evidence.ts';
import { operationsOf, type RunningPlant } from './plant.ts';

/** The whole log in its order, of all categories, past every service. */
export const readWholeLog = async (store: Pick<KurrentEventStore, 'readWhole'>): Promise<RecordedEvent[]> => {
  const log: RecordedEvent[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.readWhole({ after, maxCount: 1000 });
    log.push(...page.events);
    if (page.atEnd) return log;
    after = page.scannedTo;
  }
};

const publications = [offersPublication, bookingsPublication, matchingPublication, invoicingPublication];

/** What the log should have become in Kafka. @throws Error for what may not be published at all. */
export const publishedFrom = (log: readonly RecordedEvent[]): IntegrationEvent[] => {
  const mapper = createMapper(publications, integrationEvents);
  return log.flatMap((event) =>
    mapper.map(event).map(({ result }) => {
      if (result instanceof Error) throw result;
      return result;
    }),
  );
};

/** Every record of every topic. */
export const readKafka = async (plant: RunningPlant, newGroupId: () => string): Promise<Standing[]> => {
  const { brokers } = plant.distributed.kafka;
  const topics: Standing[] = [];
  for (const service of plant.plan.services)
    topics.push(...(await readTopic({ brokers, service, groupId: newGroupId() })));
  return topics;
};

/** What every replica says of its read models, one after the other: each rebuilds them all. */
export const compareWithRebuilds = async (
  plant: RunningPlant,
): Promise<readonly { readonly name: string; readonly service: string; readonly differences: readonly string[] }[]> => {
  const told = [];
  for (const it of plant.plan.services.flatMap((service) => plant.servicesOf(service))) {
    const differences = await operationsOf(it, plant.distributed.serviceToken, 300_000)
      .compareWithRebuild({})
      .catch((error: Error) => [`it could not be compared: ${error.message}`]);
    told.push({ name: it.name, service: it.service, differences });
  }
  return told;
};

/** What waits for an operator, by the word of the first replica of each service. */
export const listParked = async (plant: RunningPlant): Promise<Evidence['parked']> => {
  const parked = [];
  for (const service of plant.plan.services) {
    const [replica] = plant.servicesOf(service);
    if (replica === undefined) continue;
    const { items } = await operationsOf(replica, plant.distributed.serviceToken, 20_000).listParked({
      page: { first: 50 },
    });
    for (const { item } of items)
      parked.push({ id: `${service}:${item.id}`, consumer: `${item.consumer} ${item.type}`, reason: item.reason });
  }
  return parked;
};
