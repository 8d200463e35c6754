import type { EventStore, Position } from '@adempauze/event-store';
import { openTestStore } from '@adempauze/event-store/testing';
import { derivedId } from '@adempauze/kernel';
import { z } from 'zod';
import type { EventSchemas, IntegrationEvent, Publication } from '../port.ts';
import { createKafkaBus, type KafkaBus, type KafkaBusOptions } from './bus.ts';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';
import { createKafkaTopics } from './topics.ts';

/** Quick to miss a member that died. The brokers of our tests allow it. */
export const quickTimings = { sessionTimeoutMs: 3000, rebalanceTimeoutMs: 5000, requestTimeoutMs: 3000 };

export const noted = 'trials.noted.v1';
export const trialSchemas = { [noted]: z.object({ key: z.string(), n: z.int() }) };
export const trials: Publication = {
  service: 'trials',
  categories: ['trial'],
  publish({ stream, data }) {
    const key = stream.slice('trial-'.length);
    return { type: noted, subject: key, data: { key, n: Number(data.n) } };
  },
};

/** Trials with the numbers `from` up to and not including `to`, spread over three keys. */
export const writeTrials = async (store: EventStore, from: number, to: number): Promise<Position> => {
  let last = '';
  for (let n = from; n < to; n += 1) {
    const event = {
      id: derivedId('trial', n),
      type: 'Noted',
      data: { n },
      metadata: { v: 1, at: '2027-05-03T10:00:00.000Z' },
    };
    ({ position: last } = await store.append(`trial-${n % 3}`, [event], { expected: 'any' }));
  }
  return last;
};

export const numbersOf = (events: readonly IntegrationEvent[]) => events.map(({ data }) => Number(data.n));
export const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, n) => from + n);

/** Resolves once it is so. @throws Error when it is not after `limitMs`. */
export const eventually = async (isSo: () => boolean, limitMs = 40_000): Promise<void> => {
  const giveUpAt = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`It was not so after ${limitMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

let worlds = 0;

/** A store, topics of its own on these brokers, and whatever relays and buses a story opens. */
export const openWorld = async (options: {
  readonly brokers: readonly string[];
  readonly publications?: readonly Publication[];
  readonly schemas?: EventSchemas;
  readonly file?: string;
}) => {
  const { brokers, publications = [trials], schemas = trialSchemas } = options;
  worlds += 1;
  const prefix = `world-${process.pid}-${worlds}`;
  const services = [...new Set(publications.map(({ service }) => service))];
  await createKafkaTopics({ brokers, prefix, services, replicas: brokers.length });
  const store = await openTestStore(options.file === undefined ? {} : { file: options.file });
  const closers: (() => Promise<void>)[] = [];
  return {
    prefix,
    store,
    write: (from: number, to: number) => writeTrials(store, from, to),
    openRelay(own: Partial<RelayOptions> = {}): Relay {
      const common = { brokers, prefix, store, publications, schemas, replica: 'r1', timings: quickTimings };
      const relay = startRelay({ ...common, ...own });
      closers.push(relay.close);
      return relay;
    },
    openBus(own: Partial<KafkaBusOptions> = {}): KafkaBus {
      const common = { brokers, prefix, epoch: () => store.epoch(), schemas, replica: 'r1', timings: quickTimings };
      // A slow machine must not change the order in which services are heard.
      const bus = createKafkaBus({ ...common, orderWaitMs: 10_000, ...own });
      closers.push(bus.close);
      return bus;
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await store.close();
    },
  };
};
