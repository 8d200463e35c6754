import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Correlation,
  createCorrelation,
  createLifecycle,
  createLog,
  type Environment,
  type Health,
  type Lifecycle,
  type Log,
  type LogLevel,
  type ProcessDoor,
  readSettings,
  runMain,
  stopOnSignals,
} from '@adempauze/http';
import { StartError, timeOrderedId, UnavailableError } from '@adempauze/kernel';
import type { z } from 'zod';

/** The part of `process` that ours need. */
export type RunningProcessDoor = ProcessDoor & { readonly stdout: { write(text: string): unknown } };

/** What every process has before it opens anything. */
export type ProcessTools = {
  /** Its lines carry service and replica. */
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly correlation: Correlation;
  readonly newId: () => string;
  readonly machineMs: () => number;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Aborted when somebody asks the process to stop. */
  readonly signal: AbortSignal;
};

const readyLookEveryMs = 50;

/**
 * Runs one process of the distributed profile until it is told to stop: reads its settings, starts it, and says so in
 * one line on standard output once all is well. Lines of the log go to standard error. A start that fails is said in a
 * sentence; a stop ends what `lifecycle` started, in reverse.
 */
export const runProcess = <S extends z.ZodType<{ REPLICA: string; LOG_LEVEL: LogLevel }>>(
  process: RunningProcessDoor,
  environment: Environment,
  definition: {
    readonly service: string;
    readonly settings: S;
    readonly start: (
      settings: z.output<S>,
      tools: ProcessTools,
    ) => Promise<{ readonly url: string; readonly health: Health }>;
  },
): Promise<void> =>
  runMain(process, async () => {
    const settings = readSettings(definition.settings, environment);
    const { REPLICA: replica, LOG_LEVEL: level } = settings;
    const newId = () => timeOrderedId(Date.now(), randomBytes);
    const correlation = createCorrelation({ newId });
    const log = createLog({
      ...{ service: definition.service, level, correlationId: correlation.current },
      destination: { write: (line: string) => void process.stderr.write(line) },
    }).child({ replica });
    const lifecycle = createLifecycle({ log });
    const stopping = new AbortController();
    const { signal } = stopping;
    const stop = () => {
      stopping.abort();
      return lifecycle.stop();
    };
    stopOnSignals({ stop }, process);
    try {
      const { url, health } = await definition.start(settings, {
        ...{ log, lifecycle, correlation, newId, signal, randomBytes },
        ...{ machineMs: Date.now, random: Math.random },
      });
      while (!signal.aborted && !(await health.ready()).ready) await pause(readyLookEveryMs);
      if (!signal.aborted) process.stdout.write(`${replica} is ready at ${url}\n`);
    } catch (error) {
      await lifecycle.stop();
      // Whoever stops a start has it fail half way: that is what was asked for.
      if (!signal.aborted) throw error instanceof UnavailableError ? lostDuringStart(error) : error;
    }
  });

const lostDuringStart = (cause: UnavailableError) =>
  new StartError(
    {
      nl: 'Het logboek, Kafka of PostgreSQL viel weg tijdens het starten. Start opnieuw.',
      en: `The log, Kafka or PostgreSQL went away during the start: ${cause.message} Start again.`,
    },
    { cause },
  );
