import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PersonId } from '@adempauze/contracts';
import { createGateway, defaultLimits, demonstrationIdentity } from '@adempauze/gateway';
import {
  createCorrelation,
  createHealth,
  createMetrics,
  type Lifecycle,
  type Listening,
  type Log,
  listen,
} from '@adempauze/http';
import { type Instant, instantFromMs, plusMs, timeOrderedId } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import type { Settings } from './config.ts';
import { demonstrationAccounts } from './demonstration/accounts.ts';
import { createMovableClock, type MovableClock } from './demonstration/clock.ts';
import type { AccountOf } from './demonstration/households.ts';
import { providerIdOf } from './demonstration/publish.ts';
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
};

/** The whole marketplace in this process, listening. @throws StartError in a sentence when it cannot. */
export const startStandalone = async (
  settings: Settings,
  { log, lifecycle, machineMs, randomBytes, say }: StandaloneDependencies,
): Promise<Listening> => {
  const begunMs = machineMs();
  const folder = settings.DATA_FOLDER;
  // Written when the demonstration is complete: a start that was broken off is done again, by the same idempotent commands.
  const marker = join(folder, 'demonstration.json');
  const isNew = !existsSync(marker);
  const isDemonstration = settings.DEMONSTRATION !== 'off';
  const fills = settings.DEMONSTRATION === 'full';
  const present: Instant = settings.CLOCK_START ?? instantFromMs(machineMs());
  const newId = () => timeOrderedId(machineMs(), randomBytes);

  // The door is taken first, so that a taken port is said at once; it answers when all is ready.
  let answer: Parameters<typeof listen>[0] = (_request, response) =>
    response.writeHead(503, { 'retry-after': '1' }).end();
  const door = await lifecycle.start(
    'door',
    () => listen((request, response) => answer(request, response), { host: settings.HOST, port: settings.PORT }),
    (it) => it.close(),
  );
  const clock = createMovableClock({
    machineMs,
    file: isDemonstration ? join(folder, 'clock.json') : undefined,
    startAt: !isDemonstration ? undefined : isNew && fills ? plusMs(present, -historyMs) : settings.CLOCK_START,
  });
  const marketplace = await startMarketplace({
    folder,
    masterKey: settings.MASTER_KEY,
    clock: clock.now,
    newId,
    randomBytes,
    log,
    lifecycle,
  });
  const { operations, keySentence } = marketplace;

  if (fills) await demonstrate(marketplace, clock, isNew ? present : undefined);
  if (fills && isNew) writeFileSync(marker, `${JSON.stringify({ filledAt: clock.now() })}\n`);

  const correlation = createCorrelation({ newId });
  const metrics = createMetrics({ service: 'adempauze', processMetrics: true });
  const checks = { services: async () => summary(await operations.status()) };
  const health = createHealth({ checks, log });
  const origin = settings.ORIGIN ?? door.url;
  const gateway = await lifecycle.start(
    'gateway',
    () =>
      createGateway({
        ...marketplace,
        places: createPlaces(),
        clock: clock.now,
        realNowMs: machineMs,
        ids: newId,
        auth: authOf(settings, folder),
        log,
        metrics,
        correlation,
        health,
        settings: { origin, host: settings.HOST, limits: defaultLimits },
        demonstration: isDemonstration ? { moveClock: (to) => moveClock(marketplace, clock, to, fills) } : undefined,
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
    keySentence,
    startedInMs: machineMs() - begunMs,
    now: clock.now(),
  }))
    say(line);
  return door;
};

/** On an empty log: the region and five weeks of its life. Later: only its calendars, filled for the weeks ahead. */
const demonstrate = async (marketplace: Marketplace, clock: MovableClock, from: Instant | undefined): Promise<void> => {
  const { settled, nudge } = marketplace;
  if (from !== undefined) await seedDemonstration({ services: marketplace, clock, accountOf, settled, nudge }, from);
  else await keepFilled(marketplace, clock.now());
};

const moveClock = async (marketplace: Marketplace, clock: MovableClock, to: Instant, fills: boolean): Promise<void> => {
  clock.moveTo(to);
  marketplace.nudge();
  if (fills) await keepFilled(marketplace, clock.now());
  await marketplace.settled();
};

const accountOf: AccountOf = (account) => {
  const name = demonstrationAccounts.find((it) => it.account === account)?.name ?? account;
  const { accountId, personId } = demonstrationIdentity(account);
  return { accountId, personId: PersonId.parse(personId), name };
};

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
        accounts: demonstrationAccounts.map(({ account, name, role, note, ...belongs }) => ({
          account,
          name,
          role,
          note,
          ...('provider' in belongs ? { organisation: providerIdOf(belongs.provider) } : {}),
          ...('municipality' in belongs ? { organisation: belongs.municipality } : {}),
          ...('insurer' in belongs ? { organisation: belongs.insurer } : {}),
        })),
      };

const summary = (checks: Readonly<Record<string, { ok: boolean; detail: string }>>) => {
  const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
  return {
    ok: failing.length === 0,
    detail: failing.map(([name, { detail }]) => `${name}: ${detail}`).join('; ') || 'all parts are live',
  };
};
