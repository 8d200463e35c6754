/** Where a booking can stand, as its events tell it. */
export type Status =
  | 'held'
  | 'awaiting-acceptance'
  | 'awaiting-helper'
  | 'reserved'
  | 'confirmed'
  | 'delivered'
  | 'not-given'
  | 'cancelled'
  | 'declined'
  | 'expired'
  | 'refused';

type Step = { readonly to: Status; readonly from: readonly (Status | 'none')[] };

/** What may follow what in the life of a booking: the event, and where the booking stood before it. */
const steps: Readonly<Record<string, Step>> = {
  BookingRequested: { to: 'held', from: ['none'] },
  BookingRefused: { to: 'refused', from: ['none'] },
  AcceptanceAsked: { to: 'awaiting-acceptance', from: ['held'] },
  HelperWanted: { to: 'awaiting-helper', from: ['held'] },
  BookingReserved: { to: 'reserved', from: ['held', 'awaiting-acceptance', 'awaiting-helper'] },
  BookingConfirmed: { to: 'confirmed', from: ['held', 'awaiting-acceptance', 'awaiting-helper', 'reserved'] },
  BookingDeclined: { to: 'declined', from: ['awaiting-acceptance', 'awaiting-helper'] },
  BookingExpired: { to: 'expired', from: ['held', 'awaiting-acceptance', 'awaiting-helper', 'reserved'] },
  BookingCancelled: {
    to: 'cancelled',
    from: ['held', 'awaiting-acceptance', 'awaiting-helper', 'reserved', 'confirmed'],
  },
  CareDelivered: { to: 'delivered', from: ['confirmed'] },
  CareNotGiven: { to: 'not-given', from: ['confirmed'] },
};

/** Where an event takes a booking to; undefined when it changes something else. */
export const stepOf = (type: string): Step | undefined => steps[type];

/** Whether that is a step which a booking that stood there could take; `undefined`: it was not there. */
export const mayStep = (step: Step, before: Status | undefined): boolean => step.from.includes(before ?? 'none');

/** Somebody's turn, until a moment. */
export const isWaiting = (status: Status): boolean =>
  status === 'held' || status === 'reserved' || status.startsWith('awaiting-');

/** Has its place or helper; where care was not given, what was left of it is free again. */
export const isOn = (status: Status): boolean => ['reserved', 'confirmed', 'delivered'].includes(status);

/** Nothing can follow. */
export const isOver = (status: Status): boolean => !isWaiting(status) && status !== 'confirmed';
