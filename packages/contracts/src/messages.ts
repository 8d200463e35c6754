import { z } from 'zod';
import { MessageChannel } from './care-needs.ts';
import { BookingId, HouseholdId } from './ids.ts';
import { query } from './service-api.ts';

/* What the contact person sends or reads aloud to a family that is not on a screen (R52, R53). Nothing is sent by us. */

export const MessageKind = z.enum([
  'booking-asked',
  'booking-agreed',
  'booking-kept',
  'booking-ended',
  'booking-not-found',
  'hand-over',
]);
export type MessageKind = z.infer<typeof MessageKind>;

/** Plain words, B1, in Dutch with English beside it. */
const InTwoLanguages = z.strictObject({ nl: z.string(), en: z.string() });

/**
 * `letter` is for who it is addressed to. `spoken` is neutral (R51): whoever hears it learns that there is an appointment,
 * and nothing of what it is for.
 */
export const MessageView = z.strictObject({
  kind: MessageKind,
  bookingId: BookingId.nullable(),
  /** How the family is best reached. */
  channel: MessageChannel,
  letter: InTwoLanguages,
  spoken: InTwoLanguages,
});
export type MessageView = z.infer<typeof MessageView>;

export const messageOperations = {
  /** What there is to say of what is to come, what comes first first; nothing of who was forgotten. */
  listMessages: query(
    z.strictObject({ householdId: HouseholdId, waitFor: z.string().max(100).optional() }),
    z.array(MessageView),
  ),
};
