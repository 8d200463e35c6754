import { Instant, PriceCents } from '@adempauze/kernel';
import { z } from 'zod';
import { AccountId, BookingStatus, PartOf, ProviderNo } from './booking-words.ts';
import { CareWishes } from './care-needs.ts';
import { FormId } from './forms.ts';
import {
  BookingId,
  DeliveryId,
  HelperId,
  HouseholdId,
  MandateId,
  OfferId,
  PersonId,
  ProviderId,
  ResourceId,
} from './ids.ts';
import { Quote } from './invoicing.ts';
import { Terms } from './offers.ts';
import { PageRequest } from './page.ts';
import {
  CareTrait,
  Condition,
  HighRiskAct,
  Language,
  MunicipalityCode,
  Place,
  PlaceOfService,
  Quantity,
  TimeSpan,
} from './vocabulary.ts';

/* The promise between caregiver and provider. Streams: household-<id>, booking-<id>, person-<id>. */

const Name = z.string().trim().min(1).max(120);
const Contact = { phone: z.string().trim().max(30).optional(), email: z.email().max(200).optional() };

/**
 * The household's story, told once (R26): who cares for whom, what is needed, who is the one contact person (R25).
 * `registeredBy` is the caregiver's own account or a professional's, whose mandate is then recorded (R27).
 */
export const RegisterHousehold = z.strictObject({
  householdId: HouseholdId,
  caregiver: z.strictObject({
    personId: PersonId,
    accountId: AccountId.optional(),
    name: Name,
    ...Contact,
    /** Of a young caregiver, who signs no payment (A14). */
    birthYear: z.int().min(1900).max(2100).optional(),
    place: Place,
  }),
  recipient: z.strictObject({
    personId: PersonId,
    name: Name,
    birthYear: z.int().min(1900).max(2100).optional(),
    conditions: z.array(Condition).max(20),
    highRiskActs: z.array(HighRiskAct).max(20).default([]),
    /** What may be a reason for a provider not to take them in. */
    traits: z.array(CareTrait).max(20).optional(),
    place: Place,
    /** Habits, likes, what a helper must know: free text in the family's words. */
    careProfile: z.string().trim().max(2000).default(''),
  }),
  relation: z.enum(['partner', 'child', 'parent', 'sibling', 'other-family', 'friend', 'neighbour']),
  careHoursPerWeek: z.int().min(0).max(168),
  /** What the caregiver needs for themselves (R30), in their words. */
  needProfile: z.string().trim().max(2000).default(''),
  languages: z.array(Language).max(5).default(['nl']),
  wishes: CareWishes.optional(),
  /** False: who gives the care reads nothing of it until that is said. Otherwise consent is given here, and recorded. */
  shareBrief: z.boolean().optional(),
  contactPerson: z.strictObject({
    accountId: AccountId,
    name: Name,
    organisation: z.string().trim().max(120).default(''),
  }),
  registeredBy: z.strictObject({ accountId: AccountId, role: z.enum(['caregiver', 'professional']) }),
});
export type RegisterHousehold = z.infer<typeof RegisterHousehold>;

/** Hands the one contact over (R25): never zero, never two. */
export const ChangeContactPerson = z.strictObject({
  householdId: HouseholdId,
  contactPerson: z.strictObject({
    accountId: AccountId,
    name: Name,
    organisation: z.string().trim().max(120).default(''),
  }),
});
export type ChangeContactPerson = z.infer<typeof ChangeContactPerson>;

/** A professional may do what the caregiver may do (R27), until it is withdrawn, which works at once. */
export const GrantMandate = z.strictObject({ householdId: HouseholdId, mandateId: MandateId, accountId: AccountId });
export type GrantMandate = z.infer<typeof GrantMandate>;
export const WithdrawMandate = z.strictObject({ householdId: HouseholdId, mandateId: MandateId });
export type WithdrawMandate = z.infer<typeof WithdrawMandate>;

/**
 * Asks for a time at an offer. A free place is held until `heldUntil`, and the own cost is shown (R46) before
 * `ConfirmBooking`. No funding is asked and none can be missing (R03). Without `resourceId`: an offer that needs a helper.
 */
export const RequestBooking = z.strictObject({
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  resourceId: ResourceId.optional(),
  span: TimeSpan,
  /** Why, in the caregiver's words (R30). */
  purpose: z.string().trim().max(500).default(''),
  placeOfService: PlaceOfService,
  /** The caregiver comes along (R24), where the offer is for that; left out: only where it is for both together. */
  caregiverJoins: z.boolean().optional(),
  requestedBy: AccountId,
});
export type RequestBooking = z.infer<typeof RequestBooking>;

/** The caregiver says yes to the time and the own cost shown. */
export const ConfirmBooking = z.strictObject({ bookingId: BookingId });
export type ConfirmBooking = z.infer<typeof ConfirmBooking>;
/** The provider says yes; the place is checked again. No payment title is needed (R38). */
export const AcceptBooking = z.strictObject({ bookingId: BookingId });
export type AcceptBooking = z.infer<typeof AcceptBooking>;
export const DeclineBooking = z.strictObject({
  bookingId: BookingId,
  reason: ProviderNo,
});
export type DeclineBooking = z.infer<typeof DeclineBooking>;
export const CancelReason = DeclineBooking.shape.reason;
export type CancelReason = z.infer<typeof CancelReason>;
/**
 * Frees the place at once. A caregiver needs no reason; late under the terms agreed it may cost them something, and is then
 * refused (`cancelling-costs`) unless they accept as much. A provider says why, in a word that the household reads.
 */
export const CancelBooking = z.strictObject({
  bookingId: BookingId,
  by: z.enum(['caregiver', 'provider', 'operator']),
  /** The most that the caregiver will pay for it; nothing unless told. */
  acceptCostCents: PriceCents.optional(),
  reason: CancelReason.optional(),
});
export type CancelBooking = z.infer<typeof CancelBooking>;

/**
 * Another time, and if need be the other home: the place is let go and taken in one step, or everything stays as it was.
 * Nothing else changes: as long as before, at the price agreed.
 */
export const RescheduleBooking = z.strictObject({
  bookingId: BookingId,
  span: TimeSpan,
  placeOfService: PlaceOfService.optional(),
});
export type RescheduleBooking = z.infer<typeof RescheduleBooking>;

/**
 * Whether the caregiver comes along, said anew until it begins (R24), by the terms agreed. Nothing else changes: the place
 * and the price are those of the booking. Rejected with `caregiver-cannot-join` or `caregiver-must-join`.
 */
export const SetCaregiverJoins = z.strictObject({ bookingId: BookingId, caregiverJoins: z.boolean() });
export type SetCaregiverJoins = z.infer<typeof SetCaregiverJoins>;

export const NoCareReason = z.enum(['family-could-not', 'provider-could-not', 'ended-early', 'unknown']);
export type NoCareReason = z.infer<typeof NoCareReason>;
/** It did not take place. A word for the statistics, and never a reproach. */
export const RecordNoCare = z.strictObject({ bookingId: BookingId, reason: NoCareReason });
export type RecordNoCare = z.infer<typeof RecordNoCare>;

/**
 * What was given: when, how much, by whom, and two questions on what it did (R47). Not before it began.
 * A booking is delivered once; the quantity may be less than was booked, never more.
 */
export const RecordDelivery = z.strictObject({
  bookingId: BookingId,
  deliveryId: DeliveryId,
  quantity: Quantity,
  /** Opaque id of the worker or helper who came. */
  workerId: z.union([HelperId, PersonId]).optional(),
  caregiverRested: z.enum(['yes', 'somewhat', 'no']).optional(),
  recipientAtEase: z.enum(['yes', 'somewhat', 'no']).optional(),
});
export type RecordDelivery = z.infer<typeof RecordDelivery>;

/**
 * Erases a person: the key is deleted, every read model drops what it held, coming bookings of the household are
 * cancelled, and what was settled stays without a name (fiscal retention, AWR art. 52: seven years).
 */
export const ForgetPerson = z.strictObject({ personId: PersonId });
export type ForgetPerson = z.infer<typeof ForgetPerson>;
export const Forgotten = z.strictObject({
  personId: PersonId,
  cancelledBookings: z.array(BookingId),
  /** What the law makes us keep, without a name. */
  kept: z.array(z.enum(['deliveries-and-costs', 'invoices'])),
});
export type Forgotten = z.infer<typeof Forgotten>;

/** `null` in a personal field means: forgotten, or not known. */
export const BookingView = z.strictObject({
  bookingId: BookingId,
  householdId: HouseholdId,
  offerId: OfferId,
  providerId: ProviderId,
  resourceId: ResourceId.nullable(),
  form: FormId,
  span: TimeSpan,
  status: BookingStatus,
  terms: Terms,
  quote: Quote,
  purpose: z.string().nullable(),
  placeOfService: PlaceOfService,
  /** The caregiver comes along (R24); who gives the care reckons with it. */
  caregiverJoins: z.boolean().default(false),
  municipality: MunicipalityCode,
  heldUntil: Instant.nullable(),
  /** Until when the provider or helper may answer. */
  answerBy: Instant.nullable(),
  helperId: HelperId.nullable(),
  delivery: z.strictObject({ deliveryId: DeliveryId, quantity: Quantity, recordedAt: Instant }).nullable(),
  /** The series or stay that this is a part of, or the waiting list that offered it. */
  partOf: PartOf.nullable().default(null),
  requestedBy: AccountId,
  requestedAt: Instant,
  confirmedAt: Instant.nullable(),
  /** Since when the provider was asked, or had it at once; null: it is the household's alone (R51). */
  askedAt: Instant.nullable().default(null),
  /** Until when the provider records what was given; after that the contact person looks after it. */
  recordBy: Instant.nullable().default(null),
  /** What cancelling costs the caregiver now; of one that was cancelled, what it did cost. */
  cancelCostCents: PriceCents.default(0),
  /** Until when cancelling is free; null: always. */
  freeCancelUntil: Instant.nullable().default(null),
  /** Why the provider said no or took its word back. */
  endReason: z.string().nullable().default(null),
  /** Whose turn it is and since when (R32). */
  step: z.strictObject({
    actor: z.enum(['caregiver', 'provider', 'coordinator', 'contact-person', 'nobody']),
    since: Instant,
  }),
  revision: z.int(),
});
export type BookingView = z.infer<typeof BookingView>;

export const HouseholdView = z.strictObject({
  householdId: HouseholdId,
  caregiver: z.strictObject({
    personId: PersonId,
    accountId: AccountId.nullable(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    birthYear: z.int().nullable().default(null),
    place: Place.nullable(),
  }),
  recipient: z.strictObject({
    personId: PersonId,
    name: z.string().nullable(),
    birthYear: z.int().nullable(),
    conditions: z.array(Condition).nullable(),
    highRiskActs: z.array(HighRiskAct).nullable(),
    traits: z.array(CareTrait).nullable().default(null),
    place: Place.nullable(),
    careProfile: z.string().nullable(),
  }),
  relation: z.string(),
  careHoursPerWeek: z.int(),
  needProfile: z.string().nullable(),
  languages: z.array(Language),
  wishes: CareWishes.nullable().default(null),
  /** Whether who gives the care may read the brief, who said so, and when. */
  briefConsent: z.strictObject({ given: z.boolean(), by: AccountId, at: Instant }).nullable().default(null),
  contactPerson: z.strictObject({ accountId: AccountId, name: z.string().nullable(), organisation: z.string() }),
  /** Who was the contact person before, since when not, and when the caregiver was told (R25). */
  handOver: z
    .strictObject({
      previous: z.strictObject({ accountId: AccountId, name: z.string().nullable(), organisation: z.string() }),
      since: Instant,
      announcedAt: Instant.nullable(),
    })
    .nullable()
    .default(null),
  mandates: z.array(z.strictObject({ mandateId: MandateId, accountId: AccountId, grantedAt: Instant })),
  municipality: MunicipalityCode,
  registeredAt: Instant,
});
export type HouseholdView = z.infer<typeof HouseholdView>;

export const BookingFilter = z.strictObject({
  householdId: HouseholdId.optional(),
  providerId: ProviderId.optional(),
  status: z.array(BookingStatus).max(BookingStatus.options.length).optional(),
  from: Instant.optional(),
  until: Instant.optional(),
  /** Wait until the read model has come this far, at most two seconds. */
  waitFor: z.string().max(100).optional(),
  page: PageRequest,
});
export type BookingFilter = z.infer<typeof BookingFilter>;

/** A request that found no place, per form and municipality and month, whoever bought what (R35). */
export const UnmetDemandRow = z.strictObject({
  form: FormId,
  municipality: MunicipalityCode,
  month: z.string(),
  count: z.int(),
});
export type UnmetDemandRow = z.infer<typeof UnmetDemandRow>;

/** One change of a booking, for live updates. */
export const BookingChange = z.strictObject({ bookingId: BookingId, revision: z.int(), what: z.string() });
export type BookingChange = z.infer<typeof BookingChange>;
