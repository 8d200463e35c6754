import { UnavailableError } from '@adempauze/kernel';
import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { StoreOpenError } from '../errors.ts';
import { type Endpoint, failureOf, LinkFailure } from './failure.ts';

/** Anything under way that ends when it is told to. */
type Cancellable = { cancel(): void };
type CallArguments = ReturnType<ClientInside['callArguments']>;

/** One client with its channel. It is given up as a whole when it fails, and never mended. */
export type Link = {
  readonly streams: StreamsClient;
  /**
   * What each call takes with it: credentials, and that only the leader may answer, so that a read sees every append.
   * @throws LinkFailure when the link was given up in the meantime.
   */
  readonly callArguments: () => CallArguments;
  /** Keeps a call so that it ends with the link. */
  readonly underWay: Set<Cancellable>;
  /** How many messages have come over it: when it stays the same while a call waits, the link is silent. */
  heard: number;
  /** What `heard` was when a call was lost before. */
  heardAtLoss: number;
};

export type Links = {
  /** @throws UnavailableError */
  current(): Promise<Link>;
  /**
   * Hears of a failure. A silent link, one to the wrong node, and one over which nothing came since the last loss is
   * ended with all its calls, and the next call makes a new one; a first loss may only have been that call's own.
   */
  failed(link: Link, failure: LinkFailure): void;
  close(): void;
};

/**
 * What of the client is needed beside its constructor. It stands in its declarations as private, so it is looked at
 * before it is used. The calls themselves are ours: see ADR 20 for why its own append can end the process.
 */
type ClientInside = {
  getGRPCClient(type: typeof StreamsClient, name: string): Promise<StreamsClient>;
  callArguments(
    base: { requiresLeader: boolean },
    options: { deadline: number },
  ): [metadata: import('@grpc/grpc-js').Metadata, options: import('@grpc/grpc-js').CallOptions];
};

const isClientInside = (client: object): client is ClientInside =>
  'getGRPCClient' in client &&
  typeof client.getGRPCClient === 'function' &&
  'callArguments' in client &&
  typeof client.callArguments === 'function';

/** @throws StoreOpenError when the connection string cannot be read. It is not repeated: it may hold a password. */
export const createLinks = (givenString: string, { timeoutMs }: { timeoutMs: number }): Links => {
  const connectionString = givenString.replace(/^(kurrentdb|kurrent|kdb)(?=[+:])/, 'esdb');
  connect(connectionString);
  let leader: Endpoint | undefined;
  let link: Promise<Link> | undefined;
  let opened: Link | undefined;
  let closed = false;

  const open = async (): Promise<Link> => {
    const client = connect(leader === undefined ? connectionString : toEndpoint(connectionString, leader));
    const found = client.getGRPCClient(StreamsClient, 'adempauze');
    const streams = await inTime(found, timeoutMs).catch((error: unknown) => {
      found.then(
        (late) => late.close(),
        () => {},
      );
      throw error;
    });
    const made: Link = {
      streams,
      callArguments() {
        if (opened !== made) throw new LinkFailure('lost', 'The link to KurrentDB was given up.');
        return client.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
      },
      underWay: new Set(),
      heard: 0,
      heardAtLoss: 0,
    };
    if (closed) streams.close();
    else opened = made;
    return made;
  };

  const end = (ended: Link) => {
    for (const call of ended.underWay) call.cancel();
    ended.underWay.clear();
    ended.streams.close();
  };

  return {
    async current() {
      if (closed) throw new UnavailableError('The event store is closed.');
      const mine = link ?? open();
      link = mine;
      try {
        return await mine;
      } catch (error) {
        if (link === mine) link = undefined;
        leader = undefined;
        throw failureOf(error);
      }
    },
    failed(failed, { kind, leader: toLeader }) {
      if (opened !== failed || kind === 'busy' || kind === 'slow') return;
      if (kind === 'lost' && failed.heard > failed.heardAtLoss) {
        failed.heardAtLoss = failed.heard;
        return;
      }
      opened = undefined;
      link = undefined;
      leader = toLeader;
      end(failed);
    },
    close() {
      if (closed) return;
      closed = true;
      if (opened !== undefined) end(opened);
      opened = undefined;
    },
  };
};

const connect = (connectionString: string): ClientInside => {
  let client: object;
  try {
    client = EventStoreDBClient.connectionString(connectionString);
  } catch {
    throw new StoreOpenError(
      'The connection string of KurrentDB cannot be read. It looks like esdb://user:password@host:2113?tls=true.',
    );
  }
  if (!isClientInside(client))
    throw new StoreOpenError('This version of @eventstore/db-client is not the one we know.');
  return client;
};

/** The same connection string, to one node. */
const toEndpoint = (connectionString: string, { address, port }: Endpoint): string =>
  connectionString.replace(
    /^esdb(?:\+discover)?:\/\/([^@/?]*@)?[^/?]+/,
    (_, user: string | undefined) => `esdb://${user ?? ''}${address}:${port}`,
  );

/** Discovery has no time-out of its own that could be relied on. */
const inTime = <T>(task: Promise<T>, timeoutMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LinkFailure('silent', 'KurrentDB was not found in time.')), timeoutMs);
    task.then(resolve, reject).finally(() => clearTimeout(timer));
  });
