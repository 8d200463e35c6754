import shared from '@eventstore/db-client/generated/shared_pb.js';
import type {
  BatchAppendReq as Request,
  BatchAppendResp as Response,
} from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import type { EncodedEvent } from '../check-append.ts';
import { AppendRefusedError, StoreOpenError, StreamDeletedError, WrongRevisionError } from '../errors.ts';
import type { AppendResult, Expected } from '../port.ts';
import { failureOf, LinkFailure } from './failure.ts';
import type { Link } from './link.ts';
import { positionOf } from './position.ts';

export type Append = {
  /** As the server knows it, with our prefix. */
  readonly serverStream: string;
  /** As the port knows it, for errors. */
  readonly stream: string;
  readonly events: readonly EncodedEvent[];
  readonly expected: Expected;
};

export type AppendLane = {
  /** @throws LinkFailure when the outcome is unknown; what the port throws when the server said no. */
  send(append: Append): Promise<AppendResult>;
  /** Ends it; what was not answered fails as `lost`. */
  end(): void;
  readonly over: () => boolean;
};

type Waiting = {
  readonly append: Append;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
};

/**
 * The long-lived stream of appends of one link (BatchAppend). Each append travels alone and is answered by its
 * correlation id; a stream that breaks or ends fails exactly the appends that it carried.
 */
export const openAppendLane = (link: Link): AppendLane => {
  const waiting = new Map<string, Waiting>();
  const call = link.streams.batchAppend(...link.callArguments());
  link.underWay.add(call);
  let sent = 0;
  let over = false;

  const fail = (error: Error) => {
    over = true;
    link.underWay.delete(call);
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { reject } of unanswered) reject(error);
  };

  call.on('data', (response: Response) => {
    link.heard += 1;
    const correlationId = response.getCorrelationId()?.getString() ?? '';
    const found = waiting.get(correlationId);
    // Late answers of appends that were given up have nobody to go to.
    if (found === undefined) return;
    waiting.delete(correlationId);
    try {
      found.resolve(resultOf(response, found.append));
    } catch (error) {
      found.reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
  call.on('error', (error: ServiceError) => fail(failureOf(error)));
  call.on('end', () => {
    fail(new LinkFailure('lost', 'KurrentDB ended the stream of appends.'));
    call.end();
  });

  return {
    send(append) {
      if (over) return Promise.reject(new LinkFailure('lost', 'The stream of appends has ended.'));
      sent += 1;
      const correlationId = `00000000-0000-4000-8000-${sent.toString(16).padStart(12, '0')}`;
      return new Promise((resolve, reject) => {
        waiting.set(correlationId, { append, resolve, reject });
        call.write(requestOf(append, correlationId));
      });
    },
    end() {
      if (over) return;
      fail(new LinkFailure('lost', 'The stream of appends was given up.'));
      call.cancel();
    },
    over: () => over,
  };
};

const requestOf = ({ serverStream, events, expected }: Append, correlationId: string): Request => {
  const options = new pb.BatchAppendReq.Options();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(serverStream)));
  // No deadline: it would be a moment on our clock, held against theirs. The server's own limit on a write stays.
  const nothing = new shared.Empty();
  if (expected === 'any') options.setAny(nothing);
  else if (expected === 'no_stream') options.setNoStream(nothing);
  else if (expected === 'stream_exists') options.setStreamExists(nothing);
  else options.setStreamPosition(String(expected));

  const request = new pb.BatchAppendReq();
  request.setCorrelationId(new shared.UUID().setString(correlationId));
  request.setOptions(options);
  request.setIsFinal(true);
  for (const { id, type, data, metadata } of events) {
    const message = new pb.BatchAppendReq.ProposedMessage();
    message.setId(new shared.UUID().setString(id));
    message.getMetadataMap().set('type', type).set('content-type', 'application/json');
    message.setData(Buffer.from(data));
    message.setCustomMetadata(Buffer.from(metadata));
    request.addProposedMessages(message);
  }
  return request;
};

const resultOf = (response: Response, append: Append): AppendResult => {
  const success = response.getSuccess();
  if (success === undefined) throw refusalOf(response, append);
  const position = positionOf(success.getPosition()?.getCommitPosition() ?? '');
  if (position === undefined) throw new LinkFailure('busy', 'KurrentDB did not say where it wrote.');
  return { revision: Number(success.getCurrentRevision()), position };
};

const refusalOf = (response: Response, { stream, expected }: Append): Error => {
  const status = response.getError();
  const details = status?.getDetails();
  const kind = details?.getTypeName().split('.').at(-1) ?? '';
  switch (kind) {
    case 'WrongExpectedVersion': {
      const wrong = details?.unpack(shared.WrongExpectedVersion.deserializeBinary, details.getTypeName());
      const current = wrong?.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1;
      return new WrongRevisionError(
        stream,
        expected,
        Number.isSafeInteger(current) && current >= 0 ? current : 'no_stream',
      );
    }
    case 'StreamDeleted':
      return new StreamDeletedError(stream);
    case 'AccessDenied':
      return new StoreOpenError('KurrentDB refuses these credentials.');
    case 'MaximumAppendSizeExceeded':
    case 'MaximumAppendEventSizeExceeded':
    case 'BadRequest':
    case 'InvalidTransaction':
      return new AppendRefusedError(`KurrentDB refuses this append to ${stream}: ${kind}.`);
    default:
      // Time-outs of the server's own, `not ready`, `busy`, and whatever later versions say.
      return new LinkFailure('busy', `KurrentDB could not finish an append: ${kind || status?.getMessage()}.`);
  }
};
