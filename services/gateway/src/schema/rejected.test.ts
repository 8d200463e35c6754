import { misfitSentence } from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import { messageOf, sentenceWith } from './rejected.ts';

/* How long something lasts, as people say it. */

test.each([
  ['block-too-short', { minMinutes: 45 }, 'Dit aanbod duurt minstens 45 minuten.', 'at least 45 minutes.'],
  ['block-too-short', { minMinutes: 60 }, 'Dit aanbod duurt minstens 1 uur.', 'at least 1 hour.'],
  ['block-too-short', { minMinutes: 210 }, 'Dit aanbod duurt minstens 3,5 uur.', 'at least 3.5 hours.'],
  ['block-too-long', { maxMinutes: 500 }, 'Dit aanbod duurt hoogstens 500 minuten.', 'at most 500 minutes.'],
  ['stay-too-long', { maxNights: 1 }, 'Dit aanbod duurt hoogstens 1 nacht.', 'at most 1 night.'],
  ['stay-too-short', { minNights: 2 }, 'Dit aanbod duurt minstens 2 nachten.', 'at least 2 nights.'],
  ['asked-too-late', { leadTimeHours: 1 }, 'Dit moet u minstens 1 uur van tevoren vragen.', '1 hour before.'],
  ['asked-too-late', { leadTimeHours: 36 }, 'Dit moet u minstens 36 uur van tevoren vragen.', '36 hours before.'],
  ['asked-too-late', { leadTimeHours: 168 }, 'Dit moet u minstens 7 dagen van tevoren vragen.', '7 days before.'],
])('%s %j', (code, facts, nl, en) => {
  expect(messageOf({ code, facts }, 'nl')).toBe(nl);
  expect(messageOf({ code, facts }, 'en').endsWith(` ${en}`)).toBe(true);
});

test('why an offer does not fit is said in the same words', () => {
  const facts = { leadTimeHours: 240 };
  expect(sentenceWith(misfitSentence('asked-too-late', facts, 'nl'), facts, 'nl')).toBe(
    'Dit moet u minstens 10 dagen van tevoren vragen.',
  );
});
