import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId, BookingStatus } from './booking-words.ts';
import { BookingId, HouseholdId, OfferId, ResourceId, UrgentId } from './ids.ts';
import { command, query } from './service-api.ts';
import { MunicipalityCode, PlaceOfService, TimeSpan } from './vocabulary.ts';

/*
 * The urgent lane (R09, A16). Stream: urgent-<id>. At every moment until it is resolved a case has exactly one owner and
 * one moment at which it goes on to the next. Nobody is asked who pays: the guarantee stands for it (R04).
 */

/**
 * A professional opens a case for a household that they act for; one that they register in the same sitting counts. The
 * need in words is sealed. The span is from when and until when somebody is needed: it begins within a day, and lasts at
 * most fourteen days.
 */
export const OpenUrgentCase = z.strictObject({
  urgentId: UrgentId,
  householdId: HouseholdId,
  need: z.string().trim().min(1).max(500),
  span: TimeSpan,
  openedBy: AccountId,
});
export type OpenUrgentCase = z.infer<typeof OpenUrgentCase>;

/** Who looks after a case. `region`: the coordinator of the region, which is the operator's desk. */
export const UrgentOwnerKind = z.enum(['professional', 'contact-person', 'region']);
export type UrgentOwnerKind = z.infer<typeof UrgentOwnerKind>;

/** One action: asks for a place that begins within a day, says yes to it, and lets the guarantee stand for its cost. */
export const BookUrgentOption = z.strictObject({
  urgentId: UrgentId,
  bookingId: BookingId,
  offerId: OfferId,
  /** Without it: an offer that needs a helper. */
  resourceId: ResourceId.optional(),
  span: TimeSpan,
  placeOfService: PlaceOfService,
  bookedBy: AccountId,
});
export type BookUrgentOption = z.infer<typeof BookUrgentOption>;

/** Another owner, who has two hours again. `accountId`: who it is, where that is somebody else than the household says. */
export const HandOverUrgentCase = z.strictObject({
  urgentId: UrgentId,
  to: UrgentOwnerKind,
  accountId: AccountId.optional(),
});
export type HandOverUrgentCase = z.infer<typeof HandOverUrgentCase>;

export const UrgentOutcome = z.enum(['covered', 'arranged-otherwise', 'no-longer-needed', 'care-ended']);
export type UrgentOutcome = z.infer<typeof UrgentOutcome>;
/** It is over without bookings for all of the time. With them it resolves itself (`covered`). */
export const ResolveUrgentCase = z.strictObject({
  urgentId: UrgentId,
  outcome: UrgentOutcome.extract(['arranged-otherwise', 'no-longer-needed']),
});
export type ResolveUrgentCase = z.infer<typeof ResolveUrgentCase>;

const owned = { kind: UrgentOwnerKind, accountId: AccountId.nullable() };
export const UrgentView = z.strictObject({
  urgentId: UrgentId,
  householdId: HouseholdId,
  /** Null once the person was forgotten. */
  need: z.string().nullable(),
  span: TimeSpan,
  municipality: MunicipalityCode,
  openedBy: AccountId,
  openedAt: Instant,
  status: z.enum(['open', 'resolved']),
  outcome: UrgentOutcome.nullable(),
  resolvedAt: Instant.nullable(),
  /** Null once it is resolved. The name of the contact person, as the household has it now; null for the others. */
  owner: z.strictObject({ ...owned, name: z.string().nullable(), since: Instant }).nullable(),
  /** When it goes on to the next owner, unless it is resolved before. */
  escalatesAt: Instant.nullable(),
  /** Everybody who has owned it, the first first, and how it came to them. */
  owners: z.array(
    z.strictObject({ ...owned, how: z.enum(['opened', 'escalated', 'handed-over', 'reopened']), since: Instant }),
  ),
  bookings: z.array(
    z.strictObject({
      bookingId: BookingId,
      offerId: OfferId,
      span: TimeSpan,
      /** Null while it is being asked for. */
      status: BookingStatus.nullable(),
      /** Why it could not be had. */
      refusal: z.string().nullable(),
    }),
  ),
  /** Until settlement says who bears it, after delivery. */
  fundingStatus: z.literal('guaranteed'),
  revision: z.int(),
});
export type UrgentView = z.infer<typeof UrgentView>;

export const urgentOperations = {
  openUrgentCase: command(OpenUrgentCase, UrgentView),
  bookUrgentOption: command(BookUrgentOption, UrgentView),
  handOverUrgentCase: command(HandOverUrgentCase, UrgentView),
  resolveUrgentCase: command(ResolveUrgentCase, UrgentView),
  findUrgentCase: query(z.strictObject({ urgentId: UrgentId }), UrgentView.optional()),
  /** Of a household, or all; what escalates first first, then what was resolved last. A hundred at most. */
  listUrgentCases: query(
    z.strictObject({
      householdId: HouseholdId.optional(),
      open: z.boolean().default(false),
      waitFor: z.string().max(100).optional(),
    }),
    z.array(UrgentView),
  ),
};
