import {
  AccountId,
  ArrangementId,
  FormId,
  HouseholdId,
  NewPart,
  OfferId,
  PartAsk,
  PartEnd,
  PartKind,
  PersonId,
  ProviderId,
  TimeSpan,
} from '@adempauze/contracts';
import { Day, event, Instant, personal, Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import { Charge } from '../cancelling/charge.rules.ts';

/* Kept for ever: a changed shape raises its version and takes an upcaster. A part is known by its own id. */

const about = { arrangementId: ArrangementId, householdId: HouseholdId };
const no = { code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) };

const part = z.strictObject({
  partId: Uuid,
  /** As it was asked; a rule with every field filled in. */
  ask: PartAsk,
  kind: PartKind,
  /** The booking, series or stay that it is, or becomes. */
  thingId: Uuid,
  /** Of a booking. */
  span: TimeSpan.optional(),
  offerId: OfferId,
  tripOf: NewPart.shape.tripOf,
  instead: Uuid.optional(),
  /** As the offer stood when it was asked. */
  providerId: ProviderId,
  form: FormId,
  requestedBy: AccountId,
});
export type AskedPart = z.infer<typeof part>;

const ending = z.strictObject({ partId: Uuid, why: PartEnd });

export const ArrangementEvent = z.discriminatedUnion('type', [
  event('ArrangementPlanned', {
    ...about,
    caregiverId: PersonId,
    parts: z.array(part),
    purpose: personal(z.string().nullable(), { of: 'caregiverId' }),
    requestedBy: AccountId,
    plannedAt: Instant,
  }),
  event('ArrangedPartsAdded', { ...about, parts: z.array(part), addedAt: Instant }),
  event('ArrangedPartHeld', { ...about, partId: Uuid, heldAt: Instant }),
  /** It could not be had; nothing of it is held. */
  event('ArrangedPartRefused', { ...about, partId: Uuid, ...no, refusedAt: Instant }),
  /** The caregiver's yes to these parts. */
  event('ArrangedPartsConfirmed', { ...about, partIds: z.array(Uuid), confirmedAt: Instant }),
  event('ArrangedPartAgreed', { ...about, partId: Uuid, agreedAt: Instant }),
  /** A trip without which it was not to be confirmed fell away first, so it waits for the caregiver again. */
  event('ArrangedPartsHeldBack', { ...about, partIds: z.array(Uuid), heldBackAt: Instant }),
  /** The yes could not be given any more; what is left of it is let go of. */
  event('ArrangedPartLost', { ...about, partId: Uuid, ...no, lostAt: Instant }),
  /** The one decision that lets go of these parts, and of their trips. `charges`: what the caregiver agreed to for that. */
  event('ArrangedPartsEnded', {
    ...about,
    parts: z.array(ending),
    from: Day.optional(),
    charges: z.array(Charge).optional(),
    endedAt: Instant,
  }),
  event('ArrangedPartReleased', { ...about, partId: Uuid, releasedAt: Instant }),
  /** Its booking ended by itself: declined, expired, or cancelled elsewhere. `wasAgreed`: somebody counted on it; `from`: a series has no dates from then on. */
  event('ArrangedPartFellAway', {
    ...about,
    partId: Uuid,
    wasAgreed: z.boolean(),
    from: Day.optional(),
    fellAwayAt: Instant,
  }),
  /** What these are trips of has moved. */
  event('TripsToMove', {
    ...about,
    trips: z.array(z.strictObject({ partId: Uuid, to: TimeSpan })),
    askedAt: Instant,
  }),
  event('TripMoved', { ...about, partId: Uuid, span: TimeSpan, movedAt: Instant }),
]);
export type ArrangementEvent = z.infer<typeof ArrangementEvent>;
export type ArrangementData<T extends ArrangementEvent['type']> = Extract<ArrangementEvent, { type: T }>['data'];

export const arrangementStream = (arrangementId: string) => `arrangement-${arrangementId}`;
