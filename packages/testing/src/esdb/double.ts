import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendReq, BatchAppendResp, ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerErrorResponse,
  status,
} from '@grpc/grpc-js';
import { append, batchAppend } from './appends.ts';
import type { AppendFault, Faults } from './faults.ts';
import { createLog } from './log.ts';
import { type ReadAnswer, readOnce } from './reads.ts';
import { deleteStream, tombstoneStream } from './removals.ts';
import { type RunningSubscription, subscribe } from './subscriptions.ts';
import { notLeader, rpcError } from './wire.ts';

export type { AppendFault, Faults } from './faults.ts';

export type EsdbDoubleOptions = {
  /** 0, unless told: any free port. */
  readonly port?: number;
  /** The log is kept in this SQLite file, on disk before an append is answered; without it, in memory. */
  readonly file?: string;
  /** Time of the server: when events were recorded, and what `$maxAge` counts from. */
  readonly nowMs?: () => number;
  /** MaxAppendSize of the server; 1 MiB, unless told. */
  readonly maxAppendBytes?: number;
  /** False for a server that only knows Append. */
  readonly batchAppend?: boolean;
};

export type EsdbDouble = {
  readonly port: number;
  readonly connectionString: string;
  readonly faults: Faults;
  /** A second door to the same log, which sends everybody who wants the leader to the first. */
  openFollower(): Promise<{ readonly port: number; readonly connectionString: string }>;
  /** Ends every connection as a crash does, does `between`, and comes back on the same port with what was on disk. */
  restart(between?: () => unknown): Promise<void>;
  stop(): Promise<void>;
};

const host = '127.0.0.1';

/**
 * A server that speaks the protocol of EventStoreDB, from the definitions that its client carries: appends (both ways),
 * reads, subscriptions with filters, deletion, stream metadata, server features and gossip. It keeps the rules of
 * the server on revisions and repeats, and can be told to fail. It has no users, links, projections or scavenging.
 */
export const startEsdbDouble = async ({
  port = 0,
  file,
  nowMs = Date.now,
  maxAppendBytes = 1024 * 1024,
  batchAppend: knowsBatchAppend = true,
}: EsdbDoubleOptions = {}): Promise<EsdbDouble> => {
  let log = createLog({ file, nowMs, maxAppendBytes });
  const subscriptions = new Set<RunningSubscription>();
  const appendStreams = new Set<ServerDuplexStream<BatchAppendReq, BatchAppendResp>>();
  const appendFaults: AppendFault[] = [];
  let readsToSilence = 0;
  let thaw: PromiseWithResolvers<void> | undefined;
  const followers: { server: Server; port: number }[] = [];
  let leaderPort = port;

  const thawed = () => thaw?.promise ?? Promise.resolve();
  const appendSettings = {
    log: () => log,
    streams: appendStreams,
    async nextFault() {
      await thawed();
      return appendFaults.shift();
    },
  };

  const read = async (call: ReadAnswer) => {
    const options: ReadReq.Options | undefined = call.request.getOptions();
    await thawed();
    if (options === undefined) return void call.emit('error', rpcError(status.INVALID_ARGUMENT, 'A read has options.'));
    if (options.hasSubscription()) return subscribe(call, options, log, subscriptions);
    if (readsToSilence > 0) {
      readsToSilence -= 1;
      return;
    }
    await readOnce(call, options, log);
  };

  /** Undefined when this door answers the call itself. */
  const elsewhere = (metadata: Metadata, isLeader: boolean): ServerErrorResponse | undefined =>
    isLeader || metadata.get('requires-leader').length === 0 ? undefined : notLeader({ host, port: leaderPort });

  const open = async (onPort: number, isLeader: boolean) => {
    const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    const removal = { log: () => log, thawed };
    server.addService(streamsGrpc.StreamsService, {
      read: (call: ReadAnswer) => {
        const refusal = elsewhere(call.metadata, isLeader);
        if (refusal) call.emit('error', refusal);
        else void read(call);
      },
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
        const refusal = elsewhere(call.metadata, isLeader);
        if (refusal) call.emit('error', refusal);
        else batchAppend(appendSettings)(call);
      },
      append: append(appendSettings),
      delete: deleteStream(removal),
      tombstone: tombstoneStream(removal),
    });
    server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (
        _: unknown,
        answer: (error: null, methods: InstanceType<typeof features.SupportedMethods>) => void,
      ) => answer(null, supportedMethods(knowsBatchAppend)),
    });
    server.addService(gossipGrpc.GossipService, {
      read: (_: unknown, answer: (error: null, members: InstanceType<typeof gossip.ClusterInfo>) => void) =>
        answer(
          null,
          membersOf(
            leaderPort,
            followers.map((it) => it.port),
          ),
        ),
    });
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:${onPort}`, ServerCredentials.createInsecure(), (error, it) =>
        error ? reject(error) : resolve(it),
      );
    });
    return { server, port: bound };
  };

  let leader = await open(port, true);
  leaderPort = leader.port;

  const faults: Faults = {
    nextAppends: (...next) => void appendFaults.push(...next),
    silenceReads(count) {
      readsToSilence = count;
    },
    stallSubscriptions() {
      for (const it of subscriptions) it.stalled = true;
    },
    dropSubscriptions(how) {
      for (const { call } of [...subscriptions]) {
        if (how === 'end') call.end();
        else call.emit('error', rpcError(status.INTERNAL, 'The subscription was dropped.'));
      }
    },
    endAppendStreams() {
      for (const call of [...appendStreams]) call.end();
    },
    freeze(frozen) {
      if (frozen) thaw ??= Promise.withResolvers<void>();
      else {
        thaw?.resolve();
        thaw = undefined;
      }
    },
  };

  const shut = () => {
    for (const { server } of [leader, ...followers]) server.forceShutdown();
    followers.length = 0;
    subscriptions.clear();
    appendStreams.clear();
  };

  return {
    port: leaderPort,
    connectionString: connectionStringTo(leaderPort),
    faults,
    async openFollower() {
      const follower = await open(0, false);
      followers.push(follower);
      return { port: follower.port, connectionString: connectionStringTo(follower.port) };
    },
    async restart(between) {
      shut();
      // Without a file there is no disk to come back from; what was answered is kept, as the file would have.
      if (file !== undefined) log.close();
      await between?.();
      if (file !== undefined) log = createLog({ file, nowMs, maxAppendBytes });
      leader = await open(leaderPort, true);
    },
    async stop() {
      shut();
      log.close();
    },
  };
};

const connectionStringTo = (port: number): string => `esdb://${host}:${port}?tls=false`;

const supportedMethods = (withBatchAppend: boolean) => {
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.10.0');
  for (const method of ['read', 'append', 'delete', 'tombstone', ...(withBatchAppend ? ['batchappend'] : [])]) {
    supported.addMethods(
      new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(method),
    );
  }
  return supported;
};

const membersOf = (leaderPort: number, followerPorts: readonly number[]) => {
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
  const info = new gossip.ClusterInfo();
  for (const port of [leaderPort, ...followerPorts]) {
    const endPoint = new gossip.EndPoint().setAddress(host).setPort(port);
    const member = new gossip.MemberInfo().setHttpEndPoint(endPoint).setIsAlive(true).setTimeStamp('0');
    info.addMembers(member.setState(port === leaderPort ? LEADER : FOLLOWER));
  }
  return info;
};
