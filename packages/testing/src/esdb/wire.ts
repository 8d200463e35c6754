import { randomUUID } from 'node:crypto';
import { anyRevision, noStream, streamExists } from '@adempauze/event-store/append-rules';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import pb from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js';
import { type Proposed, type Stored, tombstoneRevision } from './log-file.ts';

/** An error as the server sends it: a gRPC status, and in the trailers what exactly. */
export const rpcError = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServerErrorResponse => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const streamDeleted = (stream: string): ServerErrorResponse =>
  rpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const notLeader = ({ host, port }: { host: string; port: number }): ServerErrorResponse =>
  rpcError(status.NOT_FOUND, `Leader info available at ${host}:${port}.`, {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const identifierOf = (stream: string): StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

export const nameIn = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? new Uint8Array()).toString();

/** Every request that expects something of a stream says so with the same four fields under nearly the same names. */
export const expectedIn = (options: {
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasRevision?(): boolean;
  getRevision?(): string;
  hasStreamPosition?(): boolean;
  getStreamPosition?(): string;
}): number => {
  if (options.hasNoStream()) return noStream;
  if (options.hasStreamExists()) return streamExists;
  if (options.hasRevision?.()) return Number(options.getRevision?.());
  if (options.hasStreamPosition?.()) return Number(options.getStreamPosition?.());
  return anyRevision;
};

export const proposedIn = (message: {
  getId(): { getString(): string } | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}): Proposed => {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString().toLowerCase() ?? randomUUID(),
    type: metadata.get('type') ?? '',
    isJson: metadata.get('content-type') === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

const revisionText = (revision: number): string =>
  revision === tombstoneRevision ? '9223372036854775807' : String(revision);

export const eventMessage = (it: Stored): ReadResp => {
  const recorded = new pb.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(new shared.UUID().setString(it.id));
  recorded.setStreamIdentifier(identifierOf(it.stream));
  recorded.setStreamRevision(revisionText(it.revision));
  recorded.setCommitPosition(String(it.position));
  recorded.setPreparePosition(String(it.position));
  recorded.setData(it.data);
  recorded.setCustomMetadata(it.metadata);
  recorded
    .getMetadataMap()
    .set('type', it.type)
    .set('created', String(BigInt(it.createdMs) * 10_000n)) // ticks of 100 ns
    .set('content-type', it.isJson ? 'application/json' : 'application/octet-stream');
  const event = new pb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(it.position));
  return new pb.ReadResp().setEvent(event);
};

export const checkpointMessage = (position: number): ReadResp =>
  new pb.ReadResp().setCheckpoint(
    new pb.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );
