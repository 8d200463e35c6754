import { startKafka } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { eventBusContract } from '../contract.ts';
import { openWorld } from './world.fixtures.ts';

await withServer(
  () => startKafka(),
  ({ brokers }) =>
    eventBusContract('kafka', async (parts) => {
      const world = await openWorld({ brokers, ...parts });
      world.openRelay();
      let bus = world.openBus();
      return {
        store: world.store,
        bus,
        async restart() {
          await bus.close();
          bus = world.openBus();
          return bus;
        },
        close: world.close,
      };
    }),
);
