import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLifecycle, createLog } from '@adempauze/http';
import { timeOrderedId } from '@adempauze/kernel';
import { createMovableClock, startMarketplace } from '@adempauze/standalone';
import { checkBooks } from './checks/check-books.ts';
import { checkCapacity } from './checks/check-capacity.ts';
import { checkHelpers } from './checks/check-helpers.ts';
import { checkHistory } from './checks/check-history.ts';
import { checkLives } from './checks/check-lives.ts';
import { checkSeen } from './checks/check-seen.ts';
import { checkSteps } from './checks/check-steps.ts';
import { checkHolds } from './checks/check-waiting.ts';
import { readLog } from './torture/read-log.ts';
import type { Tortured } from './torture/run.ts';

/*
 * `node torture-check.ts DATA_FOLDER JOURNAL`: opens a stopped marketplace without a door, lets it finish what is due,
 * and holds it and its log against what callers were told. Prints one line of JSON: what is wrong, and counts.
 */

const [folder = '', journalFile = ''] = process.argv.slice(2);
const journal: Tortured = JSON.parse(readFileSync(journalFile, 'utf8'));
const log = createLog({ service: 'torture-check', level: 'error' });
const lifecycle = createLifecycle({ log });
const clock = createMovableClock({ machineMs: Date.now, file: join(folder, 'clock.json') });
const violations: string[] = [...journal.violations];
const scratch = mkdtempSync(join(tmpdir(), 'adempauze-rebuild-'));

const marketplace = await startMarketplace({
  folder,
  clock: clock.now,
  newId: () => timeOrderedId(Date.now(), randomBytes),
  ...{ randomBytes, log, lifecycle },
});
await marketplace.nudge();
// Sweeps take a moment to find what is due, and give others something to do.
for (let round = 0; round < 3; round += 1) {
  await pause(1200);
  await marketplace.settled();
}
violations.push(...(await marketplace.compareWithRebuild(scratch)).map((it) => `Differs from a rebuild: ${it}`));
const { balanced, debitCents, creditCents } = await marketplace.invoicing.trialBalance({});
if (!balanced) violations.push(`The trial balance has ${debitCents} on one side and ${creditCents} on the other.`);
const parked = await marketplace.operations.listParked({ first: 20 });
for (const { item } of parked.items) violations.push(`Parked: ${item.consumer} ${item.type}: ${item.reason}`);
for (const [check, { ok, detail }] of Object.entries(await marketplace.operations.status()))
  if (!ok) violations.push(`Not well: ${check}: ${detail}`);
await lifecycle.stop();
rmSync(scratch, { recursive: true, force: true });

const facts = readLog(join(folder, 'events.db'));
const now = clock.now();
violations.push(
  ...checkHistory({ told: journal.told, log: facts }, now),
  ...checkSeen(journal.seen, facts),
  ...[checkCapacity, checkHelpers, checkSteps, checkBooks].flatMap((check) => check(facts)),
  ...checkLives(facts, now),
  ...checkHolds(facts, now),
);
const types = Object.groupBy(facts, ({ type }) => type);
const counts = Object.fromEntries(Object.entries(types).map(([type, all]) => [type, all?.length ?? 0]));
console.log(JSON.stringify({ violations, events: facts.length, counts }));
