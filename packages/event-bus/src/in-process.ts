import type { EventSource, EventStore, Position, RecordedEvent, Subscription } from '@adempauze/event-store';
import { createMapper } from './mapping.ts';
import type { EventBus, EventSchemas, IntegrationEvent, Publication } from './port.ts';
import { halfway, resumePointOf, sequenceAfter } from './port.ts';

/**
 * The bus of a marketplace in one process: reads straight from the event store, nothing is written twice. A source
 * follows only the categories that can become its types. A publication that fails halts the sources that would have
 * had its event, each right before it; the store's subscription tries again, and `onError` says why. Nothing is skipped.
 * @throws RangeError for publications that overlap, a personal field in a schema, a type that nobody publishes.
 */
export const createInProcessBus = (options: {
  readonly store: EventStore;
  readonly publications: readonly Publication[];
  readonly schemas: EventSchemas;
}): EventBus => {
  const { store } = options;
  const mapper = createMapper(options.publications, options.schemas);
  const subscriptions = new Set<Subscription>();

  return {
    source({ name, types }): EventSource<IntegrationEvent> {
      const wanted = new Set(types);
      const categories = mapper.categoriesFor(types);

      /** What one domain event means to this source. @throws when a wanted event cannot be published. */
      const publicEventsOf = (event: RecordedEvent, resumeFrom: Position | undefined): IntegrationEvent[] => {
        const mapped = mapper.map(event).filter(({ type }) => wanted.has(type));
        return mapped.map(({ result }, index) => {
          if (result instanceof Error) throw result;
          const last = index === mapped.length - 1;
          return last ? result : { ...result, position: halfway(result.position, resumeFrom) };
        });
      };

      return {
        name,
        epoch: () => store.epoch(),
        subscribe({ after, onBatch, onCaughtUp, onError }) {
          const resume = resumePointOf(after);
          let { had } = resume;
          let scannedTo = after;
          let readTo = resume.readAfter;

          const give = async (events: readonly IntegrationEvent[], to: Position) => {
            await onBatch({ events, scannedTo: sequenceAfter(to) });
            scannedTo = sequenceAfter(to);
            had = scannedTo;
            readTo = to;
          };

          const subscription = store.subscribe({
            after: resume.readAfter,
            categories,
            ...(onCaughtUp ? { onCaughtUp } : {}),
            ...(onError ? { onError } : {}),
            async onBatch(batch) {
              const events: IntegrationEvent[] = [];
              let mappedTo = readTo;
              let failure: unknown;
              for (const event of batch.events) {
                // A batch comes again after a failure; what was handed on before it is not handed on twice.
                if (had !== undefined && sequenceAfter(event.position) <= had) continue;
                try {
                  const already = had;
                  const fresh = publicEventsOf(event, mappedTo);
                  events.push(
                    ...fresh.filter(({ position }) => already === undefined || !isAtOrBefore(position, already)),
                  );
                } catch (error) {
                  failure = error;
                  break;
                }
                mappedTo = event.position;
              }
              if (failure === undefined) return give(events, batch.scannedTo);
              if (mappedTo !== undefined && mappedTo !== readTo) await give(events, mappedTo);
              throw failure;
            },
          });
          const mine: Subscription = {
            async close() {
              await subscription.close();
              subscriptions.delete(mine);
            },
            state: () => ({ ...subscription.state(), scannedTo }),
          };
          subscriptions.add(mine);
          return mine;
        },
      };
    },

    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    },
  };
};

/** By sequence alone: the part after `+` only says where to read on. */
const isAtOrBefore = (position: Position, had: Position) => (position.split('+')[0] ?? position) <= had;
