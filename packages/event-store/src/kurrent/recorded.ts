import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventMetadata, JsonObject, Position, RecordedEvent } from '../port.ts';
import { positionOf } from './position.ts';

export type Received = { readonly event: RecordedEvent; readonly bytes: number };

/**
 * An event of ours as the port gives it. Undefined for what the server itself put in our streams: the mark of a
 * tombstone (`$streamDeleted`) stands in `$all` under the stream's own name.
 */
export const receivedOf = (message: ReadResp, prefix: string): Received | undefined => {
  const recorded = message.getEvent()?.getEvent();
  const type = recorded?.getMetadataMap().get('type') ?? '$';
  if (recorded === undefined || type.startsWith('$')) return undefined;
  const position = positionOf(recorded.getCommitPosition());
  if (position === undefined)
    throw new Error('This server does not say where events stand; it has to be 24.10 or later.');
  const data = textOf(recorded.getData_asU8());
  const metadata = textOf(recorded.getCustomMetadata_asU8());
  const event = {
    stream: textOf(recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()).slice(prefix.length),
    revision: Number(recorded.getStreamRevision()),
    position,
    id: recorded.getId()?.getString().toLowerCase() ?? '',
    type,
    data: JSON.parse(data) as JsonObject,
    metadata: JSON.parse(metadata) as EventMetadata,
  };
  return { event, bytes: data.length + metadata.length };
};

/** Where any event stands, also one of the server's own. */
export const positionIn = (message: ReadResp): Position | undefined =>
  positionOf(message.getEvent()?.getEvent()?.getCommitPosition() ?? '');

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
