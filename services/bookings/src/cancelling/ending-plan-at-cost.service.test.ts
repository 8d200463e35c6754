import { type BookingId, PlanArrangement } from '@adempauze/contracts';
import { derivedId, hourMs, plusMs } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, bookingIdOf, offerIdOf, resourceIdOf } from '../examples.fixtures.ts';
import {
  accepted,
  asked,
  chargesOn,
  closeWorlds,
  datesOf,
  householdId,
  openAtCost,
  openSeries,
  owed,
  seriesId,
  writeDown,
} from './at-cost.fixtures.ts';

afterEach(closeWorlds);

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

test('two trips that cannot be let go of for a moment each cost what they cost', async () => {
  const world = await openAtCost();
  const { api } = world;
  const inSeries = (word: string, startsAt: string, endsAt: string, trip: object = {}) => ({
    ...{ partId: derivedId('part', word), ...trip },
    ask: {
      ...{ kind: 'series', offerId: offerIdOf('own-account'), resourceId: resourceIdOf(word) },
      ...{ rule: { ...asked().rule, startsAt, endsAt }, placeOfService: 'recipient-home' },
    },
  });
  const tripTo = (word: string) => ({ tripOf: { partId: derivedId('part', word), leg: 'there', blocks: false } });
  const plan = PlanArrangement.parse({
    ...{ arrangementId, householdId, requestedBy: 'account-fatima' },
    parts: [
      inSeries('day', '09:00', '11:00'),
      inSeries('evening', '19:00', '21:00'),
      inSeries('to day', '08:00', '08:30', tripTo('day')),
      inSeries('to evening', '18:00', '18:30', tripTo('evening')),
    ],
  });
  accepted(await api.planArrangement(plan, world.call()));
  const { parts } = accepted(await api.confirmArrangement({ arrangementId: plan.arrangementId }, world.call()));
  world.moveTo(at('2027-05-02T20:00:00Z'));
  const endParts = { arrangementId: plan.arrangementId, partIds: plan.parts.slice(0, 2).map(({ partId }) => partId) };
  const no = await api.endArrangementParts(endParts, world.call());
  const cost = no.accepted ? 0 : Number(no.rejection.facts.ownCostCents);
  expect(cost).toBeGreaterThan(0);

  // The streams of both trips fail once.
  const failing = new Set(parts.flatMap(({ tripOf, seriesId }) => (tripOf === null ? [] : [`series-${seriesId}`])));
  expect(failing.size).toBe(2);
  const { append } = world.store;
  Object.assign(world.store, {
    append: (...of: Parameters<typeof append>) =>
      failing.delete(of[0]) ? Promise.reject(new Error('broken')) : append(...of),
  });
  await expect(api.endArrangementParts({ ...endParts, acceptCostCents: cost }, world.call())).rejects.toThrow('broken');
  await world.until(
    async () => (await api.findArrangement(plan))?.parts.every(({ status }) => status === 'ended') === true,
  );
  const owedCents = (await owed(world)).map(([, , cents]) => cents ?? 0);
  expect(owedCents.reduce((sum, cents) => sum + cents, 0)).toBe(cost);
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
