import { PlanStay } from '@adempauze/contracts';
import { Day, derivedId, hourMs, plusMs, UnavailableError } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, bookingIdOf, fatima, offerIdOf, resourceIdOf, stayIdOf } from '../examples.fixtures.ts';
import { isToEnd } from '../series/series.view.ts';
import type { World } from '../trial-world.fixtures.ts';
import {
  accepted,
  asked,
  chargesOn,
  closeWorlds,
  datesOf,
  end,
  from,
  householdId,
  openAtCost,
  openSeries,
  owed,
  seriesId,
  writeDown,
} from './at-cost.fixtures.ts';

afterEach(closeWorlds);
const stayId = stayIdOf('one');

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
