import type { Month } from '@adempauze/contracts';
import { euro } from '@adempauze/kernel';
import { billMonth, type Invoice, listInvoices } from '../api/funding.ts';
import { yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals } from '../story-error.ts';
import { nameOf, type World } from '../world.ts';

/* The month's end: the operator bills, payers look at what came. */

/** One invoice that holds lines of ours. `oursCents`: the sum of those lines. */
export type OurInvoice = Invoice & { readonly oursCents: number };

/** The operator makes the invoices of these months, which are over. */
export const bill = (world: World, months: readonly Month[]): Promise<unknown> =>
  world.step(
    'beheer',
    { nl: `maakt de facturen van ${months.join(', ')}`, en: `makes the invoices of ${months.join(', ')}` },
    async () => {
      const operator = await world.as('beheer');
      for (const month of months) yes(await operator.order(billMonth, { month }));
    },
    () => ({ nl: 'gemaakt', en: 'made' }),
  );

/** The payer's invoices of a month on which these deliveries stand. A caregiver pays as household. */
export const invoicesOf = async (
  session: Session,
  month: Month,
  deliveryIds: readonly string[],
  householdId?: string,
): Promise<OurInvoice[]> => {
  const ours = new Set(deliveryIds);
  const found: OurInvoice[] = [];
  let after: string | null = null;
  do {
    const page: { items: Invoice[]; hasNextPage: boolean; endCursor: string | null } = await session.ask(listInvoices, {
      ...(householdId === undefined ? {} : { payer: { kind: 'CAREGIVER', id: householdId } }),
      ...{ month, first: 50, after },
    });
    for (const it of page.items) {
      const lines = it.lines.filter((line) => ours.has(line.deliveryId));
      if (lines.length === 0) continue;
      found.push({ ...it, oursCents: lines.reduce((sum, line) => sum + line.amountCents, 0) });
    }
    after = page.hasNextPage ? page.endCursor : null;
  } while (after !== null);
  return found;
};

/**
 * Tells a payer's invoices of the months and holds each to its amount: exactly one invoice a month, with exactly these
 * cents of ours; in a marketplace of our own that is the whole invoice. @throws StoryError
 */
export const expectInvoices = async (
  world: World,
  session: Session,
  expected: ReadonlyMap<Month, number>,
  deliveryIds: readonly string[],
  householdId?: string,
): Promise<void> => {
  for (const [month, cents] of expected) {
    const invoices = await invoicesOf(session, month, deliveryIds, householdId);
    const what = { nl: `Het aantal facturen over ${month}`, en: `The number of invoices for ${month}` };
    equals(invoices.length, 1, what);
    for (const { number, oursCents, totalCents } of invoices) {
      costs(oursCents, cents, { nl: `De factuur over ${month}`, en: `The invoice for ${month}` });
      if (world.alone && totalCents !== null) {
        costs(totalCents, cents, { nl: `Het totaal van ${number}`, en: `The total of ${number}` });
      }
      world.fact(
        `factuur ${number} aan ${nameOf(session.account).nl} over ${month}: ${euro(oursCents)}`,
        `invoice ${number} to ${nameOf(session.account).en} for ${month}: ${euro(oursCents, 'en')}`,
      );
    }
  }
};
