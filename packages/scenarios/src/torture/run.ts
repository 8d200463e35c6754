import { type Instant, plusMs } from '@adempauze/kernel';
import { findBooking } from '../api/care.ts';
import { findBudget, findTrialBalance, moveClock } from '../api/funding.ts';
import { findNow } from '../api/supply.ts';
import type { Told } from '../checks/history.ts';
import { createClient } from '../client.ts';
import { createIds } from '../ids.ts';
import { signInWith } from '../sign-in.ts';
import { createTransport } from '../transport.ts';
import { createCaller } from './caller.ts';
import { createJournal } from './journal.ts';
import { runLoad } from './load.ts';
import { launchMarketplace, type MarketplaceProcess } from './marketplace-process.ts';
import { createRandom } from './random.ts';
import { buildWorld, daysAhead } from './world.ts';

export type TortureOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly folder: string;
  readonly port: number;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly onKill: (progress: Progress) => void;
};

export type Moment = 'starting' | 'just-ready' | 'under-load';
export type Progress = {
  readonly kill: number;
  readonly moment: Moment;
  readonly answers: number;
  readonly readyMs: number[];
};

/** What could be seen from outside at the end, once everything had settled. */
export type Seen = {
  /** Status by booking, as GraphQL spells it; null: nothing is there. */
  readonly bookings: Readonly<Record<string, string | null>>;
  readonly budget: { readonly id: string; readonly balanceCents: number | null };
  readonly trialBalanced: boolean;
};

export type Tortured = {
  readonly told: readonly Told[];
  readonly seen: Seen;
  readonly violations: readonly string[];
  readonly kills: Readonly<Record<Moment, number>>;
  readonly readyMs: readonly number[];
  readonly answers: number;
  /** At the end, by the marketplace's clock. */
  readonly now: Instant;
};

const lanes = 16;
const hourMs = 3_600_000;

/**
 * Kills a marketplace under load again and again, starts it on the same folder and port, and lets callers ask again
 * with the same keys. At the end everybody finishes, it settles, and what is seen from outside is written down.
 * The marketplace is left stopped, by one more kill.
 */
export const torture = async (options: TortureOptions): Promise<Tortured> => {
  const { folder, port, nowMs } = options;
  let running = launchMarketplace({ folder, port, demonstration: 'none', nowMs });
  const next = () => {
    running = launchMarketplace({ folder, port, demonstration: 'none', nowMs });
  };
  try {
    return await killAndAsk(options, { now: () => running, next });
  } finally {
    await running.kill();
  }
};

type Server = { readonly now: () => MarketplaceProcess; readonly next: () => void };

const killAndAsk = async (options: TortureOptions, server: Server): Promise<Tortured> => {
  const { kills: wanted, seed, port, nowMs, pause, onKill } = options;
  const random = createRandom(seed);
  const ids = createIds(`torture ${seed}`);
  const target = `http://127.0.0.1:${port}`;
  const transport = createTransport({ target, nowMs, connections: 2 * lanes, timeoutMs: 20_000 });
  // Signing in may be killed too, and is asked again with the rest.
  const tokens = new Map<string, string>();
  const signIn = signInWith({ target });
  const client = () =>
    createClient({
      ...{ transport, keys: ids.fork('none') },
      signIn: async (account) => {
        const token = tokens.get(account) ?? (await signIn(account));
        tokens.set(account, token);
        return token;
      },
    });
  const journal = createJournal();
  const caller = createCaller({
    // A client remembers a sign-in that failed, so each is a new one over the same connections.
    client: { as: (account) => client().as(account), visitor: () => client().visitor() },
    ...{ journal, random: random.fork(), pause },
    whenUp: () => server.now().ready.catch(() => pause(20)),
  });

  let now: Instant | undefined;
  let over = false;
  const load = (async () => {
    const world = await buildWorld(caller, ids.fork('world'), Math.min(60, 8 + Math.ceil(wanted / 4)));
    now ??= world.begin;
    await runLoad({
      ...{ caller, world, lanes, ids: ids.fork('load'), random: random.fork() },
      now: () => now ?? world.begin,
      isOver: () => over,
    });
    return world;
  })();
  let failed: unknown;
  load.catch((error: unknown) => {
    failed = error;
  });

  const kills = { starting: 0, 'just-ready': 0, 'under-load': 0 };
  const readyMs: number[] = [];
  const stepMs = ((daysAhead - 5) * 24 * hourMs) / Math.max(wanted, 15);
  for (let kill = 1; kill <= wanted && failed === undefined; kill += 1) {
    const draw = random.next();
    const moment: Moment = draw < 0.15 ? 'starting' : draw < 0.3 ? 'just-ready' : 'under-load';
    kills[moment] += 1;
    if (moment === 'starting') await pause(random.whole(0, Math.max(...readyMs, 500)));
    else {
      readyMs.push(await server.now().ready);
      if (moment === 'just-ready') await pause(random.whole(0, 60));
      else {
        // The clock is moved while the others go on; a kill may come in the middle of it.
        if (now !== undefined) void passTime();
        await answersSince(random.whole(1, 250), 4000);
        await pause(random.whole(0, 40));
      }
    }
    await server.now().kill();
    server.next();
    onKill({ kill, moment, answers: journal.answers(), readyMs });
  }
  readyMs.push(await server.now().ready);
  await answersSince(400, 20_000);
  over = true;
  const world = await load;

  /** Waits until so many more commands were answered: a slow machine is killed in the midst of things as well. */
  async function answersSince(count: number, atMostMs: number): Promise<void> {
    const until = journal.answers() + count;
    const endMs = nowMs() + atMostMs;
    while (journal.answers() < until && nowMs() < endMs && failed === undefined) await pause(5);
  }

  /** A step onwards from wherever the clock stands; cut off by a kill, the next one makes it. */
  async function passTime(): Promise<void> {
    try {
      const operator = await client().as('beheer');
      now = await operator.ask(findNow, {});
      const to = plusMs(now, stepMs);
      const moving = operator.order(moveClock, { to });
      // It is later at once; the answer comes when all that fell due is done.
      now = to;
      await moving;
    } catch {
      // Killed meanwhile.
    }
  }

  const before = await caller.ask('beheer', findNow, {});
  const end = plusMs(before, hourMs);
  // Answered once everything has been handled.
  const operator = await client().as('beheer');
  const settled = await operator.order(moveClock, { to: end });
  if (!settled.accepted) throw new Error(`The clock could not be moved: ${settled.rejection.code}.`);
  const seen = await lookAround(journal.told(), world.budgetId);
  transport.close();
  return {
    told: journal.told(),
    seen,
    violations: journal.violations,
    kills,
    readyMs,
    answers: journal.answers(),
    now: end,
  };

  async function lookAround(told: readonly Told[], budgetId: string): Promise<Seen> {
    const bookings: Record<string, string | null> = {};
    for (const { operation, about } of told) {
      if (operation !== 'requestBooking' || Object.hasOwn(bookings, about)) continue;
      bookings[about] = (await caller.ask('beheer', findBooking, { id: about }))?.status ?? null;
    }
    const budget = await caller.ask('anke', findBudget, { id: budgetId });
    const { balanced } = await caller.ask('beheer', findTrialBalance, {});
    return { bookings, budget: { id: budgetId, balanceCents: budget?.balanceCents ?? null }, trialBalanced: balanced };
  }
};
