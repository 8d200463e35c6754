import type { JsonObject } from '@adempauze/event-store';
import { Instant } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { checkBudgets } from './check-budgets.ts';
import { checkFiles } from './check-files.ts';
import type { Fact } from './history.ts';

type Told = readonly [stream: string, type: string, data?: JsonObject];
const at = Instant.parse('2027-02-01T08:00:00Z');
const logOf = (told: readonly Told[]): Fact[] =>
  told.map(([stream, type, data = {}], index) => ({
    ...{ stream, type, data, id: `event ${index}`, position: String(index), revision: index },
    metadata: { at, v: 1 },
  }));
const contact = (accountId: string) => ({ contactPerson: { accountId } });

test('what goes as it should is not remarked upon', () => {
  const log = logOf([
    ['household-1', 'HouseholdRegistered', { ...contact('a'), mandates: [{ mandateId: 'm' }] }],
    ['household-1', 'ContactPersonChanged', contact('b')],
    ['household-1', 'HandOverAnnounced'],
    ['household-1', 'MandateWithdrawn', { mandateId: 'm' }],
    ['wish-1', 'ListJoined', { offerId: 'here' }],
    ['wish-1', 'ListJoined', { offerId: 'there' }],
    ['wish-1', 'PlaceClaimed', { placeId: 'p' }],
    ['wish-1', 'WishEnded', { offerId: 'here' }],
    ['wish-1', 'ListLeft', { offerId: 'there' }],
    ['match-1', 'MatchOpened', { bookingId: 'x' }],
    ['match-1', 'HelperProposed', { helperId: 'h', awaits: 'family' }],
    ['match-1', 'HelperApproved', { helperId: 'h' }],
    ['match-1', 'HelperMatched', { helperId: 'h' }],
    ['feed-1', 'FeedOpened'],
    ['feed-1', 'FeedOpened'],
    ['feed-1', 'FeedClosed'],
    ['urgent-1', 'UrgentOpened', { number: 0 }],
    ['urgent-1', 'UrgentHandedOver', { number: 1 }],
    ['urgent-1', 'UrgentResolved'],
    ['budget-1', 'BudgetOpened', { amountCents: 100 }],
    ['budget-1', 'BudgetSpent', { spendId: 's', amountCents: 100 }],
    ['budget-1', 'SpendReleased', { spendId: 's', releasedCents: 40 }],
    ['budget-1', 'BudgetSpent', { spendId: 't', amountCents: 30 }],
    ['budget-1', 'SpendsTakenAgain', { spends: [{ spendId: 's', amountCents: 70 }] }],
    ['budget-1', 'SpendsKept'],
  ]);
  expect([...checkFiles(log), ...checkBudgets(log)]).toEqual([]);
});

test.each<[string, readonly Told[]]>([
  ['nobody is the contact person', [['household-1', 'MandateGranted', { mandateId: 'm' }]]],
  [
    'a hand-over was told that was not',
    [
      ['household-1', 'HouseholdRegistered', contact('a')],
      ['household-1', 'HandOverAnnounced'],
    ],
  ],
  [
    'was there before',
    [
      ['household-1', 'HouseholdRegistered', { ...contact('a'), mandates: [{ mandateId: 'm' }] }],
      ['household-1', 'MandateWithdrawn', { mandateId: 'm' }],
      ['household-1', 'MandateGranted', { mandateId: 'm' }],
    ],
  ],
  [
    'thinks about q and about p',
    [
      ['wish-1', 'PlaceClaimed', { placeId: 'p' }],
      ['wish-1', 'PlaceClaimed', { placeId: 'q' }],
    ],
  ],
  [
    'has ended, and waits for there',
    [
      ['wish-1', 'ListJoined', { offerId: 'there' }],
      ['wish-1', 'WishEnded'],
    ],
  ],
  [
    'the family did not say yes',
    [
      ['match-1', 'MatchOpened', { bookingId: 'x' }],
      ['match-1', 'HelperProposed', { helperId: 'h', awaits: 'family' }],
      ['match-1', 'HelperMatched', { helperId: 'h' }],
    ],
  ],
  [
    'Booking x has 2 matches',
    [
      ['match-1', 'MatchOpened', { bookingId: 'x' }],
      ['match-2', 'MatchOpened', { bookingId: 'x' }],
    ],
  ],
  [
    'FastLaneGiven while it was on',
    [
      ['fastlane-1', 'FastLaneGiven'],
      ['fastlane-1', 'FastLaneGiven'],
    ],
  ],
  ['which is not agreed', [['agreement-1', 'TaskDeclined', { agreementId: 'a' }]]],
  [
    'after it was closed',
    [
      ['signal-1', 'SignalClosed'],
      ['signal-1', 'SignalTakenUp'],
    ],
  ],
  [
    'owner 2 comes after owner 0',
    [
      ['urgent-1', 'UrgentOpened', { number: 0 }],
      ['urgent-1', 'UrgentHandedOver', { number: 2 }],
    ],
  ],
  ['nothing came of it', [['undo-1', 'UndoAsked']]],
  [
    'is overspent',
    [
      ['budget-1', 'BudgetOpened', { amountCents: 100 }],
      ['budget-1', 'BudgetSpent', { spendId: 's', amountCents: 60 }],
      ['budget-1', 'BudgetSpent', { spendId: 't', amountCents: 60 }],
    ],
  ],
  [
    'budget-1 is overspent',
    [
      ['budget-1', 'BudgetOpened', { amountCents: 100 }],
      ['budget-1', 'BudgetSpent', { spendId: 's', amountCents: 60 }],
      ['budget-1', 'SpendReleased', { spendId: 's', releasedCents: 60 }],
      ['budget-1', 'BudgetSpent', { spendId: 't', amountCents: 60 }],
      ['budget-1', 'SpendsTakenAgain', { spends: [{ spendId: 's', amountCents: 60 }] }],
    ],
  ],
  [
    'never asked for',
    [
      ['budget-1', 'BudgetOpened', { amountCents: 100 }],
      ['budget-1', 'BudgetSpent', { spendId: 's', amountCents: 60 }],
      ['budget-1', 'SpendsTakenAgain', { spends: [{ spendId: 's', amountCents: 61 }] }],
    ],
  ],
])('it is found that %s', (sentence, told) => {
  const log = logOf(told);
  expect([...checkFiles(log), ...checkBudgets(log)].join('\n')).toContain(sentence);
});
