import { type Clock, UnavailableError } from '@adempauze/kernel';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import { checkStreamName, encodeAppend } from '../check-append.ts';
import { OutcomeUnknownError, StoreOpenError, StreamDeletedError } from '../errors.ts';
import type { EventStore, Position } from '../port.ts';
import { type Append, type AppendLane, openAppendLane } from './append-lane.ts';
import { type EpochSettings, readEpoch, renewEpoch } from './epoch.ts';
import { failureOf, LinkFailure } from './failure.ts';
import { createLinks, type Link } from './link.ts';
import { commitOf } from './position.ts';
import { createReader, type WholePage } from './reading.ts';
import { type FollowedLog, followLog } from './subscription.ts';

export type KurrentEventStoreOptions = {
  /** `esdb://` or `kurrentdb://`, with `+discover` for a cluster. User and password in it are percent-encoded. */
  readonly connectionString: string;
  readonly clock: Clock;
  /** A UUID: names a log that has no name yet, and events of the store's own. */
  readonly newId: () => string;
  /** Begins the name of every stream on the server: for tests on a server that others use too. */
  readonly prefix?: string;
  readonly random?: () => number;
  /** Names this process in this life, where several write to the log: see `EventStore.writer`. */
  readonly writer?: string;
  /** How long the server may leave a call without any message. Its own limit on a write is 2,000. */
  readonly timeoutMs?: number;
  /** How long a subscription may bring nothing before the store looks for itself. */
  readonly idleMs?: number;
};

export type KurrentEventStore = EventStore & {
  /** Gives the log a new name after a backup was put back: every reader begins anew. Answers with the name. */
  renewEpoch(): Promise<string>;
  /** A page of the log whatever the categories, for whoever copies it. */
  readWhole(options: { readonly after?: Position | undefined; readonly maxCount: number }): Promise<WholePage>;
};

/**
 * The event store in EventStoreDB or KurrentDB, 24.10 or later. Connects at the first call. A call that fails with the
 * link is sent once more when that may help at once; after that an append is `OutcomeUnknownError`, a read
 * `UnavailableError`, and the next call makes a new link. Subscriptions go on by themselves.
 * @throws StoreOpenError for a connection string that cannot be read, and later for credentials that are refused.
 */
export const createKurrentEventStore = ({
  connectionString,
  clock,
  newId,
  prefix = '',
  random = Math.random,
  writer,
  timeoutMs = 5000,
  idleMs = 1000,
}: KurrentEventStoreOptions): KurrentEventStore => {
  if (!/^([a-z][a-z0-9_]{0,30})?$/.test(prefix)) {
    throw new StoreOpenError('A prefix has small letters, digits and underscores, and begins with a letter.');
  }
  const links = createLinks(connectionString, { timeoutMs });
  const reader = createReader({ prefix, timeoutMs });
  const lanes = new WeakMap<Link, AppendLane>();
  const subscriptions = new Set<FollowedLog>();
  const inFlight = new Set<Promise<unknown>>();
  let knownHead: Position | undefined;
  let closing: Promise<void> | undefined;
  let epoch: Promise<string> | undefined;

  const saw = (position: Position | undefined) => {
    if (position !== undefined && (knownHead === undefined || position > knownHead)) knownHead = position;
  };

  /** On a link, and once more on the next one when the first broke under it or led to the wrong node. */
  const onLink = async <T>(task: (link: Link) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      const link = await links.current();
      try {
        return await task(link);
      } catch (error) {
        if (!(error instanceof LinkFailure)) throw error;
        links.failed(link, error);
        if (attempt === 2 || closing !== undefined || !['lost', 'not-leader'].includes(error.kind)) throw error;
      }
    }
  };

  const tracked = <T>(task: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new UnavailableError('The event store is closed.'));
    const running = task();
    inFlight.add(running);
    const done = () => void inFlight.delete(running);
    running.then(done, done);
    return running;
  };

  const laneOf = (link: Link): AppendLane => {
    const known = lanes.get(link);
    if (known !== undefined && !known.over()) return known;
    const lane = openAppendLane(link);
    lanes.set(link, lane);
    return lane;
  };

  const send = async (append: Append) => {
    let sent = false;
    try {
      const result = await onLink(async (link) => {
        const lane = laneOf(link);
        sent = true;
        return answeredInTime(link, timeoutMs, lane.send(append), lane.end);
      });
      saw(result.position);
      return result;
    } catch (error) {
      if (!sent || !(error instanceof LinkFailure)) throw error;
      throw new OutcomeUnknownError(`KurrentDB did not say whether it wrote to ${append.stream}.`, 1000, {
        cause: error,
      });
    }
  };

  const epochSettings: EpochSettings = {
    read: (stream, options) => onLink((link) => reader.read(link, stream, options)),
    append: (stream, events, expected) => send({ serverStream: `${prefix}${stream}`, stream, events, expected }),
    clock,
    newId,
  };

  return {
    ...(writer === undefined ? {} : { writer }),
    append: (stream, events, { expected }) =>
      tracked(async () => {
        const encoded = encodeAppend(stream, events, expected);
        return send({ serverStream: `${prefix}${stream}`, stream, events: encoded, expected });
      }),
    read: (stream, options = {}) =>
      tracked(async () => {
        checkStreamName(stream);
        const result = await onLink((link) => reader.read(link, stream, options));
        // Others write this log too: what was read here may lie beyond the end that we knew.
        for (const { position } of [result.events.at(0), result.events.at(-1)].flatMap((it) => it ?? [])) saw(position);
        return result;
      }),
    readAll: (options) =>
      tracked(async () => {
        const page = await onLink((link) => reader.readAll(link, options));
        saw(page.events.at(-1)?.position);
        // Whoever reads to the end of the log is about to wait for those who follow it.
        if (page.atEnd && page.scannedTo !== undefined) for (const it of subscriptions) it.reach(page.scannedTo);
        return page;
      }),
    readWhole: (options) => tracked(() => onLink((link) => reader.readWhole(link, options))),
    subscribe(options) {
      if (closing !== undefined) throw new UnavailableError('The event store is closed.');
      if (options.after !== undefined) commitOf(options.after);
      if (options.after !== undefined && knownHead !== undefined && epoch !== undefined && options.after > knownHead) {
        throw new RangeError('This position lies beyond the end of the log.');
      }
      const followed = followLog({ links, reader, prefix, random, idleMs, onSeen: saw }, options);
      const subscription: FollowedLog = {
        ...followed,
        async close() {
          subscriptions.delete(subscription);
          await followed.close();
        },
      };
      subscriptions.add(subscription);
      return subscription;
    },
    setRetention: (stream, { maxAgeSeconds, maxCount }) =>
      tracked(async () => {
        checkStreamName(stream);
        const data = JSON.stringify({ $maxAge: maxAgeSeconds, $maxCount: maxCount });
        const event = { id: newId(), type: '$metadata', data, metadata: '{}' };
        await send({ serverStream: `$$${prefix}${stream}`, stream, events: [event], expected: 'any' });
      }),
    tombstone: (stream) =>
      tracked(async () => {
        checkStreamName(stream);
        await onLink((link) => tombstoneOn(link, `${prefix}${stream}`, stream, timeoutMs));
      }),
    epoch: () =>
      tracked(async () => {
        // Asked for whenever a reader begins, so that a position from beyond the end is known for what it is.
        saw(await onLink(reader.head));
        epoch ??= readEpoch(epochSettings);
        try {
          return await epoch;
        } catch (error) {
          epoch = undefined;
          throw error;
        }
      }),
    renewEpoch: () =>
      tracked(async () => {
        epoch = renewEpoch(epochSettings);
        return epoch;
      }),
    close() {
      closing ??= (async () => {
        await Promise.all([...subscriptions].map((it) => it.close()));
        await Promise.allSettled(inFlight);
        links.close();
      })();
      return closing;
    },
  };
};

/** @throws LinkFailure when nothing came in time; `giveUp` is told then. */
const answeredInTime = <T>(link: Link, timeoutMs: number, answer: Promise<T>, giveUp: () => void): Promise<T> => {
  const heard = link.heard;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LinkFailure(link.heard === heard ? 'silent' : 'slow', 'KurrentDB did not answer an append in time.'));
      giveUp();
    }, timeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
};

const tombstoneOn = (link: Link, serverStream: string, stream: string, timeoutMs: number): Promise<void> => {
  const options = new pb.TombstoneReq.Options();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(serverStream)));
  options.setAny(new shared.Empty());
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const call = link.streams.tombstone(new pb.TombstoneReq().setOptions(options), ...link.callArguments(), (error) => {
    link.underWay.delete(call);
    const failure = error === null ? undefined : failureOf(error, stream);
    // Twice is the same as once.
    if (failure === undefined || failure instanceof StreamDeletedError) resolve();
    else reject(failure);
  });
  link.underWay.add(call);
  return answeredInTime(link, timeoutMs, promise, () => call.cancel());
};
