import { randomUUID } from 'node:crypto';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import type { EsdbLog } from './log.ts';
import { type Stored, tombstoneRevision } from './log-file.ts';
import { matcherOf, type ReadAnswer, writeTo } from './reads.ts';
import { checkpointMessage, eventMessage, nameIn, streamDeleted } from './wire.ts';

/** The server reads so many events at a time when it catches up. */
const pageSize = 32;
const defaultWindow = 32;

export type RunningSubscription = { readonly call: ReadAnswer; stalled: boolean };

/**
 * A subscription: its confirmation, everything after the given place, the word that it caught up, then what comes.
 * With a filter it says now and then how far it looked: after each search window, and when it catches up, where it
 * began its last page. That is less than the end of the log, as with the server.
 */
export const subscribe = (
  call: ReadAnswer,
  options: ReadReq.Options,
  log: EsdbLog,
  running: Set<RunningSubscription>,
): void => {
  const self: RunningSubscription = { call, stalled: false };
  const stream = options.getStream();
  const name = stream && nameIn(stream.getStreamIdentifier());
  if (name !== undefined && log.view(name).is === 'deleted') return void call.emit('error', streamDeleted(name));
  const filter = options.getFilter();
  const matches = matcherOf(filter);
  const window =
    filter && (filter.hasMax() ? filter.getMax() : defaultWindow) * filter.getCheckpointintervalmultiplier();
  const { position, revision } = startOf(options, log, name);
  let at = position;
  let sinceCheckpoint = 0;
  let lastCheckpoint = position;
  let live = false;
  let busy = false;
  let over = false;

  const checkpoint = async (reached: number) => {
    sinceCheckpoint = 0;
    if (filter === undefined || reached <= lastCheckpoint) return;
    lastCheckpoint = reached;
    await writeTo(call, checkpointMessage(reached));
  };

  const send = async (page: readonly Stored[]) => {
    for (const event of page) {
      if (over) return;
      at = event.position;
      sinceCheckpoint += 1;
      const wanted = name === undefined ? matches(event) : event.stream === name && event.revision > revision;
      if (wanted && event.revision === tombstoneRevision && name !== undefined) {
        return void call.emit('error', streamDeleted(name));
      }
      if (wanted) await writeTo(call, eventMessage(event));
      if (window !== undefined && sinceCheckpoint >= window) await checkpoint(event.position);
    }
  };

  const pump = async () => {
    if (busy || over || self.stalled) return;
    busy = true;
    let pageFrom = at;
    for (;;) {
      const page = log.after(at, live ? pageSize * 8 : pageSize);
      if (page.length === 0 || over || self.stalled) break;
      pageFrom = at;
      await send(page);
    }
    busy = false;
    if (live || over || self.stalled) return;
    live = true;
    await checkpoint(pageFrom);
    await writeTo(call, caughtUpMessage());
    // Something may have come while that was written.
    await pump();
  };

  const stop = () => {
    over = true;
    running.delete(self);
    leave();
  };
  const leave = log.onGrown(() => void pump());
  running.add(self);
  for (const event of ['cancelled', 'close', 'error']) call.on(event, stop);
  call.write(confirmationMessage());
  void pump();
};

/** Both are exclusive: the first that comes stands after them. */
const startOf = (options: ReadReq.Options, log: EsdbLog, name: string | undefined) => {
  if (name === undefined) {
    const all = options.getAll();
    const given = all?.getPosition()?.getCommitPosition();
    return { position: given === undefined ? (all?.hasEnd() ? log.head() : -1) : Number(given), revision: -1 };
  }
  const stream = options.getStream();
  const given = stream?.hasRevision() ? Number(stream.getRevision()) : -1;
  return { position: -1, revision: stream?.hasEnd() ? log.last(name) : given };
};

const confirmationMessage = (): ReadResp =>
  new pb.ReadResp().setConfirmation(new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()));

const caughtUpMessage = (): ReadResp => new pb.ReadResp().setCaughtUp(new pb.ReadResp.CaughtUp());
