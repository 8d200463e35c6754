import { MisfitReason, misfitSentence, misfits, type SeekMisfit } from '@adempauze/contracts';
import { instantOn, msOf, plusDays, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { booking, householdId, now } from '../examples.fixtures.ts';
import type { Offer } from '../offer/offer.state.rules.ts';
import { both, groningen, leiden, offerOf, seekerOf, today } from './seek.fixtures.ts';

/* Each reason why an offer does not fit that somebody can do something about (R19). */

type Asked = Parameters<ReturnType<typeof seekerOf>['seek']>[0];
type Given = Parameters<typeof offerOf>[1];
const whyNot = (asked: Asked, over: Given, days?: number, more?: Parameters<typeof both>[2]) =>
  whyNotOf([both(offerOf('it', over), days, more)], asked);
const whyNotOf = (supply: Parameters<typeof seekerOf>[0], asked: Asked) => {
  const { options, misfits: found } = seekerOf(supply).seek({ forms: ['F01'], ...asked });
  expect(options).toEqual([]);
  return found.map(({ reason, facts }): Partial<SeekMisfit> => ({ reason, facts }));
};
const wednesday = plusDays(today, 2);

test.each<[string, Asked, Given, Partial<SeekMisfit>]>([
  ['a condition', { conditions: ['autism'] }, {}, { reason: 'condition-not-served', facts: {} }],
  ['an act', { highRiskActs: ['suctioning'] }, {}, { reason: 'act-not-served', facts: {} }],
  [
    'an act of which the certificate ends before',
    { highRiskActs: ['suctioning'] },
    { certifications: [{ act: 'suctioning', lastDay: today }] },
    { reason: 'act-not-served', facts: { lastDay: today } },
  ],
  ['a language', { language: 'ar' }, {}, { reason: 'language-not-spoken', facts: {} }],
  ['a culture', { culture: 'moroccan' }, {}, { reason: 'culture-not-known', facts: {} }],
  ['a woman', { womanOnRequest: true }, {}, { reason: 'no-woman-comes', facts: {} }],
  ['an activity', { activities: ['outdoors'] }, {}, { reason: 'activity-not-offered', facts: {} }],
  ['transport', { transport: true }, {}, { reason: 'no-transport', facts: {} }],
  [
    'to come along',
    { caregiverJoins: 'yes' },
    { caregiverJoins: 'no' },
    { reason: 'caregiver-cannot-join', facts: {} },
  ],
  [
    'to stay away',
    { caregiverJoins: 'no' },
    { caregiverJoins: 'always' },
    { reason: 'caregiver-must-join', facts: {} },
  ],
  [
    'too short',
    { minutes: 60 },
    { minMinutes: 180, maxMinutes: 240 },
    { reason: 'block-too-short', facts: { minMinutes: 180 } },
  ],
  [
    'too long',
    { minutes: 300 },
    { minMinutes: 180, maxMinutes: 240 },
    { reason: 'block-too-long', facts: { maxMinutes: 240 } },
  ],
])('what is not served, or not for so long: %s', (_name, asked, over, expected) => {
  expect(whyNot(asked, over)).toEqual([expected]);
});

test('a stay of too few or too many nights', () => {
  const when = { kind: 'range', from: today, until: plusDays(today, 25) } as const;
  const stay = { form: 'F12', unit: 'night', minNights: 2, maxNights: 4 } as const;
  const asked = { forms: ['F12'], when } as const;
  expect(whyNot({ ...asked, nights: 1 }, stay)).toEqual([{ reason: 'stay-too-short', facts: { minNights: 2 } }]);
  expect(whyNot({ ...asked, nights: 7 }, stay)).toEqual([{ reason: 'stay-too-long', facts: { maxNights: 4 } }]);
});

test('too far for who comes, and further than somebody looks: by how much; only where all else fits', () => {
  const away = { form: 'F17', unit: 'part-day', place: leiden } as const;
  const [comes] = whyNot({}, { place: leiden, travelKm: 10 });
  const km = Number(comes?.facts?.km);
  expect(comes).toEqual({
    reason: 'outside-travel-range',
    facts: { km, travelKm: 10, beyondKm: Math.round((km - 10) * 10) / 10 },
  });
  const further = { reason: 'further-than-asked', facts: { km, beyondKm: Math.round((km - 5) * 10) / 10 } };
  expect(whyNot({ forms: ['F17'], maxKm: 5 }, away)).toEqual([further]);
  expect(whyNot({ forms: ['F17'], maxKm: 5, language: 'ar' }, away)).toEqual([]);
  expect(whyNot({ forms: ['F17'], maxKm: 5 }, away, 0)).toEqual([]);
  expect(whyNot({ forms: ['F17'], maxKm: 5 }, { ...away, place: groningen })).toEqual([]);
});

test('full, closed on that day, and open on too short a day: with the first time that is free', () => {
  const openOn = (days: readonly number[], until = '17:00') => ({
    openings: days.map((day) => ({
      fromMs: msOf(instantOn(plusDays(today, day), '09:00')),
      untilMs: msOf(instantOn(plusDays(today, day), until)),
    })),
  });
  const [fromMs, untilMs] = [msOf(instantOn(wednesday, '09:00')), msOf(instantOn(wednesday, '17:00'))];
  const taken = {
    ...{ bookingId: booking(1), householdId, terms: {} as never, expiresAtMs: null },
    ...{ fromMs, untilMs, freeAtMs: untilMs },
  };
  const next = instantOn(plusDays(today, 4), '09:00');
  const full = { ...openOn([2, 4]), occupations: [taken] };
  expect(whyNot({}, {}, 0, full)).toEqual([{ reason: 'full-then', facts: { next } }]);
  expect(whyNot({}, {}, 0, openOn([1, 4]))).toEqual([{ reason: 'closed-then', facts: { next } }]);
  expect(whyNot({ minutes: 240 }, {}, 0, openOn([2], '11:00'))).toEqual([{ reason: 'closed-then', facts: {} }]);
  // Of what is open on no day nobody can say that it is closed on this one.
  expect(whyNot({}, {}, 0)).toEqual([{ reason: 'full-then', facts: {} }]);
});

test('asked too late, nobody found so soon, no price yet', () => {
  const late = whyNot({ when: { kind: 'day', day: plusDays(today, 1) } }, { leadTimeMinutes: 48 * 60 });
  expect(late).toEqual([{ reason: 'asked-too-late', facts: { leadTimeHours: 48, next: plusMs(now, 48 * 3_600_000) } }]);
  const helper = { form: 'F06', needsHelper: true } as const;
  expect(whyNotOf([[offerOf('volunteer', helper)]], { forms: ['F06'], when: { kind: 'now' } })).toEqual([
    { reason: 'helper-not-at-once', facts: {} },
  ]);
  const unpriced = (offer: Offer): Offer => ({
    ...offer,
    tariffs: offer.tariffs.map((it) => ({ ...it, fromMs: msOf(instantOn(plusDays(today, 20))) })),
  });
  const offer = offerOf('priced later');
  expect(whyNotOf([[unpriced(offer), both(offer)[1]]], {})).toEqual([{ reason: 'tariff-missing', facts: {} }]);
});

test('nobody said for 90 days that it still stands (R31)', () => {
  const offer = offerOf('stale', {}, plusMs(now, -100 * 86_400_000));
  expect(whyNotOf([both(offer)], {})).toEqual([{ reason: 'stale', facts: { days: 100 } }]);
});

test('every reason has a sentence in both languages, and what is not known is left out of it', () => {
  for (const reason of MisfitReason.options) {
    for (const language of ['nl', 'en'] as const) {
      expect(misfits[reason][language]).toMatch(/\.\]?$/);
      expect(misfitSentence(reason, {}, language)).not.toMatch(/[[\]]/);
    }
  }
  expect(misfitSentence('full-then', {}, 'nl')).toBe('Er is dan geen plek vrij.');
  expect(misfitSentence('full-then', { next: now }, 'nl')).toBe(
    'Er is dan geen plek vrij. De eerste vrije tijd is {next}.',
  );
});
