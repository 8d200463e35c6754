import type { SourceEvent } from '@adempauze/event-store';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { HouseholdEvent } from '../household/household.events.ts';
import type { PersonEvent } from '../person/person.events.ts';
import type { SeriesEvent } from '../series/series.events.ts';
import type { StayEvent } from '../stay/stay.events.ts';
import type { TaskEvent } from '../task/task.events.ts';
import type { WaitingEvent } from '../waiting/waiting.events.ts';

/** An own event as projections and the publication see it: checked when it was written, personal fields still sealed. */
export type Stored = (
  | BookingEvent
  | HouseholdEvent
  | PersonEvent
  | SeriesEvent
  | StayEvent
  | TaskEvent
  | WaitingEvent
) &
  Pick<SourceEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

const types = {
  ...{ HouseholdRegistered: true, ContactPersonChanged: true, MandateGranted: true, MandateWithdrawn: true },
  ...{ PersonForgotten: true, BookingRequested: true, BookingRefused: true, AcceptanceAsked: true, HelperWanted: true },
  ...{
    MoveAsked: true,
    BookingMoved: true,
    MoveRefused: true,
    CareNotGiven: true,
    RecordOverdue: true,
    BookingReserved: true,
    GateOpened: true,
    BookingConfirmed: true,
    BookingDeclined: true,
    BookingExpired: true,
    BookingCancelled: true,
    CareDelivered: true,
  },
  ...{ SeriesRequested: true, SeriesDatesAnswered: true, SeriesConfirmed: true, SeriesDatesAgreed: true },
  ...{ SeriesAccepted: true, SeriesDatesAccepted: true, SeriesExtended: true, SeriesEnded: true },
  SeriesDatesCancelled: true,
  ...{ StayPlanned: true, StayHeld: true, StayRefused: true, StayConfirmed: true, StayAgreed: true, OutcomeSaid: true },
  ...{ StepPassed: true, StayGateOpened: true, StayRostered: true, OutcomeOverdue: true, StayEnded: true },
  ...{ StayReleased: true, StayGivenRecorded: true, TaskSet: true, TaskDone: true },
  ...{ WaitingJoined: true, WaitingLeft: true, PlaceFreed: true, PlaceOffered: true, OfferHeld: true },
  ...{ OfferTaken: true, OfferPassed: true, PlaceClosed: true },
} satisfies Record<Stored['type'], true>;

/** Whether this is an event of ours; the log is written by nobody else, so its shape needs no second check. */
export const isStored = (event: SourceEvent | Stored): event is Stored => Object.hasOwn(types, event.type);
