import type { SourceEvent } from '@adempauze/event-store';
import type { ArrangementEvent } from '../arrangement/arrangement.events.ts';
import type { ActivationEvent, BackupEvent } from '../backup/backup.events.ts';
import type { BookingEvent } from '../booking/booking.events.ts';
import type { EndingEvent } from '../ending/ending.events.ts';
import type { HouseholdEvent } from '../household/household.events.ts';
import type { UndoEvent } from '../on-behalf/undo.events.ts';
import type { PalliativeEvent } from '../palliative/palliative.events.ts';
import type { PersonEvent } from '../person/person.events.ts';
import type { ProposalEvent } from '../proposal/proposal.events.ts';
import type { SeriesEvent } from '../series/series.events.ts';
import type { SignalEvent } from '../signal/signal.events.ts';
import type { StayEvent } from '../stay/stay.events.ts';
import type { TaskEvent } from '../task/task.events.ts';
import type { ActLimitsEvent, TaskAgreementEvent } from '../task-agreement/task-agreement.events.ts';
import type { SearchEvent } from '../unmet-demand/search.events.ts';
import type { UrgentEvent } from '../urgent/urgent.events.ts';
import type { WaitingEvent } from '../waiting/waiting.events.ts';
import type { WishEvent } from '../wish/wish.events.ts';

/** An own event as projections and the publication see it: checked when it was written, personal fields still sealed. */
export type Stored = (
  | ActivationEvent
  | ArrangementEvent
  | BackupEvent
  | BookingEvent
  | EndingEvent
  | PalliativeEvent
  | UrgentEvent
  | HouseholdEvent
  | PersonEvent
  | ProposalEvent
  | UndoEvent
  | SignalEvent
  | SeriesEvent
  | StayEvent
  | TaskEvent
  | TaskAgreementEvent
  | ActLimitsEvent
  | WaitingEvent
  | WishEvent
  | SearchEvent
) &
  Pick<SourceEvent, 'id' | 'stream' | 'revision' | 'position' | 'metadata'>;

const types = {
  ...{ HouseholdRegistered: true, ContactPersonChanged: true, MandateGranted: true, MandateWithdrawn: true },
  ...{ CareNeedChanged: true, BriefConsentSaid: true, HandOverAnnounced: true },
  ...{ TaskAgreed: true, InstructionRecorded: true, TaskDeclined: true, TaskWithdrawn: true, TaskReviewDue: true },
  ActLimitsSet: true,
  ...{ PersonForgotten: true, BookingRequested: true, BookingRefused: true, AcceptanceAsked: true, HelperWanted: true },
  ...{
    MoveAsked: true,
    BookingMoved: true,
    MoveRefused: true,
    AccompanimentChanged: true,
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
  ...{ SeriesDeclined: true, SeriesDatesDeclined: true },
  ...{ SeriesAccepted: true, SeriesDatesAccepted: true, SeriesExtended: true, SeriesEnded: true },
  SeriesDatesCancelled: true,
  ...{ StayPlanned: true, StayHeld: true, StayRefused: true, StayConfirmed: true, StayAgreed: true, OutcomeSaid: true },
  ...{ StepPassed: true, StayGateOpened: true, StayRostered: true, OutcomeOverdue: true, StayEnded: true },
  ...{ StayReleased: true, StayGivenRecorded: true, StayGivenSaid: true, TaskSet: true, TaskDone: true },
  ...{ WaitingJoined: true, WaitingLeft: true, PlaceFreed: true, PlaceOffered: true, OfferHeld: true },
  ...{ OfferTaken: true, OfferPassed: true, RefusalsLifted: true, PlaceClosed: true, NothingFound: true },
  ...{ WishMade: true, ListsFound: true, ListJoined: true, PlaceClaimed: true, ClaimEnded: true },
  ...{ WishEnded: true, ListLeft: true },
  ...{
    ProposalMade: true,
    ProposalPartHeld: true,
    ProposalPartRefused: true,
    ProposalAccepted: true,
    ProposalPartAgreed: true,
    ProposalPartLost: true,
  },
  ...{
    ProposalDeclined: true,
    ProposalExpired: true,
    ProposalEnded: true,
    ProposedAgain: true,
    ProposalPartReleased: true,
  },
  ...{ UrgentOpened: true, UrgentEscalated: true, UrgentHandedOver: true, UrgentOptionChosen: true },
  ...{ UrgentOptionAsked: true, UrgentOptionConfirmed: true, UrgentOptionLost: true, UrgentResolved: true },
  ...{ UrgentReopened: true, FastLaneGiven: true, FastLaneLate: true, FastLaneEnded: true },
  WaitingRaised: true,
  ...{ CareEnded: true, CareReleased: true, CareEndingCompleted: true },
  ...{ ArrangementPlanned: true, ArrangedPartsAdded: true, ArrangedPartHeld: true, ArrangedPartRefused: true },
  ...{ ArrangedPartsConfirmed: true, ArrangedPartAgreed: true, ArrangedPartsHeldBack: true, ArrangedPartLost: true },
  ...{ ArrangedPartsEnded: true, ArrangedPartReleased: true, ArrangedPartFellAway: true, TripsToMove: true },
  ...{ TripMoved: true, BackupsNamed: true, NetworkNoted: true, BackupActivated: true, BackupFound: true },
  ...{ BackupNotFree: true, BackupFellAway: true },
  ...{ CaregiverSignalled: true, SignalOverdue: true, SignalTakenUp: true, SignalClosed: true },
  ...{ UndoAsked: true, UndoDone: true, UndoRefused: true },
} satisfies Record<Stored['type'], true>;

/** Whether this is an event of ours; the log is written by nobody else, so its shape needs no second check. */
export const isStored = (event: SourceEvent | Stored): event is Stored => Object.hasOwn(types, event.type);
