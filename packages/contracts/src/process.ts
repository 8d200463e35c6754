import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { PageRequest, pageOf } from './page.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';

/** The services that run as processes of their own behind the gateway. */
export const serviceNames = ['offers', 'bookings', 'matching', 'invoicing'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** A place in the log; opaque, but later is greater. */
const Place = z.string().max(100);
const Nothing = z.strictObject({});

/** One thing that has to be well. `detail` is read by operators: never personal data, never a secret. */
export const ProcessCheck = z.strictObject({ ok: z.boolean(), detail: z.string() });
export type ProcessCheck = z.infer<typeof ProcessCheck>;

/** What one replica says of itself. */
export const ProcessStatus = z.strictObject({
  service: z.string(),
  /** Its name, the same after a restart: `bookings-2`. */
  replica: z.string(),
  /** As `/health/ready` answers. */
  ready: z.boolean(),
  /** It is this replica's turn: it reacts to events and sweeps deadlines, the others stand by. */
  working: z.boolean(),
  checks: z.record(z.string(), ProcessCheck),
  /** The marketplace's time here, and how far its clock was followed; absent where the machine's clock counts. */
  now: Instant,
  clockAt: Place.optional(),
});
export type ProcessStatus = z.infer<typeof ProcessStatus>;

/** A message that the service could not handle; `id` is unique within the service, over all its replicas. */
export const ParkedItemView = z.strictObject({
  id: z.int().min(0),
  consumer: z.string(),
  /** Stream or subject that waits behind it. */
  key: z.string(),
  type: z.string(),
  reason: z.string(),
  parkedAt: Instant,
  attempts: z.int(),
});
export type ParkedItemView = z.infer<typeof ParkedItemView>;

/** `left`: messages of the same key that still wait; `failure`: why it stopped before the last. */
export const ReplayView = z.strictObject({ replayed: z.int(), left: z.int(), failure: z.string().optional() });
export type ReplayView = z.infer<typeof ReplayView>;

/** What an operator did with a parked message, as the log has it. */
export const OperatorActionView = z.strictObject({
  action: z.enum(['replayed', 'discarded']),
  /** Of the parked message. */
  messageId: z.int(),
  consumer: z.string(),
  key: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  /** Why it was discarded, in the operator's words; of a replay why it had been parked. */
  reason: z.string(),
  at: Instant,
  /** Opaque account id. */
  by: z.string(),
});
export type OperatorActionView = z.infer<typeof OperatorActionView>;

const ParkedMessageId = z.int().min(0);

/** What operators and tools ask of one replica of a service, beside the service's own API. */
export const processApi = (service: ServiceName) =>
  serviceApi(`${service}-process`, {
    status: query(Nothing, ProcessStatus),
    /** Answers once this replica has handled all that is in the log now. Unavailable when that takes too long. */
    settled: query(Nothing, Nothing),
    /** The clock was moved (to the event at `clockAt`): answers once this replica follows it and did what fell due. */
    nudge: query(z.strictObject({ clockAt: Place.optional() }), Nothing),
    /** Every read model of this replica against a rebuild from the log; empty when all are equal. */
    compareWithRebuild: query(Nothing, z.array(z.string())),
    /** In order of parking; the same from every replica. */
    listParked: query(z.strictObject({ page: PageRequest }), pageOf(ParkedItemView)),
    /** Rejected with `not-found`. Unavailable where it is not this replica's turn: ask another. */
    replayParked: command(z.strictObject({ id: ParkedMessageId }), ReplayView),
    /** Rejected with `not-found`. Unavailable where it is not this replica's turn: ask another. */
    discardParked: command(
      z.strictObject({ id: ParkedMessageId, reason: z.string().trim().min(3).max(200) }),
      z.strictObject({ id: ParkedMessageId }),
    ),
    /** Latest first. */
    listActions: query(z.strictObject({ page: PageRequest }), pageOf(OperatorActionView)),
  });
export type ProcessApi = ReturnType<typeof processApi>;
export type ProcessOperations = ServiceOf<ProcessApi>;
