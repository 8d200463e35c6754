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
    requestedAt: Instant,
    /** Until when the booking waits for a helper. */
    bookingAnswerBy: Instant,
    openedAt: Instant,
  }),
  event('HelperProposed', { ...proposal, answerBy: Instant, proposedAt: Instant }),
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
