import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EsdbLog } from './log.ts';
import { type Stored, tombstoneRevision } from './log-file.ts';
import { eventMessage, identifierOf, nameIn, streamDeleted } from './wire.ts';

export type ReadAnswer = ServerWritableStream<ReadReq, ReadResp>;

const pageSize = 512;

/** Writes and waits until there is room, or the reader has gone. */
export const writeTo = async (call: ReadAnswer, message: ReadResp): Promise<void> => {
  if (call.cancelled || call.write(message)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['drain', 'cancelled', 'close', 'error']) call.once(event, resolve);
  await promise;
  for (const event of ['drain', 'cancelled', 'close', 'error']) call.removeListener(event, resolve);
};

export type Matcher = (event: Stored) => boolean;

/** By prefixes or one regular expression, on the name of the stream or the type. */
export const matcherOf = (filter: ReadReq.Options.FilterOptions | undefined): Matcher => {
  if (filter === undefined) return () => true;
  const onStream = filter.hasStreamIdentifier();
  const expression = onStream ? filter.getStreamIdentifier() : filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = expression?.getRegex() ? new RegExp(expression.getRegex()) : undefined;
  return ({ stream, type }) => {
    const text = onStream ? stream : type;
    return regex?.test(text) ?? prefixes.some((prefix) => text.startsWith(prefix));
  };
};

type Pages = { readonly back: boolean; readonly size: number };

/** No more at a time than were asked for. */
const pageSizeOf = (options: ReadReq.Options): number => Math.max(1, Math.min(pageSize, Number(options.getCount())));

/** A read that ends: a stream or `$all`, forwards or backwards. */
export const readOnce = async (call: ReadAnswer, options: ReadReq.Options, log: EsdbLog): Promise<void> => {
  const stream = options.getStream();
  const back = options.getReadDirection() === pb.ReadReq.Options.ReadDirection.BACKWARDS;
  const found =
    stream === undefined
      ? eventsOfAll(options, log, back)
      : eventsOfStream(nameIn(stream.getStreamIdentifier()), stream, log, { back, size: pageSizeOf(options) });
  if (found === 'deleted') return void call.emit('error', streamDeleted(nameIn(stream?.getStreamIdentifier())));
  if (found === 'not-found') {
    const missing = new pb.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(identifierOf(nameIn(stream?.getStreamIdentifier())));
    await writeTo(call, new pb.ReadResp().setStreamNotFound(missing));
    return void call.end();
  }
  let left = Number(options.getCount());
  for (const page of found) {
    for (const event of page) {
      if (left === 0 || call.cancelled) return void call.end();
      left -= 1;
      await writeTo(call, eventMessage(event));
    }
  }
  call.end();
};

function* eventsOfAll(options: ReadReq.Options, log: EsdbLog, back: boolean): Generator<readonly Stored[]> {
  const all = options.getAll();
  const given = all?.getPosition()?.getCommitPosition();
  const matches = matcherOf(options.getFilter());
  const size = options.hasFilter() ? pageSize : pageSizeOf(options);
  // Forwards the given position is included, backwards it is not.
  let at = given === undefined ? (all?.hasEnd() ? Number.MAX_SAFE_INTEGER : -1) : Number(given) - (back ? 0 : 1);
  for (;;) {
    const page = back ? log.before(at, size) : log.after(at, size);
    const last = page.at(-1);
    if (last === undefined) return;
    at = last.position;
    yield page.filter(matches);
  }
}

const eventsOfStream = (
  name: string,
  options: ReadReq.Options.StreamOptions,
  log: EsdbLog,
  pages: Pages,
): Iterable<readonly Stored[]> | 'deleted' | 'not-found' => {
  const view = log.view(name);
  if (view.is !== 'visible') return view.is;
  const given = options.hasRevision() ? Number(options.getRevision()) : undefined;
  return pagesOfStream(name, view, log, pages, given ?? (options.hasEnd() ? tombstoneRevision - 1 : 0));
};

function* pagesOfStream(
  name: string,
  { from, last, notBeforeMs }: { from: number; last: number; notBeforeMs: number },
  log: EsdbLog,
  { back, size }: Pages,
  start: number,
): Generator<readonly Stored[]> {
  for (let at = back ? Math.min(start, last) : Math.max(start, from); back ? at >= from : at <= last; ) {
    const range = back ? { first: from, last: at } : { first: at, last };
    const page = log.inStream(name, { ...range, notBeforeMs, count: size, back });
    const end = page.at(-1);
    if (end === undefined) return;
    yield page;
    at = end.revision + (back ? -1 : 1);
  }
}
