import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createCorrelation,
  createLifecycle,
  createLog,
  type Environment,
  type ProcessDoor,
  readSettings,
  runMain,
  stopOnSignals,
} from '@adempauze/http';
import { timeOrderedId } from '@adempauze/kernel';
import { Settings } from './config.ts';
import { startProcess } from './process.ts';

/** The part of `process` that the gateway needs. */
export type GatewayDoor = ProcessDoor & { readonly stdout: { write(text: string): unknown } };

const readyLookEveryMs = 50;

/**
 * Runs the gateway as a process of its own until it is told to stop, and says so in one line on standard output once it
 * has something to serve. Lines of the log go to standard error.
 */
export const runGateway = (process: GatewayDoor, environment: Environment): Promise<void> =>
  runMain(process, async () => {
    const settings = readSettings(Settings, environment);
    const newId = () => timeOrderedId(Date.now(), randomBytes);
    const correlation = createCorrelation({ newId });
    const log = createLog({
      ...{ service: 'gateway', level: settings.LOG_LEVEL, correlationId: correlation.current },
      destination: { write: (line: string) => void process.stderr.write(line) },
    }).child({ replica: settings.REPLICA });
    const lifecycle = createLifecycle({ log });
    const stopping = new AbortController();
    stopOnSignals(
      {
        stop() {
          stopping.abort();
          return lifecycle.stop();
        },
      },
      process,
    );
    try {
      const tools = {
        log,
        lifecycle,
        correlation,
        newId,
        machineMs: Date.now,
        random: Math.random,
        randomBytes,
        signal: stopping.signal,
      };
      const { url, health } = await startProcess(settings, tools);
      while (!stopping.signal.aborted && !(await health.ready()).ready) await pause(readyLookEveryMs);
      if (!stopping.signal.aborted) process.stdout.write(`${settings.REPLICA} is ready at ${url}\n`);
    } catch (error) {
      await lifecycle.stop();
      // Whoever stops a start has it fail half way: that is what was asked for.
      if (!stopping.signal.aborted) throw error;
    }
  });
