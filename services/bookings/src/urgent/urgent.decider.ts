import type { BookUrgentOption, OpenUrgentCase, UrgentOutcome } from '@adempauze/contracts';
import {
  accept,
  type Decider,
  type Decision,
  hourMs,
  type Instant,
  msOf,
  overlaps,
  plusMs,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import type { UrgentData, UrgentEvent, UrgentOwner } from './urgent.events.ts';
import {
  covering,
  evolveUrgent,
  isLive,
  type Urgent,
  type UrgentOption,
  type UrgentState,
} from './urgent.state.rules.ts';

/** How long an owner has to arrange something before the next one has to (R09, chosen). */
export const ownerHasMs = 2 * hourMs;
/** What begins later than this is no urgent care (R09, chosen). */
export const startsWithinMs = 24 * hourMs;
/** The longest need, and how far care may go on after it (both chosen). */
export const longestMs = 14 * 24 * hourMs;
const pastNeedMs = 24 * hourMs;

export type UrgentCommand = { readonly now: Instant } & (
  | {
      readonly type: 'OpenCase';
      readonly data: OpenUrgentCase & Pick<UrgentData<'UrgentOpened'>, 'recipientId' | 'municipality'>;
    }
  /** The owner had their time. `contactAccountId`: whose the household is now. */
  | { readonly type: 'Escalate'; readonly contactAccountId: string }
  | { readonly type: 'HandOver'; readonly to: UrgentOwner }
  | { readonly type: 'ChooseOption'; readonly data: Omit<BookUrgentOption, 'urgentId'> }
  | { readonly type: 'RecordAsked' | 'RecordConfirmed'; readonly bookingId: string }
  | { readonly type: 'RecordLost'; readonly bookingId: string; readonly code: string }
  | { readonly type: 'Resolve'; readonly outcome: Exclude<UrgentOutcome, 'covered'> }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type UrgentRejection = Rejection<
  | 'already-exists'
  | 'urgent-case-not-found'
  | 'urgent-case-resolved'
  | 'urgent-within-a-day'
  | 'urgent-too-long'
  | 'urgent-outside-need'
  | 'time-in-the-past'
>;
type Answer = Decision<UrgentEvent, UrgentRejection>;

/**
 * An urgent case (R09, A16). Until it is resolved it has one owner and one moment at which it goes on to the next: from
 * the professional to the contact person to the region, and there again and again. Whatever comes in whichever order,
 * each event that leaves it open says both.
 */
export const urgentDecider: Decider<UrgentCommand, UrgentState, UrgentEvent, UrgentRejection> = {
  initialState: undefined,
  evolve: evolveUrgent,
  decide(command, state) {
    if (command.type === 'OpenCase') return open(command, state);
    return state === undefined ? reject('urgent-case-not-found') : decideOn(state, command);
  },
};

const open = ({ data, now }: Extract<UrgentCommand, { type: 'OpenCase' }>, state: UrgentState): Answer => {
  if (state !== undefined) return isRepeat(state, data) ? accept() : reject('already-exists');
  const { span, openedBy, ...rest } = data;
  if (span.until <= now) return reject('time-in-the-past');
  if (span.from > plusMs(now, startsWithinMs)) return reject('urgent-within-a-day', { hours: startsWithinMs / hourMs });
  if (msOf(span.until) - msOf(span.from) > longestMs) {
    return reject('urgent-too-long', { days: longestMs / (24 * hourMs) });
  }
  const owner = { kind: 'professional' as const, accountId: openedBy };
  const turn = { number: 0, owner, escalatesAt: againAt(now) };
  return accept({ type: 'UrgentOpened', data: { ...rest, ...turn, span, openedBy, openedAt: now } });
};

const decideOn = (state: Urgent, command: Exclude<UrgentCommand, { type: 'OpenCase' }>): Answer => {
  const { now } = command;
  const { turn } = state;
  const about = aboutOf(state);
  switch (command.type) {
    case 'Escalate': {
      // A sweep may be late, or come twice: the stored moment decides.
      if (turn === null || turn.escalatesAt > now) return accept();
      const owner = nextOwner(turn.owner, command.contactAccountId);
      return accept({ type: 'UrgentEscalated', data: { ...about, ...nextTurn(state, owner, now), escalatedAt: now } });
    }
    case 'HandOver': {
      if (turn === null) return reject('urgent-case-resolved');
      const { to } = command;
      if (to.kind === turn.owner.kind && to.accountId === turn.owner.accountId) return accept();
      return accept({ type: 'UrgentHandedOver', data: { ...about, ...nextTurn(state, to, now), handedOverAt: now } });
    }
    case 'ChooseOption':
      return choose(state, command.data, now);
    case 'RecordAsked':
      if (optionOf(state, command.bookingId)?.stage !== 'chosen') return accept();
      return accept({ type: 'UrgentOptionAsked', data: { ...about, ...only(state, command.bookingId), askedAt: now } });
    case 'RecordConfirmed': {
      const option = optionOf(state, command.bookingId);
      // What was lost stays lost: the answer to a question may come after the end of its booking.
      if (option === undefined || option.stage === 'confirmed' || option.stage === 'lost') return accept();
      const data = { ...about, bookingId: option.bookingId, escalatesAt: againAt(now), confirmedAt: now };
      const confirmed: UrgentEvent = { type: 'UrgentOptionConfirmed', data };
      const after = evolveUrgent(state, confirmed);
      if (turn === null || after === undefined || !covering(after)) return accept(confirmed);
      return accept<UrgentEvent>(confirmed, resolved(state, 'covered', now));
    }
    case 'RecordLost':
      return lose(state, command, now);
    case 'Resolve':
      if (turn === null) return accept();
      return accept(resolved(state, command.outcome, now));
    case 'GoOn':
      return accept();
  }
};

/** Who has to arrange it when this owner has not: whoever is the contact person already is passed over. */
const nextOwner = ({ kind, accountId }: UrgentOwner, contactAccountId: string): UrgentOwner =>
  kind === 'professional' && accountId !== contactAccountId
    ? { kind: 'contact-person', accountId: contactAccountId }
    : { kind: 'region', accountId: kind === 'region' ? accountId : null };

const choose = (state: Urgent, data: Omit<BookUrgentOption, 'urgentId'>, now: Instant): Answer => {
  const known = optionOf(state, data.bookingId);
  if (known !== undefined) return isSameOption(known, data) ? accept() : reject('already-exists');
  if (state.turn === null) return reject('urgent-case-resolved');
  const { span } = data;
  if (span.from <= now) return reject('time-in-the-past');
  if (span.from > plusMs(now, startsWithinMs)) return reject('urgent-within-a-day', { hours: startsWithinMs / hourMs });
  const need = state.opened.span;
  if (!overlaps(span, need) || span.until > plusMs(need.until, pastNeedMs)) return reject('urgent-outside-need');
  return accept({ type: 'UrgentOptionChosen', data: { ...aboutOf(state), ...data, chosenAt: now } });
};

const lose = (
  state: Urgent,
  { bookingId, code }: Extract<UrgentCommand, { type: 'RecordLost' }>,
  now: Instant,
): Answer => {
  const option = optionOf(state, bookingId);
  if (option === undefined || !isLive(option)) return accept();
  const about = aboutOf(state);
  const lost: UrgentEvent = {
    type: 'UrgentOptionLost',
    data: { ...about, bookingId: option.bookingId, code, lostAt: now },
  };
  const after = evolveUrgent(state, lost);
  const isUncovered = state.outcome === 'covered' && after !== undefined && !covering(after);
  if (!isUncovered || state.opened.span.until <= now) return accept(lost);
  const { kind, accountId } = state.owners.at(-1) ?? { kind: 'region' as const, accountId: null };
  const data = { ...about, ...nextTurn(state, { kind, accountId }, now), reopenedAt: now };
  return accept<UrgentEvent>(lost, { type: 'UrgentReopened', data });
};

const nextTurn = ({ owners }: Urgent, owner: UrgentOwner, now: Instant) => ({
  ...{ number: owners.length, owner, escalatesAt: againAt(now) },
});
const againAt = (now: Instant): Instant => plusMs(now, ownerHasMs);
const aboutOf = ({ opened: { urgentId, householdId } }: Urgent) => ({ urgentId, householdId });
const optionOf = ({ options }: Urgent, bookingId: string): UrgentOption | undefined =>
  options.find((it) => it.bookingId === bookingId);
const only = (state: Urgent, bookingId: string) => {
  const option = optionOf(state, bookingId);
  if (option === undefined) throw new RangeError('The case has no such option.');
  return { bookingId: option.bookingId };
};
const resolved = (state: Urgent, outcome: UrgentOutcome, now: Instant): UrgentEvent => ({
  type: 'UrgentResolved',
  data: { ...aboutOf(state), outcome, resolvedAt: now },
});

const sameSpan = (a: Span, b: Span) => a.from === b.from && a.until === b.until;
/** The words are not compared: they may have been forgotten. */
const isRepeat = ({ opened }: Urgent, asked: OpenUrgentCase): boolean =>
  opened.householdId === asked.householdId && opened.openedBy === asked.openedBy && sameSpan(opened.span, asked.span);
const isSameOption = (known: UrgentOption, asked: Omit<BookUrgentOption, 'urgentId'>): boolean =>
  known.offerId === asked.offerId && known.resourceId === asked.resourceId && sameSpan(known.span, asked.span);
