import { AppendRefusedError } from './errors.ts';
import { appendLimits, type Expected, type NewEvent, type StreamName, streamNamePattern } from './port.ts';

/** An event as text, as every adapter sends or stores it. */
export type EncodedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The rules of the port that no adapter asks its server about: names, limits, ids. Serialises each event once.
 * @throws AppendRefusedError
 */
export const encodeAppend = (stream: StreamName, events: readonly NewEvent[], expected: Expected): EncodedEvent[] => {
  checkStreamName(stream);
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new AppendRefusedError(`${expected} is no revision.`);
  }
  if (events.length === 0) throw new AppendRefusedError('An append has at least one event.');
  if (events.length > appendLimits.eventsPerAppend) {
    throw new AppendRefusedError(`An append has at most ${appendLimits.eventsPerAppend} events, not ${events.length}.`);
  }
  let total = 0;
  return events.map(({ id, type, data, metadata }) => {
    if (!uuid.test(id)) throw new AppendRefusedError(`An event id is a lower case UUID, not ${id.slice(0, 40)}.`);
    if (type === '' || type.length > 200) throw new AppendRefusedError('An event type has 1 to 200 characters.');
    const encoded = { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
    const bytes = byteLength(encoded.data) + byteLength(encoded.metadata);
    if (bytes > appendLimits.bytesPerEvent) throw tooLarge(`${type} takes ${bytes} bytes`, appendLimits.bytesPerEvent);
    total += bytes;
    if (total > appendLimits.bytesPerAppend) throw tooLarge('The append takes more', appendLimits.bytesPerAppend);
    return encoded;
  });
};

/** @throws AppendRefusedError */
export const checkStreamName = (stream: StreamName): void => {
  if (!streamNamePattern.test(stream)) {
    throw new AppendRefusedError(`A stream is named category-id, not ${JSON.stringify(String(stream).slice(0, 40))}.`);
  }
};

export const categoryOf = (stream: StreamName): string => stream.slice(0, stream.indexOf('-'));

const tooLarge = (what: string, limit: number) => new AppendRefusedError(`${what}; the limit is ${limit} bytes.`);

const byteLength = (text: string): number => Buffer.byteLength(text);
