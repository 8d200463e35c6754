import { instantOn, msOf, plusDays, plusMs } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { booking, householdId, now } from '../examples.fixtures.ts';
import { both, offerOf, seekerOf, titles, today } from './seek.fixtures.ts';

/* Search that names no number of nights means the fewest that an offer is given for. */

const wednesday = plusDays(today, 2);
const day = { kind: 'day', day: wednesday } as const;
const evening = { kind: 'evening', day: wednesday } as const;
const house = (over = {}) => both(offerOf('house', { form: 'F12', unit: 'night', ...over }));
const stay = (from: number, nights: number) => ({
  from: instantOn(plusDays(today, from), '15:00'),
  until: instantOn(plusDays(today, from + nights), '11:00'),
});
const spans = (sought: ReturnType<ReturnType<typeof seekerOf>['seek']>) =>
  sought.options.flatMap(({ hit }) => hit.times.map(({ span }) => span));

test('a bed on a day, or for an evening and the night after it, without a word of nights', () => {
  for (const forms of [[], ['F12']] as const)
    for (const when of [day, evening]) expect(spans(seekerOf([house()]).seek({ forms, when }))).toEqual([stay(2, 1)]);
  const asked = { forms: ['F12'], when: { kind: 'evening', day: wednesday }, nights: 2 } as const;
  expect(spans(seekerOf([house()]).seek(asked))).toEqual([stay(2, 2)]);
});

test('as many nights as the offer is given for at least: on a day, in a weekend, now', () => {
  const { seek } = seekerOf([house({ minNights: 3 })]);
  expect(spans(seek({ forms: ['F12'], when: day }))).toEqual([stay(2, 3)]);
  expect(spans(seek({ forms: ['F12'], when: { kind: 'weekend', day: today } }))[0]).toEqual(stay(4, 3));
  expect(spans(seek({ forms: ['F12'], when: { kind: 'now' } }))).toEqual([]);
  const tomorrowMorning = seekerOf([house({ minNights: 3 })], () => instantOn(plusDays(today, 1), '09:00'));
  expect(spans(tomorrowMorning.seek({ forms: ['F12'], when: { kind: 'now' } }))).toEqual([stay(1, 3)]);
});

test('hours lie in the days meant, however many nights somebody would stay', () => {
  const { seek } = seekerOf([both(offerOf('block'))]);
  const asked = { forms: ['F01'], when: evening, nights: 2 } as const;
  expect(spans(seek(asked))).toEqual([]);
  expect(spans(seek({ ...asked, when: day }))).toHaveLength(3);
});

test('a house is full when somebody else is there, and otherwise closed', () => {
  const taken = (from: number, nights: number) => {
    const { from: begin, until } = stay(from, nights);
    return {
      ...{ bookingId: booking(1), householdId, terms: {} as never, expiresAtMs: null },
      ...{ fromMs: msOf(begin), untilMs: msOf(until), freeAtMs: msOf(until) },
    };
  };
  const offer = offerOf('house', { form: 'F12', unit: 'night' });
  const whyNot = (nights: number | undefined, when: typeof day | typeof evening, over = {}) =>
    seekerOf([both(offer, 4, over)])
      .seek({ forms: ['F12'], when, nights })
      .misfits.map(({ reason }) => reason);
  expect(whyNot(undefined, day, { occupations: [taken(2, 1)] })).toEqual(['full-then']);
  expect(whyNot(2, day, { occupations: [taken(3, 1)] })).toEqual(['full-then']);
  // It closes on Saturday morning.
  expect(whyNot(1, { kind: 'day', day: plusDays(today, 5) })).toEqual(['closed-then']);
  expect(whyNot(4, day)).toEqual(['closed-then']);
});

test('of days that are over nothing is offered, and no reason is made up for it', () => {
  const { seek } = seekerOf([
    house(),
    [offerOf('volunteer', { form: 'F06', needsHelper: true })],
    both(offerOf('block')),
  ]);
  for (const forms of [['F12'], ['F06'], ['F01']] as const) {
    const { options, misfits, nothingFound } = seek({ forms, when: { kind: 'day', day: plusDays(today, -400) } });
    expect([options, misfits]).toEqual([[], []]);
    expect(nothingFound).not.toBe(null);
  }
});

/* Where somebody is sought first there are no times, but what the offer is given for counts all the same (S47). */

const volunteers = (over = {}) =>
  [offerOf('volunteers', { form: 'F04', unit: 'night', needsHelper: true, minNights: 2, ...over })] as const;

test('volunteers who come for two nights at least are not offered for one', () => {
  const { seek } = seekerOf([volunteers({ maxNights: 7 })]);
  const when = { kind: 'weekend', day: today } as const;
  const shown = (nights?: number) => {
    const { options, misfits } = seek({ forms: ['F04'], when, nights });
    return [titles(options), misfits.map(({ reason }) => reason)];
  };
  expect(shown(1)).toEqual([[], ['stay-too-short']]);
  expect(shown(2)).toEqual([['volunteers'], []]);
  expect(shown(8)).toEqual([[], ['stay-too-long']]);
  expect(shown()).toEqual([['volunteers'], []]);
});

test('nor for a time that comes too soon to ask, or before there is a price', () => {
  const { seek } = seekerOf([volunteers({ leadTimeMinutes: 7 * 24 * 60 })]);
  const on = (days: number) => seek({ forms: ['F04'], when: { kind: 'day', day: plusDays(today, days) }, nights: 2 });
  expect(on(5).misfits).toMatchObject([
    { reason: 'asked-too-late', facts: { leadTimeHours: 7 * 24, next: plusMs(now, 7 * 24 * 3_600_000) } },
  ]);
  expect(titles(on(8).options)).toEqual(['volunteers']);
  const priced = { tariff: { from: plusDays(today, 30), priceCents: 100, vat: 'exempt' } } as const;
  const { options, misfits } = seekerOf([volunteers(priced)]).seek({ forms: ['F04'], when: day, nights: 2 });
  expect([options, misfits.map(({ reason }) => reason)]).toEqual([[], ['tariff-missing']]);
});

test('nor after the day up to which they may do an act', () => {
  const certifications = [{ act: 'suctioning' as const, lastDay: plusDays(today, 3) }];
  const offer = offerOf('volunteer', { form: 'F06', needsHelper: true, certifications });
  const on = (days: number) =>
    seekerOf([[offer]]).seek({
      ...{ forms: ['F06'], highRiskActs: ['suctioning'], minutes: 120 },
      when: { kind: 'day', day: plusDays(today, days) },
    });
  expect(titles(on(3).options)).toEqual(['volunteer']);
  expect(on(4).options).toEqual([]);
  expect(on(4).misfits).toMatchObject([{ reason: 'act-not-served', facts: { lastDay: plusDays(today, 3) } }]);
});
