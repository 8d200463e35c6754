import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { FormId } from './forms.ts';
import { BookingId, HelperId, HouseholdId, MatchId, ProviderId } from './ids.ts';
import { PageRequest, pageOf } from './page.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';
import { Culture, Language, MunicipalityCode, Place, TimeSpan } from './vocabulary.ts';

/* Helpers and families brought together. Streams: helper-<id>, match-<id>. An organisation is a provider of volunteers. */

/** Weekly availability in wall time of Amsterdam; 1 is Monday. */
export const WeeklyWindow = z
  .strictObject({
    weekday: z.int().min(1).max(7),
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    until: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
  })
  .refine((it) => it.from < it.until, { path: ['until'], error: 'The end lies after the beginning.' });
export type WeeklyWindow = z.infer<typeof WeeklyWindow>;

/** What a family may wish of a helper (R53); says something of a person, and is sealed. */
export const HelperAbout = z.strictObject({
  cultures: z.array(Culture).max(5).default([]),
  woman: z.boolean().default(false),
});
export type HelperAbout = z.infer<typeof HelperAbout>;

/** A helper of an organisation, which is liable (R39), with maxima so that nobody is overloaded. */
export const RegisterHelper = z.strictObject({
  helperId: HelperId,
  organisationId: ProviderId,
  name: z.string().trim().min(1).max(120),
  phone: z.string().trim().max(30).optional(),
  place: Place,
  languages: z.array(Language).min(1).max(5).default(['nl']),
  forms: z.array(FormId).min(1).max(10).default(['F06']),
  availability: z.array(WeeklyWindow).min(1).max(21),
  maxHoursPerWeek: z.int().min(1).max(40).default(8),
  about: HelperAbout.optional(),
});
export type RegisterHelper = z.infer<typeof RegisterHelper>;

/** Asks one helper; the match leaves the queue until they answer or `answerBy` passes. */
export const ProposeHelper = z.strictObject({ matchId: MatchId, helperId: HelperId });
export type ProposeHelper = z.infer<typeof ProposeHelper>;

/** The family's word on who was proposed to it; only after their yes is the helper asked (R51). No reason is asked for a no. */
export const ApproveHelper = z.strictObject({ matchId: MatchId, helperId: HelperId, answer: z.enum(['yes', 'no']) });
export type ApproveHelper = z.infer<typeof ApproveHelper>;

/** The helper's answer, recorded by the coordinator. No reason is asked for a no (R39). */
export const AnswerProposal = z.strictObject({ matchId: MatchId, helperId: HelperId, answer: z.enum(['yes', 'no']) });
export type AnswerProposal = z.infer<typeof AnswerProposal>;

/** The organisation finds nobody; the booking is declined and counts as unmet demand. */
export const CloseMatch = z.strictObject({ matchId: MatchId });
export type CloseMatch = z.infer<typeof CloseMatch>;

export const MatchStatus = z.enum(['open', 'proposed', 'matched', 'closed', 'cancelled']);

/** A helper who could come, best first, with the reasons of the rank: a familiar face before all (R14). */
export const Candidate = z.strictObject({
  helperId: HelperId,
  name: z.string().nullable(),
  travelKm: z.number(),
  timesWithHousehold: z.int(),
  available: z.boolean(),
  hoursThatWeek: z.number(),
  reasons: z.array(
    z.enum([
      'familiar-face',
      'near',
      'speaks-language',
      'knows-culture',
      'woman',
      'has-room',
      'asked-least-recently',
      'not-available',
      'at-maximum',
      'said-no',
      'family-said-no',
    ]),
  ),
});
export type Candidate = z.infer<typeof Candidate>;

/** What a family wishes of who comes, as it is known now; it ranks, and excludes nobody. */
export const MatchWishes = z.strictObject({
  languages: z.array(Language).max(5),
  cultures: z.array(Culture).max(5),
  womanPreferred: z.boolean(),
});
export type MatchWishes = z.infer<typeof MatchWishes>;

/** What a coordinator sees of a request: place, time, form; no name, no condition (R51). */
export const MatchView = z.strictObject({
  matchId: MatchId,
  bookingId: BookingId,
  householdId: HouseholdId,
  organisationId: ProviderId,
  form: FormId,
  span: TimeSpan,
  municipality: MunicipalityCode,
  languages: z.array(Language),
  /** Before others, and only whom the recipient knows as long as one of them can come (R08, R09). */
  lane: z.literal('urgent').optional(),
  faces: z.literal('known-first').optional(),
  status: MatchStatus,
  helperId: HelperId.nullable(),
  /** The family's answer is awaited, before the helper knows of it; absent: the helper's. */
  awaits: z.literal('family').optional(),
  answerBy: Instant.nullable(),
  requestedAt: Instant,
  refusedBy: z.array(HelperId),
  revision: z.int(),
});
export type MatchView = z.infer<typeof MatchView>;

/**
 * What one helper is asked and has not answered: form and time, as he is told them; no household, no place, no need. Never
 * before the family said yes to him (R51).
 */
export const HelperAsked = z.strictObject({
  bookingId: BookingId,
  organisationId: ProviderId,
  form: FormId,
  span: TimeSpan,
});
export type HelperAsked = z.infer<typeof HelperAsked>;

export const HelperView = z.strictObject({
  helperId: HelperId,
  organisationId: ProviderId,
  name: z.string().nullable(),
  phone: z.string().nullable(),
  place: Place.nullable(),
  languages: z.array(Language),
  forms: z.array(FormId),
  availability: z.array(WeeklyWindow),
  maxHoursPerWeek: z.int(),
  assignments: z.array(z.strictObject({ bookingId: BookingId, span: TimeSpan })),
  /** Absent: nothing was said; `null`: forgotten. */
  about: HelperAbout.nullable().optional(),
});
export type HelperView = z.infer<typeof HelperView>;

const waiting = { waitFor: z.string().max(100).optional() };

export const MatchingApi = serviceApi('matching', {
  registerHelper: command(RegisterHelper, HelperView),
  proposeHelper: command(ProposeHelper, MatchView),
  approveHelper: command(ApproveHelper, MatchView),
  answerProposal: command(AnswerProposal, MatchView),
  closeMatch: command(CloseMatch, MatchView),
  findMatch: query(z.strictObject({ matchId: MatchId }), MatchView.optional()),
  findMatchOfBooking: query(z.strictObject({ bookingId: BookingId }), MatchView.optional()),
  /** The queue of an organisation, oldest first; all statuses when none is named. */
  listMatches: query(
    z.strictObject({
      organisationId: ProviderId,
      status: z.array(MatchStatus).max(5).optional(),
      ...waiting,
      page: PageRequest,
    }),
    pageOf(MatchView),
  ),
  listCandidates: query(
    z.strictObject({
      matchId: MatchId,
      first: z.int().min(1).max(50).default(10),
      /** What the family wishes (R53): passed on with the question, and kept nowhere here. */
      wishes: MatchWishes.optional(),
      ...waiting,
    }),
    z.array(Candidate),
  ),
  findHelper: query(z.strictObject({ helperId: HelperId }), HelperView.optional()),
  /** In the order of their time. */
  listAskedOfHelper: query(z.strictObject({ helperId: HelperId }), z.array(HelperAsked)),
  listHelpers: query(z.strictObject({ organisationId: ProviderId, ...waiting, page: PageRequest }), pageOf(HelperView)),
});
export type Matching = ServiceOf<typeof MatchingApi>;
