import type { QuoteBooking } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { QuoteEvent } from './quote.events.ts';

type Given = QuoteEvent['data'];
export type QuoteCommand = {
  readonly type: 'GiveQuote';
  readonly data: Omit<Given, 'quotedAt'>;
  readonly now: Instant;
};
export type QuoteState = { readonly given: Given | undefined };
export type QuoteRejection = Rejection<'already-exists'>;

/** The first quote of a booking stands: it is what the caregiver was shown (R46). */
export const quoteDecider: Decider<QuoteCommand, QuoteState, QuoteEvent, QuoteRejection> = {
  initialState: { given: undefined },
  evolve: (_state, { data }) => ({ given: data }),
  decide({ data, now }, { given }) {
    if (given === undefined) return accept({ type: 'QuoteGiven', data: { ...data, quotedAt: now } });
    return isSameQuestion(given, data) ? accept() : reject('already-exists');
  },
};

/** The price of a question asked again may have moved with the day; the booking is the same. */
export const isSameQuestion = (
  given: Pick<Given, 'householdId' | 'form' | 'quantity' | 'on'>,
  asked: Pick<QuoteBooking, 'householdId' | 'form' | 'quantity' | 'on'>,
): boolean =>
  given.householdId === asked.householdId &&
  given.form === asked.form &&
  given.quantity === asked.quantity &&
  given.on === asked.on;
