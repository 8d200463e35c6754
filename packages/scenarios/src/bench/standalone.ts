import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findFreePort,
  type LaunchOptions,
  launchMarketplace,
  type MarketplaceProcess,
} from '../torture/marketplace-process.ts';
import { type BookingPlace, prepareBookings } from './place.ts';
import type { SupplySize } from './supply.ts';

/** A marketplace to be measured: the demonstration's data and the bench's own supply, on the disk of this machine. */
export type Bench = BookingPlace & {
  readonly folder: string;
  readonly process: () => MarketplaceProcess;
  /** Stops it in order, or as `kill -9` does, and starts it again on its folder. Milliseconds until it was ready. */
  restart(how: 'stop' | 'kill', execArgv?: readonly string[]): Promise<number>;
  close(): Promise<void>;
};

export const startBench = async ({
  nowMs,
  size,
}: {
  readonly nowMs: () => number;
  readonly size: SupplySize;
}): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'adempauze-bench-'));
  const port = await findFreePort();
  const target = `http://127.0.0.1:${port}`;
  const launch = (execArgv: LaunchOptions['execArgv'] = []) =>
    launchMarketplace({ folder: join(folder, 'data'), port, demonstration: 'full', execArgv, nowMs });
  let running = launch();
  const close = async () => {
    await running.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await running.ready;
    const metricsUrls = [`${target}/metrics`];
    const place = await prepareBookings({ target, seed: 'standalone', size, metricsUrls, nowMs });
    return {
      ...place,
      ...{ folder, close },
      pid: () => running.pid,
      process: () => running,
      async restart(how, execArgv) {
        await (how === 'stop' ? running.stop() : running.kill());
        running = launch(execArgv);
        return running.ready;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};
