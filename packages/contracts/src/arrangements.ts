import { Day, Instant, PriceCents, Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId } from './booking-words.ts';
import { FormId } from './forms.ts';
import { ArrangementId, BookingId, HouseholdId, OfferId, ProviderId, ResourceId, SeriesId, StayId } from './ids.ts';
import { PageRequest, pageOf } from './page.ts';
import { WeeklyRule } from './series.ts';
import { command, query } from './service-api.ts';
import { AcclimatisationStep, PlaceOfService, TimeSpan } from './vocabulary.ts';

/*
 * Several forms for one household under one plan (R11). Stream: arrangement-<id>. A part is a booking, a series or a
 * stay of its own, with its own provider, terms and funding; the plan says what belongs together, and what was said of it.
 */

const asked = { offerId: OfferId, placeOfService: PlaceOfService, caregiverJoins: z.boolean().optional() };
const step = z.strictObject({ kind: AcclimatisationStep, span: TimeSpan });

export const PartKind = z.enum(['booking', 'series', 'stay']);
export type PartKind = z.infer<typeof PartKind>;

/**
 * What a part asks for, as `requestBooking`, `requestSeries` and `planStay` take it. `existing`: what the household has
 * already joins the plan as it is, so that it can carry trips, or be replaced.
 */
export const PartAsk = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('booking'), ...asked, resourceId: ResourceId.optional(), span: TimeSpan }),
  z.strictObject({ kind: z.literal('series'), ...asked, resourceId: ResourceId.optional(), rule: WeeklyRule }),
  z.strictObject({ kind: z.literal('existing'), of: PartKind, id: Uuid }),
  z.strictObject({
    kind: z.literal('stay'),
    ...asked,
    resourceId: ResourceId,
    /** Of the stay itself. */
    span: TimeSpan,
    steps: z.array(step).max(5).default([]),
    waived: z.array(AcclimatisationStep).max(3).default([]),
  }),
]);
export type PartAsk = z.infer<typeof PartAsk>;

/** There, before the care; back, after it. */
export const TripLeg = z.enum(['there', 'back']);
export type TripLeg = z.infer<typeof TripLeg>;

/**
 * A trip belongs to another part (R22): it is confirmed with it, moves with it and ends with it. `blocks`: the caregiver
 * says that without this trip the other part is not to be confirmed; otherwise transport never stands in the way.
 */
export const TripOf = z.strictObject({ partId: Uuid, leg: TripLeg, blocks: z.boolean().default(false) });
export type TripOf = z.infer<typeof TripOf>;

/** `instead`: another part that ends once this one is agreed, from its first day (R12): another form, no new intake. */
export const NewPart = z.strictObject({
  partId: Uuid,
  ask: PartAsk,
  tripOf: TripOf.optional(),
  instead: Uuid.optional(),
});
export type NewPart = z.infer<typeof NewPart>;

/** What a part is, or becomes. */
export const kindOfPart = (ask: PartAsk): PartKind => (ask.kind === 'existing' ? ask.of : ask.kind);

export const mostPartsAtOnce = 12;
const newParts = z
  .array(NewPart)
  .min(1)
  .max(mostPartsAtOnce)
  .refine((parts) => new Set(parts.map(({ partId }) => partId)).size === parts.length, {
    error: 'Every part has an id of its own.',
  })
  .refine((parts) => parts.every(({ ask, tripOf }) => tripOf === undefined || kindOfPart(ask) !== 'stay'), {
    error: 'A trip is a booking, or a series.',
  });

/** Asks for all parts in one go. What can be had is held; what cannot is named with its reason, and stops nothing else. */
export const PlanArrangement = z.strictObject({
  arrangementId: ArrangementId,
  householdId: HouseholdId,
  parts: newParts,
  /** Why, in the caregiver's words (R30); goes with every part. */
  purpose: z.string().trim().max(500).default(''),
  requestedBy: AccountId,
});
export type PlanArrangement = z.infer<typeof PlanArrangement>;

/** More parts, later; those that are there stay as they are. */
export const AddParts = z.strictObject({ arrangementId: ArrangementId, parts: newParts, requestedBy: AccountId });
export type AddParts = z.infer<typeof AddParts>;

/** Yes to every part that is held, and to its own cost. */
export const ConfirmArrangement = z.strictObject({ arrangementId: ArrangementId });
export type ConfirmArrangement = z.infer<typeof ConfirmArrangement>;

/**
 * Ends these parts and their trips; the others stand. A series ends from `from`, today unless told. Late under the terms
 * agreed it costs the caregiver the sum of what cancelling each booking does: refused (`ending-costs`) until accepted.
 */
export const EndParts = z.strictObject({
  arrangementId: ArrangementId,
  partIds: z.array(Uuid).min(1).max(mostPartsAtOnce),
  from: Day.optional(),
  /** The most that the caregiver will pay for ending late by the terms agreed; nothing unless told. */
  acceptCostCents: PriceCents.optional(),
});
export type EndParts = z.infer<typeof EndParts>;

/** `held` waits for the caregiver; `agreed` has their yes, whoever else is to answer; `refused` could not be had. */
export const ArrangedPartStatus = z.enum(['asked', 'held', 'refused', 'agreed', 'ended']);
export type ArrangedPartStatus = z.infer<typeof ArrangedPartStatus>;

/**
 * Why a part ended: by the caregiver; because its yes could not be given; with the part that it is a trip of, or that
 * came instead; by itself (declined, expired, cancelled); because the trip could not move along; or because the care at home
 * ended (R28).
 */
export const PartEnd = z.enum([
  ...(['caregiver', 'lost', 'with-part', 'replaced', 'by-itself', 'could-not-move', 'care-ended'] as const),
]);
export type PartEnd = z.infer<typeof PartEnd>;

export const ArrangedPartActor = z.enum(['caregiver', 'provider', 'coordinator', 'contact-person', 'nobody']);
const no = z.strictObject({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) });

export const ArrangedPartView = z.strictObject({
  partId: Uuid,
  kind: PartKind,
  form: FormId,
  offerId: OfferId,
  providerId: ProviderId,
  /** From the first beginning to the last end, as it was asked or has moved since. */
  span: TimeSpan,
  bookingId: BookingId.nullable(),
  seriesId: SeriesId.nullable(),
  stayId: StayId.nullable(),
  tripOf: TripOf.nullable(),
  status: ArrangedPartStatus,
  /** Of a part that was refused or lost. */
  reason: no.nullable(),
  end: PartEnd.nullable(),
  /** Held, and not confirmed because a trip that blocks is missing. */
  blocked: z.boolean(),
  /** Of what is held or agreed; null when nothing is. */
  ownCostCents: PriceCents.nullable(),
  /** What it costs the caregiver to end this part now; its trips come on top. */
  endCostCents: PriceCents.default(0),
  /** Who is to act for this part, since when, and until when (R32). */
  turn: z.strictObject({ actor: ArrangedPartActor, since: Instant, until: Instant.nullable() }),
});
export type ArrangedPartView = z.infer<typeof ArrangedPartView>;

/** What comes next for the whole, and whose it is. `choose`: something could not be had, and the household decides. */
export const ArrangementStep = z.enum(['confirm', 'choose', 'answer', 'outcome', 'record', 'nothing']);

export const ArrangementView = z.strictObject({
  arrangementId: ArrangementId,
  householdId: HouseholdId,
  purpose: z.string().nullable(),
  requestedBy: AccountId,
  plannedAt: Instant,
  parts: z.array(ArrangedPartView),
  /** Of all parts that are held or agreed together: the most that the caregiver pays (R46). */
  ownCostCents: PriceCents,
  next: z.strictObject({ step: ArrangementStep, actor: ArrangedPartActor, since: Instant, until: Instant.nullable() }),
  revision: z.int(),
});
export type ArrangementView = z.infer<typeof ArrangementView>;

export const ArrangementFilter = z.strictObject({
  householdId: HouseholdId,
  waitFor: z.string().max(100).optional(),
  page: PageRequest,
});
export type ArrangementFilter = z.infer<typeof ArrangementFilter>;

export const arrangementOperations = {
  planArrangement: command(PlanArrangement, ArrangementView),
  addArrangementParts: command(AddParts, ArrangementView),
  confirmArrangement: command(ConfirmArrangement, ArrangementView),
  endArrangementParts: command(EndParts, ArrangementView),
  findArrangement: query(z.strictObject({ arrangementId: ArrangementId }), ArrangementView.optional()),
  /** Of a household, the one planned last first. */
  listArrangements: query(ArrangementFilter, pageOf(ArrangementView)),
};
