import { DeliveryId, InvoiceLine, type Month, Payer } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import type { InvoiceLineData } from '../invoice/invoice.decider.ts';
import type { StoredEvent } from '../stored-event.ts';

/** Claims by booking, and their lines by payer and month until they are on an invoice. */
export const claimListProjection: Projection<StoredEvent> = {
  name: 'claims-1',
  tables: `
    CREATE TABLE claims (deliveryId TEXT PRIMARY KEY, bookingId TEXT NOT NULL, providerId TEXT NOT NULL,
      form TEXT NOT NULL, deliveredOn TEXT NOT NULL, vat TEXT NOT NULL, openedAt TEXT NOT NULL, settled INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE INDEX claimOf ON claims (bookingId);
    CREATE INDEX claimsUnderWay ON claims (openedAt) WHERE settled = 0;
    CREATE TABLE claimLines (deliveryId TEXT, kind TEXT, payerKind TEXT, payerId TEXT, month TEXT NOT NULL,
      amountCents INTEGER NOT NULL, invoiceId TEXT, PRIMARY KEY (deliveryId, kind, payerKind, payerId)) WITHOUT ROWID;
    CREATE INDEX unbilled ON claimLines (month, payerKind, payerId) WHERE invoiceId IS NULL;
  `,
  project({ type, data }) {
    switch (type) {
      case 'ClaimOpened': {
        const { deliveryId, bookingId, providerId, form, deliveredOn, vat, openedAt } = data;
        return [
          'INSERT OR IGNORE INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          ...[deliveryId, bookingId, providerId, form, deliveredOn, vat, openedAt],
          // With nothing to ask it is settled in the same append; the month end has a million of those.
          data.entitlements.length === 0 ? 1 : 0,
        ];
      }
      case 'ClaimSettled':
        return [
          ['UPDATE claims SET settled = 1 WHERE deliveryId = ? AND settled = 0', data.deliveryId],
          ...data.lines.map(
            ({ kind, payer, amountCents }): Statement => [
              'INSERT OR IGNORE INTO claimLines VALUES (?, ?, ?, ?, ?, ?, NULL)',
              ...[data.deliveryId, kind, payer.kind, payer.id, data.month, amountCents],
            ],
          ),
        ];
      case 'InvoiceLinesAdded':
        return data.lines.map(
          ({ deliveryId, kind }): Statement => [
            `UPDATE claimLines SET invoiceId = ?1 WHERE deliveryId = ?2 AND kind = ?3
             AND (payerKind, payerId) = (SELECT payerKind, payerId FROM invoices WHERE invoiceId = ?1)`,
            ...[data.invoiceId, deliveryId, kind],
          ],
        );
      default:
        return undefined;
    }
  },
};

/** The delivery whose claim belongs to a booking. */
export const findDeliveryOf = (db: ReadDatabase, bookingId: string): DeliveryId | undefined => {
  const row = db.first('SELECT deliveryId FROM claims WHERE bookingId = ?', bookingId);
  return row === undefined ? undefined : DeliveryId.parse(row.deliveryId);
};

/** Whether every line of a settled claim stands on an invoice that was issued. */
export const isBilled = (db: ReadDatabase, deliveryId: string): boolean => {
  const row = db.first(
    `SELECT count(*) AS lines, count(i.invoiceId) AS billed FROM claimLines l
     LEFT JOIN invoices i ON i.invoiceId = l.invoiceId AND i.number IS NOT NULL WHERE l.deliveryId = ?`,
    deliveryId,
  );
  return row !== undefined && Number(row.lines) > 0 && row.lines === row.billed;
};

/** Claims that were opened before a moment and are not settled: quiet ones, the oldest first. */
export const listUnderWay = (db: ReadDatabase, openedBefore: string, limit: number): string[] =>
  db
    .all(
      'SELECT deliveryId FROM claims WHERE settled = 0 AND openedAt < ? ORDER BY openedAt LIMIT ?',
      openedBefore,
      limit,
    )
    .map((row) => String(row.deliveryId));

/** Who has lines of a month that are on no invoice. */
export const listPayersToBill = (db: ReadDatabase, month: Month): Payer[] =>
  db
    .all(
      `SELECT DISTINCT payerKind AS kind, payerId AS id FROM claimLines WHERE month = ? AND invoiceId IS NULL
       ORDER BY payerKind, payerId`,
      month,
    )
    .map((row) => Payer.parse({ ...row }));

/** The lines of a payer and month that are on no invoice, as invoice lines, in the order of delivery. */
export const listLinesToBill = (db: ReadDatabase, month: Month, payer: Payer): InvoiceLineData[] =>
  db
    .all(
      `SELECT deliveryId, bookingId, providerId, form, deliveredOn, kind, amountCents, vat
       FROM claimLines JOIN claims USING (deliveryId)
       WHERE month = ? AND payerKind = ? AND payerId = ? AND invoiceId IS NULL ORDER BY deliveredOn, deliveryId, kind`,
      month,
      payer.kind,
      payer.id,
    )
    .map((row) => LineRow.parse(row));

const LineRow = z.object({ ...InvoiceLine.shape });
