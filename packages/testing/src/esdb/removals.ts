import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerErrorResponse, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { EsdbLog, Outcome } from './log.ts';
import { expectedIn, nameIn, rpcError, streamDeleted } from './wire.ts';

type Removal = { readonly log: () => EsdbLog; readonly thawed: () => Promise<void> };

const remove = async (
  { log, thawed }: Removal,
  options: DeleteReq.Options | TombstoneReq.Options | undefined,
  kind: 'soft' | 'hard',
): Promise<ServerErrorResponse | number> => {
  await thawed();
  if (options === undefined) return rpcError(status.INVALID_ARGUMENT, 'A removal has options.');
  const stream = nameIn(options.getStreamIdentifier());
  const outcome = await log().remove(stream, expectedIn(options), kind);
  return outcome.is === 'done' ? outcome.position : refusal(outcome, stream, expectedIn(options));
};

const refusal = (outcome: Exclude<Outcome, { is: 'done' }>, stream: string, expected: number) =>
  outcome.is === 'wrong-revision'
    ? rpcError(status.FAILED_PRECONDITION, `Wrong expected version of '${stream}'.`, {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': String(expected),
        'actual-version': String(outcome.current),
      })
    : streamDeleted(stream);

/** Delete: soft, so the stream can be written again. */
export const deleteStream =
  (removal: Removal) =>
  (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void =>
    void remove(removal, call.request.getOptions(), 'soft').then((result) => {
      if (typeof result !== 'number') return answer(result);
      const at = new pb.DeleteResp.Position().setCommitPosition(String(result)).setPreparePosition(String(result));
      answer(null, new pb.DeleteResp().setPosition(at));
    });

/** Tombstone: for good. */
export const tombstoneStream =
  (removal: Removal) =>
  (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void =>
    void remove(removal, call.request.getOptions(), 'hard').then((result) => {
      if (typeof result !== 'number') return answer(result);
      const at = new pb.TombstoneResp.Position().setCommitPosition(String(result)).setPreparePosition(String(result));
      answer(null, new pb.TombstoneResp().setPosition(at));
    });
