import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { helperIdOf } from '../examples.fixtures.ts';
import { type CandidateFacts, knownFirst, rankCandidates } from './rank.rules.ts';

const fits = { withinWindows: true, free: true, hasRoom: true, hoursThatWeek: 0 };
const facts = (name: string, differences: Partial<CandidateFacts> = {}): CandidateFacts => ({
  helperId: helperIdOf(name),
  travelKm: 3,
  timesWithHousehold: 0,
  fit: fits,
  speaksLanguage: false,
  saidNo: false,
  askedAt: '2027-01-01T00:00:00.000Z',
  ...differences,
});
const namesOf = (...given: [string, Partial<CandidateFacts>][]) => {
  const names = new Map<string, string>(given.map(([name]) => [helperIdOf(name), name]));
  return rankCandidates(given.map(([name, it]) => facts(name, it))).map((it) => names.get(it.helperId));
};

test('the familiar face comes first, from however far (R14)', () => {
  const far = { travelKm: 40, timesWithHousehold: 1 };
  expect(namesOf(['near', {}], ['far', far], ['often', { ...far, timesWithHousehold: 9 }])).toEqual([
    'often',
    'far',
    'near',
  ]);
});
test('then the shorter journey, in bands of five kilometres', () => {
  expect(namesOf(['12', { travelKm: 12 }], ['7', { travelKm: 7 }], ['1', { travelKm: 1 }])).toEqual(['1', '7', '12']);
});
test('then the language, within the same band', () => {
  expect(namesOf(['1', { travelKm: 1 }], ['4', { travelKm: 4, speaksLanguage: true }])).toEqual(['4', '1']);
});
test('then who was asked least recently; never comes before long ago', () => {
  expect(
    namesOf(['lately', { askedAt: '2027-02-01' }], ['long ago', { askedAt: '2026-02-01' }], ['never', { askedAt: '' }]),
  ).toEqual(['never', 'long ago', 'lately']);
});
test('who cannot come stands last, and it is said why', () => {
  const ranked = rankCandidates([
    facts('busy', { fit: { ...fits, free: false }, timesWithHousehold: 20 }),
    facts('full', { fit: { ...fits, hasRoom: false, hoursThatWeek: 8 }, timesWithHousehold: 20 }),
    facts('no', { saidNo: true, timesWithHousehold: 20 }),
    facts('stranger', { travelKm: 60 }),
  ]);
  expect(ranked[0]).toEqual({
    helperId: helperIdOf('stranger'),
    travelKm: 60,
    timesWithHousehold: 0,
    available: true,
    hoursThatWeek: 0,
    reasons: ['has-room', 'asked-least-recently'],
  });
  const reasons = new Map(ranked.map((it) => [it.helperId, it.reasons]));
  expect(reasons.get(helperIdOf('busy'))).toEqual(['not-available', 'familiar-face', 'has-room', 'near']);
  expect(reasons.get(helperIdOf('full'))).toEqual(['at-maximum', 'familiar-face', 'near']);
  expect(reasons.get(helperIdOf('no'))).toEqual(['said-no', 'familiar-face', 'has-room', 'near']);
});

const someFacts = fc.uniqueArray(
  fc.record({
    helperId: fc.integer({ min: 0, max: 50 }).map((it) => helperIdOf(String(it))),
    travelKm: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    timesWithHousehold: fc.integer({ min: 0, max: 3 }),
    fit: fc.record({
      withinWindows: fc.boolean(),
      free: fc.boolean(),
      hasRoom: fc.boolean(),
      hoursThatWeek: fc.integer({ min: 0, max: 8 }),
    }),
    speaksLanguage: fc.boolean(),
    saidNo: fc.boolean(),
    askedAt: fc.constantFrom('', '2026-01-01', '2027-01-01'),
  }),
  { selector: (it) => it.helperId },
);

test('the order does not depend on the order in which helpers are found, and cannot never comes before can', () => {
  const hindrances = ['not-available', 'at-maximum', 'said-no'];
  fc.assert(
    fc.property(someFacts, (some) => {
      const ranked = rankCandidates(some);
      expect(rankCandidates(some.toReversed())).toEqual(ranked);
      const able = ranked.map(({ reasons }) => !reasons.some((it) => hindrances.includes(it)));
      expect(able).toEqual(able.toSorted((a, b) => Number(b) - Number(a)));
    }),
  );
});
test('a woman, where that is wished, goes before who is nearer, and after the familiar face (R53)', () => {
  expect(
    namesOf(
      ['near', { travelKm: 1 }],
      ['woman', { travelKm: 12, isWoman: true }],
      ['known', { travelKm: 20, timesWithHousehold: 1 }],
    ),
  ).toEqual(['known', 'woman', 'near']);
});
test('who knows the culture goes after who speaks the language, within the same band', () => {
  expect(
    namesOf(
      ['neither', {}],
      ['culture', { knowsCulture: true }],
      ['language', { speaksLanguage: true }],
      ['both', { speaksLanguage: true, knowsCulture: true }],
    ),
  ).toEqual(['both', 'language', 'culture', 'neither']);
  const [both] = rankCandidates([facts('both', { speaksLanguage: true, knowsCulture: true, isWoman: true })]);
  expect(both?.reasons).toEqual([
    ...['has-room', 'near', 'woman', 'speaks-language', 'knows-culture', 'asked-least-recently'],
  ]);
});

test('where only known faces are wanted, strangers are left out while one of the known can come (R08)', () => {
  const busy = { ...fits, free: false };
  const known = facts('known', { timesWithHousehold: 2 });
  const away = facts('away', { timesWithHousehold: 5, fit: busy });
  const stranger = facts('stranger');
  const idsOf = (given: readonly CandidateFacts[]) => knownFirst(given).map(({ helperId }) => helperId);
  expect(idsOf([stranger, known, away])).toEqual([known.helperId, away.helperId]);
  expect(idsOf([stranger, away])).toEqual([stranger.helperId, away.helperId]);
});
