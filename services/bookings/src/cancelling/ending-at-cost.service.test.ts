import { type BookingId, PlanArrangement, PlanStay, RequestSeries } from '@adempauze/contracts';
import { Day, derivedId, hourMs, type Outcome, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import {
  at,
  bookingIdOf,
  fatima,
  householdIdOf,
  offerIdOf,
  resourceIdOf,
  seriesIdOf,
  stayIdOf,
} from '../examples.fixtures.ts';
import { isToEnd } from '../series/series.view.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
const householdId = householdIdOf('fatima');
const seriesId = seriesIdOf('one');
const stayId = stayIdOf('one');
const cancellation = { freeUntilHours: 48, lateSharePercent: 50 };

/** EUR 160 a time for own account, EUR 120.01 shown; free until two days before, after that half of it. */
const openAtCost = async (household = fatima()): Promise<World> => {
  const world = await openWorld({
    quoteBooking: async () => ({
      ...{ accepted: true, position: undefined },
      value: { ownCostCents: 12_001, coverage: 'partly', lines: [], refusals: [] },
    }),
  });
  worlds.push(world);
  const { holdPlace, holdPlaces } = world.offers;
  world.offers.holdPlace = async (it, context) => {
    const outcome = await holdPlace(it, context);
    return outcome.accepted ? { ...outcome, value: { ...outcome.value, bearer: 'own', cancellation } } : outcome;
  };
  world.offers.holdPlaces = async (it, context) => {
    const outcome = await holdPlaces(it, context);
    if (!outcome.accepted) return outcome;
    const held = outcome.value.held.map(({ bookingId, terms }) => ({
      bookingId,
      terms: { ...terms, bearer: 'own' as const, ...(terms.step === undefined ? { cancellation } : {}) },
    }));
    return { ...outcome, value: { ...outcome.value, held } };
  };
  accepted(await world.api.registerHousehold(household, world.call()));
  return world;
};
/** Monday and Tuesday, from the third of May, at one o'clock. */
const asked = (changes: object = {}) =>
  RequestSeries.parse({
    ...{ seriesId, householdId, offerId: offerIdOf('own-account'), resourceId: resourceIdOf('worker') },
    rule: { from: '2027-05-03', until: '2027-05-18', weekdays: [1, 2], startsAt: '13:00', endsAt: '17:00' },
    ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima', ...changes },
  });
const openSeries = async (): Promise<World> => {
  const world = await openAtCost();
  accepted(await world.api.requestSeries(asked(), world.call()));
  accepted(await world.api.confirmSeries({ seriesId }, world.call()));
  // Monday morning: of the Monday and the Tuesday of this week it is late, of the others it is not.
  world.moveTo(at('2027-05-03T08:00:00Z'));
  return world;
};
const from = Day.parse('2027-05-03');
const end = { seriesId, from, by: 'caregiver' as const };
/** What the provider of a booking was told that it is owed. */
const owed = async (world: World): Promise<readonly [bookingId: string, owedCents: number, ownCostCents: number][]> => {
  await world.settled();
  const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 1000 });
  return events.flatMap(({ type, data }) => {
    const late = type === 'BookingCancelled' ? (data.late as { owedCents: number; ownCostCents: number }) : undefined;
    return late === undefined ? [] : [[String(data.bookingId), late.owedCents, late.ownCostCents] as const];
  }) as [string, number, number][];
};
const datesOf = async (world: World) => (await world.api.findSeries({ seriesId }))?.dates ?? [];

test('ending a series late costs what its terms say of each date, said first and to the cent', async () => {
  const world = await openSeries();
  const { api } = world;
  expect((await datesOf(world)).map((it) => it.cancelCostCents)).toEqual([6001, 6001, 0, 0, 0, 0]);
  expect((await api.findSeries({ seriesId }))?.endCostCents).toBe(12_002);
  const refused = { accepted: false, rejection: { code: 'ending-costs', facts: { ownCostCents: 12_002 } } };
  expect(await api.endSeries(end, world.call())).toMatchObject(refused);
  expect(await api.endSeries({ ...end, acceptCostCents: 12_001 }, world.call())).toMatchObject(refused);
  expect((await datesOf(world)).every(({ status }) => status === 'confirmed')).toBe(true);

  const ended = accepted(await api.endSeries({ ...end, acceptCostCents: 12_002 }, world.call('end')));
  expect(ended.dates.map((it) => [it.status, it.cancelCostCents])).toEqual([
    ...[6001, 6001, 0, 0, 0, 0].map((cents) => ['cancelled', cents]),
  ]);
  expect(ended.endCostCents).toBe(0);
  const [first, second] = ended.dates;
  expect(await owed(world)).toEqual([
    [first?.bookingId, 8000, 6001],
    [second?.bookingId, 8000, 6001],
  ]);
  // Told twice it is the same, and nothing more.
  accepted(await api.endSeries({ ...end, acceptCostCents: 12_002 }, world.call('end')));
  accepted(await api.endSeries(end, world.call()));
  expect(await owed(world)).toHaveLength(2);
  expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
});

test('from a later day only the dates from then count, and in time it is free', async () => {
  const world = await openSeries();
  const tuesday = { ...end, from: Day.parse('2027-05-04') };
  expect(await world.api.endSeries(tuesday, world.call())).toMatchObject({
    rejection: { code: 'ending-costs', facts: { ownCostCents: 6001 } },
  });
  accepted(await world.api.endSeries({ ...end, from: Day.parse('2027-05-10') }, world.call()));
  expect(await owed(world)).toEqual([]);
  expect((await datesOf(world)).map(({ status }) => status)).toEqual([
    ...['confirmed', 'confirmed', 'cancelled', 'cancelled', 'cancelled', 'cancelled'],
  ]);
});

test('what was agreed stays that, however long letting go takes', async () => {
  const world = await openSeries();
  const { releasePlace } = world.offers;
  let failures = 3;
  world.offers.releasePlace = (it, context) => {
    if (failures === 0) return releasePlace(it, context);
    failures -= 1;
    // Meanwhile it is late for the next week too.
    world.moveTo(at('2027-05-03T10:59:00Z'));
    return Promise.reject(new UnavailableError('offers is down'));
  };
  await world.api.endSeries({ ...end, acceptCostCents: 12_002 }, world.call('end')).catch((error: unknown) => {
    expect(error).toBeInstanceOf(UnavailableError);
  });
  await world.until(async () => (await datesOf(world)).every(({ status }) => status === 'cancelled'));
  accepted(await world.api.endSeries({ ...end, acceptCostCents: 12_002 }, world.call('end')));
  expect((await owed(world)).map(([, ...cents]) => cents)).toEqual([
    [8000, 6001],
    [8000, 6001],
  ]);
});

test('a provider who ends it, and care that ended, cost the family nothing (R28)', async () => {
  for (const by of ['provider', 'death'] as const) {
    const world = await openSeries();
    if (by === 'provider') accepted(await world.api.endSeries({ ...end, by }, world.call()));
    else {
      const ending = { householdId, ending: 'death' as const, on: from, endedBy: 'account-fatima' };
      const died = world.api.endCare(ending, world.call());
      // Whoever is the first to end it.
      await world.api.endSeries(end, world.call());
      accepted(await died);
    }
    await world.until(async () => (await datesOf(world)).every(({ status }) => status === 'cancelled'));
    expect(await owed(world)).toEqual([]);
  }
});

const openStay = async (changes: object = {}): Promise<World> => {
  const world = await openAtCost();
  const span = { from: at('2027-05-10T13:00:00Z'), until: at('2027-05-12T09:00:00Z') };
  const plan = PlanStay.parse({
    ...{ stayId, householdId, offerId: offerIdOf('guest-house'), resourceId: resourceIdOf('beds'), span },
    ...{ waived: ['part-day', 'night'], requestedBy: 'account-fatima', ...changes },
  });
  accepted(await world.api.planStay(plan, world.call()));
  accepted(await world.api.confirmStay({ stayId }, world.call()));
  return world;
};
test('a stay that is called off late costs what its terms say; one that proves untenable nothing (A15)', async () => {
  const cancel = { stayId, by: 'caregiver', reason: 'cancelled' } as const;
  const world = await openStay();
  expect((await world.api.findStay({ stayId }))?.endCostCents).toBe(0);
  world.moveTo(at('2027-05-10T08:00:00Z'));
  // Half of EUR 120, which is the most that is owed.
  expect((await world.api.findStay({ stayId }))?.endCostCents).toBe(6000);
  expect(await world.api.endStay(cancel, world.call())).toMatchObject({
    rejection: { code: 'ending-costs', facts: { ownCostCents: 6000 } },
  });
  const ended = accepted(await world.api.endStay({ ...cancel, acceptCostCents: 6000 }, world.call()));
  expect(ended).toMatchObject({ status: 'ended', endReason: 'cancelled', endCostCents: 0 });
  expect((await owed(world)).map(([, ...cents]) => cents)).toEqual([[6000, 6000]]);

  // What nobody has tried cannot have proved untenable, whatever it is called.
  const other = await openStay();
  other.moveTo(at('2027-05-10T08:00:00Z'));
  expect(await other.api.endStay({ ...cancel, reason: 'untenable' }, other.call())).toMatchObject({
    rejection: { code: 'ending-costs', facts: { ownCostCents: 6000 } },
  });
  const tried = await openStay({
    steps: [{ kind: 'part-day', span: { from: at('2027-05-09T08:00:00Z'), until: at('2027-05-09T12:00:00Z') } }],
    waived: ['night'],
  });
  tried.moveTo(at('2027-05-10T08:00:00Z'));
  for (const voice of ['caregiver', 'recipient', 'house'] as const) {
    const said = { stayId, step: 0, voice, word: 'go-on' as const, metWorkerIds: [] };
    accepted(await tried.api.sayOutcome(said, tried.call()));
  }
  expect((await tried.api.findStay({ stayId }))?.endCostCents).toBe(6000);
  accepted(await tried.api.endStay({ ...cancel, reason: 'untenable' }, tried.call()));
  expect(await owed(tried)).toEqual([]);
});

test('offers that is away until after the beginning keeps no stay from ending as agreed, and frees its bed after that', async () => {
  const world = await openStay();
  world.moveTo(at('2027-05-10T12:59:00Z'));
  const { releasePlace, releasePlaces } = world.offers;
  const isAway = () => Promise.reject(new UnavailableError('offers is down'));
  Object.assign(world.offers, { releasePlace: isAway, releasePlaces: isAway });
  const end = { stayId, by: 'caregiver', reason: 'cancelled', acceptCostCents: 6000 } as const;
  await expect(world.api.endStay(end, world.call('end'))).rejects.toThrow(UnavailableError);
  world.moveTo(at('2027-05-10T13:30:00Z'));
  expect((await world.api.findStay({ stayId }))?.steps.map(({ status }) => status)).toEqual(['cancelled']);
  Object.assign(world.offers, { releasePlace, releasePlaces });
  await world.until(async () => (await world.offers.occupied(resourceIdOf('beds'))).size === 0);
  expect((await owed(world)).map(([, ...cents]) => cents)).toEqual([[6000, 6000]]);
});

/** What the log says ended, as after a crash: written down, and nothing of it done yet. */
const writeDown = async (world: World, stream: string, type: string, ...all: readonly object[]): Promise<void> => {
  const events = all.map((data, index) => ({
    ...{ id: derivedId(type, stream, index), type, data: { ...data }, metadata: { v: 1, at: world.clock() } },
  }));
  await world.store.append(stream, events, { expected: 'any' });
};
const chargesOn = async (world: World, ...days: readonly string[]) =>
  (await datesOf(world)).flatMap(({ on, bookingId }) =>
    days.includes(on) && bookingId ? [{ bookingId, owedCents: 8000, ownCostCents: 6001 }] : [],
  );
const allCancelled = (world: World) =>
  world.until(async () => (await datesOf(world)).every(({ status }) => status === 'cancelled'));

test('what could only be let go of after it began ends all the same, for what was accepted', async () => {
  const world = await openSeries();
  const endedAt = world.clock();
  const dates = (await datesOf(world)).map(({ on }) => on);
  const charges = await chargesOn(world, '2027-05-03', '2027-05-04');
  world.moveTo(at('2027-05-04T12:00:00Z'));
  const ended = { seriesId, from, by: 'caregiver', dates, charges, endedAt };
  await writeDown(world, `series-${seriesId}`, 'SeriesEnded', ended);
  await allCancelled(world);
  expect((await owed(world)).map(([id]) => id)).toEqual(charges.map(({ bookingId }) => bookingId));
});

test('who ends a series bears that for the dates that they ended, whoever ends the rest', async () => {
  for (const first of ['caregiver', 'provider'] as const) {
    const world = await openSeries();
    const endedAt = world.clock();
    const [earlier, ...later] = (await datesOf(world)).map(({ on }) => on);
    const charges = await chargesOn(world, first === 'caregiver' ? '2027-05-04' : '2027-05-03');
    const then = first === 'caregiver' ? 'provider' : 'caregiver';
    const byCaregiver = (by: string) => (by === 'caregiver' ? { charges } : {});
    await writeDown(
      ...([world, `series-${seriesId}`, 'SeriesEnded'] as const),
      { seriesId, from: '2027-05-04', by: first, dates: later, ...byCaregiver(first), endedAt },
      { seriesId, from, by: then, dates: [earlier], ...byCaregiver(then), endedAt },
    );
    await allCancelled(world);
    expect((await owed(world)).map(([id]) => id)).toEqual(charges.map(({ bookingId }) => bookingId));
    const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 1000 });
    const bys = events.flatMap(({ type, data }) => (type === 'BookingCancelled' ? [data.by] : []));
    expect(bys.filter((by) => by === first)).toHaveLength(later.length);
  }
});

test('what another end let go of, if only on paper, is not ended and paid for once more', () => {
  const [today, middle, last] = ['2027-05-03', '2027-05-10', '2027-05-17'].map((on) => Day.parse(on));
  if (!today || !middle || !last) throw new Error('There are three.');
  const toEnd = (endedFrom: Day | null) => [today, middle, last].filter((on) => isToEnd(on, endedFrom, today));
  expect(toEnd(null)).toEqual([today, middle, last]);
  expect(toEnd(middle)).toEqual([today]);
  expect([today, middle, last].filter((on) => isToEnd(on, null, middle))).toEqual([middle, last]);
});

test('a young caregiver ends what is free; what costs something an adult ends (A14)', async () => {
  const { caregiver } = fatima();
  const world = await openAtCost(fatima('fatima', { caregiver: { ...caregiver, birthYear: 2012 } }));
  const asAdult = () => ({ ...world.call(), actor: 'account-parent' });
  const { api } = world;
  accepted(await api.requestSeries(asked(), asAdult()));
  accepted(await api.confirmSeries({ seriesId }, asAdult()));
  world.moveTo(at('2027-05-03T08:00:00Z'));
  const adult = { accepted: false, rejection: { code: 'adult-needed' } };
  expect(await api.endSeries({ ...end, acceptCostCents: 12_002 }, world.call())).toMatchObject(adult);
  const [first, second] = await datesOf(world);
  const alone = (it: typeof first, acceptCostCents: number) => ({
    ...{ bookingId: it?.bookingId ?? bookingIdOf('none'), by: 'caregiver' as const, acceptCostCents },
  });
  expect(await api.cancelBooking(alone(first, 6001), world.call())).toMatchObject(adult);
  expect(await api.cancelBooking(alone(first, 0), world.call())).toMatchObject({
    rejection: { code: 'cancelling-costs' },
  });
  expect((await datesOf(world)).every(({ status }) => status === 'confirmed')).toBe(true);
  accepted(await api.endSeries({ ...end, from: Day.parse('2027-05-10') }, world.call()));
  accepted(await api.cancelBooking(alone(first, 6001), asAdult()));
  accepted(await api.endSeries({ ...end, acceptCostCents: 6001 }, asAdult()));
  expect((await owed(world)).map(([id]) => id)).toEqual([first?.bookingId, second?.bookingId]);
});

const arrangementId = derivedId('arrangement');
const [morning, ride] = [derivedId('part', 1), derivedId('part', 2)];
/** A morning at home with a ride there, agreed; on that day it is late. */
const openPlan = async () => {
  const world = await openAtCost();
  const span = { from: at('2027-05-10T11:00:00Z'), until: at('2027-05-10T15:00:00Z') };
  const there = { from: plusMs(span.from, -hourMs), until: span.from };
  const ask = { kind: 'booking', placeOfService: 'recipient-home' };
  const plan = PlanArrangement.parse({
    ...{ arrangementId, householdId, requestedBy: 'account-fatima' },
    parts: [
      { partId: morning, ask: { ...ask, offerId: offerIdOf('own-account'), resourceId: resourceIdOf('a'), span } },
      {
        partId: ride,
        tripOf: { partId: morning, leg: 'there' },
        ask: { ...ask, offerId: offerIdOf('own-account'), resourceId: resourceIdOf('b'), span: there },
      },
    ],
  });
  accepted(await world.api.planArrangement(plan, world.call()));
  const { parts } = accepted(await world.api.confirmArrangement({ arrangementId: plan.arrangementId }, world.call()));
  expect(parts.map(({ status, endCostCents }) => [status, endCostCents])).toEqual([
    ['agreed', 0],
    ['agreed', 0],
  ]);
  world.moveTo(at('2027-05-10T08:00:00Z'));
  return { world, parts, endParts: { arrangementId: plan.arrangementId, partIds: [morning] } };
};
test('a part of a plan ends late with its trips, for the sum of what each costs', async () => {
  const { world, parts, endParts } = await openPlan();
  expect(await world.api.endArrangementParts(endParts, world.call())).toMatchObject({
    rejection: { code: 'ending-costs', facts: { ownCostCents: 12_002 } },
  });
  const ended = accepted(await world.api.endArrangementParts({ ...endParts, acceptCostCents: 12_002 }, world.call()));
  expect(ended.parts.map(({ status, end, endCostCents }) => [status, end, endCostCents])).toEqual([
    ['ended', 'caregiver', 0],
    ['ended', 'with-part', 0],
  ]);
  const ids = parts.flatMap(({ bookingId }): BookingId[] => (bookingId === null ? [] : [bookingId]));
  expect((await owed(world)).map(([id, , cents]) => [id, cents]).toSorted()).toEqual(
    ids.map((id) => [id, 6001]).toSorted(),
  );
});

test('a trip that cannot be let go of keeps what it is for from nothing', async () => {
  const { world, parts, endParts } = await openPlan();
  const { releasePlace } = world.offers;
  let isBroken = true;
  world.offers.releasePlace = (it, context) =>
    isBroken && it.resourceId === resourceIdOf('b') ? Promise.reject(new Error('broken')) : releasePlace(it, context);
  const ended = world.api.endArrangementParts({ ...endParts, acceptCostCents: 12_002 }, world.call());
  await expect(ended).rejects.toThrow('broken');
  const main = parts.find(({ partId }) => partId === morning)?.bookingId ?? bookingIdOf('none');
  expect((await world.api.findBooking({ bookingId: main }))?.status).toBe('cancelled');
  isBroken = false;
  expect((await owed(world)).map(([, , cents]) => cents)).toEqual([6001, 6001]);
});

test('a plan that was to end before it began does, for what was accepted, however late that is done', async () => {
  const { world, parts, endParts } = await openPlan();
  const endedAt = world.clock();
  const charges = parts.flatMap(({ bookingId }) =>
    bookingId === null ? [] : [{ bookingId, owedCents: 8000, ownCostCents: 6001 }],
  );
  world.moveTo(at('2027-05-10T11:30:00Z'));
  await writeDown(world, `arrangement-${endParts.arrangementId}`, 'ArrangedPartsEnded', {
    ...{ arrangementId: endParts.arrangementId, householdId, charges, endedAt },
    parts: [
      { partId: morning, why: 'caregiver' },
      { partId: ride, why: 'with-part' },
    ],
  });
  const { arrangementId: id } = endParts;
  await world.until(async () =>
    ((await world.api.findArrangement({ arrangementId: id }))?.parts ?? []).every(({ status }) => status === 'ended'),
  );
  await world.until(async () => (await owed(world)).length === 2);
});

test('what is in a plan twice costs once, and each part is told only what it costs itself', async () => {
  const world = await openSeries();
  const [date] = await datesOf(world);
  const span = { from: at('2027-05-03T17:00:00Z'), until: at('2027-05-03T19:00:00Z') };
  const [whole, once, more] = [derivedId('part', 'whole'), derivedId('part', 'once'), derivedId('part', 'more')];
  const own = { offerId: offerIdOf('own-account'), resourceId: resourceIdOf('b') };
  const plan = PlanArrangement.parse({
    ...{ arrangementId, householdId, requestedBy: 'account-fatima' },
    parts: [
      { partId: whole, ask: { kind: 'existing', of: 'series', id: seriesId } },
      { partId: once, ask: { kind: 'existing', of: 'booking', id: date?.bookingId } },
      { partId: more, ask: { kind: 'booking', placeOfService: 'recipient-home', ...own, span } },
    ],
  });
  accepted(await world.api.planArrangement(plan, world.call()));
  accepted(await world.api.confirmArrangement({ arrangementId: plan.arrangementId }, world.call()));
  const endParts = { arrangementId: plan.arrangementId, partIds: [whole, once, more] };
  expect(await world.api.endArrangementParts(endParts, world.call())).toMatchObject({
    rejection: { code: 'ending-costs', facts: { ownCostCents: 18_003 } },
  });
  accepted(await world.api.endArrangementParts({ ...endParts, acceptCostCents: 18_003 }, world.call()));
  expect(await owed(world)).toHaveLength(3);
  const { events } = await world.store.read(`series-${seriesId}`);
  const ended = events.find(({ type }) => type === 'SeriesEnded');
  expect(ended?.data.charges).toEqual(await chargesOn(world, '2027-05-03', '2027-05-04'));
});

test('whatever happened to its dates before, the end of a series costs the sum of what each would have cost alone', async () => {
  const sums: number[] = [];
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const world = await openAtCost();
    const { api } = world;
    const chance = (below: number, ...of: readonly number[]) =>
      Number.parseInt(derivedId('chance', seed, ...of).slice(0, 6), 16) % below;
    accepted(await api.requestSeries(asked(), world.call()));
    if (seed % 3 !== 0) accepted(await api.confirmSeries({ seriesId }, world.call()));
    for (const [index, { bookingId, span }] of (await datesOf(world)).entries()) {
      if (bookingId === null) continue;
      // Some are held still, some cancelled by somebody, some moved by some days; the others stand.
      const what = chance(4, index);
      if (what === 0) await api.cancelBooking({ bookingId, by: 'provider', reason: 'closed' }, world.call());
      if (what === 1) {
        const [hours, ms] = [24 * (1 + chance(3, index, 1)) + 5, hourMs];
        const to = { from: plusMs(span.from, hours * ms), until: plusMs(span.until, hours * ms) };
        await api.rescheduleBooking({ bookingId, span: to }, world.call());
      }
    }
    world.moveTo(plusMs(at('2027-05-01T09:00:00Z'), chance(48, 100) * hourMs));
    const before = new Map<string, number>();
    for (const { bookingId } of await datesOf(world)) {
      const booking = bookingId === null ? undefined : await api.findBooking({ bookingId });
      if (booking?.status === 'confirmed' && booking.span.from > world.clock())
        before.set(booking.bookingId, booking.cancelCostCents);
    }
    // A date that was moved keeps its day in the series: what has begun by its rule is not ended any more.
    const today = Day.parse(world.clock().slice(0, 10));
    const toEnd = (await datesOf(world)).flatMap(({ on, bookingId }) => (on >= today && bookingId ? [bookingId] : []));
    const sum = toEnd.reduce((total, id) => total + (before.get(id) ?? 0), 0);
    expect((await api.findSeries({ seriesId }))?.endCostCents).toBe(sum);
    sums.push(sum);
    accepted(await api.endSeries({ ...end, from: today, acceptCostCents: sum }, world.call()));
    const charged = (await owed(world)).filter(([, cents]) => cents > 0);
    expect(charged.map(([id, , cents]) => [id, cents]).toSorted()).toEqual(
      toEnd.flatMap((id) => (before.get(id) ? [[id, before.get(id)]] : [])).toSorted(),
    );
    expect(await world.rebuildAndCompare(':memory:')).toEqual([]);
  }
  // Some of them are late, some are not.
  expect(new Set(sums).size).toBeGreaterThan(2);
});
