import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createServiceClient, type ServiceClientOptions } from '../service-client.ts';
import { HopApi, hop } from './hop-api.ts';

/* What a call to another process costs beside the same call in process: `node packages/http/src/bench/hop.ts [calls]`. */

const calls = Number(process.argv[2] ?? 10_000);
const id = '01977e60-0000-7000-8000-000000000001';
const child = fork(fileURLToPath(new URL('hop-server.ts', import.meta.url)));
const [{ url }] = (await once(child, 'message')) as [{ url: string }];
const cpuThere = async (): Promise<number> => {
  child.send('cpu');
  const [{ cpuMicros }] = (await once(child, 'message')) as [{ cpuMicros: NodeJS.CpuUsage }];
  return cpuMicros.user + cpuMicros.system;
};
const cpuHere = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const options: ServiceClientOptions = { url, timeoutMs: 10_000, random: Math.random };
const ways = {
  'in process': hop,
  'over HTTP': createServiceClient(HopApi, options),
  'over HTTP, by fetch': createServiceClient(HopApi, { ...options, fetch }),
};
for (const [way, { find }] of Object.entries(ways)) {
  for (const atOnce of [1, 32]) {
    const run = async (count: number) => {
      let left = count;
      const caller = async () => {
        while (left-- > 0) await find({ id });
      };
      await Promise.all(Array.from({ length: atOnce }, caller));
    };
    await run(calls / 5);
    const [here, there, begunMs] = [cpuHere(), await cpuThere(), performance.now()];
    await run(calls);
    const microsOf = (all: number) => (all / calls).toFixed(0).padStart(4);
    const wall = microsOf((performance.now() - begunMs) * 1000 * atOnce);
    const line = `${way.padEnd(20)} ${String(atOnce).padStart(2)} at once  ${wall} µs a call`;
    console.log(`${line}, CPU here ${microsOf(cpuHere() - here)} µs, there ${microsOf((await cpuThere()) - there)} µs`);
  }
}
child.disconnect();
process.exit();
