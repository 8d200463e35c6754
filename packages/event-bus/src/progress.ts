import type { Position } from '@adempauze/event-store';

/**
 * How far a consumer is in one source while events are handled side by side: everything up to `done()` is finished,
 * so that it can be resumed from there. Holds only what is unfinished.
 */
export type Progress = {
  /** Where it was before this process; first of all. */
  resume(position: Position | undefined): void;
  /** Takes up an event; the ticket ends it. */
  begin(event: { readonly position: Position; readonly metadata: { readonly at: string } }): number;
  finish(ticket: number): void;
  /** Moves over what needs no work. */
  pass(position: Position): void;
  done(): Position | undefined;
  /** The last position taken up or passed. */
  seen(): Position | undefined;
  unfinished(): number;
  /** When the oldest unfinished event was decided, an instant. */
  oldestAt(): string | undefined;
};

export const createProgress = (): Progress => {
  // In order of arrival, so the first is the lowest; `before` is the place right before it.
  const open = new Map<number, { readonly before: Position | undefined; readonly at: string }>();
  let seen: Position | undefined;
  let tickets = 0;
  const lowest = () => open.values().next().value;
  return {
    resume(position) {
      seen = position;
    },
    begin({ position, metadata }) {
      tickets += 1;
      open.set(tickets, { before: seen, at: metadata.at });
      seen = position;
      return tickets;
    },
    finish(ticket) {
      open.delete(ticket);
    },
    pass(position) {
      if (seen === undefined || position > seen) seen = position;
    },
    done() {
      const first = lowest();
      return first ? first.before : seen;
    },
    seen: () => seen,
    unfinished: () => open.size,
    oldestAt: () => lowest()?.at,
  };
};
