import { SeekRespite } from '@adempauze/contracts';
import { instantOn, msOf, plusDays, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { at, booking, householdId, now, rijswijk } from '../examples.fixtures.ts';
import { offerDecider } from '../offer/offer.decider.ts';
import { both, groningen, leiden, offerOf, place, seekerOf, titles, today } from './seek.fixtures.ts';
import { windowOf } from './when.ts';

test('at home first, and three forms where there are as many', () => {
  const blocks = [1, 2, 3, 4, 5, 6].map((it) => both(offerOf(`block ${it}`)));
  const { seek } = seekerOf([
    ...blocks,
    both(offerOf('sitter', { form: 'F08', place: leiden, travelKm: 40 })),
    both(offerOf('day out', { form: 'F20', unit: 'visit', place: leiden })),
  ]);
  const { options, nothingFound, alternatives } = seek({ first: 4 });
  expect(new Set(options.map(({ hit }) => hit.offer.form))).toEqual(new Set(['F01', 'F08', 'F20']));
  expect(options.map(({ hit }) => hit.atHome)).toEqual([true, true, true, false]);
  expect(options[0]?.reasons).toEqual(['at-home']);
  expect([nothingFound, alternatives]).toEqual([null, null]);
});

test('a worker comes as far as the offer says, a guest travels as far as they like, and some come anywhere', () => {
  const { seek } = seekerOf([
    both(offerOf('near home only', { travelKm: 10, place: leiden })),
    both(offerOf('comes to Rijswijk', { travelKm: 45, place: leiden })),
    both(offerOf('anywhere', { form: 'F04', unit: 'night', place: groningen, nationwide: true, minNights: 2 })),
    both(offerOf('guest house', { form: 'F12', unit: 'night', place: leiden })),
    both(offerOf('far house', { form: 'F12', unit: 'night', place: groningen })),
  ]);
  const range = { kind: 'range', from: '2027-05-04', until: '2027-05-20' } as const;
  expect(titles(seek({ when: range }).options)).toEqual(['comes to Rijswijk', 'anywhere', 'guest house']);
  expect(titles(seek({ when: range, maxKm: 5 }).options)).toEqual(['comes to Rijswijk', 'anywhere']);
});

test('three days and two nights: a weekend of one night is not offered, one of two is (S47)', () => {
  const { seek } = seekerOf([
    both(offerOf('volunteers', { form: 'F04', unit: 'night', nationwide: true, minNights: 2, place: groningen })),
  ]);
  const when = { kind: 'weekend', day: '2027-05-04' } as const;
  expect(titles(seek({ when, nights: 1 }).options)).toEqual([]);
  const [found] = seek({ when, nights: 2 }).options;
  expect(found?.hit.times[0]?.span).toEqual({ from: at('2027-05-07T13:00:00Z'), until: at('2027-05-09T09:00:00Z') });
});

test('now is what begins within 24 hours, and nothing that somebody must be found for', () => {
  const offers = [
    both(offerOf('tomorrow')),
    both(offerOf('asked two days before', { leadTimeMinutes: 48 * 60 })),
    [offerOf('volunteer', { form: 'F06', needsHelper: true })] as const,
  ];
  const { options } = seekerOf(offers).seek({ when: { kind: 'now' } });
  expect(titles(options)).toEqual(['tomorrow']);
  expect(options[0]?.reasons).toContain('starts-soon');
  for (const { span } of options[0]?.hit.times ?? []) expect(span.from < plusMs(now, 24 * 3_600_000)).toBe(true);
});

test('evenings, days and weekends by the calendar of Amsterdam, over a clock change too', () => {
  const seek = (when: SeekRespite['when'], nights?: number) =>
    windowOf(SeekRespite.parse({ near: rijswijk.point, when, nights }), msOf(now));
  const shown = (window: { fromMs: number; untilMs: number }) =>
    [window.fromMs, window.untilMs].map((it) => new Date(it).toISOString().slice(0, 16));
  expect(shown(seek({ kind: 'evening', day: '2027-05-05' as never }))).toEqual([
    '2027-05-05T15:00',
    '2027-05-05T22:00',
  ]);
  expect(shown(seek({ kind: 'day', day: '2027-10-31' as never }))).toEqual(['2027-10-30T22:00', '2027-10-31T23:00']);
  expect(shown(seek({ kind: 'weekend', day: '2028-03-26' as never }))).toEqual([
    '2028-03-24T23:00',
    '2028-03-26T22:00',
  ]);
  expect(shown(seek({ kind: 'weekend', day: '2027-05-03' as never }, 2))).toEqual([
    '2027-05-07T10:00',
    '2027-05-10T22:00',
  ]);
});

test('what a search says of what does not fit: why, and never whom a provider does not take in', () => {
  const { seek } = seekerOf([
    both(offerOf('no such condition', { conditionsServed: ['frailty'] })),
    both(offerOf('certificate ends', { certifications: [{ act: 'suctioning', lastDay: today }] })),
    both(offerOf('fits', { highRiskActsServed: ['suctioning'] })),
    both(offerOf('excludes', { highRiskActsServed: ['suctioning'], exclusions: ['wandering'] })),
    both(offerOf('full', { highRiskActsServed: ['suctioning'] }), 0),
    both(offerOf('no Arabic', { highRiskActsServed: ['suctioning'], languages: ['tr'] })),
  ]);
  const asked = {
    forms: ['F01'],
    conditions: ['dementia'],
    highRiskActs: ['suctioning'],
    traits: ['wandering'],
  } as const;
  const { options, misfits } = seek({ ...asked, language: 'nl' });
  expect(titles(options)).toEqual(['fits']);
  expect(options[0]?.reasons).toEqual(['at-home', 'conditions-served', 'acts-certified', 'language-spoken']);
  const why = new Map(misfits.map((it) => [it.offer.title, it.reason]));
  expect(why.has('excludes')).toBe(false);
  expect([...why.values()].every((it) => it !== undefined)).toBe(true);
  for (const [title, reason] of [
    ['no such condition', 'condition-not-served'],
    ['certificate ends', 'act-not-served'],
    ['full', 'full-then'],
    ['no Arabic', 'language-not-spoken'],
  ] as const)
    if (why.has(title)) expect(why.get(title)).toBe(reason);
  expect(why.size).toBe(3);
});

test('nothing found: says of what and where, and what is nearest in time, place and form', () => {
  const { seek } = seekerOf([
    both(offerOf('in two weeks', { form: 'F17', unit: 'part-day' }), 28, {
      openings: [{ fromMs: msOf(at('2027-05-17T07:00:00Z')), untilMs: msOf(at('2027-05-17T15:00:00Z')) }],
    }),
    both(offerOf('far away', { form: 'F17', unit: 'part-day', place: place('Utrecht', 52.0907, 5.1214) })),
    both(offerOf('another form')),
  ]);
  const { options, nothingFound, alternatives } = seek({ forms: ['F17'], municipality: '0603' });
  expect(options).toEqual([]);
  expect(nothingFound).toMatchObject({ forms: ['F17'], municipality: '0603', from: at('2027-05-04T22:00:00Z') });
  expect(titles(alternatives?.inTime)).toEqual(['in two weeks']);
  expect(titles(alternatives?.inPlace)).toEqual(['far away']);
  expect(titles(alternatives?.inForm)).toEqual(['another form']);
  expect(alternatives?.inForm[0]?.reasons).toContain('another-form');
});

test('a stay is never the only suggestion while somebody can come', () => {
  const offers = [both(offerOf('house', { form: 'F12', unit: 'night' })), both(offerOf('block'))];
  const when = { kind: 'range', from: '2027-05-04', until: '2027-05-12' } as const;
  expect(titles(seekerOf(offers).seek({ when, nights: 2 }).options)).toEqual(['block', 'house']);
  expect(titles(seekerOf(offers).seek({ when, nights: 2, forms: ['F12'] }).options)).toEqual(['house']);
});

test('every week again: on how many dates the same person is free, by the clock, and which are missing', () => {
  const worker = offerOf('worker');
  const taken = (from: string, until: string) => ({
    ...{ bookingId: booking(1), householdId, terms: {} as never, expiresAtMs: null },
    ...{ fromMs: msOf(at(from)), untilMs: msOf(at(until)), freeAtMs: msOf(at(until)) },
  });
  const occupations = [taken('2027-05-12T07:00:00Z', '2027-05-12T15:00:00Z')];
  const { options } = seekerOf([both(worker, 28, { occupations })]).seek({ repeat: { times: 4 } });
  expect(options[0]?.datesFit).toMatchObject({ fits: 3, of: 4, missing: ['2027-05-12'] });
});

test('the price is that of who pays', () => {
  const offer = offerOf('insured');
  const tariff = { payer: 'insurer', from: '2027-05-01', priceCents: 1900, vat: 'standard' } as const;
  const priced = offerDecider.evolve(offer, {
    type: 'PayerTariffChanged',
    data: { offerId: offer.offerId, tariff: { ...tariff, from: tariff.from as never }, changedAt: now },
  });
  const { seek } = seekerOf([both(priced ?? offer)]);
  expect(seek({ minutes: 60 }).options[0]?.hit.times[0]?.priceCents).toBe(2300);
  expect(seek({ minutes: 60, payer: 'insurer' }).options[0]?.hit.times[0]?.priceCents).toBe(1900);
});

test('an offer that nobody confirmed for 90 days is not shown', () => {
  const lastDay = plusMs(now, -90 * 86_400_000);
  expect(titles(seekerOf([both(offerOf('stale', {}, lastDay))]).seek().options)).toEqual([]);
  expect(titles(seekerOf([both(offerOf('fresh', {}, plusMs(lastDay, 1)))]).seek().options)).toEqual(['fresh']);
});

test('free beds of several houses night by night, over municipal borders', () => {
  const summer = { fromMs: msOf(instantOn(plusDays(today, 3))), untilMs: msOf(instantOn(plusDays(today, 5))) };
  const house = offerOf('De Linde', { form: 'F12', unit: 'night', place: leiden });
  const bed = {
    ...{ bookingId: booking(1), householdId, terms: {} as never, expiresAtMs: null },
    fromMs: msOf(instantOn(plusDays(today, 1), '15:00')),
    untilMs: msOf(instantOn(plusDays(today, 3), '11:00')),
    freeAtMs: msOf(instantOn(plusDays(today, 3), '11:00')),
  };
  const { beds } = seekerOf([
    both(house, 10, { capacity: 7, capacities: [{ ...summer, capacity: 5 }], occupations: [bed] }),
    both(offerOf('Verweg', { form: 'F12', unit: 'night', place: groningen })),
    both(offerOf('Dichtbij', { form: 'F15', unit: 'night' })),
  ]);
  const asked = { near: rijswijk.point, maxKm: 40, forms: [], conditions: [], highRiskActs: [], first: 50 };
  const houses = beds({ ...asked, from: today, until: plusDays(today, 6) });
  expect(houses.map(({ title }) => title)).toEqual(['Dichtbij', 'De Linde']);
  expect(houses[1]?.nights.map(({ capacity, free }) => `${free}/${capacity}`)).toEqual([
    ...['0/7', '6/7', '4/5', '5/5', '5/5', '7/7'],
  ]);
});

test('where forms are named and there are fewer than three, others that fit stand beside, at home first (R12)', () => {
  const supply = [
    both(offerOf('programme', { form: 'F17', unit: 'part-day', place: leiden })),
    both(offerOf('block')),
    both(offerOf('sitter', { form: 'F08' })),
    both(offerOf('sitter further on', { form: 'F08', place: leiden, travelKm: 40 })),
    both(offerOf('household help', { form: 'F19' })),
    both(offerOf('day out', { form: 'F20', unit: 'visit' })),
    both(offerOf('stay', { form: 'F12', unit: 'night' })),
  ];
  const seek = seekerOf(supply).seek;
  const { options, beside } = seek({ forms: ['F17'], minutes: 180 });
  expect(titles(options)).toEqual(['programme']);
  // One of each other form, as long, and none that takes less over than what was asked.
  expect(new Set(titles(beside))).toEqual(new Set(['block', 'sitter']));
  for (const { reasons } of beside) expect(reasons).toContain('another-form');
  expect(titles(seek({ forms: ['F17', 'F01', 'F08'], minutes: 180 }).beside)).toEqual([]);
  expect(titles(seek({ forms: ['F17', 'F01'], minutes: 180 }).beside)).toEqual(['sitter']);
  expect(titles(seek({ forms: ['F01'], minutes: 180, first: 1 }).beside)).toEqual([]);
  expect(titles(seek({ minutes: 180 }).beside)).toEqual([]);
});

test('where only stays were named somebody who comes stands beside them, whatever there is of stays (R13)', () => {
  const when = { kind: 'range', from: '2027-05-04', until: '2027-05-12' } as const;
  const stays = (['F11', 'F12', 'F13', 'F16'] as const).map((form) =>
    both(offerOf(`${form}`, { form, unit: 'night' })),
  );
  const named = { when, nights: 2, forms: ['F11', 'F12', 'F13'] };
  const { options, beside } = seekerOf([
    ...stays,
    both(offerOf('sitter', { form: 'F08' })),
    both(offerOf('block')),
  ]).seek(named);
  expect(options).toHaveLength(3);
  // A block of hours takes less over than a stay does.
  expect(titles(beside)).toEqual(['sitter']);
  const night = both(offerOf('night', { form: 'F09', unit: 'night', nationwide: true }));
  expect(titles(seekerOf([...stays, night]).seek(named).beside)).toEqual(['night']);
  expect(titles(seekerOf(stays).seek({ ...named, forms: ['F12'] }).beside)).toHaveLength(2);
});
