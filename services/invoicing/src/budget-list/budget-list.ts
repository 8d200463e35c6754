import { BudgetView, OpenBudget, OpenPot, type PotView } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import type { SetAside } from '../budget/spends.ts';
import { jsonOf } from '../columns.ts';
import { creditBalanceOf } from '../ledger/ledger.ts';
import { defaultPotId } from '../pot/pot.events.ts';
import type { StoredEvent } from '../stored-event.ts';

/** Free budgets with what was spent, and pots with the municipalities they stand surety for. */
export const budgetListProjection: Projection<StoredEvent> = {
  name: 'budgets-3',
  tables: `
    CREATE TABLE budgets (budgetId TEXT PRIMARY KEY, municipality TEXT NOT NULL, holderAccountId TEXT NOT NULL,
      data TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX budgetsOf ON budgets (municipality);
    CREATE INDEX budgetsHeldBy ON budgets (holderAccountId);
    CREATE TABLE spends (budgetId TEXT, spendId TEXT, amountCents INTEGER NOT NULL, at TEXT NOT NULL,
      bookingId TEXT, ended INTEGER NOT NULL, PRIMARY KEY (budgetId, spendId)) WITHOUT ROWID;
    CREATE INDEX spendsFor ON spends (bookingId) WHERE bookingId IS NOT NULL;
    CREATE INDEX heldInVain ON spends (budgetId, spendId) WHERE ended = 1 AND amountCents > 0;
    CREATE TABLE pots (potId TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE suretyIn (municipality TEXT PRIMARY KEY, potId TEXT NOT NULL) WITHOUT ROWID;
  `,
  project({ type, data }) {
    switch (type) {
      case 'BudgetOpened': {
        const { openedAt: _, ...budget } = data;
        return [
          'INSERT OR IGNORE INTO budgets VALUES (?, ?, ?, ?)',
          data.budgetId,
          data.municipality,
          data.holderAccountId,
          JSON.stringify(budget),
        ];
      }
      case 'BudgetSpent':
        return [
          `INSERT OR IGNORE INTO spends
           VALUES (?, ?, ?, ?, ?5, EXISTS (SELECT 1 FROM endedBookings WHERE bookingId = ?5))`,
          data.budgetId,
          data.spendId,
          data.amountCents,
          data.spentAt,
          data.bookingId ?? null,
        ];
      case 'SpendReleased':
        return [
          'UPDATE spends SET amountCents = ? WHERE budgetId = ? AND spendId = ?',
          data.leftCents,
          data.budgetId,
          data.spendId,
        ];
      case 'SpendsTakenAgain':
        return data.spends.map(
          ({ spendId, amountCents }): Statement => [
            'UPDATE spends SET amountCents = ? WHERE budgetId = ? AND spendId = ?',
            ...[amountCents, data.budgetId, spendId],
          ],
        );
      case 'PotOpened': {
        const { openedAt: _, ...pot } = data;
        return [
          ['INSERT OR IGNORE INTO pots VALUES (?, ?)', data.potId, JSON.stringify(pot)],
          // The first pot that was opened for a municipality stands surety there.
          ...data.municipalities.map(
            (it): Statement => ['INSERT OR IGNORE INTO suretyIn VALUES (?, ?)', it, data.potId],
          ),
        ];
      }
      default:
        return undefined;
    }
  },
};

const BudgetRow = z.object({
  data: jsonOf(OpenBudget),
  spends: jsonOf(BudgetView.shape.spends),
});

/** Budgets, each with its spends in the order of time; narrowed by municipality, holder, or both. */
export const listBudgets = (
  db: ReadDatabase,
  only: { readonly municipality?: string | undefined; readonly holderAccountId?: string | undefined },
): BudgetView[] =>
  db
    .all(
      `SELECT data, (SELECT coalesce(json_group_array(json_object('spendId', spendId, 'amountCents', amountCents, 'at', at)
         ORDER BY at, spendId), '[]') FROM spends s
         WHERE s.budgetId = b.budgetId AND s.amountCents > 0) AS spends
       FROM budgets b WHERE (?1 IS NULL OR municipality = ?1) AND (?2 IS NULL OR holderAccountId = ?2)
       ORDER BY budgetId`,
      only.municipality ?? null,
      only.holderAccountId ?? null,
    )
    .map((row) => {
      const { data, spends } = BudgetRow.parse(row);
      const spentCents = spends.reduce((sum, { amountCents }) => sum + amountCents, 0);
      return { ...data, balanceCents: data.amountCents - spentCents, spends };
    });

const SetAsideRow = z.object({
  ...{ data: jsonOf(OpenBudget), amountCents: z.int() },
  spends: jsonOf(z.array(z.strictObject({ amountCents: PriceCents, since: Instant }))),
});

/** What was set aside for a booking, by budget, the first that was named for it first. */
export const listSetAside = (db: ReadDatabase, bookingId: string): SetAside[] => {
  const rows = db.all(
    `SELECT b.data, sum(s.amountCents) AS amountCents,
       json_group_array(json_object('amountCents', s.amountCents, 'since', s.at) ORDER BY s.at, s.spendId) AS spends
     FROM spends s JOIN budgets b USING (budgetId)
     WHERE s.bookingId = ? AND s.amountCents > 0 GROUP BY budgetId ORDER BY min(s.at), budgetId`,
    bookingId,
  );
  return rows.map((row) => {
    const { data, amountCents, spends } = SetAsideRow.parse(row);
    const { budgetId, municipality, boundTo } = data;
    return { budgetId, municipality, amountCents, spends, boundTo };
  });
};

const PotRow = z.object({ data: jsonOf(OpenPot) });

/** Pots with what is left in them; below zero is what the guarantee has cost beyond what was paid in. */
export const listPots = (db: ReadDatabase): PotView[] =>
  db.all('SELECT data FROM pots ORDER BY potId').map((row) => {
    const { potId, name, municipalities, amountCents } = PotRow.parse(row).data;
    return { potId, name, municipalities, paidInCents: amountCents, balanceCents: creditBalanceOf(db, `pot:${potId}`) };
  });

/** The pot that stands surety in a municipality. */
export const findPotOf = (db: ReadDatabase, municipality: string): string => {
  const row = db.first('SELECT potId FROM suretyIn WHERE municipality = ?', municipality);
  return row === undefined ? defaultPotId : String(row.potId);
};
