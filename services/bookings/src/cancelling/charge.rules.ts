import { BookingId } from '@adempauze/contracts';
import { PriceCents } from '@adempauze/kernel';
import { z } from 'zod';

/** What letting go of one booking was agreed to cost: the provider is owed so much, of which the caregiver bears a part. */
export const Charge = z.strictObject({ bookingId: BookingId, owedCents: PriceCents, ownCostCents: PriceCents });
export type Charge = z.infer<typeof Charge>;
/** What somebody ends of their own accord, with what that was agreed to cost, booking by booking. */
export type AtCost<Input> = Input & { readonly charges?: readonly Charge[] };

export const chargeOf = (charges: readonly Charge[] | undefined, bookingId: string): Charge | undefined =>
  charges?.find((it) => it.bookingId === bookingId);
export const ownCostOf = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { ownCostCents }) => sum + ownCostCents, 0);
