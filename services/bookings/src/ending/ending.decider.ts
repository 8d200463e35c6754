import type { BookingId, EndCare } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  dayOf,
  daysBetween,
  type Instant,
  instantOn,
  minuteMs,
  plusMs,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { EndingData, EndingEvent } from './ending.events.ts';

/** How far from today an ending may be said (chosen). */
export const mostDaysAway = 90;
/** Longer than anything that was being asked for at that moment is under way. */
export const lookAgainMs = 20 * minuteMs;

export type EndingCommand = { readonly now: Instant } & (
  | { readonly type: 'EndCare'; readonly data: EndCare }
  | { readonly type: 'RecordReleased'; readonly number: number; readonly bookingIds: readonly BookingId[] }
  | { readonly type: 'Complete'; readonly number: number }
);
export type EndedCare = EndingData<'CareEnded'> & {
  readonly released: readonly BookingId[];
  readonly completedAt: Instant | null;
};
/** The endings of a household, the first first; an ending has its place as its number. */
export type EndingState = readonly EndedCare[];

/** The care of a household ended (R28). The same ending on the same day is one, by whomever it is said. */
export const endingDecider: Decider<EndingCommand, EndingState, EndingEvent, Rejection<'ending-day-odd'>> = {
  initialState: [],
  evolve(state, { type, data }) {
    if (type === 'CareEnded') return [...state, { ...data, released: [], completedAt: null }];
    return state.map((it) => {
      if (it.number !== data.number) return it;
      return type === 'CareReleased'
        ? { ...it, released: [...it.released, ...data.bookingIds] }
        : { ...it, completedAt: data.completedAt };
    });
  },
  decide(command, state) {
    const { now } = command;
    if (command.type === 'EndCare') {
      const { data } = command;
      if (sameEnding(state, data) !== undefined) return accept();
      if (Math.abs(daysBetween(dayOf(now), data.on)) > mostDaysAway) {
        return reject('ending-day-odd', { days: mostDaysAway });
      }
      const begins = instantOn(data.on);
      const isAhead = begins > now;
      const from = isAhead ? begins : now;
      const completeAt = plusMs(from, lookAgainMs);
      return accept({ type: 'CareEnded', data: { ...data, number: state.length, from, completeAt, endedAt: now } });
    }
    const known = state[command.number];
    if (known === undefined) return accept();
    const { householdId, number } = known;
    if (command.type === 'Complete') {
      if (known.completedAt !== null || known.completeAt > now) return accept();
      return accept({ type: 'CareEndingCompleted', data: { householdId, number, completedAt: now } });
    }
    const bookingIds = command.bookingIds.filter((it) => !known.released.includes(it));
    if (bookingIds.length === 0) return accept();
    return accept({ type: 'CareReleased', data: { householdId, number, bookingIds, releasedAt: now } });
  },
};

export const sameEnding = (state: EndingState, { ending, on }: Pick<EndCare, 'ending' | 'on'>): EndedCare | undefined =>
  state.findLast((it) => it.ending === ending && it.on === on);
