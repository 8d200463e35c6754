import { decodeCursor, encodeCursor, InvoiceLine, InvoiceView, Month, type Page, Payer } from '@adempauze/contracts';
import type { Projection, ReadDatabase, Statement } from '@adempauze/event-store';
import { z } from 'zod';
import { jsonOf } from '../columns.ts';
import type { StoredEvent } from '../stored-event.ts';

/** Invoices with their lines. One without a number is a draft and is shown to nobody. */
export const invoiceListProjection: Projection<StoredEvent> = {
  name: 'invoices-2',
  tables: `
    CREATE TABLE invoices (invoiceId TEXT PRIMARY KEY, payerKind TEXT NOT NULL, payerId TEXT NOT NULL,
      month TEXT NOT NULL, number TEXT, count INTEGER, totalCents INTEGER, issuedAt TEXT) WITHOUT ROWID;
    CREATE INDEX invoicesInOrder ON invoices (month, count);
    CREATE INDEX invoicesOfPayer ON invoices (payerKind, payerId, month, count);
    CREATE TABLE invoiceLines (invoiceId TEXT, deliveryId TEXT, kind TEXT, correction INTEGER, providerId TEXT NOT NULL,
      data TEXT NOT NULL, PRIMARY KEY (invoiceId, deliveryId, kind, correction)) WITHOUT ROWID;
    CREATE INDEX invoicesOfProvider ON invoiceLines (providerId, invoiceId);
  `,
  project({ type, data }) {
    switch (type) {
      case 'InvoiceDrafted':
        return [
          'INSERT OR IGNORE INTO invoices (invoiceId, payerKind, payerId, month) VALUES (?, ?, ?, ?)',
          data.invoiceId,
          data.payer.kind,
          data.payer.id,
          data.month,
        ];
      case 'InvoiceLinesAdded':
        return data.lines.map(
          (line): Statement => [
            'INSERT OR IGNORE INTO invoiceLines VALUES (?, ?, ?, ?, ?, ?)',
            ...[
              data.invoiceId,
              line.deliveryId,
              line.kind,
              line.correction ?? 0,
              line.providerId,
              JSON.stringify(line),
            ],
          ],
        );
      case 'InvoiceIssued':
        return [
          'UPDATE invoices SET number = ?, count = ?, totalCents = ?, issuedAt = ? WHERE invoiceId = ?',
          data.number,
          Number(data.number.slice(data.number.lastIndexOf('-') + 1)),
          data.totalCents,
          data.issuedAt,
          data.invoiceId,
        ];
      default:
        return undefined;
    }
  },
};

/** Payers with an invoice of a month that was drafted and not issued: the process stopped in between. */
export const listDraftPayers = (db: ReadDatabase, month: Month): Payer[] =>
  db
    .all('SELECT payerKind AS kind, payerId AS id FROM invoices WHERE month = ? AND number IS NULL', month)
    .map((row) => Payer.parse({ ...row }));

/** Months before this one with such invoices, the earliest first. */
export const listDraftMonths = (db: ReadDatabase, before: Month): Month[] =>
  db
    .all('SELECT DISTINCT month FROM invoices WHERE month < ? AND number IS NULL ORDER BY month', before)
    .map((row) => Month.parse(row.month));

export type InvoiceFilter = {
  readonly payer?: Payer | undefined;
  /** With at least one line of this provider. */
  readonly providerId?: string | undefined;
  readonly month?: Month | undefined;
};

const HeadRow = z.object({
  invoiceId: z.string(),
  payerKind: z.string(),
  payerId: z.string(),
  month: z.string(),
  number: z.string(),
  count: z.int(),
  totalCents: z.int(),
  issuedAt: z.string(),
  lines: jsonOf(z.array(InvoiceLine)),
});

/** Issued invoices by month and number. */
export const listInvoices = (
  db: ReadDatabase,
  { payer, providerId, month }: InvoiceFilter,
  page: { readonly first: number; readonly after?: string | undefined },
): Page<InvoiceView> => {
  const [afterMonth, afterCount] = decodeCursor(page.after);
  const wanted: string[] = ['number IS NOT NULL', '(month, count) > (?, ?)'];
  const parameters: (string | number)[] = [afterMonth, Number(afterCount) || 0];
  const narrow = (condition: string, ...values: string[]) => {
    wanted.push(condition);
    parameters.push(...values);
  };
  if (month !== undefined) narrow('month = ?', month);
  if (payer !== undefined) narrow('payerKind = ? AND payerId = ?', payer.kind, payer.id);
  if (providerId !== undefined) {
    narrow('invoiceId IN (SELECT invoiceId FROM invoiceLines WHERE providerId = ?)', providerId);
  }
  const rows = db
    .all(
      `SELECT *, (SELECT json_group_array(json(data) ORDER BY data ->> 'deliveredOn', deliveryId, kind, correction)
         FROM invoiceLines l WHERE l.invoiceId = i.invoiceId) AS lines
       FROM invoices i WHERE ${wanted.join(' AND ')} ORDER BY month, count LIMIT ?`,
      ...parameters,
      page.first + 1,
    )
    .map((row) => HeadRow.parse(row));
  const items = rows.slice(0, page.first).map(({ payerKind, payerId, count, ...head }) => ({
    cursor: encodeCursor(head.month, String(count)),
    item: InvoiceView.parse({ ...head, payer: { kind: payerKind, id: payerId } }),
  }));
  return { items, hasMore: rows.length > page.first };
};
