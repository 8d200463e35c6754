import { type OnBehalfRef, type OnBehalfWhat, PlaceOfService, TimeSpan } from '@adempauze/contracts';
import { Day, Uuid } from '@adempauze/kernel';
import { z } from 'zod';
import type { Stored } from '../integration/stored.ts';

/** Where to leave a line, when and where a booking was, from when a series was longer, to which parts of a proposal yes was said, what a plan got. */
export const Facts = z.strictObject({
  offerId: z.string().optional(),
  movedFrom: TimeSpan.optional(),
  placeMovedFrom: PlaceOfService.optional(),
  from: Day.optional(),
  parts: z.array(z.int()).optional(),
  partIds: z.array(Uuid).optional(),
});
export type OnBehalfFacts = z.infer<typeof Facts>;

export type Done = {
  readonly householdId: string;
  readonly what: OnBehalfWhat;
  readonly ref: OnBehalfRef;
  readonly by: string;
  readonly facts?: OnBehalfFacts;
};

/** What an event says that `actor` did, of whichever household; a series says of whom it is at its beginning only. */
export const doneIn = (event: Stored, actor: string): Done | undefined => {
  switch (event.type) {
    case 'HouseholdRegistered': {
      const { householdId, registeredBy, mandates } = event.data;
      const [mandate] = mandates;
      const ref = { kind: 'mandate' as const, id: mandate?.mandateId ?? householdId };
      if (mandate === undefined) return undefined;
      return { householdId, what: 'household-registered', ref, by: registeredBy.accountId };
    }
    case 'CareNeedChanged': {
      const { householdId, changedBy: by } = event.data;
      return { householdId, what: 'care-need-changed', ref: { kind: 'household', id: householdId }, by };
    }
    case 'BriefConsentSaid': {
      const { householdId, by } = event.data;
      return { householdId, what: 'brief-consent-said', ref: { kind: 'household', id: householdId }, by };
    }
    case 'ContactPersonChanged': {
      const { householdId } = event.data;
      return { householdId, what: 'contact-person-changed', ref: { kind: 'household', id: householdId }, by: actor };
    }
    case 'MandateGranted':
    case 'MandateWithdrawn': {
      const { householdId, mandateId } = event.data;
      const what = event.type === 'MandateGranted' ? 'mandate-granted' : 'mandate-withdrawn';
      return { householdId, what, ref: { kind: 'mandate', id: mandateId }, by: actor };
    }
    case 'BookingRequested': {
      const { householdId, bookingId, partOf, requestedBy } = event.data;
      if (partOf !== undefined) return undefined;
      return { householdId, what: 'booking-requested', ref: { kind: 'booking', id: bookingId }, by: requestedBy };
    }
    case 'AcceptanceAsked':
    case 'HelperWanted':
    case 'BookingConfirmed': {
      const { householdId, bookingId } = event.data;
      return { householdId, what: 'booking-agreed', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'BookingMoved': {
      const { householdId, bookingId, movedFrom, placeMovedFrom } = event.data;
      const ref = { kind: 'booking' as const, id: bookingId };
      const facts = placeMovedFrom === undefined ? { movedFrom } : { movedFrom, placeMovedFrom };
      return { householdId, what: 'booking-moved', ref, by: actor, facts };
    }
    case 'AccompanimentChanged': {
      const { householdId, bookingId } = event.data;
      return { householdId, what: 'accompaniment-changed', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'BookingCancelled': {
      const { householdId, bookingId, by } = event.data;
      if (by !== 'caregiver') return undefined;
      return { householdId, what: 'booking-cancelled', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'CareNotGiven': {
      const { householdId, bookingId } = event.data;
      return { householdId, what: 'care-not-given', ref: { kind: 'booking', id: bookingId }, by: actor };
    }
    case 'SeriesRequested': {
      const { householdId, seriesId, requestedBy: by, proposedUntil } = event.data;
      // What is proposed asks for the caregiver's own yes.
      if (proposedUntil !== undefined) return undefined;
      return { householdId, what: 'series-requested', ref: { kind: 'series', id: seriesId }, by };
    }
    case 'StayPlanned': {
      const { householdId, stayId, requestedBy: by, proposedUntil } = event.data;
      if (proposedUntil !== undefined) return undefined;
      return { householdId, what: 'stay-planned', ref: { kind: 'stay', id: stayId }, by };
    }
    case 'OutcomeSaid': {
      const { householdId, stayId, voice } = event.data;
      if (voice === 'house') return undefined;
      return { householdId, what: 'outcome-said', ref: { kind: 'stay', id: stayId }, by: actor };
    }
    case 'StayConfirmed':
    case 'StayEnded': {
      const { householdId, stayId } = event.data;
      if (event.type === 'StayEnded' && event.data.by !== 'caregiver') return undefined;
      const what = event.type === 'StayEnded' ? 'stay-ended' : 'stay-agreed';
      return { householdId, what, ref: { kind: 'stay', id: stayId }, by: actor };
    }
    case 'WaitingJoined': {
      const { householdId, waitingId, offerId, requestedBy: by } = event.data;
      const ref = { kind: 'waiting' as const, id: waitingId };
      return { householdId, what: 'waiting-joined', ref, by, facts: { offerId } };
    }
    case 'WaitingLeft': {
      const { householdId, waitingId, why } = event.data;
      if (why !== 'left') return undefined;
      return { householdId, what: 'waiting-left', ref: { kind: 'waiting', id: waitingId }, by: actor };
    }
    case 'WishEnded': {
      const { householdId, wishId, why } = event.data;
      if (why !== 'left') return undefined;
      return { householdId, what: 'wish-ended', ref: { kind: 'wish', id: wishId }, by: actor };
    }
    case 'WishMade': {
      const { householdId, wishId, requestedBy: by } = event.data;
      return { householdId, what: 'wish-made', ref: { kind: 'wish', id: wishId }, by };
    }
    case 'ArrangementPlanned': {
      const { householdId, arrangementId, requestedBy: by } = event.data;
      return { householdId, what: 'arrangement-planned', ref: { kind: 'arrangement', id: arrangementId }, by };
    }
    case 'ArrangedPartsAdded': {
      const { householdId, arrangementId, parts } = event.data;
      const facts = { partIds: parts.map(({ partId }) => partId) };
      return {
        householdId,
        what: 'arrangement-extended',
        ref: { kind: 'arrangement', id: arrangementId },
        by: actor,
        facts,
      };
    }
    case 'ArrangedPartsConfirmed': {
      const { householdId, arrangementId } = event.data;
      return { householdId, what: 'arrangement-agreed', ref: { kind: 'arrangement', id: arrangementId }, by: actor };
    }
    case 'ArrangedPartsEnded': {
      const { householdId, arrangementId, parts } = event.data;
      // What ends because of something else, its care or the part that it was a trip of, nobody ended by hand.
      if (!parts.some(({ why }) => why === 'caregiver')) return undefined;
      return { householdId, what: 'arrangement-ended', ref: { kind: 'arrangement', id: arrangementId }, by: actor };
    }
    case 'ProposalAccepted':
    case 'ProposalDeclined': {
      const { householdId, proposalId, by } = event.data;
      const what = event.type === 'ProposalAccepted' ? 'proposal-accepted' : 'proposal-declined';
      const facts = event.type === 'ProposalAccepted' ? { parts: event.data.parts } : {};
      return { householdId, what, ref: { kind: 'proposal', id: proposalId }, by, facts };
    }
    case 'BackupsNamed': {
      const { householdId, agreedBy: by } = event.data;
      return { householdId, what: 'backups-named', ref: { kind: 'household', id: householdId }, by };
    }
    case 'FastLaneGiven': {
      const { householdId, flaggedBy: by } = event.data;
      return { householdId, what: 'fast-lane-given', ref: { kind: 'household', id: householdId }, by };
    }
    case 'FastLaneEnded': {
      const { householdId, why } = event.data;
      if (why !== 'lifted') return undefined;
      return { householdId, what: 'fast-lane-lifted', ref: { kind: 'household', id: householdId }, by: actor };
    }
    case 'CareEnded': {
      const { householdId, endedBy: by } = event.data;
      return { householdId, what: 'care-ended', ref: { kind: 'household', id: householdId }, by };
    }
    case 'UrgentOpened': {
      const { householdId, urgentId, openedBy: by } = event.data;
      return { householdId, what: 'urgent-opened', ref: { kind: 'urgent', id: urgentId }, by };
    }
    case 'TaskAgreed': {
      const { householdId, agreementId, recordedBy: by } = event.data;
      return { householdId, what: 'task-agreed', ref: { kind: 'agreement', id: agreementId }, by };
    }
    default:
      return undefined;
  }
};
