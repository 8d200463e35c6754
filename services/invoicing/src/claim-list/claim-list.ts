import { DeliveryId, InvoiceLine, Month, Payer } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import type { InvoiceLineData } from '../invoice/invoice.decider.ts';
import type { StoredEvent } from '../stored-event.ts';

/**
 * Claims by booking, and their lines by payer and month until they are on an invoice. Ids are random, so rows stand in the
 * order in which they came, with small indexes beside them: a wide row in the order of its id costs a page of its own.
 */
export const claimListProjection: Projection<StoredEvent> = {
  name: 'claims-3',
  tables: `
    CREATE TABLE claims (deliveryId TEXT PRIMARY KEY, bookingId TEXT NOT NULL, providerId TEXT NOT NULL,
      form TEXT NOT NULL, deliveredOn TEXT NOT NULL, vat TEXT NOT NULL, openedAt TEXT NOT NULL, settled INTEGER NOT NULL,
      householdId TEXT, guaranteed INTEGER NOT NULL);
    CREATE INDEX guaranteedCare ON claims (householdId) WHERE guaranteed = 1;
    CREATE INDEX claimOf ON claims (bookingId);
    CREATE INDEX claimsUnderWay ON claims (openedAt) WHERE settled = 0;
    CREATE TABLE claimLines (deliveryId TEXT, kind TEXT, payerKind TEXT, payerId TEXT, correction INTEGER,
      month TEXT NOT NULL, amountCents INTEGER NOT NULL, invoiceId TEXT,
      PRIMARY KEY (deliveryId, kind, payerKind, payerId, correction));
    CREATE INDEX linesOf ON claimLines (payerKind, payerId, deliveryId);
    CREATE INDEX unbilled ON claimLines (month, payerKind, payerId) WHERE invoiceId IS NULL;
  `,
  project({ type, data }) {
    switch (type) {
      case 'ClaimOpened': {
        const { deliveryId, bookingId, providerId, form, deliveredOn, vat, openedAt } = data;
        return [
          'INSERT OR IGNORE INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)',
          ...[deliveryId, bookingId, providerId, form, deliveredOn, vat, openedAt],
          // With nothing to ask it is settled in the same append; the month end has a million of those.
          data.entitlements.length === 0 ? 1 : 0,
          // A late cancellation is no care, and so nothing that a source found later could pay for.
          data.lateCancellation ? null : data.householdId,
        ];
      }
      case 'ClaimSettled':
        return [borne(data), ...data.lines.map((line) => lineOf({ ...data, number: 0 }, line))];
      case 'FundingDeclined':
      case 'AwardFound':
      case 'PolicyFound':
      case 'BudgetFound':
        return ['UPDATE claims SET settled = 0 WHERE deliveryId = ?', data.deliveryId];
      case 'AllocationKept':
        return ['UPDATE claims SET settled = 1 WHERE deliveryId = ?', data.deliveryId];
      case 'ClaimReallocated':
        return [borne(data), ...data.changes.map((line) => lineOf(data, line))];
      case 'InvoiceLinesAdded':
        return data.lines.map(
          ({ deliveryId, kind, correction = 0 }): Statement => [
            `UPDATE claimLines SET invoiceId = ?1 WHERE deliveryId = ?2 AND kind = ?3 AND correction = ?4
             AND (payerKind, payerId) = (SELECT payerKind, payerId FROM invoices WHERE invoiceId = ?1)`,
            ...[data.invoiceId, deliveryId, kind, correction],
          ],
        );
      default:
        return undefined;
    }
  },
};

/** Divided, and whether the pot bears a part. */
const borne = ({
  deliveryId,
  fundingStatus,
}: {
  readonly deliveryId: string;
  readonly fundingStatus: string;
}): Statement => [
  // Most are settled as they open, and few are the pot's: those stay as they are.
  `UPDATE claims SET settled = 1, guaranteed = ?1 WHERE deliveryId = ?2 AND (settled, guaranteed) IS NOT (1, ?1)`,
  fundingStatus === 'guaranteed' ? 1 : 0,
  deliveryId,
];

const lineOf = (
  { deliveryId, month, number }: { readonly deliveryId: string; readonly month: string; readonly number: number },
  { kind, payer, amountCents }: { readonly kind: string; readonly payer: Payer; readonly amountCents: number },
): Statement => [
  'INSERT OR IGNORE INTO claimLines VALUES (?, ?, ?, ?, ?, ?, ?, NULL)',
  ...[deliveryId, kind, payer.kind, payer.id, number, month, amountCents],
];

/** The delivery whose claim belongs to a booking. */
export const findDeliveryOf = (db: ReadDatabase, bookingId: string): DeliveryId | undefined => {
  const row = db.first('SELECT deliveryId FROM claims WHERE bookingId = ?', bookingId);
  return row === undefined ? undefined : DeliveryId.parse(row.deliveryId);
};

/** Whether all that each payer bears of a settled claim stands on invoices that were issued. */
export const isBilled = (db: ReadDatabase, deliveryId: string): boolean => {
  const row = db.first(
    `SELECT count(*) AS payers, sum(openCents = 0 AND drafted = 0) AS billed FROM (
       SELECT sum(iif(l.invoiceId IS NULL, l.amountCents, 0)) AS openCents,
         sum(l.invoiceId IS NOT NULL AND i.number IS NULL) AS drafted
       FROM claimLines l LEFT JOIN invoices i USING (invoiceId) WHERE l.deliveryId = ?
       GROUP BY l.kind, l.payerKind, l.payerId)`,
    deliveryId,
  );
  return row !== undefined && Number(row.payers) > 0 && row.payers === row.billed;
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

/**
 * What a payer took on and gave up again before any of it was billed is never billed: a line up to which, or up to a later
 * one, all that is on no invoice comes to nothing. What is divided after that changes nothing about it.
 */
const sameLines = (o: string) => `${o}.deliveryId = l.deliveryId AND ${o}.kind = l.kind
  AND ${o}.payerKind = l.payerKind AND ${o}.payerId = l.payerId AND ${o}.invoiceId IS NULL`;
const cameToNothing = `EXISTS (SELECT 1 FROM claimLines n WHERE ${sameLines('n')} AND n.correction >= l.correction
  AND (SELECT sum(o.amountCents) FROM claimLines o WHERE ${sameLines('o')} AND o.correction <= n.correction) = 0)`;

/** Deliveries of which a payer bears a part, or did, after a cursor; with a month, only where a line is billed in it. */
export const listDeliveriesOf = (
  db: ReadDatabase,
  { payer, month }: { readonly payer: Payer; readonly month?: Month | undefined },
  { first, after }: { readonly first: number; readonly after: string },
): DeliveryId[] =>
  db
    .all(
      `SELECT DISTINCT deliveryId FROM claimLines WHERE payerKind = ?1 AND payerId = ?2 AND deliveryId > ?3
       AND (?4 IS NULL OR month = ?4) ORDER BY deliveryId LIMIT ?5`,
      ...[payer.kind, payer.id, after, month ?? null, first],
    )
    .map((row) => DeliveryId.parse(row.deliveryId));

/** Months before this one with lines that are still to be billed, the earliest first. */
export const listMonthsToBill = (db: ReadDatabase, before: Month): Month[] =>
  db
    .all(
      `SELECT DISTINCT month FROM claimLines l WHERE month < ? AND invoiceId IS NULL AND NOT ${cameToNothing}
       ORDER BY month`,
      before,
    )
    .map((row) => Month.parse(row.month));

/** Who has lines of a month that are on no invoice, also lines that are not to be billed. */
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
      `SELECT deliveryId, bookingId, providerId, form, deliveredOn, kind, amountCents, vat, correction
       FROM claimLines l JOIN claims USING (deliveryId)
       WHERE month = ? AND payerKind = ? AND payerId = ? AND invoiceId IS NULL AND NOT ${cameToNothing}
       ORDER BY deliveredOn, deliveryId, kind, correction`,
      month,
      payer.kind,
      payer.id,
    )
    .map((row) => LineRow.parse(row));

const LineRow = z
  .object({ ...InvoiceLine.shape, correction: z.int().min(0) })
  .transform(({ correction, ...line }) => (correction === 0 ? line : { ...line, correction }));
