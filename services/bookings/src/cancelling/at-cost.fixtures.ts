import { RequestSeries } from '@adempauze/contracts';
import { Day, derivedId, type Outcome } from '@adempauze/kernel';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, seriesIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

const worlds: World[] = [];
export const closeWorlds = async (): Promise<void> => {
  for (const world of worlds.splice(0)) await world.close();
};
export const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
export const householdId = householdIdOf('fatima');
export const seriesId = seriesIdOf('one');
/** Free until two days before, after that half of it. */
const cancellation = { freeUntilHours: 48, lateSharePercent: 50 };

/** EUR 160 a time for own account, EUR 120.01 shown. Closed by `closeWorlds`. */
export const openAtCost = async (household = fatima()): Promise<World> => {
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
export const asked = (changes: object = {}) =>
  RequestSeries.parse({
    ...{ seriesId, householdId, offerId: offerIdOf('own-account'), resourceId: resourceIdOf('worker') },
    rule: { from: '2027-05-03', until: '2027-05-18', weekdays: [1, 2], startsAt: '13:00', endsAt: '17:00' },
    ...{ placeOfService: 'recipient-home', requestedBy: 'account-fatima', ...changes },
  });
export const openSeries = async (): Promise<World> => {
  const world = await openAtCost();
  accepted(await world.api.requestSeries(asked(), world.call()));
  accepted(await world.api.confirmSeries({ seriesId }, world.call()));
  // Monday morning: of the Monday and the Tuesday of this week it is late, of the others it is not.
  world.moveTo(at('2027-05-03T08:00:00Z'));
  return world;
};
export const from = Day.parse('2027-05-03');
export const end = { seriesId, from, by: 'caregiver' as const };
/** What the provider of a booking was told that it is owed. */
export const owed = async (
  world: World,
): Promise<readonly [bookingId: string, owedCents: number, ownCostCents: number][]> => {
  await world.settled();
  const { events } = await world.store.readAll({ categories: ['booking'], maxCount: 1000 });
  return events.flatMap(({ type, data }) => {
    const late = type === 'BookingCancelled' ? (data.late as { owedCents: number; ownCostCents: number }) : undefined;
    return late === undefined ? [] : [[String(data.bookingId), late.owedCents, late.ownCostCents] as const];
  }) as [string, number, number][];
};
export const datesOf = async (world: World) => (await world.api.findSeries({ seriesId }))?.dates ?? [];
/** What the log says ended, as after a crash: written down, and nothing of it done yet. */
export const writeDown = async (
  world: World,
  stream: string,
  type: string,
  ...all: readonly object[]
): Promise<void> => {
  const events = all.map((data, index) => ({
    ...{ id: derivedId(type, stream, index), type, data: { ...data }, metadata: { v: 1, at: world.clock() } },
  }));
  await world.store.append(stream, events, { expected: 'any' });
};
export const chargesOn = async (world: World, ...days: readonly string[]) =>
  (await datesOf(world)).flatMap(({ on, bookingId }) =>
    days.includes(on) && bookingId ? [{ bookingId, owedCents: 8000, ownCostCents: 6001 }] : [],
  );
