import { existsSync } from 'node:fs';
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import { z } from 'zod';

export type KurrentServer =
  | {
      readonly is: 'there';
      readonly what: string;
      readonly connectionString: string;
      readonly stop: () => Promise<void>;
    }
  | { readonly is: 'missing'; readonly why: string };

const Settings = z.object({
  KURRENTDB_URL: z.string().optional(),
  KURRENTDB_IMAGE: z.string().default('kurrentplatform/kurrentdb:26.1.1'),
  DOCKER_HOST: z.string().optional(),
  XDG_RUNTIME_DIR: z.string().default('/run/user/0'),
});

/** A real server for tests: the one that `KURRENTDB_URL` names, else one in a container, else why there is none. */
export const findKurrentServer = async (env: NodeJS.ProcessEnv): Promise<KurrentServer> => {
  const settings = Settings.parse(env);
  if (settings.KURRENTDB_URL) {
    return {
      is: 'there',
      what: 'the one that KURRENTDB_URL names',
      connectionString: settings.KURRENTDB_URL,
      stop: async () => {},
    };
  }
  const sockets = ['/var/run/docker.sock', `${settings.XDG_RUNTIME_DIR}/podman/podman.sock`];
  if (!settings.DOCKER_HOST && !sockets.some((it) => existsSync(it))) {
    return { is: 'missing', why: 'KURRENTDB_URL is not set, and no container engine answers' };
  }
  try {
    // Only now: it takes a second to load.
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(settings.KURRENTDB_IMAGE)
      .withCommand(['--insecure', '--mem-db'])
      .withExposedPorts(2113)
      .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
      .start();
    return {
      is: 'there',
      what: `${settings.KURRENTDB_IMAGE} in a container`,
      connectionString: `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`,
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      is: 'missing',
      why: `a container engine is there, but ${settings.KURRENTDB_IMAGE} did not start (${message})`,
    };
  }
};

/** Tombstones every stream whose name begins with the prefix, and counts what could not be. */
export const removeStreams = async (
  givenString: string,
  prefix: string,
): Promise<{ readonly removed: number; readonly left: number }> => {
  if (prefix.length < 8) throw new Error('A short prefix could be that of somebody else.');
  const client = EventStoreDBClient.connectionString(givenString.replace(/^kurrentdb/, 'esdb'));
  const streams = new Set<string>();
  const ended = new Set<string>();
  const subscription = client.subscribeToAll({
    fromPosition: 'start',
    filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 4096, checkpointInterval: 1 }),
  });
  await new Promise<void>((resolve, reject) => {
    subscription.on('data', ({ event }) => {
      if (event?.type === '$streamDeleted') ended.add(event.streamId);
      else if (event !== undefined) streams.add(event.streamId);
    });
    subscription.on('error', reject);
    subscription.on('caughtUp', () => setImmediate(resolve));
  });
  await subscription.unsubscribe();
  const still = [...streams].filter((it) => !ended.has(it));
  const results = await Promise.allSettled(still.map((stream) => client.tombstoneStream(stream)));
  await client.dispose();
  const left = results.filter((it) => it.status === 'rejected').length;
  return { removed: still.length - left + ended.size, left };
};
