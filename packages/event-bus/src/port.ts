import type { DomainEvent, EventCodec, EventSource, JsonObject, Position, SourceEvent } from '@adempauze/event-store';
import type { z } from 'zod';

/**
 * What one service says to all others: public, versioned, free of personal data. It has the shape that read models
 * and reactors already know:
 * - `type` names service, event and version: `bookings.booking-confirmed.v1`;
 * - `stream` is the subject: the id of the aggregate that the event speaks of, and the key that keeps its order;
 * - `position` is the sequence: the source event's place in its own log and an index, see `sequenceOf`;
 * - `revision` is that of the source event in its stream;
 * - `metadata` keeps `at` and `$correlationId`; `$causationId` is the domain event; who did it stays at home.
 */
export type IntegrationEvent = SourceEvent;

export const integrationTypePattern = /^([a-z][a-z0-9-]*)\.[a-z][a-z0-9-]*\.v([1-9][0-9]*)$/;

/** The service that an event type belongs to: `bookings.booking-confirmed.v1` is of `bookings`. */
export const serviceOf = (type: string): string => type.slice(0, type.indexOf('.'));

/** What a publication says of a domain event; id, sequence and metadata are added by the bus. */
export type Draft = { readonly type: string; readonly subject: string; readonly data: JsonObject };

/** The one place where a service's private events become public. Personal fields come sealed and must stay behind. */
export type Publication = {
  /** First part of every type it publishes. */
  readonly service: string;
  /** Categories of the service's own streams that are read for it; a category belongs to one publication. */
  readonly categories: readonly string[];
  /** By category, where old events must be lifted to the version of today before they are read. */
  readonly codecs?: { readonly [category: string]: Pick<EventCodec<DomainEvent>, 'upcast'> };
  /** Pure: the same event gives the same drafts in the same order. Nothing: the event stays private. */
  publish(event: SourceEvent): Draft | readonly Draft[] | undefined;
};

/** The shape of each integration event, by type. At the producer it is closed, consumers read it open. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type EventBus = {
  /** The events of these types in order; `name` is kept for ever beside the consumer's position. */
  source(options: { readonly name: string; readonly types: readonly string[] }): EventSource<IntegrationEvent>;
  /** Ends every subscription, each after the batch under way. */
  close(): Promise<void>;
};

/** The most public events that one domain event can become. */
export const draftsPerEventLimit = 1000;

/** Place of the index-th public event of a source event. Text order is log order: `.` stands before every digit. */
export const sequenceOf = (position: Position, index: number): Position =>
  `${position}.${String(index).padStart(3, '0')}`;

/** Place after everything that a source event can become. */
export const sequenceAfter = (position: Position): Position => `${position}.~`;

/**
 * Whether `done` has reached `wanted`, which may be the position of the source event itself, as a command answers it:
 * then all that it became must be done, and the first of several is not enough.
 */
export const hasReached = (done: Position | undefined, wanted: Position): boolean =>
  done !== undefined && done >= wanted && !(done.startsWith(`${wanted}.`) && isHalfway(done));

/** A place in the middle of one source event's public events also holds where reading can be taken up: `0042.000+0041`. */
export const halfway = (sequence: Position, resumeFrom: Position | undefined): Position =>
  `${sequence}+${resumeFrom ?? ''}`;
const isHalfway = (position: Position) => position.includes('+');

/** The log position to read on from, and the sequence up to which everything was had. */
export const resumePointOf = (
  after: Position | undefined,
): { readAfter: Position | undefined; had: Position | undefined } => {
  if (after === undefined) return { readAfter: undefined, had: undefined };
  const plus = after.indexOf('+');
  if (plus >= 0) return { readAfter: after.slice(plus + 1) || undefined, had: after.slice(0, plus) };
  return { readAfter: after.slice(0, after.lastIndexOf('.')), had: undefined };
};
