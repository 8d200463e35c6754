import shared from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerDuplexStream, type ServerReadableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import type { AppendFault } from './faults.ts';
import type { EsdbLog, Outcome } from './log.ts';
import type { Proposed } from './log-file.ts';
import { expectedIn, identifierOf, nameIn, proposedIn, rpcError, streamDeleted } from './wire.ts';

export type AppendSettings = {
  readonly log: () => EsdbLog;
  /** What the next append meets. Waits while the server is frozen. */
  readonly nextFault: () => Promise<AppendFault | undefined>;
  readonly streams: Set<ServerDuplexStream<BatchAppendReq, BatchAppendResp>>;
};

const lost = () => rpcError(status.UNAVAILABLE, 'The connection was dropped.');

/** BatchAppend: many appends on one long-lived stream, each in one or more pieces with one correlation id. */
export const batchAppend =
  ({ log, nextFault, streams }: AppendSettings) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const unfinished = new Map<string, { options: BatchAppendReq.Options; events: Proposed[] }>();
    streams.add(call);
    const leave = () => void streams.delete(call);
    call.on('close', leave);
    call.on('cancelled', leave);
    call.on('end', () => {
      leave();
      call.end();
    });

    const finish = async (request: BatchAppendReq, options: BatchAppendReq.Options, events: readonly Proposed[]) => {
      const fault = await nextFault();
      if (fault === 'silent-before') return;
      if (fault === 'lost-before') return void call.emit('error', lost());
      const stream = nameIn(options.getStreamIdentifier());
      const answer = new pb.BatchAppendResp();
      answer.setCorrelationId(request.getCorrelationId()).setStreamIdentifier(options.getStreamIdentifier());
      if (fault === 'timeout' || fault === 'busy' || fault === 'unheard-of') {
        call.write(answer.setError(ownAnswer(fault)));
        return;
      }
      const outcome = await log().append(stream, expectedIn(options), events);
      if (fault === 'silent-after') return;
      if (fault === 'lost-after') return void call.emit('error', lost());
      if (fault === 'ended-after') return void call.end();
      if (outcome.is === 'done') answer.setSuccess(batchSuccess(outcome));
      else answer.setError(batchError(outcome, options, stream));
      call.write(answer);
    };

    call.on('data', (request: BatchAppendReq) => {
      const key = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions();
      if (options !== undefined) unfinished.set(key, { options, events: [] });
      const append = unfinished.get(key);
      if (append === undefined) return;
      append.events.push(...request.getProposedMessagesList().map(proposedIn));
      if (!request.getIsFinal()) return;
      unfinished.delete(key);
      void finish(request, append.options, append.events);
    });
  };

const batchSuccess = ({ revision, position }: Extract<Outcome, { is: 'done' }>): BatchAppendResp.Success => {
  const at = new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new pb.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(at);
};

const statusOf = (name: string, message: string, bytes: Uint8Array) => {
  const details = new anyPb.Any();
  details.pack(bytes, name);
  return new statusPb.Status().setMessage(message).setDetails(details);
};

const ownAnswer = (fault: 'timeout' | 'busy' | 'unheard-of') => {
  const nothing = new shared.Empty().serializeBinary();
  if (fault === 'timeout') return statusOf('event_store.client.Timeout', 'Timeout', nothing);
  if (fault === 'busy') return statusOf('google.protobuf.Empty', 'Server Is Busy', nothing);
  return statusOf('event_store.client.SomethingNew', 'Nobody knows this', nothing);
};

const batchError = (
  outcome: Exclude<Outcome, { is: 'done' }>,
  options: BatchAppendReq.Options,
  stream: string,
): InstanceType<typeof statusPb.Status> => {
  switch (outcome.is) {
    case 'deleted': {
      const deleted = new shared.StreamDeleted().setStreamIdentifier(identifierOf(stream));
      return statusOf('event_store.client.StreamDeleted', 'Stream deleted', deleted.serializeBinary());
    }
    case 'too-large': {
      const large = new shared.MaximumAppendSizeExceeded().setMaxappendsize(outcome.limit);
      return statusOf('event_store.client.MaximumAppendSizeExceeded', 'Append too large', large.serializeBinary());
    }
    case 'wrong-revision': {
      const wrong = new shared.WrongExpectedVersion();
      const nothing = new shared.Empty();
      if (outcome.current === -1) wrong.setCurrentNoStream(nothing);
      else wrong.setCurrentStreamRevision(String(outcome.current));
      if (options.hasStreamPosition()) wrong.setExpectedStreamPosition(options.getStreamPosition());
      else if (options.hasNoStream()) wrong.setExpectedNoStream(nothing);
      else if (options.hasStreamExists()) wrong.setExpectedStreamExists(nothing);
      else wrong.setExpectedAny(nothing);
      return statusOf('event_store.client.WrongExpectedVersion', 'Wrong expected version', wrong.serializeBinary());
    }
  }
};

/** Append: one append a call. The client uses it for calls with credentials of their own. */
export const append =
  ({ log, nextFault }: AppendSettings) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    let options: AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('data', (request: AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposedIn(message));
    });
    const finish = async (given: AppendReq.Options) => {
      const fault = await nextFault();
      if (fault === 'silent-before') return;
      if (fault === 'lost-before') return answer(lost());
      if (fault === 'timeout') return answer(rpcError(status.ABORTED, 'Operation timed out.'));
      if (fault === 'busy' || fault === 'unheard-of') return answer(rpcError(status.UNKNOWN, 'Nobody knows this.'));
      const stream = nameIn(given.getStreamIdentifier());
      const outcome = await log().append(stream, expectedIn(given), events);
      if (fault === 'silent-after') return;
      if (fault !== undefined) return answer(lost());
      if (outcome.is === 'deleted') return answer(streamDeleted(stream));
      if (outcome.is === 'too-large') return answer(tooLarge(outcome.limit));
      answer(null, outcome.is === 'done' ? appended(outcome) : refused(outcome.current, given));
    };
    call.on('end', () => {
      if (options === undefined) answer(rpcError(status.INVALID_ARGUMENT, 'An append begins with its options.'));
      else void finish(options);
    });
  };

const tooLarge = (limit: number) =>
  rpcError(status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

const appended = ({ revision, position }: Extract<Outcome, { is: 'done' }>): AppendResp => {
  const success = new pb.AppendResp.Success();
  if (revision === -1) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(revision));
  const at = new pb.AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
  return new pb.AppendResp().setSuccess(success.setPosition(at));
};

const refused = (current: number, options: AppendReq.Options): AppendResp => {
  const wrong = new pb.AppendResp.WrongExpectedVersion();
  const nothing = new shared.Empty();
  if (current === -1) wrong.setCurrentNoStream(nothing);
  else wrong.setCurrentRevision(String(current));
  if (options.hasRevision()) wrong.setExpectedRevision(options.getRevision());
  else if (options.hasNoStream()) wrong.setExpectedNoStream(nothing);
  else if (options.hasStreamExists()) wrong.setExpectedStreamExists(nothing);
  else wrong.setExpectedAny(nothing);
  return new pb.AppendResp().setWrongExpectedVersion(wrong);
};
