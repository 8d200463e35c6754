import {
  AcclimatisationStep,
  AccountId,
  DeliveryId,
  FormId,
  HouseholdId,
  OfferId,
  PersonId,
  PlaceOfService,
  ProviderId,
  Quantity,
  ResourceId,
  StayEndReason,
  StayId,
  StayStepKind,
  StayVoice,
  StayWord,
  TimeSpan,
  WorkerId,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';
import { Charge } from '../cancelling/charge.rules.ts';

/* Kept for ever: a changed shape raises its version and takes an upcaster. A step is known by its place in the plan. */

const about = { stayId: StayId, householdId: HouseholdId };
const places = z.array(z.int());

const given = { step: z.int(), deliveryId: DeliveryId, quantity: Quantity };

export const StayEvent = z.discriminatedUnion('type', [
  event('StayPlanned', {
    ...about,
    caregiverId: PersonId,
    offerId: OfferId,
    providerId: ProviderId,
    form: FormId,
    resourceId: ResourceId,
    /** In order, the stay itself last. */
    steps: z.array(z.strictObject({ kind: StayStepKind, span: TimeSpan })),
    waived: z.array(AcclimatisationStep),
    purpose: personal(z.string().nullable(), { of: 'caregiverId' }),
    placeOfService: PlaceOfService,
    /** As `PlanStay` says it. */
    caregiverJoins: z.boolean().optional(),
    requestedBy: AccountId,
    /** It is part of what a professional proposes (R02): held until then. Absent for one that was asked for. */
    proposedUntil: Instant.optional(),
    plannedAt: Instant,
  }),
  /** Every step is held. */
  event('StayHeld', { ...about, heldAt: Instant }),
  /** One of them could not be had, so none is held. */
  event('StayRefused', {
    ...about,
    code: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    refusedAt: Instant,
  }),
  event('StayConfirmed', { ...about, confirmedAt: Instant }),
  event('StayAgreed', { ...about, agreedAt: Instant }),
  /** How a step was, by one of the three. Words of a closed list, and workers by id: nothing of anybody's health. */
  event('OutcomeSaid', {
    ...about,
    step: z.int(),
    voice: StayVoice,
    word: StayWord,
    metWorkerIds: z.array(WorkerId),
    saidAt: Instant,
  }),
  /** All three let it go on: the next step is open, and the later ones are kept. */
  event('StepPassed', { ...about, step: z.int(), metWorkerIds: z.array(WorkerId), passedAt: Instant }),
  event('StayGateOpened', { ...about, step: z.int(), openedAt: Instant }),
  /** Whom the recipient met is on duty in what is still to come. */
  event('StayRostered', { ...about, step: z.int(), rosteredAt: Instant }),
  /** Nobody said how it was in time: it is the contact person's turn. */
  event('OutcomeOverdue', { ...about, step: z.int(), overdueAt: Instant }),
  /** The one decision that releases everything that was to come. */
  event('StayEnded', {
    ...about,
    reason: StayEndReason,
    by: z.enum(['caregiver', 'provider']),
    release: places,
    /** What the caregiver agreed to for ending late; absent: nothing. */
    charges: z.array(Charge).optional(),
    /** When that was, with the plan that it is a part of; absent: as it ended. */
    agreedAt: Instant.optional(),
    /** The step that is going on, and what was given of it. */
    given: z.strictObject(given).optional(),
    endedAt: Instant,
  }),
  /** It was ended by the family; what was given of the step that was going on the house says later. */
  event('StayGivenSaid', { ...about, ...given, saidAt: Instant }),
  event('StayReleased', { ...about, steps: places, releasedAt: Instant }),
  event('StayGivenRecorded', { ...about, step: z.int(), recordedAt: Instant }),
]);
export type StayEvent = z.infer<typeof StayEvent>;
export type StayData<T extends StayEvent['type']> = Extract<StayEvent, { type: T }>['data'];

export const stayStream = (stayId: string) => `stay-${stayId}`;
