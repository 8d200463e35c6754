import type { JsonObject, Position } from '@adempauze/event-store';
import { derivedId } from '@adempauze/kernel';
import type { IHeaders, Message } from 'kafkajs';
import { type IntegrationEvent, integrationTypePattern } from '../port.ts';

/**
 * CloudEvents 1.0 in Kafka, binary mode: attributes are headers named `ce_…`, the value is `data` as JSON. Beside the
 * standard ones: `sequence` (place in the log of the source, in text order), `streamrevision`, `correlationid`,
 * `causationid`, `partitionkey`, and `followedby`: the types of what else the same source event became, after this.
 */
export type KafkaRecord =
  | {
      readonly kind: 'event';
      readonly epoch: string;
      readonly event: IntegrationEvent;
      readonly followedBy: readonly string[];
    }
  /** The relay has read so far: nothing at or before this place comes to this partition any more. */
  | { readonly kind: 'read-to'; readonly epoch: string; readonly sequence: Position }
  | { readonly kind: 'unreadable'; readonly reason: string };

export const readToType = 'relay.read-to.v1';

export const encodeEvent = (
  service: string,
  epoch: string,
  event: IntegrationEvent,
  followedBy: readonly string[],
): Message => {
  const { $correlationId, $causationId, at } = event.metadata;
  return {
    key: event.stream,
    value: JSON.stringify(event.data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: sourceOf(service, epoch),
      ce_type: event.type,
      ce_subject: event.stream,
      ce_time: at,
      ce_partitionkey: event.stream,
      ce_sequence: event.position,
      ce_streamrevision: String(event.revision),
      ...($correlationId === undefined ? {} : { ce_correlationid: $correlationId }),
      ...($causationId === undefined ? {} : { ce_causationid: $causationId }),
      ...(followedBy.length === 0 ? {} : { ce_followedby: followedBy.join(' ') }),
    },
  };
};

/** A CloudEvent too, so that whoever else reads the topic can leave it alone by its type. */
export const encodeReadTo = (service: string, epoch: string, partition: number, sequence: Position): Message => ({
  partition,
  key: null,
  value: '{}',
  headers: {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: derivedId(epoch, partition, sequence),
    ce_source: sourceOf(service, epoch),
    ce_type: readToType,
    ce_sequence: sequence,
  },
});

/** Never throws: what cannot be read says why, without a word of what stands in it. */
export const decodeRecord = (headers: IHeaders | undefined, value: Buffer | null): KafkaRecord => {
  const attribute = (name: string) => textOf(headers?.[`ce_${name}`]);
  const type = attribute('type');
  const sequence = attribute('sequence');
  const epoch = epochOf(attribute('source'));
  if (attribute('specversion') !== '1.0') return unreadable('it is no CloudEvent of version 1.0');
  if (epoch === undefined) return unreadable('its source names no log');
  if (sequence === undefined || !/^[^/+,= ]+\.(\d{3}|~)$/.test(sequence)) return unreadable('it has no sequence');
  if (type === readToType) return { kind: 'read-to', epoch, sequence };

  const version = type === undefined ? undefined : integrationTypePattern.exec(type)?.[2];
  const id = attribute('id');
  const subject = attribute('subject');
  const at = attribute('time');
  const revision = Number(attribute('streamrevision') ?? Number.NaN);
  if (type === undefined || version === undefined) return unreadable('its type is no name of an integration event');
  if (!id || !subject || !at || Number.isNaN(Date.parse(at))) return unreadable('an attribute is missing or wrong');
  if (!Number.isSafeInteger(revision) || revision < 0) return unreadable('it has no stream revision');
  const data = jsonObjectOf(value);
  if (data === undefined) return unreadable('its value is no JSON object');

  const correlationId = attribute('correlationid');
  const causationId = attribute('causationid');
  const metadata = {
    v: Number(version),
    ...(correlationId === undefined ? {} : { $correlationId: correlationId }),
    ...(causationId === undefined ? {} : { $causationId: causationId }),
    at,
  };
  const event = { id, type, stream: subject, revision, position: sequence, data, metadata };
  return { kind: 'event', epoch, event, followedBy: attribute('followedby')?.split(' ') ?? [] };
};

const sourceOf = (service: string, epoch: string) => `/${service}/${encodeURIComponent(epoch)}`;

const epochOf = (source: string | undefined): string | undefined => {
  const epoch = /^\/[a-z][a-z0-9-]*\/([^/]*)$/.exec(source ?? '')?.[1];
  try {
    return epoch === undefined ? undefined : decodeURIComponent(epoch);
  } catch {
    return undefined;
  }
};

const unreadable = (reason: string): KafkaRecord => ({ kind: 'unreadable', reason });

const textOf = (header: IHeaders[string]): string | undefined => {
  const one = Array.isArray(header) ? header[0] : header;
  return one === undefined ? undefined : one.toString();
};

const jsonObjectOf = (value: Buffer | null): JsonObject | undefined => {
  try {
    const data: unknown = JSON.parse(value?.toString() ?? '');
    return isJsonObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
};

/** What `JSON.parse` made of an object is one. */
const isJsonObject = (data: unknown): data is JsonObject =>
  typeof data === 'object' && data !== null && !Array.isArray(data);
