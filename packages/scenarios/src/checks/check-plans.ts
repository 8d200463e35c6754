import { type Status, stepOf } from './booking-steps.ts';
import { type Fact, object, objects, ofCategory, text } from './history.ts';

type Standing = { readonly status: Status | undefined; readonly from: string };

/**
 * What is made of several bookings says the same as they do: after the end of a series nothing of it takes place, after
 * the end of a stay nothing of it is kept, nobody passes a gate that did not open, and of a waiting list a freed place is
 * with one household at a time. A part of an arrangement that has ended, and a proposal that was not wanted, hold nothing.
 */
export const checkPlans = (log: readonly Fact[]): string[] => {
  const bookings = new Map<string, Standing>();
  /** By plan, its bookings. */
  const parts = new Map<string, string[]>();
  for (const [stream, events] of ofCategory(log, 'booking')) {
    const bookingId = stream.slice('booking-'.length);
    let standing: Standing = { status: undefined, from: '' };
    for (const event of events) {
      const status = stepOf(event.type)?.to ?? standing.status;
      standing = { status, from: text(object(event, 'span'), 'from') || standing.from };
      const part = object(event, 'partOf');
      const key = `${text(part, 'kind')}-${text(part, 'id')}`;
      if (event.revision === 0) parts.set(key, [...(parts.get(key) ?? []), bookingId]);
    }
    bookings.set(bookingId, standing);
  }
  const open = (plan: string) =>
    (parts.get(plan) ?? []).flatMap((bookingId) => {
      const { status, from } = bookings.get(bookingId) ?? { status: undefined, from: '' };
      return status !== undefined && isKept(status) ? [{ bookingId, status, from }] : [];
    });
  return [
    ...ofCategory(log, 'series').flatMap(([stream, events]) => checkSeries(stream, events, open(stream))),
    ...ofCategory(log, 'stay').flatMap(([stream, events]) => checkStay(stream, events, open(stream))),
    ...ofCategory(log, 'waiting').flatMap(([stream, events]) => checkList(stream, events)),
    ...ofCategory(log, 'arrangement').flatMap(([stream, events]) => checkArrangement(stream, events, bookings)),
    ...ofCategory(log, 'proposal').flatMap(([stream, events]) => checkProposal(stream, events, open(stream))),
  ];
};

/** It will take place, or may. */
const isKept = (status: Status) =>
  ['held', 'awaiting-acceptance', 'awaiting-helper', 'reserved', 'confirmed'].includes(status);

type Open = { readonly bookingId: string; readonly status: Status; readonly from: string };

const checkSeries = (stream: string, events: readonly Fact[], open: readonly Open[]): string[] => {
  const ended = events.findLast(({ type }) => type === 'SeriesEnded');
  if (ended === undefined) return [];
  const from = text(ended, 'from');
  return open
    .filter((it) => it.from.slice(0, 10) >= from)
    .map((it) => `${stream} ended from ${from}, and booking ${it.bookingId} of ${it.from} is ${it.status}.`);
};

const checkStay = (stream: string, events: readonly Fact[], open: readonly Open[]): string[] => {
  const [planned] = events;
  const ended = events.find(({ type }) => type === 'StayEnded');
  const passed = new Set(events.filter(({ type }) => type === 'StepPassed').map(({ data }) => data.step));
  const begins = planned === undefined ? [] : objects(planned, 'steps').map((it) => text(object(it, 'span'), 'from'));
  return open.flatMap(({ bookingId, status, from }) => {
    const step = begins.indexOf(from);
    if (ended !== undefined && from > text(ended, 'endedAt'))
      return [`${stream} ended, and booking ${bookingId} of ${from} is ${status}.`];
    if (status === 'confirmed' && step > 0 && !passed.has(step - 1))
      return [`${stream}: step ${step} is confirmed, and the one before it did not pass.`];
    return [];
  });
};

const checkList = (stream: string, events: readonly Fact[]): string[] => {
  const violations: string[] = [];
  const offeredTo = new Map<string, string>();
  const served = new Set<string>();
  for (const event of events) {
    const placeId = text(event, 'placeId');
    const waitingId = text(event, 'waitingId');
    const now = offeredTo.get(placeId);
    if (event.type === 'PlaceOffered') {
      if (now !== undefined) violations.push(`${stream}: place ${placeId} was offered to ${waitingId} and to ${now}.`);
      if (served.has(waitingId)) violations.push(`${stream}: ${waitingId} waits no more and was offered a place.`);
      offeredTo.set(placeId, waitingId);
    }
    if (event.type === 'OfferPassed') offeredTo.delete(placeId);
    if (event.type === 'OfferTaken') {
      if (now !== waitingId)
        violations.push(`${stream}: ${waitingId} took place ${placeId}, which it was not offered.`);
    }
    if (event.type === 'WaitingLeft') served.add(waitingId);
  }
  return violations;
};

/** By part, how the arrangement says that it stands. */
const partsOf = (events: readonly Fact[]) => {
  const parts = new Map<string, { readonly thingId: string; readonly tripOf: string; isOver: boolean }>();
  const end = (partId: string) => {
    const part = parts.get(partId);
    if (part) part.isOver = true;
  };
  for (const event of events) {
    if (event.type === 'ArrangementPlanned' || event.type === 'ArrangedPartsAdded')
      for (const part of objects(event, 'parts'))
        parts.set(text(part, 'partId'), {
          thingId: text(part, 'thingId'),
          tripOf: text(object(part, 'tripOf'), 'partId'),
          isOver: false,
        });
    if (event.type === 'ArrangedPartsEnded') for (const part of objects(event, 'parts')) end(text(part, 'partId'));
    if (['ArrangedPartRefused', 'ArrangedPartLost', 'ArrangedPartFellAway'].includes(event.type))
      end(text(event, 'partId'));
  }
  return parts;
};

const checkArrangement = (stream: string, events: readonly Fact[], bookings: ReadonlyMap<string, Standing>) => {
  const parts = partsOf(events);
  return [...parts].flatMap(([partId, { thingId, tripOf, isOver }]) => {
    const status = bookings.get(thingId)?.status;
    if (status === undefined) return [];
    if (isOver && isKept(status)) return [`${stream}: part ${partId} is over, and booking ${thingId} is ${status}.`];
    if (parts.get(tripOf)?.isOver && isKept(status))
      return [`${stream}: part ${tripOf} is over, and its trip ${thingId} is ${status}.`];
    return [];
  });
};

const checkProposal = (stream: string, events: readonly Fact[], open: readonly Open[]): string[] => {
  const last = events.findLast(({ type }) => type in { ProposalMade: 0, ProposedAgain: 0, ...endsOfProposal });
  if (last === undefined || !(last.type in endsOfProposal)) return [];
  return open
    .filter(({ status }) => last.type !== 'ProposalAccepted' || status === 'held')
    .map((it) => `${stream}: after ${last.type} booking ${it.bookingId} is ${it.status}.`);
};
const endsOfProposal: Readonly<Record<string, true>> = {
  ...{ ProposalAccepted: true, ProposalDeclined: true, ProposalExpired: true },
};
