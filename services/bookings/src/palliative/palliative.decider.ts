import type { BookingId } from '@adempauze/contracts';
import { accept, type Decider, hourMs, type Instant, plusMs, type Rejection, reject } from '@adempauze/kernel';
import type { PalliativeData, PalliativeEvent } from './palliative.events.ts';

/** Within this time it is confirmed, or the contact person is told (R08, chosen). */
export const confirmWithinMs = 24 * hourMs;

export type PalliativeCommand = { readonly now: Instant } & (
  | { readonly type: 'Flag'; readonly data: Omit<PalliativeData<'FastLaneGiven'>, 'givenAt' | 'confirmBy'> }
  | { readonly type: 'NoteLate'; readonly bookingId: BookingId | null }
  | { readonly type: 'End'; readonly why: PalliativeData<'FastLaneEnded'>['why'] }
);

export type Palliative = {
  /** Of the last time that it was flagged. */
  readonly given: PalliativeData<'FastLaneGiven'>;
  readonly late: readonly { readonly bookingId: BookingId | null; readonly at: Instant }[];
  readonly ended: Omit<PalliativeData<'FastLaneEnded'>, 'householdId'> | null;
};
export type PalliativeState = Palliative | undefined;

/** The fast lane of a household (R08): given by a care professional, ended once, and given again if need be. */
export const palliativeDecider: Decider<
  PalliativeCommand,
  PalliativeState,
  PalliativeEvent,
  Rejection<'palliative-not-found'>
> = {
  initialState: undefined,
  evolve(state, { type, data }) {
    if (type === 'FastLaneGiven') return { given: data, late: [], ended: null };
    if (state === undefined) return state;
    if (type === 'FastLaneEnded') return { ...state, ended: { why: data.why, endedAt: data.endedAt } };
    return { ...state, late: [...state.late, { bookingId: data.ofBooking ?? null, at: data.lateAt }] };
  },
  decide(command, state) {
    const { now } = command;
    if (command.type === 'Flag') {
      if (isActive(state)) return accept();
      const { data } = command;
      const confirmBy = plusMs(now, confirmWithinMs);
      return accept({ type: 'FastLaneGiven', data: { ...data, confirmBy, givenAt: now } });
    }
    if (state === undefined) return reject('palliative-not-found');
    if (!isActive(state)) return accept();
    const { householdId } = state.given;
    if (command.type === 'End') {
      return accept({ type: 'FastLaneEnded', data: { householdId, why: command.why, endedAt: now } });
    }
    const { bookingId } = command;
    if (state.late.some((it) => it.bookingId === bookingId)) return accept();
    const about = bookingId === null ? {} : { ofBooking: bookingId };
    return accept({ type: 'FastLaneLate', data: { householdId, ...about, lateAt: now } });
  },
};

export const isActive = (state: PalliativeState): state is Palliative => state !== undefined && state.ended === null;
