import { z } from 'zod';

/** Whole euro cents; may be negative in ledger lines. 10 million euro is the most that one amount may be. */
export const Cents = z.int().min(-1_000_000_000).max(1_000_000_000);
/** Euro cents, zero or more. */
export const PriceCents = z.int().min(0).max(1_000_000_000);

/**
 * Splits an amount by shares without losing a cent: each part is rounded down, and the odd cents go one by one to
 * the parts in the order given (A09: the odd cent to the municipality, which is named first).
 */
export const splitCents = (amountCents: number, shares: readonly number[]): number[] => {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total <= 0) throw new RangeError('splitCents needs at least one positive share.');
  const sign = Math.sign(amountCents);
  const parts = shares.map((share) => Number((BigInt(Math.abs(amountCents)) * BigInt(share)) / BigInt(total)));
  let odd = Math.abs(amountCents) - parts.reduce((sum, part) => sum + part, 0);
  for (let i = 0; odd > 0; i = (i + 1) % parts.length) {
    if ((shares[i] ?? 0) === 0) continue;
    parts[i] = (parts[i] ?? 0) + 1;
    odd -= 1;
  }
  return parts.map((part) => sign * part || 0);
};

/** `EUR 1.716,00` the Dutch way, for messages that a person reads. */
export const euro = (cents: number, locale: 'nl' | 'en' = 'nl'): string =>
  `EUR ${(cents / 100).toLocaleString(locale === 'nl' ? 'nl-NL' : 'en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** What a quantity costs: hundredths of a unit times the price of one unit, the half cent upwards. */
export const priceFor = (quantity: number, unitPriceCents: number): number =>
  Math.round((quantity * unitPriceCents) / 100);
