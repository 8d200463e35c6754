import {
  BookingId,
  FormId,
  HelperId,
  HouseholdId,
  Language,
  MatchId,
  MunicipalityCode,
  ProviderId,
  TimeSpan,
} from '@adempauze/contracts';
import { event, Instant } from '@adempauze/kernel';
import { z } from 'zod';

/** Why a proposal ended without the helper having refused: problem codes, since a late answer is told so. */
export const LapseReason = z.enum([
  'answer-too-late',
  'helper-not-found',
  'person-forgotten',
  'helper-of-other-organisation',
  'helper-other-form',
  'time-in-the-past',
  'helper-not-available',
  'helper-already-assigned',
  'helper-at-maximum',
]);
export type LapseReason = z.infer<typeof LapseReason>;

const proposal = { matchId: MatchId, helperId: HelperId, proposal: z.int() };

/**
 * Kept for ever: a changed shape raises its version and takes an upcaster. No name and no condition of a family stands
 * here (R51). `proposal` counts the proposals of one match from 1.
 */
export const MatchEvent = z.discriminatedUnion('type', [
  event('MatchOpened', {
    matchId: MatchId,
    bookingId: BookingId,
    householdId: HouseholdId,
    organisationId: ProviderId,
    form: FormId,
    span: TimeSpan,
    municipality: MunicipalityCode,
    languages: z.array(Language),
    /** Before others in the queue; and whom the recipient knows before strangers (R08). Why is not said. */
    lane: z.literal('urgent').optional(),
    faces: z.literal('known-first').optional(),
    /** The family says yes to who comes before that person is asked (R51). */
    approval: z.literal('family-first').optional(),
    requestedAt: Instant,
    /** Until when the booking waits for a helper. */
    bookingAnswerBy: Instant,
    openedAt: Instant,
  }),
  /** `awaits`: the family’s word comes first, and the helper knows of nothing yet (R51). */
  event('HelperProposed', {
    ...proposal,
    awaits: z.literal('family').optional(),
    answerBy: Instant,
    proposedAt: Instant,
  }),
  /** By the family: from now on the helper is asked. */
  event('HelperApproved', { ...proposal, answerBy: Instant, approvedAt: Instant }),
  /** By the family: somebody else, please. */
  event('HelperNotWanted', { ...proposal, saidAt: Instant }),
  event('ProposalRefused', { ...proposal, refusedAt: Instant }),
  /** `facts` belong to the reason's sentence, as in a rejection. */
  event('ProposalLapsed', {
    ...proposal,
    reason: LapseReason,
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    lapsedAt: Instant,
  }),
  event('HelperMatched', { ...proposal, bookingId: BookingId, matchedAt: Instant }),
  event('MatchClosed', {
    matchId: MatchId,
    bookingId: BookingId,
    reason: z.enum(['nobody-found', 'answer-by-passed']),
    closedAt: Instant,
  }),
  /** `helperId`: who had been matched and must be released. */
  event('MatchCancelled', {
    matchId: MatchId,
    bookingId: BookingId,
    helperId: HelperId.optional(),
    cancelledAt: Instant,
  }),
]);
export type MatchEvent = z.infer<typeof MatchEvent>;

export const matchCategory = 'match';
export const matchStream = (matchId: string) => `${matchCategory}-${matchId}`;
