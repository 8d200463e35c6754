import { type Day, type Instant, monthOf, plusDays, plusMonths, priceFor } from '@adempauze/kernel';
import { deciderSpec } from '@adempauze/testing';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Award } from '../funding/funding.events.ts';
import {
  at,
  bookingId,
  day,
  delft,
  deliveryId,
  hillegom,
  householdId,
  rijswijk,
  s01,
  s02,
} from '../invoicing.fixtures.ts';
import { capOf, countedOf, hoursOf, takesRoom } from './cover.rules.ts';
import {
  type EntitlementCommand,
  type EntitlementState,
  entitlementDecider,
  type ReserveRoom,
} from './entitlement.decider.ts';
import { type EntitlementEvent, entitlementIdOf } from './entitlement.events.ts';
import { entitlementView } from './entitlement-view.ts';

const awardOf = (scheme: typeof s01, startsOn: string): Award => ({
  entitlementId: entitlementIdOf({ householdId: householdId(1), schemeId: scheme.schemeId, startsOn }),
  schemeId: scheme.schemeId,
  schemeName: scheme.name,
  householdId: householdId(1),
  municipality: scheme.municipality,
  rules: scheme.rules,
  rateCents: 3300,
  from: day(startsOn),
  until: plusMonths(day(startsOn), scheme.rules.periodMonths),
  awardedBy: 'adviser-1',
  awardedAt: at('2026-01-01T09:00:00Z'),
});
const opened = (award: Award): EntitlementEvent => ({ type: 'EntitlementOpened', data: award });

const given = deciderSpec(entitlementDecider);
const early = at('2026-01-02T10:00:00Z');
const later = at('2027-12-31T00:00:00Z');

type Asked = Partial<ReserveRoom> & { booking?: string | number };
const reserve = ({ booking = 1, ...wish }: Asked = {}, now: Instant = early): EntitlementCommand => {
  const quantity = wish.quantity ?? 300;
  const unitPriceCents = wish.unitPriceCents ?? 3300;
  return {
    type: 'ReserveRoom',
    now,
    data: {
      bookingId: bookingId(booking),
      form: 'F19',
      unit: 'hour',
      quantity,
      unitPriceCents,
      costCents: priceFor(quantity, unitPriceCents),
      on: day('2026-01-05'),
      municipality: rijswijk,
      reservedUntil: later,
      ...wish,
    },
  };
};

/** Runs commands one after the other; gives the answer to the last and the state behind it. */
const play = (award: Award, commands: readonly EntitlementCommand[]) => {
  let state: EntitlementState = entitlementDecider.evolve(entitlementDecider.initialState, opened(award));
  const answers = commands.map((command) => {
    const decision = entitlementDecider.decide(command, state);
    if (decision.accepted) state = decision.events.reduce(entitlementDecider.evolve, state);
    return decision;
  });
  return { state, answers, last: answers.at(-1), view: entitlementView(state, early) };
};

test('A06: under S01 everything fits to the cent, and the second coach session is two euros over', () => {
  const award = awardOf(s01, '2026-03-01');
  const on = day('2026-06-01');
  const care = { municipality: hillegom, on };
  const booked = [
    reserve({ booking: 'help', ...care, quantity: 2600 }),
    reserve({ booking: 'replacement', ...care, form: 'F03', quantity: 2000, unitPriceCents: 3450 }),
    reserve({ booking: 'coach', ...care, form: 'F23', unit: 'visit', quantity: 100, unitPriceCents: 8500 }),
  ];
  expect(booked.map((_, index) => play(award, booked.slice(0, index + 1)).view?.usedCents)).toEqual([
    85_800, 154_800, 163_300,
  ]);

  const second = reserve({
    booking: 'coach 2',
    ...care,
    form: 'F23',
    unit: 'visit',
    quantity: 100,
    unitPriceCents: 8500,
  });
  expect(play(award, [...booked, second]).last).toEqual({
    accepted: false,
    rejection: { code: 'scheme-cap-reached', facts: { overCents: 200, leftCents: 8300 } },
  });
  const more = play(award, [...booked, second, reserve({ booking: 'more help', ...care, quantity: 200 })]);
  expect(more.view).toMatchObject({ capCents: 171_600, usedCents: 169_900, leftCents: 1700, contributionCents: 0 });

  const tooLate = reserve({ booking: 'late', ...care, on: day('2027-03-01'), quantity: 100 });
  expect(play(award, [...booked, tooLate]).last).toEqual({
    accepted: false,
    rejection: { code: 'scheme-period-over', facts: { lastDay: '2027-02-28' } },
  });
  expect(play(award, [reserve({ ...care, on: day('2027-02-28'), quantity: 100 })]).last).toMatchObject({
    accepted: true,
  });
});

test('A07: under S02 three hours a week and forty in all are covered, with EUR 21 in each month with help', () => {
  const award = awardOf(s02, '2026-01-05');
  const weeks = Array.from({ length: 14 }, (_, week) =>
    reserve({ booking: `week ${week + 1}`, on: plusDays(award.from, 7 * week) }),
  );
  const { view, state } = play(award, weeks);
  expect(view).toMatchObject({ usedHours: 40, leftHours: 0, contributionCents: 8400 });
  expect(state.uses.get(bookingId('week 13'))).toMatchObject({ coveredQuantity: 300, refusal: undefined });
  expect(state.uses.get(bookingId('week 14'))).toMatchObject({
    coveredQuantity: 100,
    coveredCents: 3300,
    refusal: { code: 'scheme-hours-used', facts: { leftHours: 1 } },
  });
  const covered = [...state.uses.values()].reduce((sum, use) => sum + use.coveredCents - use.contributionCents, 0);
  expect(covered).toBe(123_600);

  const fourth = reserve({ booking: 'fourth hour', quantity: 100, on: plusDays(award.from, 9) });
  expect(play(award, [...weeks.slice(0, 3), fourth]).last).toMatchObject({
    rejection: { code: 'scheme-week-full', facts: { maxHoursPerWeek: 3 } },
  });
});

test('the place of service counts: Delft is refused, Rijswijk is fine', () => {
  const award = opened(awardOf(s02, '2026-01-05'));
  given(award)
    .when(reserve({ municipality: delft }))
    .thenRejected('scheme-outside-area', {});
});

test('a week runs from Monday to Sunday', () => {
  const award = awardOf(s02, '2026-01-05');
  const sunday = reserve({ booking: 1, on: day('2026-01-11') });
  expect(play(award, [sunday, reserve({ booking: 2, on: day('2026-01-12') })]).last).toMatchObject({ accepted: true });
  expect(play(award, [sunday, reserve({ booking: 2, on: day('2026-01-05') })]).last).toMatchObject({ accepted: false });
});

test('a form that the scheme does not name is refused, one that does not count is never capped', () => {
  const award = opened(awardOf(s01, '2026-03-01'));
  given(award)
    .when(reserve({ form: 'F12', unit: 'night', on: day('2026-04-01') }))
    .thenRejected('scheme-form-not-covered', {});
  const broker = reserve({ form: 'F01', quantity: 100_000, on: day('2026-04-01'), municipality: hillegom });
  expect(play(awardOf(s01, '2026-03-01'), [broker]).view).toMatchObject({ usedCents: 0, leftCents: 171_600 });
});

test('before the period begins nothing is covered', () =>
  given(opened(awardOf(s02, '2026-02-01')))
    .when(reserve({ on: day('2026-01-31') }))
    .thenRejected('scheme-period-not-begun', { firstDay: '2026-02-01' }));

test('half an hour fits when all of it fits, and is never the part that is covered', () => {
  const award = awardOf(s02, '2026-01-05');
  expect(play(award, [reserve({ quantity: 250 })]).view?.usedHours).toBe(2.5);
  const { state } = play(award, [
    reserve({ quantity: 150 }),
    reserve({ booking: 2, quantity: 200, on: day('2026-01-06') }),
  ]);
  expect(state.uses.get(bookingId(2))?.coveredQuantity).toBe(100);
});

test('a reservation that passed unconfirmed is room again', () => {
  const award = awardOf(s02, '2026-01-05');
  const soon = at('2026-01-02T10:15:00Z');
  const first = reserve({ booking: 1, reservedUntil: soon });
  const second = (now: string) => reserve({ booking: 2 }, at(now));
  expect(play(award, [first, second('2026-01-02T10:14:59Z')]).last).toMatchObject({ accepted: false });
  expect(play(award, [first, second('2026-01-02T10:15:00Z')]).last).toMatchObject({ accepted: true });
});

const about = (booking: string | number) => ({ bookingId: bookingId(booking) });
const keep = (booking: string | number, now: Instant = early): EntitlementCommand => ({
  type: 'KeepRoom',
  data: about(booking),
  now,
});
const release = (booking: string | number): EntitlementCommand => ({
  type: 'ReleaseRoom',
  data: about(booking),
  now: early,
});
const consume = (
  booking: string | number,
  wish: { quantity?: number; unitPriceCents?: number; on?: Day } = {},
): EntitlementCommand => {
  const quantity = wish.quantity ?? 300;
  const unitPriceCents = wish.unitPriceCents ?? 3300;
  const data = {
    ...about(booking),
    deliveryId: deliveryId(booking),
    mostContributionCents: 10_000,
    quantity,
    unitPriceCents,
  };
  return {
    type: 'ConsumeRoom',
    data: { ...data, costCents: priceFor(quantity, unitPriceCents), on: wish.on ?? day('2026-01-05') },
    now: later,
  };
};

test('confirmed in time is kept for good; heard of too late, it is kept as long as nobody else took the room', () => {
  const award = awardOf(s02, '2026-01-05');
  const soon = at('2026-01-02T10:15:00Z');
  const first = reserve({ booking: 1, reservedUntil: soon });
  const kept = play(award, [first, keep(1), reserve({ booking: 2 }, at('2026-01-03T00:00:00Z'))]);
  expect(kept.last).toMatchObject({ accepted: false });
  const late = at('2026-01-03T00:00:00Z');
  expect(play(award, [first, keep(1, late)]).state.uses.get(bookingId(1))?.status).toBe('kept');
  const lapsed = play(award, [first, reserve({ booking: 2 }, late), keep(1, late)]);
  expect(lapsed.state.uses.get(bookingId(1))?.status).toBe('lapsed');
  expect(lapsed.view?.usedHours).toBe(3);
});

test('released room is free, and what was delivered cannot be released', () => {
  const award = awardOf(s02, '2026-01-05');
  expect(play(award, [reserve(), release(1)]).view?.usedHours).toBe(0);
  expect(play(award, [reserve(), consume(1), release(1)]).view?.usedHours).toBe(3);
});

test('what was delivered counts by its own quantity and price, and only once', () => {
  const award = awardOf(s02, '2026-01-05');
  const { view, last } = play(award, [
    reserve(),
    keep(1),
    consume(1, { quantity: 200, unitPriceCents: 3400 }),
    consume(1),
  ]);
  expect(last).toEqual({ accepted: true, events: [] });
  expect(view).toMatchObject({ usedHours: 2, usedCents: 6800, contributionCents: 2100 });
  given(opened(award)).when(consume(1)).then();
});

test('a contribution that was not shown is not charged, and one is charged once a month', () => {
  const award = awardOf(s02, '2026-01-05');
  const second = reserve({ booking: 2, on: day('2026-01-12') });
  const cancelled = play(award, [reserve(), second, release(1), consume(2, { on: day('2026-01-12') })]);
  expect(cancelled.view?.contributionCents).toBe(0);
  const moved = play(award, [
    reserve(),
    reserve({ booking: 2, on: day('2026-02-02') }),
    consume(1),
    consume(2, { on: day('2026-01-31') }),
  ]);
  expect(moved.view?.contributionCents).toBe(2100);
});

test('every command twice is once', () => {
  const award = awardOf(s02, '2026-01-05');
  const twice = [reserve(), keep(1), consume(1), { type: 'OpenEntitlement', data: award, now: early } as const];
  for (const [index, command] of twice.entries()) {
    expect(play(award, [...twice.slice(0, index + 1), command]).last).toEqual({ accepted: true, events: [] });
  }
  expect(play(award, [reserve(), reserve({ quantity: 100 })]).last).toMatchObject({
    rejection: { code: 'already-exists' },
  });
});

const anyCommand = fc
  .record({
    kind: fc.constantFrom('reserve', 'keep', 'release', 'consume'),
    booking: fc.integer({ min: 1, max: 8 }),
    // Mostly in the same two weeks, so that bookings meet.
    dayOffset: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.integer({ min: -3, max: 380 })),
    quantity: fc.integer({ min: 1, max: 3000 }),
    unitPriceCents: fc.integer({ min: 0, max: 9000 }),
    // Also backwards: the clocks of two processes differ.
    nowMs: fc.integer({ min: 0, max: 1000 }),
    lastsMs: fc.integer({ min: 1, max: 400 }),
    form: fc.constantFrom('F19', 'F19', 'F03', 'F23'),
  })
  .map(({ kind, booking, dayOffset, quantity, unitPriceCents, nowMs, lastsMs, form }) => {
    const start = Date.parse(early);
    const moment = (ms: number) => at(new Date(start + ms).toISOString());
    const on = plusDays(day('2026-03-01'), dayOffset);
    const wish = { booking, on, quantity, unitPriceCents, form, reservedUntil: moment(nowMs + lastsMs) } as const;
    const command =
      kind === 'reserve'
        ? reserve(wish)
        : kind === 'keep'
          ? keep(booking)
          : kind === 'release'
            ? release(booking)
            : consume(booking, { quantity, unitPriceCents, on });
    return { ...command, now: moment(nowMs) };
  });

test.each([
  ['S01', s01],
  ['S02', s02],
])('%s: no order of commands, at whatever time, breaks a cap, a week or a month', (_, scheme) => {
  const award = awardOf({ ...scheme, rules: { ...scheme.rules, serviceArea: [] } }, '2026-03-01');
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 60, size: 'max' }), (commands) => {
      const { state } = play(award, commands);
      const firm = [...state.uses.values()].filter(({ status }) => status === 'kept' || status === 'consumed');
      const { cents, hours } = countedOf(award, firm);
      const { capCents, capHours } = capOf(award);
      expect(cents).toBeLessThanOrEqual(capCents ?? cents);
      expect(firm.every((it) => it.coveredQuantity >= 0 && it.coveredCents >= it.contributionCents)).toBe(true);
      expect(firm.every((it) => it.contributionCents >= 0)).toBe(true);
      expect(hours).toBeLessThanOrEqual(capHours === undefined ? hours : capHours * 100);
      for (const { monday } of firm) {
        const week = firm.filter((it) => it.monday === monday);
        const sum = week.reduce((total, it) => total + hoursOf(it.unit, it.coveredQuantity), 0);
        expect(sum).toBeLessThanOrEqual((award.rules.maxHoursPerWeek ?? sum) * 100);
      }
      const delivered = firm.filter(({ status }) => status === 'consumed');
      for (const { on } of delivered) {
        const month = delivered.filter((it) => monthOf(it.on) === monthOf(on));
        const sum = month.reduce((total, it) => total + it.contributionCents, 0);
        expect(sum).toBeLessThanOrEqual(award.rules.contributionCentsPerMonth);
      }
    }),
    { numRuns: 200 },
  );
});

test('while clocks only go forward, reservations are within the cap too', () => {
  const award = awardOf({ ...s02, rules: { ...s02.rules, serviceArea: [] } }, '2026-03-01');
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40, size: 'max' }), (commands) => {
      const inOrder = [...commands].sort((a, b) => (a.now < b.now ? -1 : 1));
      for (let count = 1; count <= inOrder.length; count += 1) {
        const { state } = play(award, inOrder.slice(0, count));
        const now = inOrder[count - 1]?.now ?? early;
        const taking = [...state.uses.values()].filter((use) => takesRoom(use, now));
        expect(countedOf(award, taking).hours).toBeLessThanOrEqual(4000);
      }
    }),
    { numRuns: 60 },
  );
});

const use = (change: object = {}): EntitlementCommand => ({
  type: 'ConsumeRoom',
  now: early,
  data: {
    ...{ bookingId: bookingId(1), deliveryId: deliveryId(1), quantity: 300, costCents: 9900, unitPriceCents: 3300 },
    ...{ on: day('2026-01-05'), mostContributionCents: 2100, ...change },
  },
});

test('A08: a review ends an award from a day on, once, and not in the past; what was given before stays', () => {
  const award = awardOf(s02, '2026-01-05');
  const review = (endsOn: string, reason: 'not-eligible' | 'other-law-pays' = 'not-eligible'): EntitlementCommand => ({
    ...{ type: 'ReviewEntitlement', data: { endsOn: day(endsOn), reason }, now: early },
  });
  const { entitlementId } = award;
  given(opened(award))
    .when(review('2026-01-02'))
    .then({
      type: 'EntitlementReviewed',
      data: { entitlementId, endsOn: day('2026-01-02'), reason: 'not-eligible', reviewedAt: early },
    })
    .twiceIsOnce();
  given(opened(award)).when(review('2026-01-01')).thenRejected('award-ends-in-the-past');
  given().when(review('2026-01-02')).thenRejected('entitlement-not-found');
  const all = [reserve(), reserve({ booking: 2, on: day('2026-01-12') }), review('2026-01-12'), use()];
  const { state, view } = play(award, [
    ...all,
    use({ bookingId: bookingId(2), deliveryId: deliveryId(2), on: day('2026-01-12') }),
  ]);
  expect([1, 2].map((it) => state.uses.get(bookingId(it))?.coveredCents)).toEqual([9900, 0]);
  expect(view).toMatchObject({ usedHours: 3, review: { endsOn: '2026-01-12', reason: 'not-eligible' } });
  expect(play(award, [...all, reserve({ booking: 3, on: day('2026-01-19') })]).last).toEqual({
    accepted: false,
    rejection: { code: 'scheme-ended-not-eligible', facts: { endsOn: '2026-01-12' } },
  });
  expect(play(award, [...all, review('2026-01-12', 'other-law-pays')]).last).toMatchObject({
    rejection: { code: 'award-ended-already' },
  });
});

test('a later round takes the place of the one before, and what was never reserved takes what is left', () => {
  const award = awardOf(s02, '2026-01-05');
  const found = { form: 'F19', unit: 'hour', municipality: rijswijk };
  const after = (...commands: EntitlementCommand[]) => play(award, commands).state.uses.get(bookingId(1));
  expect(after(reserve(), use(), use({ round: 1, quantity: 0, costCents: 0 }))).toMatchObject({
    ...{ status: 'consumed', coveredQuantity: 0, coveredCents: 0, contributionCents: 0, round: 1 },
  });
  // An answer that comes late for an earlier round changes nothing.
  expect(after(reserve(), use({ round: 2, quantity: 0, costCents: 0 }), use({ round: 1 }))?.coveredCents).toBe(0);
  expect(after(use())).toBeUndefined();
  expect(after(use({ found }))).toMatchObject({ status: 'consumed', coveredCents: 9900, contributionCents: 2100 });
  // The contribution that counts is the one that was shown, not what was left to ask of it in an earlier round.
  const nothing = { quantity: 0, costCents: 0 };
  expect(after(use({ found, ...nothing }), use({ found, round: 1 }))).toMatchObject({ contributionCents: 2100 });
  expect(after(reserve(), use(nothing), use({ round: 1 }))).toMatchObject({ contributionCents: 2100 });
  const free = [reserve({ booking: 2 }), reserve({ on: day('2026-01-12') }), release(2)];
  const on = day('2026-01-12');
  expect(after(...free, use({ on, ...nothing }), use({ on, round: 1 }))).toMatchObject({ contributionCents: 0 });
  // The week has three hours, of which another booking has two.
  const other = reserve({ booking: 2, quantity: 200, on: day('2026-01-06') });
  expect(after(other, use({ found, mostContributionCents: 0 }))).toMatchObject({
    ...{ coveredQuantity: 100, coveredCents: 3300, contributionCents: 0 },
  });
});
