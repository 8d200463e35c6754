import { createHash } from 'node:crypto';
import type { RecordedEvent } from '@adempauze/event-store';
import type { Page, Place } from './place.ts';

const pageSize = 1000;

export type Walk = {
  /** The next event in log order, or undefined at the end. */
  next(): Promise<RecordedEvent | undefined>;
};

/** Walks a log from its beginning; the next page is asked for while this one is used. */
export const walk = ({ page }: Pick<Place, 'page'>): Walk => {
  let coming: Promise<Page> | undefined = page(undefined, pageSize);
  let events: readonly RecordedEvent[] = [];
  let index = 0;
  return {
    async next() {
      while (index >= events.length) {
        if (coming === undefined) return undefined;
        const got: Page = await coming;
        coming = got.atEnd ? undefined : page(got.scannedTo, pageSize);
        // Who stops in the middle leaves a page that nobody waits for.
        coming?.catch(() => {});
        events = got.events;
        index = 0;
      }
      const event = events[index];
      index += 1;
      return event;
    },
  };
};

/** All that is copied of an event, as text; its position is the log's own. */
export const sayEvent = ({ stream, revision, id, type, data, metadata }: RecordedEvent): string =>
  JSON.stringify([stream, revision, id, type, sorted(data), sorted(metadata)]);

/** The order of the fields of an object says nothing. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;

export type Digest = { readonly events: number; readonly sha256: string };

/** Count and SHA-256 of everything in a log, in log order. */
export const digestOf = async (place: Pick<Place, 'page'>): Promise<Digest> => {
  const hash = createHash('sha256');
  const walking = walk(place);
  let events = 0;
  for (let event = await walking.next(); event !== undefined; event = await walking.next()) {
    hash.update(sayEvent(event)).update('\n');
    events += 1;
  }
  return { events, sha256: hash.digest('hex') };
};
