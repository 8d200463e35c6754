import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import type { Position } from '../port.ts';
import { failureOf, LinkFailure } from './failure.ts';
import type { Link } from './link.ts';
import { commitOf } from './position.ts';

const { ReadDirection } = pb.ReadReq.Options;
const { FilterOptions } = pb.ReadReq.Options;

/** How many events the server looks at before it says how far it came. */
const searchWindow = 1024;

const options = (): ReadReq.Options =>
  new pb.ReadReq.Options()
    .setResolveLinks(false)
    .setUuidOption(new pb.ReadReq.Options.UUIDOption().setString(new shared.Empty()));

const requestOf = (it: ReadReq.Options): ReadReq => new pb.ReadReq().setOptions(it);

/** One stream. `fromRevision` is inclusive both ways; absent: from the end that the direction begins at. */
export const streamRead = (
  serverStream: string,
  {
    direction,
    fromRevision,
    maxCount,
  }: { direction: 'forwards' | 'backwards'; fromRevision: number | undefined; maxCount: number },
): ReadReq => {
  const stream = new pb.ReadReq.Options.StreamOptions();
  stream.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(serverStream)));
  if (fromRevision !== undefined) stream.setRevision(String(fromRevision));
  else if (direction === 'forwards') stream.setStart(new shared.Empty());
  else stream.setEnd(new shared.Empty());
  return requestOf(
    options()
      .setStream(stream)
      .setReadDirection(direction === 'forwards' ? ReadDirection.FORWARDS : ReadDirection.BACKWARDS)
      .setCount(String(maxCount))
      .setNoFilter(new shared.Empty()),
  );
};

const allFrom = (after: Position | undefined) => {
  const all = new pb.ReadReq.Options.AllOptions();
  if (after === undefined) return all.setStart(new shared.Empty());
  const commit = commitOf(after);
  return all.setPosition(new pb.ReadReq.Options.Position().setCommitPosition(commit).setPreparePosition(commit));
};

/** Which streams, by what their names on the server begin with, or by a regular expression. */
export type StreamFilter = { readonly prefixes: readonly string[] } | { readonly regex: string };

const byName = (filter: StreamFilter, window: number) => {
  const expression = new FilterOptions.Expression();
  if ('regex' in filter) expression.setRegex(filter.regex);
  else expression.setPrefixList([...filter.prefixes]);
  return new FilterOptions().setStreamIdentifier(expression).setMax(window).setCheckpointintervalmultiplier(1);
};

/** A page of `$all`. The server includes the event that stands at `after`. */
export const pageRead = (after: Position | undefined, filter: StreamFilter, maxCount: number): ReadReq =>
  requestOf(
    options()
      .setAll(allFrom(after))
      .setReadDirection(ReadDirection.FORWARDS)
      .setCount(String(maxCount))
      // The window has to be larger than the count, and is how many events one step of the server looks at.
      .setFilter(byName(filter, maxCount + searchWindow)),
  );

/** The last event of `$all`, whoever's it is. */
export const headRead = (): ReadReq =>
  requestOf(
    options()
      .setAll(new pb.ReadReq.Options.AllOptions().setEnd(new shared.Empty()))
      .setReadDirection(ReadDirection.BACKWARDS)
      .setCount('1')
      .setNoFilter(new shared.Empty()),
  );

/** Everything after a position, and then whatever comes. */
export const followRead = (after: Position | undefined, filter: StreamFilter): ReadReq =>
  requestOf(
    options()
      .setAll(allFrom(after))
      .setReadDirection(ReadDirection.FORWARDS)
      .setSubscription(new pb.ReadReq.Options.SubscriptionOptions())
      .setFilter(byName(filter, searchWindow)),
  );

export type ReadCall = { pause(): void; resume(): void; cancel(): void };

/**
 * Messages of one read in the order in which the server sent them. `onEnd` comes once: without an error when the server
 * had no more to say. After `cancel` nothing comes.
 */
export const openRead = (
  link: Link,
  request: ReadReq,
  { onMessage, onEnd }: { onMessage: (message: ReadResp) => void; onEnd: (error?: Error) => void },
): ReadCall => {
  const call = link.streams.read(request, ...link.callArguments());
  let over = false;
  const end = (error?: Error) => {
    link.underWay.delete(call);
    if (over) return;
    over = true;
    onEnd(error);
  };
  link.underWay.add(call);
  call.on('data', (message: ReadResp) => {
    link.heard += 1;
    if (over) return;
    try {
      onMessage(message);
    } catch (error) {
      call.cancel();
      end(error instanceof Error ? error : new Error(String(error)));
    }
  });
  call.on('error', (error: ServiceError) => end(failureOf(error)));
  call.on('end', () => end());
  return {
    pause: () => void call.pause(),
    resume: () => void call.resume(),
    cancel() {
      over = true;
      link.underWay.delete(call);
      call.cancel();
    },
  };
};

/**
 * A read that comes to an end: `onMessage` says `enough` to end it sooner.
 * @throws LinkFailure, `silent` or `slow` after `timeoutMs` without a message.
 */
export const readAllOf = (
  link: Link,
  request: ReadReq,
  { timeoutMs, onMessage }: { timeoutMs: number; onMessage: (message: ReadResp) => 'enough' | undefined },
): Promise<void> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let heard = link.heard;
    const finish = (error?: Error) => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    const call = openRead(link, request, {
      onMessage(message) {
        timer?.refresh();
        heard = link.heard;
        if (onMessage(message) !== 'enough') return;
        call.cancel();
        finish();
      },
      onEnd: finish,
    });
    timer = setTimeout(() => {
      call.cancel();
      finish(new LinkFailure(link.heard === heard ? 'silent' : 'slow', 'KurrentDB did not answer a read in time.'));
    }, timeoutMs);
  });
