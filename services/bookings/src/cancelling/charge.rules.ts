import { BookingId } from '@adempauze/contracts';
import { type Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** What letting go of one booking was agreed to cost: the provider is owed so much, of which the caregiver bears a part. */
export const Charge = z.strictObject({ bookingId: BookingId, owedCents: PriceCents, ownCostCents: PriceCents });
export type Charge = z.infer<typeof Charge>;
/**
 * What somebody ends of their own accord, with what that was agreed to cost, booking by booking; and when, where that was
 * before it is done: with the plan that it is a part of.
 */
export type AtCost<Input> = Input & { readonly charges?: readonly Charge[]; readonly agreedAt?: Instant };

export const chargeOf = (charges: readonly Charge[] | undefined, bookingId: string): Charge | undefined =>
  charges?.find((it) => it.bookingId === bookingId);
export const ownCostOf = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { ownCostCents }) => sum + ownCostCents, 0);
