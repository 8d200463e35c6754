import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readSettings, runMain } from '@adempauze/http';
import { instantFromMs, timeOrderedId } from '@adempauze/kernel';
import { openStore } from '@adempauze/process';
import { FillSettings } from './fill-config.ts';
import { beginClock, fillThroughServices } from './fill-services.ts';

/*
 * `node services/standalone/src/fill.ts`: fills an empty log of the distributed profile with the demonstration, through
 * its services, and ends. Stopped half way, the next time goes on where it was; later it fills the calendars for the
 * weeks ahead. `… fill.ts begin`, before the services start, only begins the clock: five weeks back, which are then lived.
 */

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopping.abort(new Error('The filling was stopped.')));

await runMain(process, async () => {
  const settings = readSettings(FillSettings, process.env);
  const machineMs = Date.now;
  const store = await openStore({
    connectionString: settings.KURRENTDB_URL,
    clock: () => instantFromMs(machineMs()),
    newId: () => timeOrderedId(machineMs(), randomBytes),
    timeoutMs: 30_000,
  });
  const parts = { store, machineMs, present: settings.CLOCK_START ?? instantFromMs(machineMs()) };
  try {
    if (process.argv[2] === 'begin') await beginClock({ ...parts, fills: settings.DEMONSTRATION === 'full' });
    else
      await fillThroughServices(settings, {
        ...parts,
        random: Math.random,
        signal: stopping.signal,
        pause,
        say: (line) => console.log(line),
      });
  } catch (error) {
    // Whoever stops it has it fail half way: that is what was asked for.
    if (!stopping.signal.aborted) throw error;
  } finally {
    await store.close();
  }
});
