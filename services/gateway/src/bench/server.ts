import { startGateway } from '../testing/start-gateway.ts';

/* The gateway over a marketplace that does nothing, in a process of its own; tells how much CPU it used when asked. */
const gateway = await startGateway();
process.on('message', () => process.send?.({ cpuMicros: process.cpuUsage() }));
process.send?.({ origin: gateway.origin, token: await gateway.tokenOf('caregiver') });
