import { startDistributed } from '@adempauze/testing/distributed';
import { type BookingPlace, prepareBookings } from './place.ts';
import type { SupplySize } from './supply.ts';

/** The distributed profile to be measured: every process on this machine, with the demonstration's data. */
export const startDistributedBench = async ({
  replicas,
  size,
  say,
  nowMs,
}: {
  readonly replicas: number;
  readonly size: SupplySize;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
}): Promise<BookingPlace & { close(): Promise<void> }> => {
  const running = await startDistributed({
    ...{ replicas, demonstration: 'full', brokers: 1, port: 0 },
    onEvent: (name, sentence) => say(`  ${name} ${sentence}`),
  });
  try {
    const services = running.processes.filter(({ service }) => service !== 'gateway');
    // Gateways share one address: whichever answers speaks for all, so they are left out.
    const metricsUrls = services.map(({ url }) => `${url}/metrics`);
    const place = await prepareBookings({ target: running.url, seed: 'distributed', size, metricsUrls, nowMs });
    return { ...place, close: () => running.close() };
  } catch (error) {
    await running.close();
    throw error;
  }
};
