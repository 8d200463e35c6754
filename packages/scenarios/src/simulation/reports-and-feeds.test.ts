import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type FeedOwner, feedIdOf, Month, MunicipalityCode, ProviderId } from '@adempauze/contracts';
import { type CallContext, dayOf, derivedId, type Instant, monthOf, plusMonths } from '@adempauze/kernel';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readTables } from '../faults/tables.ts';
import { createRandom } from '../torture/random.ts';
import { createFaults, usualRates } from './faults.ts';
import { simulate } from './simulate.ts';
import { type SimulatedMarketplace, startSimulated } from './simulated-marketplace.ts';
import type { Town } from './town.ts';

/*
 * What is counted and what stands in calendars after weeks of faults and crashes is what the log says: the same
 * marketplace, started on the same log and keys with every read model built anew, answers the same.
 */

const log = { warn: () => {}, error: () => {} };
const secretHash = 'f'.repeat(64);
/** Tables that reports and feeds are answered from, as the run with faults compares them too (`faults/tables.ts`). */
const tables = [
  ...['care_records', 'wait_households', 'unmet_by_source', 'unmet', 'feed_bookings'],
  ...['supply_providers', 'supply_offers', 'supply_resources', 'supply_changes', 'supply_places'],
];
/** Those of signals, proposals and workers who came, of which this town knows none. */
const empty = ['wait_starts', 'faces_met'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulation-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ownersOf = async ({ doors }: SimulatedMarketplace, { families, helperIds, organisationId }: Town) => {
  const page = await doors.offers.listProviders({ page: { first: 100 } });
  const providers = page.items.map(({ item }) => item.providerId);
  const owners: FeedOwner[] = [
    ...families.map(({ householdId }) => ({ kind: 'household' as const, id: householdId })),
    ...[...new Set([...providers, organisationId])].map((id) => ({ kind: 'provider' as const, id })),
    ...helperIds.map((id) => ({ kind: 'helper' as const, id })),
  ];
  return { owners, providerIds: providers.map((it) => ProviderId.parse(it)) };
};

const openFeeds = async (marketplace: SimulatedMarketplace, town: Town): Promise<void> => {
  const { owners } = await ownersOf(marketplace, town);
  for (const owner of owners) {
    const commandId = derivedId('open feed', owner.id);
    const call: CallContext = { commandId, correlationId: commandId, actor: 'test' };
    expect(await marketplace.doors.bookings.openFeed({ owner, secretHash }, call)).toMatchObject({ accepted: true });
  }
};

/** Every report of the year around these weeks, with small groups shown, and every feed. */
const lookAt = async (marketplace: SimulatedMarketplace, town: Town, now: Instant) => {
  const { bookings, offers } = marketplace.doors;
  const { owners, providerIds } = await ownersOf(marketplace, town);
  const period = {
    from: Month.parse(monthOf(plusMonths(dayOf(now), -6))),
    until: Month.parse(monthOf(plusMonths(dayOf(now), 6))),
  };
  const page = { first: 100 };
  const municipality = MunicipalityCode.parse('0603');
  return {
    waiting: await bookings.waitingTimes({ ...period, showSmallGroups: true, page }),
    demand: await bookings.demandReport({ ...period, showSmallGroups: true, page }),
    use: await bookings.careUse({ ...period, showSmallGroups: true, providerIds }),
    familiar: await bookings.familiarShare({ ...period, showSmallGroups: true }),
    unmet: await bookings.unmetBySource({}),
    supply: await offers.supplyReport({ ...period, municipality }),
    feeds: await Promise.all(
      owners.map(async (owner) => ({ owner, ...(await bookings.readFeed({ feedId: feedIdOf(owner), secretHash })) })),
    ),
  };
};
type Seen = Awaited<ReturnType<typeof lookAt>>;

test('reports and calendar feeds are those of a rebuild, whatever failed and crashed before', async () => {
  let town: Town | undefined;
  let before: Seen | undefined;
  const simulated = await simulate({
    ...{ seed: 501, steps: 220, folder, pause },
    opening: openFeeds,
    async closing(marketplace, itsTown, now) {
      town = itsTown;
      before = await lookAt(marketplace, itsTown, now);
    },
  });
  // What else must hold after such weeks is held to in `simulate.test.ts`.
  expect(simulated.violations.filter((it) => it.includes('differs from its rebuild'))).toEqual([]);
  if (town === undefined || before === undefined) throw new Error('It was looked at.');
  // There is something to compare.
  expect(before.use.some(({ delivered }) => (delivered.value ?? 0) > 0)).toBe(true);
  expect(before.supply.rows.some(({ taken }) => taken > 0)).toBe(true);
  for (const report of [before.waiting.items, before.demand.items, before.familiar, before.unmet])
    expect(report.length).toBeGreaterThan(0);
  for (const kind of ['household', 'provider', 'helper'])
    expect(before.feeds.some((it) => it.owner.kind === kind && (it.entries ?? []).length > 0)).toBe(true);

  const anew = join(folder, 'anew');
  cpSync(simulated.folder, anew, { recursive: true });
  for (const file of readdirSync(anew, { recursive: true, encoding: 'utf8' }))
    if (/-[0-9a-f]{12}\.db(-wal|-shm)?$/.test(file)) rmSync(join(anew, file));
  const faults = createFaults(usualRates, createRandom(1), pause);
  const rebuilt = await startSimulated({ folder: anew, clock: () => simulated.now, faults, log });
  await rebuilt.settled();
  const after = await lookAt(rebuilt, town, simulated.now);
  await rebuilt.close();
  expect(after).toEqual(before);

  const [lived, read] = [await readTables(simulated.folder), await readTables(anew)];
  for (const table of [...tables, ...empty]) {
    const name = Object.keys(lived).find((it) => it.split(' ').at(-1) === table) ?? `no ${table}`;
    expect([name, lived[name]?.rows === 0, lived[name]]).toEqual([name, empty.includes(table), read[name]]);
  }
}, 60_000);
