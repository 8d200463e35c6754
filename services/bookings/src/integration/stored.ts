import type { SourceEvent } from '@adempauze/event-store';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { HouseholdEvent } from '../household/household.events.ts';
import type { PersonEvent } from '../person/person.events.ts';

/** An own event as projections and the publication see it: checked when it was written, personal fields still sealed. */
export type Stored = (BookingEvent | HouseholdEvent | PersonEvent) &
  Pick<SourceEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

const types = {
  ...{ HouseholdRegistered: true, ContactPersonChanged: true, MandateGranted: true, MandateWithdrawn: true },
  ...{ PersonForgotten: true, BookingRequested: true, BookingRefused: true, AcceptanceAsked: true, HelperWanted: true },
  ...{
    BookingConfirmed: true,
    BookingDeclined: true,
    BookingExpired: true,
    BookingCancelled: true,
    CareDelivered: true,
  },
} satisfies Record<Stored['type'], true>;

/** Whether this is an event of ours; the log is written by nobody else, so its shape needs no second check. */
export const isStored = (event: SourceEvent | Stored): event is Stored => Object.hasOwn(types, event.type);
