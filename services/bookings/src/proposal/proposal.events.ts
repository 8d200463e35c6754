import {
  AccountId,
  DeclineReason,
  FormId,
  HouseholdId,
  MunicipalityCode,
  PersonId,
  ProposalId,
  ProposedPart,
  ProviderId,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/* Kept for ever: a changed shape raises its version and takes an upcaster. A part is known by its place, 0 first. */

const about = { proposalId: ProposalId, householdId: HouseholdId };
const ofPart = { ...about, round: z.int(), part: z.int() };
const no = { code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) };
/** `onBehalf`: written down by somebody who is not the caregiver (R27). */
const answered = { by: AccountId, onBehalf: z.boolean() };

export const ProposalEvent = z.discriminatedUnion('type', [
  event('ProposalMade', {
    ...about,
    caregiverId: PersonId,
    /** Where the recipient lives: demand is counted there (R35). */
    homeMunicipality: MunicipalityCode,
    parts: z.array(z.strictObject({ what: ProposedPart, providerId: ProviderId, form: FormId })),
    note: personal(z.string().nullable(), { of: 'caregiverId' }),
    proposedBy: AccountId,
    until: Instant,
    proposedAt: Instant,
  }),
  event('ProposalPartHeld', { ...ofPart, heldAt: Instant }),
  event('ProposalPartRefused', { ...ofPart, ...no, refusedAt: Instant }),
  /** The one yes: to these parts. Every other is to be let go of. */
  event('ProposalAccepted', { ...about, round: z.int(), parts: z.array(z.int()), ...answered, acceptedAt: Instant }),
  event('ProposalPartAgreed', { ...ofPart, agreedAt: Instant }),
  event('ProposalPartLost', { ...ofPart, ...no, lostAt: Instant }),
  event('ProposalDeclined', {
    ...about,
    round: z.int(),
    reason: DeclineReason.optional(),
    /** What was not wanted so, for the demand that was not met (R35). */
    forms: z.array(FormId),
    homeMunicipality: MunicipalityCode,
    ...answered,
    declinedAt: Instant,
  }),
  event('ProposalExpired', { ...about, round: z.int(), expiredAt: Instant }),
  /** The care at home ended (R28): nothing of it is wanted any more. */
  event('ProposalEnded', { ...about, round: z.int(), endedAt: Instant }),
  /** The same once more: these parts, in a new round. */
  event('ProposedAgain', {
    ...about,
    round: z.int(),
    parts: z.array(z.int()),
    proposedBy: AccountId,
    until: Instant,
    proposedAt: Instant,
  }),
  /** Whatever was held for it is free. `release` counts: what is held late is let go of once more. */
  event('ProposalPartReleased', { ...ofPart, release: z.int(), releasedAt: Instant }),
]);
export type ProposalEvent = z.infer<typeof ProposalEvent>;
export type ProposalData<T extends ProposalEvent['type']> = Extract<ProposalEvent, { type: T }>['data'];

export const proposalStream = (proposalId: string) => `proposal-${proposalId}`;
