import { join } from 'node:path';
import { createGateway, defaultLimits } from '@adempauze/gateway';
import { demonstrationAccounts } from '@adempauze/gateway/demonstration';
import {
  createCorrelation,
  createHealth,
  createMetrics,
  type Lifecycle,
  type Listening,
  type Log,
  listen,
} from '@adempauze/http';
import { type Instant, instantFromMs, plusMs, StartError, timeOrderedId } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { answerWhileStarting, makeFolder } from '@adempauze/process/starting';
import type { Settings } from './config.ts';
import { createMovableClock, type MovableClock } from './demonstration/clock.ts';
import { type Filling, openFilling } from './demonstration/filling.ts';
import { accountOf } from './demonstration/known-accounts.ts';
import { historyMs, keepFilled, seedDemonstration } from './demonstration/seed.ts';
import { type Marketplace, startMarketplace } from './marketplace.ts';
import { welcome } from './welcome.ts';

export type StandaloneDependencies = {
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly machineMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Where a person reads: one line at a time. */
  readonly say: (line: string) => void;
  /** Aborted when somebody asks the process to stop: filling the demonstration then ends soon. */
  readonly signal: AbortSignal;
};

/** The whole marketplace in this process, listening. @throws StartError in a sentence when it cannot. */
export const startStandalone = async (
  settings: Settings,
  { log, lifecycle, machineMs, randomBytes, say, signal }: StandaloneDependencies,
): Promise<Listening> => {
  const begunMs = machineMs();
  const folder = settings.DATA_FOLDER;
  const isDemonstration = settings.DEMONSTRATION !== 'off';
  if (!isDemonstration && settings.ISSUER_URL === undefined) throw nobodyCanSignIn();
  const present: Instant = settings.CLOCK_START ?? instantFromMs(machineMs());
  const newId = () => timeOrderedId(machineMs(), randomBytes);

  // The door is taken first, so that a taken port is said at once.
  let answer = answerWhileStarting;
  const door = await lifecycle.start(
    'door',
    () => listen((request, response) => answer(request, response), { host: settings.HOST, port: settings.PORT }),
    (it) => it.close(),
  );
  makeFolder(folder);
  const filling = settings.DEMONSTRATION === 'full' ? openFilling(folder, present) : undefined;
  const clock = createMovableClock({
    machineMs,
    file: isDemonstration ? join(folder, 'clock.json') : undefined,
    startAt: isDemonstration ? beginningOf(settings, filling) : undefined,
  });
  const marketplace = await startMarketplace({
    folder,
    masterKey: settings.MASTER_KEY,
    calendarsFrom: settings.CALENDARS_FROM,
    clock: clock.now,
    newId,
    randomBytes,
    log,
    lifecycle,
  });
  const { operations, keySentence } = marketplace;

  if (filling) await lifecycle.start('demonstration', () => demonstrate(marketplace, clock, filling, present, signal));

  const correlation = createCorrelation({ newId });
  const metrics = createMetrics({ service: 'adempauze', processMetrics: true });
  for (const [service, read] of Object.entries(marketplace.gauges)) metrics.follow(read, { service });
  const checks = { services: async () => summary(await operations.status()) };
  const health = createHealth({ checks, log });
  const origin = settings.ORIGIN ?? door.url;
  // Stopped before the services are: what was asked is answered, and nothing new comes in.
  await lifecycle.start(
    'requests',
    () => door,
    (it) => it.close(),
  );
  const gateway = await lifecycle.start(
    'gateway',
    () =>
      createGateway({
        ...marketplace,
        places: createPlaces(),
        clock: clock.now,
        realNowMs: machineMs,
        ids: newId,
        randomBytes,
        auth: authOf(settings, folder),
        log,
        metrics,
        correlation,
        health,
        settings: { origin, host: settings.HOST, limits: defaultLimits },
        demonstration: isDemonstration
          ? { moveClock: (to) => moveClock(marketplace, clock, to, filling !== undefined) }
          : undefined,
      }),
    (it) => it.close(),
  );
  answer = gateway.app;
  await lifecycle.start(
    'readiness',
    () => health,
    (it) => it.drain(),
  );
  for (const line of welcome({
    url: origin,
    folder,
    demonstration: settings.DEMONSTRATION,
    issuerUrl: settings.ISSUER_URL,
    keySentence,
    startedInMs: machineMs() - begunMs,
    now: clock.now(),
  }))
    say(line);
  return door;
};

/** On an empty log: the region and five weeks of its life. Later: only its calendars, filled for the weeks ahead. */
const demonstrate = async (
  marketplace: Marketplace,
  clock: MovableClock,
  filling: Filling,
  present: Instant,
  signal: AbortSignal,
): Promise<void> => {
  const { settled, nudge } = marketplace;
  if (filling.until === undefined) return keepFilled(marketplace, clock.now());
  await seedDemonstration(
    { services: marketplace, clock, accountOf, settled, nudge, signal, lastChoice: filling.lastChoice },
    filling.until,
  );
  // Later than it began, when the first try was broken off.
  if (present > filling.until) await moveClock(marketplace, clock, present, true);
  await filling.done(clock.now());
};

const moveClock = async (marketplace: Marketplace, clock: MovableClock, to: Instant, fills: boolean): Promise<void> => {
  clock.moveTo(to);
  // What falls due in one service can make something due in another.
  await marketplace.nudge();
  await marketplace.settled();
  await marketplace.nudge();
  if (fills) await keepFilled(marketplace, clock.now());
  await marketplace.settled();
};

/** Where the clock begins in an empty folder: before the weeks that are still to be lived. */
const beginningOf = ({ CLOCK_START }: Settings, filling: Filling | undefined): Instant | undefined =>
  filling?.until === undefined ? CLOCK_START : plusMs(filling.until, -historyMs);

const nobodyCanSignIn = () =>
  new StartError({
    nl: 'Zonder demonstratie heeft niemand een account. Stel met ISSUER_URL in wie mensen aanmeldt.',
    en: 'Without the demonstration nobody has an account. Set ISSUER_URL to say who signs people in.',
  });

const authOf = (settings: Settings, folder: string): Parameters<typeof createGateway>[0]['auth'] =>
  settings.ISSUER_URL !== undefined
    ? {
        kind: 'issuer',
        issuerUrl: settings.ISSUER_URL,
        audience: settings.ISSUER_AUDIENCE,
        claims: { role: settings.ISSUER_ROLE_CLAIM, organisation: settings.ISSUER_ORGANISATION_CLAIM },
      }
    : {
        kind: 'embedded',
        folder: join(folder, 'keys'),
        accounts: demonstrationAccounts,
      };

const summary = (checks: Readonly<Record<string, { ok: boolean; detail: string }>>) => {
  const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
  return {
    ok: failing.length === 0,
    detail: failing.map(([name, { detail }]) => `${name}: ${detail}`).join('; ') || 'all parts are live',
  };
};
