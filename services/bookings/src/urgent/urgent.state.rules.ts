import type { UrgentOutcome, UrgentView } from '@adempauze/contracts';
import { hourMs, type Instant, plusMs } from '@adempauze/kernel';
import type { UrgentData, UrgentEvent, UrgentOwner } from './urgent.events.ts';

export type UrgentOption = Omit<UrgentData<'UrgentOptionChosen'>, 'urgentId' | 'householdId' | 'chosenAt'> & {
  /** `chosen`: its booking has yet to be made. */
  readonly stage: 'chosen' | 'asked' | 'confirmed' | 'lost';
  readonly code: string | null;
};

export type Urgent = {
  readonly opened: UrgentData<'UrgentOpened'>;
  /** Whose it is, since when, and when it goes on; nobody's once it is resolved. One value, so never half of it. */
  readonly turn: { readonly owner: UrgentOwner; readonly since: Instant; readonly escalatesAt: Instant } | null;
  readonly owners: UrgentView['owners'];
  readonly options: readonly UrgentOption[];
  readonly outcome: UrgentOutcome | null;
  readonly resolvedAt: Instant | null;
};
export type UrgentState = Urgent | undefined;

export const evolveUrgent = (state: UrgentState, { type, data }: UrgentEvent): UrgentState => {
  if (type === 'UrgentOpened') {
    const empty = { opened: data, turn: null, owners: [], options: [], outcome: null, resolvedAt: null };
    return owned(empty, data, 'opened', data.openedAt);
  }
  if (state === undefined) return state;
  switch (type) {
    case 'UrgentEscalated':
      return owned(state, data, 'escalated', data.escalatedAt);
    case 'UrgentHandedOver':
      return owned(state, data, 'handed-over', data.handedOverAt);
    case 'UrgentOptionChosen': {
      const { urgentId: _urgentId, householdId: _householdId, chosenAt: _chosenAt, ...option } = data;
      return { ...state, options: [...state.options, { ...option, stage: 'chosen', code: null }] };
    }
    case 'UrgentOptionAsked':
      return withOption(state, data.bookingId, { stage: 'asked' });
    case 'UrgentOptionConfirmed': {
      const after = withOption(state, data.bookingId, { stage: 'confirmed', code: null });
      return after.turn === null ? after : { ...after, turn: { ...after.turn, escalatesAt: data.escalatesAt } };
    }
    case 'UrgentOptionLost':
      return withOption(state, data.bookingId, { stage: 'lost', code: data.code });
    case 'UrgentResolved':
      return { ...state, turn: null, outcome: data.outcome, resolvedAt: data.resolvedAt };
    case 'UrgentReopened':
      return { ...owned(state, data, 'reopened', data.reopenedAt), outcome: null, resolvedAt: null };
  }
};

/** It may still bring somebody. */
export const isLive = ({ stage }: Pick<UrgentOption, 'stage'>): boolean => stage !== 'lost';

/** Somebody has to travel: until then those who are there bridge it (chosen). */
const bridgedMs = 4 * hourMs;

/** Whether somebody comes for all of the time, but for the first hours, which nobody can be in time for. */
export const covering = ({ opened: { span, openedAt }, options }: Urgent): boolean => {
  const confirmed = options
    .filter(({ stage }) => stage === 'confirmed')
    .map((it) => it.span)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  let coveredUntil = plusMs(span.from < openedAt ? openedAt : span.from, bridgedMs);
  for (const { from, until } of confirmed) {
    if (from <= coveredUntil && until > coveredUntil) coveredUntil = until;
  }
  return confirmed.length > 0 && coveredUntil >= span.until;
};

const owned = (
  state: Urgent,
  { owner, escalatesAt }: { readonly owner: UrgentOwner; readonly escalatesAt: Instant },
  how: UrgentView['owners'][number]['how'],
  since: Instant,
): Urgent => ({
  ...state,
  turn: { owner, since, escalatesAt },
  owners: [...state.owners, { ...owner, how, since }],
});

const withOption = (state: Urgent, bookingId: string, changes: Partial<UrgentOption>): Urgent => ({
  ...state,
  options: state.options.map((it) => (it.bookingId === bookingId ? { ...it, ...changes } : it)),
});
