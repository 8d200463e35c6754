import { JoinWaitingList, type WaitingView } from '@adempauze/contracts';
import { hourMs, type Instant, minuteMs, type Outcome, plusMs, type Span } from '@adempauze/kernel';
import { afterEach, expect, test } from '@jest/globals';
import { at, fatima, householdIdOf, offerIdOf, resourceIdOf, waitingIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';
import { givesFirstTimes } from './first-times.fixtures.ts';

/* More is free than one answer gives, and of all that it gives they may have nothing: they are offered what lies between. */

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const resourceId = resourceIdOf('worker');
const offerId = offerIdOf('block-care');
const waitingId = waitingIdOf('anna');
const dayMs = 24 * hourMs;
const blockMs = 3.5 * hourMs;
const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};
/** Nine o'clock, so many days after the nineteenth of June. */
const nine = (day: number): Instant => plusMs(at('2027-06-19T07:00:00Z'), day * dayMs);
const block = (day: number, hours: number): Span => {
  const from = plusMs(nine(day), hours * hourMs);
  return { from, until: plusMs(from, blockMs) };
};
/** Every half hour a block begins, as long as it ends before closing time. */
const openFor = (days: number, hours: number): Span[] =>
  Array.from({ length: days }, (_, day) =>
    Array.from({ length: (hours * hourMs - blockMs) / (30 * minuteMs) + 1 }, (_, half) => block(day, half / 2)),
  ).flat();

const open = async (spans: readonly Span[]) => {
  const world = await openWorld();
  worlds.push(world);
  const offers = givesFirstTimes(world);
  accepted(await world.api.registerHousehold(fatima('anna'), world.call()));
  await world.offers.publishTimes([offerId], resourceId, spans);
  const joining = JoinWaitingList.parse({
    ...{ waitingId, householdId: householdIdOf('anna'), offerId, placeOfService: 'recipient-home' },
    window: { from: at('2027-06-18T22:00:00Z'), until: at('2028-06-30T22:00:00Z') },
    ...{ minMinutes: 210, maxMinutes: 210, requestedBy: 'account-anna' },
  });
  accepted(await world.api.joinWaitingList(joining, world.call()));
  await world.settled();
  return { world, offers };
};
const offersOf = async ({ api }: World): Promise<WaitingView['offers']> =>
  (await api.findWaiting({ offerId, waitingId }))?.offers ?? [];
/** What she thinks about; undefined when nothing. */
const offered = async (world: World) => (await offersOf(world)).find(({ outcome }) => outcome === 'offered');
/** She says no, as often as there is something to say no to and no more than so many times. */
const says = async (world: World, noes: number): Promise<Instant[]> => {
  const said: Instant[] = [];
  for (let now = await offered(world); now !== undefined && said.length < noes; now = await offered(world)) {
    said.push(now.span.from);
    accepted(await world.api.cancelBooking({ bookingId: now.bookingId, by: 'caregiver' }, world.call()));
    await world.settled();
  }
  return said;
};

test('who let ten mornings pass is offered the afternoon of the first of those days, and each of the others after it', async () => {
  const { world, offers } = await open(openFor(10, 12));
  expect(await says(world, 10)).toEqual(Array.from({ length: 10 }, (_, day) => nine(day)));
  const before = offers.questions();
  expect(await says(world, 1)).toEqual([block(0, 3.5).from]);
  // Two for a day of which nothing is left.
  expect(offers.questions() - before).toBeLessThanOrEqual(5);
  const rest = await says(world, 30);
  // Whatever is free of ten days of twelve hours: three blocks a day.
  expect(rest).toHaveLength(3 * 10 - 10 - 1);
  const all = (await offersOf(world)).map(({ span }) => span);
  for (const [index, one] of all.entries())
    expect(all.slice(index + 1).some((it) => it.from < one.until && one.from < it.until)).toBe(false);
  expect((await world.parked.list({ first: 5 })).items).toEqual([]);
}, 60_000);

test('of who may have nothing at all no more is asked than is bounded, and what lies months ahead is found', async () => {
  const days = Array.from({ length: 90 }, (_, day) => block(day, 0));
  const { world, offers } = await open(days);
  // One time a day: her noes reach beyond what the first answer gives, and beyond the steps after it.
  const said = await says(world, 85);
  expect(said).toEqual(days.slice(0, 85).map(({ from }) => from));
  const before = offers.questions();
  expect(await says(world, 10)).toEqual(days.slice(85).map(({ from }) => from));
  expect(await offered(world)).toBeUndefined();
  expect(offers.questions() - before).toBeLessThanOrEqual(5 * 20);
}, 60_000);
