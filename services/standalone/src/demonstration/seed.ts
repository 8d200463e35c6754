import type { BookingView } from '@adempauze/contracts';
import { dayOf, hourMs, type Instant, plusMs } from '@adempauze/kernel';
import type { MovableClock } from './clock.ts';
import { openFunding, registerHelpers } from './funding.ts';
import { answer, askForRespite, billLastMonth, deliver, type Services } from './history.ts';
import { type AccountOf, registerHouseholds } from './households.ts';
import { calendarsOf, planSupply, publishSupply, publishTimes } from './publish.ts';
import { createRandom } from './random.ts';
import { readRegion } from './region.ts';

const seed = 2026;
const weekMs = 7 * 24 * hourMs;
/** How long before now the demonstration begins to be lived in, and how far ahead its calendars are filled. */
const historyWeeks = 5;
const aheadDays = 56;

export type SeedDependencies = {
  readonly services: Services;
  readonly clock: MovableClock;
  readonly accountOf: AccountOf;
  /** Resolves when read models and reactors have handled everything so far. */
  readonly settled: () => Promise<void>;
  /** Runs what the clock made due. */
  readonly nudge: () => void;
};

/**
 * Fills an empty marketplace with a region, through the same commands that users give. The clock must stand
 * `historyWeeks` before the present; it is moved up to `until` week by week, and the weeks between are lived.
 */
export const seedDemonstration = async (
  { services, clock, accountOf, settled, nudge }: SeedDependencies,
  until: Instant,
): Promise<void> => {
  const random = createRandom(seed);
  const region = readRegion();
  const today = dayOf(clock.now());
  const supply = planSupply(region, createRandom(seed));
  await publishSupply(services.offers, region, supply, today);
  await publishTimes(services.offers, calendarsOf(supply), today, historyWeeks * 7 + aheadDays);
  await openFunding(services.invoicing, region, accountOf, today);
  await registerHelpers(services.matching, region, random);
  const households = await registerHouseholds(services.bookings, region, accountOf, Number(today.slice(0, 4)), random);
  await settled();

  const seeded: BookingView[] = [];
  for (let week = 0; week <= historyWeeks; week += 1) {
    for (const [number, household] of households.entries()) {
      if (!random.percent(45)) continue;
      const booking = await askForRespite(services, household, `${week}-${number}`, clock.now(), random);
      if (booking) seeded.push(booking);
    }
    await settled();
    for (const booking of seeded.slice(-households.length)) await answer(services, booking, random);
    if (week === historyWeeks) break;
    const next = plusMs(clock.now(), weekMs);
    clock.moveTo(next < until && week < historyWeeks - 1 ? next : until);
    nudge();
    await deliver(services, seeded, clock.now());
    await settled();
  }
  await billLastMonth(services, clock.now());
  await settled();
};

/** Fills the calendars for the weeks ahead, as providers would: at a later start, and after the clock was moved. */
export const keepFilled = async (services: Services, now: Instant): Promise<void> =>
  publishTimes(services.offers, calendarsOf(planSupply(readRegion(), createRandom(seed))), dayOf(now), aheadDays);

/** How far back the demonstration's clock starts. */
export const historyMs = historyWeeks * weekMs;
