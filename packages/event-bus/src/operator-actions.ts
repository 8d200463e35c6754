import type { EventStore } from '@adempauze/event-store';
import { type Clock, derivedId } from '@adempauze/kernel';
import { z } from 'zod';
import type { ParkedMessage } from './inbox.ts';

const operatorActionTypes = ['ParkedMessageReplayed', 'ParkedMessageDiscarded'] as const;
export type OperatorActionType = (typeof operatorActionTypes)[number];

/** Kept for ever: what stands in the log of an operator's action. Who did it stands in the metadata. */
const OperatorActionData = z.object({
  messageId: z.int(),
  consumer: z.string(),
  key: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  /** Why it was discarded, in the operator's words; of a replay why it had been parked. */
  reason: z.string(),
});

/** What an operator did with a parked message. `by` is an opaque account id, `at` an instant. */
export type OperatorAction = z.infer<typeof OperatorActionData> & {
  readonly type: OperatorActionType;
  readonly by: string;
  readonly at: string;
};

export type OperatorActionsPage = {
  readonly items: readonly { readonly cursor: string; readonly item: OperatorAction }[];
  readonly hasMore: boolean;
};

export type OperatorActions = {
  /** Durable before anything is done with the message. The same once more, after an unknown outcome, is known. */
  record(type: OperatorActionType, message: ParkedMessage, by: string, reason: string): Promise<void>;
  /** The latest first. `after` is the cursor of the last that was seen. */
  list(page: { readonly first: number; readonly after?: string | undefined }): Promise<OperatorActionsPage>;
};

/** The log of what operators do in one service: stream `operation-<service>`. */
export const operationStream = (service: string): string => `operation-${service}`;

export const createOperatorActions = ({
  service,
  store,
  clock,
}: {
  readonly service: string;
  readonly store: Pick<EventStore, 'append' | 'read'>;
  readonly clock: Clock;
}): OperatorActions => {
  const stream = operationStream(service);
  return {
    async record(type, { id: messageId, consumer, key, event, attempts }, by, reason) {
      // A message is discarded once; a replay that fails counts as one more try, so the next has another id.
      const commandId = derivedId(stream, consumer, event.id, type, attempts);
      const data: z.infer<typeof OperatorActionData> = {
        ...{ messageId, consumer, key, reason },
        ...{ eventId: event.id, eventType: event.type },
      };
      const metadata = {
        ...{ v: 1, commandId, actor: by, at: clock() },
        ...{ $correlationId: event.metadata.$correlationId ?? event.id, $causationId: event.id },
      };
      await store.append(stream, [{ id: derivedId(commandId, 0), type, data, metadata }], { expected: 'any' });
    },
    async list({ first, after }) {
      const before = after === undefined ? undefined : revisionOf(after);
      if (before === 0) return { items: [], hasMore: false };
      const { events } = await store.read(stream, {
        direction: 'backwards',
        maxCount: first + 1,
        ...(before === undefined ? {} : { fromRevision: before - 1 }),
      });
      const items = events.slice(0, first).map(({ revision, type, data, metadata }) => ({
        cursor: String(revision),
        item: {
          ...OperatorActionData.parse(data),
          type: z.enum(operatorActionTypes).parse(type),
          by: metadata.actor ?? '',
          at: metadata.at,
        },
      }));
      return { items, hasMore: events.length > first };
    },
  };
};

const revisionOf = (cursor: string): number => {
  if (!/^\d{1,15}$/.test(cursor)) throw new RangeError('This is no cursor of a list of actions.');
  return Number(cursor);
};
