import type { EventStore } from '@adempauze/event-store';
import { type Instant, minuteMs, plusMs } from '@adempauze/kernel';
import { followClock } from '@adempauze/process/clock';
import { isUntouched, openFillingInLog } from './demonstration/filling-in-log.ts';
import { accountOf } from './demonstration/known-accounts.ts';
import { historyMs, keepFilled, seedDemonstration } from './demonstration/seed.ts';
import type { FillSettings } from './fill-config.ts';
import { connectServices } from './remote-marketplace.ts';

type Parts = {
  readonly store: EventStore;
  readonly machineMs: () => number;
  /** The time that it should be when all is filled. */
  readonly present: Instant;
};

/**
 * Begins the clock of a log that has none: where the weeks begin that are to be lived, when the log is going to be
 * filled, and else at the present. A clock that began already stays as it is.
 */
export const beginClock = async ({ store, machineMs, present, fills }: Parts & { fills: boolean }): Promise<void> => {
  const startAt = fills && (await isUntouched(store)) ? plusMs(present, -historyMs) : present;
  const clock = await followClock({ store, machineMs, startAt });
  await clock.close();
};

/** Between turning the clock back and filling, services start; households ask an hour after the beginning. */
const slackMs = 30 * minuteMs;

/**
 * Fills an untouched log with the region and five weeks of its life, through the services; goes on with what was broken
 * off. A clock that began already is not turned back: then the five weeks lie ahead of it. A log that holds something
 * else is left alone.
 */
export const fillThroughServices = async (
  settings: FillSettings,
  {
    store,
    machineMs,
    present,
    random,
    signal,
    pause,
    say,
  }: Parts & {
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly pause: (ms: number) => Promise<unknown>;
    readonly say: (line: string) => void;
  },
): Promise<void> => {
  const clock = await followClock({ store, machineMs, startAt: plusMs(present, -historyMs) });
  const begunMs = machineMs();
  const isBack = clock.now() < plusMs(present, slackMs - historyMs);
  const filling = await openFillingInLog(store, clock.now, isBack ? present : plusMs(clock.now(), historyMs));
  if (!filling) {
    say('Het logboek bevat al iets anders; het is niet gevuld. / The log holds something else; nothing was filled.');
    return clock.close();
  }
  const services = connectServices({
    urls: {
      offers: settings.OFFERS_URLS,
      bookings: settings.BOOKINGS_URLS,
      matching: settings.MATCHING_URLS,
      invoicing: settings.INVOICING_URLS,
    },
    token: settings.SERVICE_TOKEN,
    ...{ store, clock, random, pause },
  });
  try {
    if (filling.until === undefined) await keepFilled(services, clock.now());
    else {
      say('De demonstratie wordt gevuld. / Filling the demonstration.');
      const { settled, nudge } = services;
      const { until, lastChoice } = filling;
      await seedDemonstration({ services, clock, accountOf, settled, nudge, lastChoice, signal }, until);
      // Later than it began, when the first try was broken off.
      if (present > until && (await clock.moveTo(present)) !== undefined) {
        await nudge();
        await settled();
        await nudge();
        await keepFilled(services, clock.now());
        await settled();
      }
      await filling.done(clock.now());
    }
    say(`The demonstration is ready (${((machineMs() - begunMs) / 1000).toFixed(1)} s).`);
  } finally {
    await services.close();
    await clock.close();
  }
};
