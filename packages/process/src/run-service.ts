import { join } from 'node:path';
import { processApi, type ServiceApi, type ServiceName, type ServiceOf } from '@adempauze/contracts';
import type { EventBus, Inbox, Publication, Turns } from '@adempauze/event-bus';
import type { EventStore } from '@adempauze/event-store';
import {
  createApp,
  createHealth,
  createMetrics,
  createReplicas,
  createServiceClient,
  createServiceRouter,
  type Environment,
  type Health,
  type Log,
  listen,
  measuresOfReplicas,
  type Replicas,
} from '@adempauze/http';
import { type Clock, instantFromMs, StartError } from '@adempauze/kernel';
import type { ForgettingVault } from '@adempauze/personal-data';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { openAdapters } from './open-adapters.ts';
import { createProcessMeasures } from './process-measures.ts';
import { createProcessOperations } from './process-operations.ts';
import { readinessChecks } from './readiness.ts';
import { type ProcessTools, type RunningProcessDoor, runProcess } from './run-process.ts';
import type { ServiceRuntime } from './service-runtime.ts';
import type { ServiceSettings } from './settings.ts';
import { answerWhileStarting } from './starting/answer-while-starting.ts';
import { makeFolder } from './starting/make-folder.ts';
import { requireToken } from './token.ts';

/** What a service is started with; adapters as its ports, chosen here. */
export type ServiceParts = {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly vault: ForgettingVault;
  /** Deletes a person's key for good, and drops it from memory here; again is harmless. */
  readonly forgetKey: (personId: string) => Promise<void>;
  readonly clock: Clock;
  readonly folder: string;
  readonly log: Log;
  readonly inbox: Inbox;
  readonly turns: Turns;
  readonly sweepEveryMs: number;
};

/** Another service, whichever of its replicas answers. */
export type ClientOf = <A extends ServiceApi>(api: A, urls: readonly string[]) => ServiceOf<A>;

export type ServiceDefinition<
  A extends ServiceApi,
  S extends z.ZodType<ServiceSettings>,
  R extends ServiceRuntime<A>,
> = {
  readonly api: A & { readonly name: string };
  readonly service: ServiceName;
  readonly publication: Publication;
  readonly settings: S;
  readonly start: (parts: ServiceParts, settings: z.output<S>, client: ClientOf) => Promise<R>;
  /** More doors than the tables of operations, behind the same token. */
  readonly routers?: (runtime: R) => readonly RequestHandler[];
};

const sweepEveryMs = 1000;
/** Below what the gateway grants one attempt: a service that hangs is not to be taken for the one that asked it. */
const callTimeoutMs = 2500;
const attemptTimeoutMs = 1200;

/** Runs one replica of a service until the process is told to stop: see `runProcess`. */
export const runService = <A extends ServiceApi, S extends z.ZodType<ServiceSettings>, R extends ServiceRuntime<A>>(
  process: RunningProcessDoor,
  environment: Environment,
  definition: ServiceDefinition<A, S, R>,
): Promise<void> =>
  runProcess(process, environment, {
    service: definition.service,
    settings: definition.settings,
    start: (settings, tools) => startService(definition, settings, tools),
  });

const startService = async <A extends ServiceApi, S extends z.ZodType<ServiceSettings>, R extends ServiceRuntime<A>>(
  { api, service, publication, start, routers }: ServiceDefinition<A, S, R>,
  settings: z.output<S>,
  tools: ProcessTools,
): Promise<{ readonly url: string; readonly health: Health }> => {
  refuseOpenDoor(settings);
  const { log, lifecycle, correlation, random } = tools;
  const { REPLICA: replica, SERVICE_TOKEN: token } = settings;
  const folder = settings.DATA_FOLDER ?? join('data', replica);
  // The door is taken first, so that a taken port is said at once.
  let answer = answerWhileStarting;
  const door = await lifecycle.start(
    'door',
    () => listen((request, response) => answer(request, response), { host: settings.HOST, port: settings.PORT }),
    (it) => it.close(),
  );
  makeFolder(folder);
  const adapters = await openAdapters(settings, { service, publication, ...tools });
  const { store, bus, vault, now, clock, inbox, turns } = adapters;
  const callable: Replicas[] = [];
  await lifecycle.start(
    'clients',
    () => callable,
    (all) => Promise.all(all.map((it) => it.close())),
  );
  const client: ClientOf = (other, urls) => {
    const replicas = createReplicas({
      ...{ name: other.name, urls, token, timeoutMs: callTimeoutMs, attemptTimeoutMs, random },
      correlationId: correlation.current,
    });
    callable.push(replicas);
    return createServiceClient(other, { replicas });
  };
  const forgetKey = (personId: string) => vault.forget(personId);
  const runtime = await lifecycle.start(
    service,
    () =>
      start({ store, bus, vault, forgetKey, clock: now, folder, log, inbox, turns, sweepEveryMs }, settings, client),
    (it) => it.close(),
  );

  const metrics = createMetrics({ service, replica, processMetrics: true });
  // By the machine's clock: the marketplace's can jump.
  metrics.follow(createProcessMeasures(adapters, runtime, () => instantFromMs(tools.machineMs())));
  metrics.follow(() => measuresOfReplicas(callable));
  if (runtime.gauges) metrics.follow(runtime.gauges);
  const health = createHealth({ checks: readinessChecks(adapters, runtime), log });
  const operations = createProcessOperations({ service, replica, runtime, health, now, clock, folder });
  // Stopped before the service is: what was asked is answered, and nothing new comes in.
  await lifecycle.start(
    'requests',
    () => door,
    (it) => it.close(),
  );
  answer = createApp({
    routers: [
      requireToken(token),
      createServiceRouter(api, runtime.api),
      createServiceRouter(processApi(service), operations),
      ...(routers?.(runtime) ?? []),
    ],
    ...{ health, metrics, correlation, log },
  });
  await lifecycle.start(
    'readiness',
    () => health,
    (it) => it.drain(),
  );
  return { url: door.url, health };
};

/** A service believes its callers: only other processes of the marketplace may be them. */
const refuseOpenDoor = ({ HOST, SERVICE_TOKEN }: ServiceSettings): void => {
  if (SERVICE_TOKEN !== undefined || ['127.0.0.1', '::1', 'localhost'].includes(HOST)) return;
  throw new StartError({
    nl: 'Op dit adres kan iedereen bij de dienst. Stel SERVICE_TOKEN in: hetzelfde geheim voor alle processen.',
    en: 'At this address anybody can reach the service. Set SERVICE_TOKEN: the same secret for all processes.',
  });
};
