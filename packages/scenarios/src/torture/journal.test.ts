import { expect, test } from '@jest/globals';
import { checkSeen } from '../checks/check-seen.ts';
import { createJournal, tallyOf } from './journal.ts';
import { createRandom } from './random.ts';

const spend = { key: 'k1', operation: 'spendBudget', about: 'p1', detail: 's1', amountCents: 100 } as const;

test('what was sent is in doubt until an answer comes', () => {
  const journal = createJournal();
  journal.sending(spend);
  expect(journal.told()).toMatchObject([{ answer: 'unknown', sent: 1 }]);
  journal.sending(spend);
  journal.answered('k1', 'accepted', 'SPENT');
  expect(journal.told()).toMatchObject([{ answer: 'accepted', status: 'SPENT', sent: 2, amountCents: 100 }]);
  expect(tallyOf(journal.told())).toEqual({ accepted: 1, refused: 0, unknown: 0, repeats: 1 });
  expect(journal.answers()).toBe(1);
});

test('a yes stays a yes, and that it was refused later is kept beside it', () => {
  const journal = createJournal();
  journal.sending(spend);
  journal.answered('k1', 'accepted', 'SPENT');
  journal.answered('k1', 'refused', 'budget-exceeded');
  expect(journal.told()).toMatchObject([{ answer: 'accepted', status: 'SPENT', thenRefused: 'budget-exceeded' }]);
});

test('a no becomes a yes when what stood in the way has gone', () => {
  const journal = createJournal();
  journal.sending(spend);
  journal.answered('k1', 'refused', 'budget-exceeded');
  journal.answered('k1', 'accepted', 'SPENT');
  expect(journal.told()).toMatchObject([{ answer: 'accepted', status: 'SPENT' }]);
});

test('an answer to nothing is a fault of ours', () => {
  expect(() => createJournal().answered('k9', 'accepted', undefined)).toThrow('k9');
});

test('the public door must show what the log says', () => {
  const fact = { revision: 0, position: '1', id: 'e', metadata: { v: 1, at: '2027-01-01T00:00:00.000Z' } };
  const log = [
    { ...fact, stream: 'booking-b1', type: 'BookingRequested', data: { heldUntil: '2027-01-01T00:15:00.000Z' } },
    { ...fact, stream: 'budget-p1', type: 'BudgetOpened', data: { amountCents: 500 } },
  ];
  const seen = { bookings: { b1: 'HELD', b2: null }, budget: { id: 'p1', balanceCents: 500 }, trialBalanced: true };
  expect(checkSeen(seen, log)).toEqual([]);
  expect(checkSeen({ ...seen, bookings: { b1: null } }, log)).toHaveLength(1);
  expect(checkSeen({ ...seen, bookings: { b2: 'CONFIRMED' } }, log)).toHaveLength(1);
  expect(checkSeen({ ...seen, budget: { id: 'p1', balanceCents: 499 }, trialBalanced: false }, log)).toHaveLength(2);
});

test('the same seed makes the same choices', () => {
  const choices = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 50 }, () => random.whole(1, 6));
  };
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
  expect(new Set(choices(7))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});
