import type { DomainEvent, EventCodec } from './codec.ts';
import type { EventStore } from './port.ts';
import type { EventSource } from './source.ts';

/**
 * Our own log as a source for read models and reactors: the streams of some categories, each with the codec that
 * lifts its events to the version of today. Personal fields stay sealed.
 */
export const storeSource = ({
  name,
  store,
  codecs,
  batchSize = 1000,
}: {
  /** For ever: it is the key of the position that readers keep. */
  readonly name: string;
  readonly store: Pick<EventStore, 'subscribe' | 'epoch'>;
  /** By category: `{ booking: bookingCodec }`. */
  readonly codecs: { readonly [category: string]: Pick<EventCodec<DomainEvent>, 'upcast'> };
  readonly batchSize?: number;
}): EventSource => {
  const byCategory = new Map(Object.entries(codecs));
  return {
    name,
    epoch: () => store.epoch(),
    subscribe: ({ onBatch, ...options }) =>
      store.subscribe({
        ...options,
        categories: [...byCategory.keys()],
        batchSize,
        onBatch: ({ events, scannedTo }) => {
          const lifted = events.map((event) => {
            const codec = byCategory.get(event.stream.slice(0, event.stream.indexOf('-')));
            return codec === undefined ? event : codec.upcast(event);
          });
          return onBatch({ events: lifted, scannedTo });
        },
      }),
  };
};
