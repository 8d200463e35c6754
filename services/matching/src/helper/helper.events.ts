import {
  BookingId,
  FormId,
  HelperAbout,
  HelperId,
  Language,
  MatchId,
  Place,
  ProviderId,
  TimeSpan,
  WeeklyWindow,
} from '@adempauze/contracts';
import { event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

/** Kept for ever: a changed shape raises its version and takes an upcaster. A helper is a person of their own. */
export const HelperEvent = z.discriminatedUnion('type', [
  event('HelperRegistered', {
    helperId: HelperId,
    organisationId: ProviderId,
    name: personal(z.string(), { of: 'helperId' }),
    phone: personal(z.string(), { of: 'helperId' }).optional(),
    place: personal(Place, { of: 'helperId' }),
    languages: z.array(Language),
    forms: z.array(FormId),
    availability: z.array(WeeklyWindow),
    maxHoursPerWeek: z.int(),
    /** Absent: nothing was said. */
    about: personal(HelperAbout, { of: 'helperId' }).optional(),
    registeredAt: Instant,
  }),
  /** `proposal` counts the proposals of the match: it tells this assignment from an older one for the same match. */
  event('HelperAssigned', {
    helperId: HelperId,
    matchId: MatchId,
    proposal: z.int(),
    bookingId: BookingId,
    span: TimeSpan,
    assignedAt: Instant,
    /** The command with which they said yes: whoever goes on with it does so under that id, and a repeat is known. */
    answeredBy: z.string().optional(),
  }),
  event('HelperReleased', { helperId: HelperId, matchId: MatchId, bookingId: BookingId, releasedAt: Instant }),
  event('HelperForgotten', { helperId: HelperId, forgottenAt: Instant }),
]);
export type HelperEvent = z.infer<typeof HelperEvent>;

export const helperCategory = 'helper';
export const helperStream = (helperId: string) => `${helperCategory}-${helperId}`;
