import { createEventCodec, type SourceEvent } from '@adempauze/event-store';
import { MatchEvent, matchCategory } from './match.events.ts';

export const matchCodec = createEventCodec({ schema: MatchEvent });

/** An event of our own log was checked when it was written, and lifted to the version of today when it was read. */
export const isMatchEvent = (event: SourceEvent): event is SourceEvent & MatchEvent =>
  event.stream.startsWith(`${matchCategory}-`);
