import type { OfferId, Tariff } from '@adempauze/contracts';
import type { Projection, ReadDatabase } from '@adempauze/event-store';
import type { Day } from '@adempauze/kernel';

/** What an offer costs from which day on; the last word for a day counts. */
export const tariffProjection: Projection<{ readonly offerId: OfferId; readonly tariff: Tariff }> = {
  name: 'tariffs-1',
  tables: `CREATE TABLE tariffs (offerId TEXT, fromDay TEXT, priceCents INTEGER NOT NULL,
    PRIMARY KEY (offerId, fromDay)) WITHOUT ROWID;`,
  project: ({ offerId, tariff }) => [
    'INSERT OR REPLACE INTO tariffs VALUES (?, ?, ?)',
    offerId,
    tariff.from,
    tariff.priceCents,
  ],
};

/** The price of one unit on a day, in cents; undefined when no tariff is known for it. */
export const findTariff = (db: ReadDatabase, offerId: string, on: Day): number | undefined => {
  const row = db.first(
    'SELECT priceCents FROM tariffs WHERE offerId = ? AND fromDay <= ? ORDER BY fromDay DESC LIMIT 1',
    offerId,
    on,
  );
  return row === undefined ? undefined : Number(row.priceCents);
};
