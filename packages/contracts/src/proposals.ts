import { Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { FormId } from './forms.ts';
import { BookingId, HouseholdId, OfferId, ProposalId, ProviderId, ResourceId, SeriesId, StayId } from './ids.ts';
import { Acclimatisation } from './offer-facts.ts';
import { PageRequest, pageOf } from './page.ts';
import { WeeklyRule } from './series.ts';
import { command, query } from './service-api.ts';
import { PlaceOfService, TimeSpan } from './vocabulary.ts';

/* A professional does not wait for a request (R02): real places, held until the caregiver says yes. Stream: proposal-<id>. */

const place = {
  offerId: OfferId,
  resourceId: ResourceId.optional(),
  placeOfService: PlaceOfService,
  /** Proposed for both together (R24); the caregiver can say otherwise until it begins. */
  caregiverJoins: z.boolean().optional(),
};

/** What can be proposed: one time, a time that repeats every week, or a stay with the steps that lead up to it. */
export const ProposedPart = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('booking'), ...place, span: TimeSpan }),
  z.strictObject({ kind: z.literal('series'), ...place, rule: WeeklyRule }),
  z.strictObject({
    kind: z.literal('stay'),
    ...place,
    resourceId: ResourceId,
    span: TimeSpan,
    steps: z
      .array(z.strictObject({ kind: Acclimatisation.shape.step, span: TimeSpan }))
      .max(5)
      .default([]),
    waived: z.array(Acclimatisation.shape.step).max(3).default([]),
  }),
]);
export type ProposedPart = z.infer<typeof ProposedPart>;

/** The most parts of one proposal: as many as a household may hold at one place at a time. */
export const mostParts = 6;
/** How long the places are held: a week unless told, and never past the first of them. */
export const proposalDays = { usual: 7, most: 21 } as const;

/**
 * Proposes times to a household, by its contact person or by who has a mandate. Every part is held at once; what cannot
 * be had is named. Nothing is agreed before the caregiver says so.
 */
export const ProposeRespite = z.strictObject({
  proposalId: ProposalId,
  householdId: HouseholdId,
  parts: z.array(ProposedPart).min(1).max(mostParts),
  /** For how many days it stands. */
  days: z.int().min(1).max(proposalDays.most).default(proposalDays.usual),
  /** Why, in the professional's words to the caregiver. */
  note: z.string().trim().max(500).default(''),
  proposedBy: AccountId,
});
export type ProposeRespite = z.infer<typeof ProposeRespite>;

/**
 * One yes to all that is held, or to the parts named (0 is the first); what was not chosen is free again at once.
 * A professional records a yes that was given by phone: that needs a mandate (R27), and stays visible.
 */
export const AcceptProposal = z.strictObject({
  proposalId: ProposalId,
  parts: z
    .array(
      z
        .int()
        .min(0)
        .max(mostParts - 1),
    )
    .min(1)
    .max(mostParts)
    .optional(),
  by: AccountId,
});
export type AcceptProposal = z.infer<typeof AcceptProposal>;

/** Words for the statistics, only when somebody wants to say one. `not-now` is no demand; the others are (R35). */
export const DeclineReason = z.enum(['not-now', 'other-time', 'other-form', 'too-far', 'too-costly']);
export type DeclineReason = z.infer<typeof DeclineReason>;
/** No: needs no reason and has no consequence. The places are free at once, and it can be proposed again later. */
export const DeclineProposal = z.strictObject({
  proposalId: ProposalId,
  reason: DeclineReason.optional(),
  by: AccountId,
});
export type DeclineProposal = z.infer<typeof DeclineProposal>;

/** The same times once more: what was not agreed to is held again where it is still free. */
export const ProposeAgain = z.strictObject({
  proposalId: ProposalId,
  days: ProposeRespite.shape.days,
  proposedBy: AccountId,
});
export type ProposeAgain = z.infer<typeof ProposeAgain>;

/** `refused`: nothing of it could be had; `ended`: the care at home ended before it was answered (R28). */
export const ProposalStatus = z.enum(['asked', 'standing', 'accepted', 'declined', 'expired', 'refused', 'ended']);
export type ProposalStatus = z.infer<typeof ProposalStatus>;
/** `lost`: the caregiver said yes, and it was gone; `released`: not chosen, declined or expired. */
export const PartStatus = z.enum(['asked', 'held', 'refused', 'accepted', 'lost', 'released']);
export type PartStatus = z.infer<typeof PartStatus>;

export const ProposalPartView = z.strictObject({
  part: z.int(),
  kind: z.enum(['booking', 'series', 'stay']),
  offerId: OfferId,
  providerId: ProviderId,
  form: FormId,
  resourceId: ResourceId.nullable(),
  placeOfService: PlaceOfService,
  /** Of a booking, or of the stay itself. */
  span: TimeSpan.nullable(),
  /** Of a series. */
  rule: WeeklyRule.nullable(),
  status: PartStatus,
  /** What it became, the last time it was proposed: one of the three. */
  bookingId: BookingId.nullable(),
  seriesId: SeriesId.nullable(),
  stayId: StayId.nullable(),
  /** How many times are held or agreed. */
  times: z.int(),
  refusal: z
    .strictObject({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable(),
  /** The most that the caregiver pays for it (R46). */
  ownCostCents: PriceCents.nullable(),
});
export type ProposalPartView = z.infer<typeof ProposalPartView>;

export const ProposalView = z.strictObject({
  proposalId: ProposalId,
  householdId: HouseholdId,
  status: ProposalStatus,
  /** How often it was proposed. */
  round: z.int(),
  parts: z.array(ProposalPartView),
  note: z.string().nullable(),
  proposedBy: AccountId,
  proposedAt: Instant,
  /** Until when the places are held. */
  until: Instant,
  /** Who answered, and whether for the caregiver: `onBehalf` is a yes or no that a professional wrote down. */
  answer: z.strictObject({ by: AccountId, onBehalf: z.boolean(), at: Instant }).nullable(),
  declineReason: DeclineReason.nullable(),
  /** Of all that is held or agreed together: the most that the caregiver pays (R46). */
  ownCostCents: PriceCents,
  revision: z.int(),
});
export type ProposalView = z.infer<typeof ProposalView>;

export const proposalOperations = {
  proposeRespite: command(ProposeRespite, ProposalView),
  acceptProposal: command(AcceptProposal, ProposalView),
  declineProposal: command(DeclineProposal, ProposalView),
  proposeAgain: command(ProposeAgain, ProposalView),
  findProposal: query(z.strictObject({ proposalId: ProposalId }), ProposalView.optional()),
  /** Of a household, the latest first. */
  listProposals: query(
    z.strictObject({ householdId: HouseholdId, waitFor: z.string().max(100).optional(), page: PageRequest }),
    pageOf(ProposalView),
  ),
};
