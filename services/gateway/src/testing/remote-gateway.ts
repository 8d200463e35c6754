import { createHealth, silentLog } from '@adempauze/http';
import { createMoveClock } from '../remote/move-clock.ts';
import { createRemoteOperations } from '../remote/operations.ts';
import { createReadinessChecks, createStatus } from '../remote/readiness.ts';
import type { RemoteMarketplace } from './remote-marketplace.ts';
import { startGateway } from './start-gateway.ts';

/** The gateway in front of services that are other processes. `moves`: where the demonstration's clock was moved. */
export const startRemoteGateway = async ({ services }: RemoteMarketplace) => {
  const moves: string[] = [];
  let rounds = 0;
  const gateway = await startGateway({
    ...services,
    operations: createRemoteOperations(services.doors, createStatus(services.each)),
    health: createHealth({ checks: createReadinessChecks(services.each), log: silentLog }),
    demonstration: createMoveClock({
      clock: {
        async moveTo(to) {
          moves.push(to);
          return 'place-7';
        },
      },
      // The first round makes something new, the second does not.
      head: async () => String(rounds++ === 0 ? 0 : 1),
      each: services.each,
      log: silentLog,
    }),
  });
  return { ...gateway, moves };
};
export type RemoteGateway = Awaited<ReturnType<typeof startRemoteGateway>>;
