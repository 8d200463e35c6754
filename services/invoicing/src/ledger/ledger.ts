import { TrialBalance, TrialBalanceRow } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import type { StoredEvent } from '../stored-event.ts';
import { type Entry, entriesOfPot } from './entry.rules.ts';

/**
 * Every entry that was ever posted, and the sums by account. A trigger keeps the sums, so that an entry that comes
 * again counts once: it is ignored, and then the trigger does not fire.
 */
export const ledgerProjection: Projection<StoredEvent> = {
  name: 'ledger-1',
  tables: `
    CREATE TABLE entries (position TEXT, line INTEGER, account TEXT NOT NULL, debitCents INTEGER NOT NULL,
      creditCents INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (position, line)) WITHOUT ROWID;
    CREATE TABLE balances (account TEXT PRIMARY KEY, debitCents INTEGER NOT NULL, creditCents INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE TRIGGER balance AFTER INSERT ON entries BEGIN
      INSERT INTO balances VALUES (new.account, new.debitCents, new.creditCents)
        ON CONFLICT DO UPDATE SET debitCents = debitCents + new.debitCents, creditCents = creditCents + new.creditCents;
    END;
  `,
  project({ type, data, position }) {
    switch (type) {
      case 'ClaimSettled':
        return post(position, data.entries, data.settledAt);
      case 'ClaimReallocated':
        return post(position, data.entries, data.reallocatedAt);
      case 'InvoiceIssued':
        return post(position, data.entries, data.issuedAt);
      case 'PotOpened':
        return post(position, entriesOfPot(data.potId, data.amountCents), data.openedAt);
      default:
        return undefined;
    }
  },
};

const post = (position: string, entries: readonly Entry[], at: string): Statement[] =>
  entries.map(({ account, debitCents, creditCents }, line) => [
    'INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?)',
    position,
    line,
    account,
    debitCents,
    creditCents,
    at,
  ]);

/** Sums of every account. `balanced`: what was debited was credited, to the cent. */
export const trialBalance = (db: ReadDatabase): TrialBalance => {
  const rows = db
    .all('SELECT account, debitCents, creditCents FROM balances ORDER BY account')
    .map((row) => TrialBalanceRow.parse({ ...row }));
  const debitCents = rows.reduce((sum, row) => sum + row.debitCents, 0);
  const creditCents = rows.reduce((sum, row) => sum + row.creditCents, 0);
  return TrialBalance.parse({ rows, debitCents, creditCents, balanced: debitCents === creditCents });
};

/** What an account holds on its credit side, in cents; below zero when more was debited. */
export const creditBalanceOf = (db: ReadDatabase, account: string): number => {
  const row = db.first('SELECT creditCents - debitCents AS cents FROM balances WHERE account = ?', account);
  return row === undefined ? 0 : Number(row.cents);
};
