import { Uuid } from '@adempauze/kernel';
import { z } from 'zod';

/* Words that bookings and everything made of bookings have in common. */

/** An account that signs in, opaque: `<issuer's subject>` hashed to a UUID at the door. */
export const AccountId = z.string().trim().min(1).max(100);

export const BookingStatus = z.enum([
  'held',
  'awaiting-acceptance',
  'awaiting-helper',
  /** Agreed and kept, until the step before it went well (R15). */
  'reserved',
  'confirmed',
  'delivered',
  /** The time passed without care, whoever could not make it: no blame, and nothing to pay. */
  'not-given',
  'cancelled',
  'declined',
  'expired',
  'refused',
]);
export type BookingStatus = z.infer<typeof BookingStatus>;

/**
 * What a booking can be a part of: a series, a stay with its acclimatisation, a waiting list (by the id of its offer),
 * which offered it, an arrangement of several forms, the activation of a backup, an urgent case,
 * or the proposal of a professional.
 */
export const PartOf = z.strictObject({
  kind: z.enum(['series', 'stay', 'waiting', 'urgent', 'arrangement', 'backup', 'proposal']),
  id: Uuid,
});
export type PartOf = z.infer<typeof PartOf>;

/** Why a provider says no, or takes its word back; the household reads it. */
export const ProviderNo = z.enum(['no-staff', 'does-not-fit', 'closed', 'other']);
export type ProviderNo = z.infer<typeof ProviderNo>;
