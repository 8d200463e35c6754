import type { BookingId, BookingView } from '@adempauze/contracts';
import { type Clock, dayOf, hourMs, type Instant, plusMs } from '@adempauze/kernel';
import { openFunding, registerHelpers } from './funding.ts';
import { answer, askForRespite, billLastMonth, deliver, findAsked, type LastChoice, type Services } from './history.ts';
import { type AccountOf, registerHouseholds } from './households.ts';
import type { Stage } from './plan-stage.ts';
import { bookingsOfPlans, livePlans } from './plans.ts';
import { calendarsOf, closeBedsInAugust, confirmOffers, planSupply, publishSupply, publishTimes } from './publish.ts';
import { createRandom } from './random.ts';
import { readRegion } from './region.ts';

const seed = 2026;
const weekMs = 7 * 24 * hourMs;
/** How long before now the demonstration begins to be lived in, and how far ahead its calendars are filled. */
const historyWeeks = 5;
const aheadDays = 56;

/** How far back the demonstration's clock starts: households ask an hour before the other side answers. */
export const historyMs = historyWeeks * weekMs + hourMs;

/** The marketplace's clock, here or in a log that others follow. */
export type SeedClock = { readonly now: Clock; moveTo(to: Instant): unknown };

export type SeedDependencies = {
  readonly services: Services;
  readonly clock: SeedClock;
  readonly accountOf: AccountOf;
  /** Resolves when read models and reactors have handled everything so far. */
  readonly settled: () => Promise<void>;
  /** Runs what the clock made due. */
  readonly nudge: () => Promise<void>;
  readonly lastChoice: LastChoice;
  /** Ends the work between two steps, by throwing its reason. */
  readonly signal: AbortSignal;
};

/**
 * Fills a marketplace with a region, through the same commands that users give. The clock stands `historyMs` before
 * `until` and is moved up to it, and the weeks between are lived. When that was broken off, the clock says which weeks
 * were lived; every choice is made from its own seed and every command has its own id, so that doing it again gives
 * what doing it once gives.
 */
export const seedDemonstration = async (
  { services, clock, accountOf, settled, nudge, lastChoice, signal }: SeedDependencies,
  until: Instant,
): Promise<void> => {
  const random = createRandom(seed);
  const region = readRegion();
  const today = dayOf(plusMs(until, -historyMs));
  const supply = planSupply(region, createRandom(seed));
  await publishSupply(services.offers, region, supply, today);
  signal.throwIfAborted();
  await publishTimes(services.offers, calendarsOf(supply), today, historyWeeks * 7 + aheadDays);
  await closeBedsInAugust(services.offers, today);
  await openFunding(services.invoicing, region, accountOf, today);
  await registerHelpers(services.matching, region, random);
  const households = await registerHouseholds(services.bookings, region, accountOf, Number(today.slice(0, 4)), random);

  const stage: Stage = { services, supply, households, until, settled };
  const seeded: BookingId[] = [];
  const reach = async (at: Instant): Promise<void> => {
    signal.throwIfAborted();
    await clock.moveTo(at);
    await sweptUp({ services, clock, settled, nudge }, seeded);
  };
  for (let week = 0; week <= historyWeeks; week += 1) {
    const answerAt = plusMs(until, (week - historyWeeks) * weekMs);
    const askAt = plusMs(answerAt, -hourMs);
    const wereAsked = clock.now() >= answerAt;
    const wereAnswered = clock.now() >= plusMs(askAt, weekMs);
    await reach(askAt);
    await deliver(services, [...seeded, ...(await bookingsOfPlans(services))], askAt);
    await settled();
    const asked: BookingId[] = [];
    for (const [number, household] of households.entries()) {
      signal.throwIfAborted();
      const choose = createRandom(seed * (week + 2) + number);
      if (!choose.percent(45)) continue;
      const key = `${week}-${number}`;
      const bookingId = wereAsked
        ? await findAsked(services, key)
        : await askForRespite(services, household, key, askAt, { random: choose, lastChoice });
      if (bookingId) asked.push(bookingId);
    }
    seeded.push(...asked);
    await reach(answerAt);
    const isLast = week === historyWeeks;
    for (const [number, bookingId] of asked.entries()) {
      const choose = createRandom(seed * (week + 20) + number);
      if (!wereAnswered) await answer(services, bookingId, choose, { settled, isLast });
    }
    if (!wereAnswered) await livePlans(stage, week);
    await settled();
  }
  await billLastMonth(services, until);
  await settled();
};

/** Waits until nothing is past its deadline: what expires does so beside us. */
const sweptUp = async (
  { services, clock, settled, nudge }: Pick<SeedDependencies, 'services' | 'clock' | 'settled' | 'nudge'>,
  seeded: readonly BookingId[],
): Promise<void> => {
  const isOverdue = (booking: BookingView | undefined) =>
    [booking?.heldUntil, booking?.answerBy].some((deadline) => deadline != null && deadline <= clock.now()) &&
    /^(held|awaiting-.*)$/.test(booking?.status ?? '');
  for (let tries = 0; tries < 100; tries += 1) {
    await nudge();
    await settled();
    const views = await Promise.all(seeded.map((bookingId) => services.bookings.findBooking({ bookingId })));
    if (!views.some(isOverdue)) return;
  }
};

/** Fills its calendars for the weeks ahead and confirms its offers, as providers would: at a later start, and after the clock was moved. */
export const keepFilled = async (services: Pick<Services, 'offers'>, now: Instant): Promise<void> => {
  const supply = planSupply(readRegion(), createRandom(seed));
  await publishTimes(services.offers, calendarsOf(supply), dayOf(now), aheadDays);
  await confirmOffers(services.offers, supply, now);
};
