import { Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId, BookingStatus } from './booking-words.ts';
import { FormId } from './forms.ts';
import { BookingId, DeliveryId, HouseholdId, OfferId, ProviderId, ResourceId, StayId, WorkerId } from './ids.ts';
import { Acclimatisation } from './offer-facts.ts';
import { PageRequest, pageOf } from './page.ts';
import { command, query } from './service-api.ts';
import { AcclimatisationStep, PlaceOfService, Quantity, TimeSpan } from './vocabulary.ts';

/* A stay with the steps that lead up to it (R15). Stream: stay-<id>. Each step, and the stay, is a booking of its own. */

/**
 * Asks for a stay and its steps in one go: all are held, or none. A first stay at a house has the steps that its offer
 * proposes; one that is not wanted is named in `waived`, so that none is forgotten.
 */
export const PlanStay = z
  .strictObject({
    stayId: StayId,
    householdId: HouseholdId,
    offerId: OfferId,
    resourceId: ResourceId,
    /** Of the stay itself. */
    span: TimeSpan,
    /** In order; each ends before the next begins, and all before the stay. */
    steps: z
      .array(z.strictObject({ kind: AcclimatisationStep, span: TimeSpan }))
      .max(5)
      .default([]),
    waived: z.array(AcclimatisationStep).max(3).default([]),
    purpose: z.string().trim().max(500).default(''),
    placeOfService: PlaceOfService.default('provider'),
    /** The caregiver comes along, to the steps and the stay (R24); a single one can be told otherwise by its booking. */
    caregiverJoins: z.boolean().optional(),
    requestedBy: AccountId,
  })
  .refine(
    ({ steps, span }) =>
      [...steps, { span }].every(
        ({ span: { from } }, index) => index === 0 || (steps[index - 1]?.span.until ?? '') <= from,
      ),
    { path: ['steps'], error: 'The steps follow each other, and the stay follows the last.' },
  );
export type PlanStay = z.infer<typeof PlanStay>;

/** Yes to the whole plan and its own cost: the first step is agreed, the later ones are kept until it went well. */
export const ConfirmStay = z.strictObject({ stayId: StayId });
export type ConfirmStay = z.infer<typeof ConfirmStay>;

export const StayVoice = z.enum(['caregiver', 'recipient', 'house']);
export type StayVoice = z.infer<typeof StayVoice>;
/** `no-word`: the recipient cannot say. */
export const StayWord = z.enum(['go-on', 'stop', 'no-word']);
export type StayWord = z.infer<typeof StayWord>;

/**
 * How a step was, by one of the three. Once all three let it go on the next step is open; one `stop` releases all that
 * was to come, in one decision. The house says whom the recipient met: they are on duty again.
 */
export const SayOutcome = z
  .strictObject({
    stayId: StayId,
    /** 0 is the first step. */
    step: z.int().min(0).max(5),
    voice: StayVoice,
    word: StayWord,
    metWorkerIds: z.array(WorkerId).max(10).default([]),
  })
  .refine(({ voice, word }) => word !== 'no-word' || voice === 'recipient', {
    path: ['word'],
    error: 'Only for the recipient there may be no word.',
  });
export type SayOutcome = z.infer<typeof SayOutcome>;

/**
 * Stops: what is to come is released. `given` records what was given of the step or stay that is going on; without it
 * the provider still owes that record. A caregiver who ends late what was agreed bears what its terms say, and is refused
 * (`ending-costs`) unless they accept it; one that proves untenable once a step has begun is free (A15).
 */
export const EndStay = z.strictObject({
  stayId: StayId,
  by: z.enum(['caregiver', 'provider']),
  reason: z.enum(['untenable', 'cancelled']),
  given: z.strictObject({ deliveryId: DeliveryId, quantity: Quantity }).optional(),
  /** The most that the caregiver will pay for ending late by the terms agreed; nothing unless told. */
  acceptCostCents: PriceCents.optional(),
});
export type EndStay = z.infer<typeof EndStay>;

/** What a household is proposed before a stay there. Nothing when it stayed there before. */
export const StayProposal = z.strictObject({ isFirstStay: z.boolean(), steps: z.array(Acclimatisation) });
export type StayProposal = z.infer<typeof StayProposal>;

export const StayStepKind = z.enum([...AcclimatisationStep.options, 'stay']);
export const StayStatus = z.enum(['asked', 'held', 'confirmed', 'refused', 'ended']);
export type StayStatus = z.infer<typeof StayStatus>;
export const StayEndReason = z.enum(['does-not-fit', 'untenable', 'cancelled', 'step-lost']);
export type StayEndReason = z.infer<typeof StayEndReason>;

export const StayStepView = z.strictObject({
  kind: StayStepKind,
  span: TimeSpan,
  bookingId: BookingId.nullable(),
  status: BookingStatus.nullable(),
  ownCostCents: PriceCents.nullable(),
  /** Whether it waits for the outcome of the step before it. */
  gate: z.enum(['none', 'closed', 'open']),
  outcome: z.strictObject({
    caregiver: StayWord.nullable(),
    recipient: StayWord.nullable(),
    house: StayWord.nullable(),
  }),
  passedAt: Instant.nullable(),
});
export type StayStepView = z.infer<typeof StayStepView>;

export const StayView = z.strictObject({
  stayId: StayId,
  householdId: HouseholdId,
  offerId: OfferId,
  providerId: ProviderId,
  resourceId: ResourceId,
  form: FormId,
  purpose: z.string().nullable(),
  placeOfService: PlaceOfService,
  /** As it was asked for: the booking of a step says how it is then. */
  caregiverJoins: z.boolean().default(false),
  requestedBy: AccountId,
  plannedAt: Instant,
  status: StayStatus,
  /** The steps in order, the stay itself last. */
  steps: z.array(StayStepView),
  waived: z.array(AcclimatisationStep),
  refusal: z
    .strictObject({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable(),
  endReason: StayEndReason.nullable(),
  /** Whom the recipient has met, and who is on duty again. */
  metWorkerIds: z.array(WorkerId),
  ownCostCents: PriceCents,
  /** What it costs the caregiver to end it now, where it is not untenable. */
  endCostCents: PriceCents.default(0),
  /** Who is to act, since when, and until when (R32). */
  turn: z.strictObject({
    actor: z.enum(['caregiver', 'provider', 'contact-person', 'nobody']),
    since: Instant,
    until: Instant.nullable(),
  }),
  revision: z.int(),
});
export type StayView = z.infer<typeof StayView>;

export const StayFilter = z.strictObject({
  householdId: HouseholdId.optional(),
  providerId: ProviderId.optional(),
  waitFor: z.string().max(100).optional(),
  page: PageRequest,
});
export type StayFilter = z.infer<typeof StayFilter>;

export const stayOperations = {
  planStay: command(PlanStay, StayView),
  confirmStay: command(ConfirmStay, StayView),
  sayOutcome: command(SayOutcome, StayView),
  endStay: command(EndStay, StayView),
  findStay: query(z.strictObject({ stayId: StayId }), StayView.optional()),
  listStays: query(StayFilter, pageOf(StayView)),
  proposeStay: query(
    z.strictObject({ householdId: HouseholdId, offerId: OfferId, waitFor: z.string().max(100).optional() }),
    StayProposal.optional(),
  ),
};
