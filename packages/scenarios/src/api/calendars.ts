import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { mutation, query } from '../graphql.ts';
import { Span, span } from './shapes.ts';

/* Calendars that go out at a secret address, and calendars of others that are read. */

type OfFeed = { readonly of: 'HOUSEHOLD' | 'PROVIDER' | 'HELPER'; readonly id?: string };
export const CalendarFeed = z.object({ of: z.string(), openedAt: Instant.nullable(), url: z.string().nullable() });
const feed = '{ of openedAt url }';
export const openCalendarFeed = mutation<OfFeed, typeof CalendarFeed>(
  'openCalendarFeed',
  'calendarFeed',
  feed,
  CalendarFeed,
);
export const closeCalendarFeed = mutation<OfFeed, typeof CalendarFeed>(
  'closeCalendarFeed',
  'calendarFeed',
  feed,
  CalendarFeed,
);

const WithCalendar = z.object({
  calendar: z
    .object({
      readAt: Instant,
      busy: z.array(Span),
      following: z
        .object({ failure: z.object({ reason: z.string(), since: Instant, onBooking: z.boolean() }).nullable() })
        .nullable(),
    })
    .nullable(),
});
const calendar = `{ calendar { readAt busy ${span} following { failure { reason since onBooking } } } }`;
type OfResource = { readonly resourceId: string };
const calendarMutation = <Input extends OfResource>(name: string) =>
  mutation<Input, typeof WithCalendar>(name, 'resource', calendar, WithCalendar);
export const readCalendar = calendarMutation<OfResource & { readonly text: string }>('readCalendar');
/** Rejected with the reason when the calendar at the address cannot be read now. */
export const followCalendar = calendarMutation<OfResource & { readonly url: string }>('followCalendar');
export const unfollowCalendar = calendarMutation<OfResource>('unfollowCalendar');
export const findCalendar = query<{ id: string }, z.ZodNullable<typeof WithCalendar>>(
  'resource',
  `query Calendar($id: ID!) { resource(id: $id) ${calendar} }`,
  WithCalendar.nullable(),
);
