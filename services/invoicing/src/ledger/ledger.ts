import { TrialBalance, TrialBalanceRow } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import type { StoredEvent } from '../stored-event.ts';
import { type Entry, entriesOfPot } from './entry.rules.ts';

/**
 * The sums of all that was ever posted, by account; the entries themselves stand in the events. An account remembers the
 * position that moved it last: events come in the order of the log, so one that comes again changes nothing.
 */
export const ledgerProjection: Projection<StoredEvent> = {
  name: 'ledger-2',
  tables: `
    CREATE TABLE balances (account TEXT PRIMARY KEY, debitCents INTEGER NOT NULL, creditCents INTEGER NOT NULL,
      upTo TEXT NOT NULL) WITHOUT ROWID;
  `,
  project({ type, data, position }) {
    switch (type) {
      case 'ClaimSettled':
        return post(position, data.entries);
      case 'ClaimReallocated':
        return post(position, data.entries);
      case 'InvoiceIssued':
        return post(position, data.entries);
      case 'PotOpened':
        return post(position, entriesOfPot(data.potId, data.amountCents));
      default:
        return undefined;
    }
  },
};

const move = `INSERT INTO balances VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET upTo = excluded.upTo,
  debitCents = debitCents + excluded.debitCents, creditCents = creditCents + excluded.creditCents
  WHERE excluded.upTo > upTo`;

/** Each account once: a second movement at the same position would be taken for a repeat. */
const post = (position: string, entries: readonly Entry[]): Statement[] => {
  const sums = new Map<string, Entry>();
  for (const entry of entries) {
    const { account, debitCents, creditCents } = entry;
    const known = sums.get(account);
    sums.set(
      account,
      known === undefined
        ? entry
        : { account, debitCents: known.debitCents + debitCents, creditCents: known.creditCents + creditCents },
    );
  }
  return [...sums.values()].map(({ account, debitCents, creditCents }) => [
    move,
    ...[account, debitCents, creditCents, position],
  ]);
};

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
