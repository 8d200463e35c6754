import { randomBytes } from 'node:crypto';
import {
  createLifecycle,
  createLog,
  type Environment,
  type ProcessDoor,
  readSettings,
  runMain,
  stopOnSignals,
} from '@adempauze/http';
import { Settings } from './config.ts';
import { createRandomPool } from './random-pool.ts';
import { startStandalone } from './standalone.ts';

/** Starts the marketplace as these settings say, until the process is told to stop. `say` is where a person reads. */
export const runStandalone = (process: ProcessDoor, environment: Environment, say: (line: string) => void) =>
  runMain(process, async () => {
    const settings = readSettings(Settings, environment);
    const log = createLog({ service: 'adempauze', level: settings.LOG_LEVEL });
    const lifecycle = createLifecycle({ log });
    const stopping = new AbortController();
    const stop = () => {
      stopping.abort();
      return lifecycle.stop();
    };
    stopOnSignals({ stop }, process);
    try {
      await startStandalone(settings, {
        ...{ log, lifecycle, machineMs: Date.now, say, signal: stopping.signal },
        randomBytes: createRandomPool(randomBytes),
      });
    } catch (error) {
      await lifecycle.stop();
      // Whoever stops a start has it fail half way: that is what was asked for.
      if (!stopping.signal.aborted) throw error;
    }
  });
