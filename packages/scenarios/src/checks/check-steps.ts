import { count, type Fact, object, ofCategory, text } from './history.ts';

/** What may follow what in one life. `from` names the event before; `none`: the life begins here. */
type Lives = {
  readonly category: string;
  /** Lives within a stream are told apart by this field; without it the stream is one life. */
  readonly by?: string;
  readonly steps: Readonly<Record<string, readonly string[]>>;
};

/** May follow itself only when the moment in the one before has passed or is put off, or as another proposal. */
const afresh: Readonly<Record<string, (before: Fact, event: Fact) => boolean>> = {
  PlaceHeld: (before, event) => text(before, 'expiresAt') <= text(event, 'heldAt'),
  HoldExtended: (before, event) => text(before, 'expiresAt') < text(event, 'expiresAt'),
  RoomReserved: (before, event) => text(before, 'reservedUntil') <= text(event, 'reservedAt'),
  RoomConsumed: (before, event) => count(before, 'round') < count(event, 'round'),
  HelperAssigned: (before, event) => count(before, 'proposal') !== count(event, 'proposal'),
};

const held = ['PlaceHeld', 'CapacityOverridden', 'HoldExtended'];
const sought = ['MatchOpened', 'ProposalRefused', 'ProposalLapsed', 'HelperNotWanted'];
/** Somebody is proposed; the family's yes to them may be awaited, or there. */
const found = ['HelperProposed', 'HelperApproved'];
/** A claim hears that who bears it is not what was thought (ADR 39). */
const toldAnew = ['FundingDeclined', 'AwardFound', 'PolicyFound', 'BudgetFound'];
const answered = ['RoomAnswered', 'BudgetAnswered'];
const anyMoment = ['ClaimOpened', ...answered, 'ClaimSettled', 'ClaimReallocated', 'AllocationKept', ...toldAnew];
const allLives: readonly Lives[] = [
  {
    category: 'resource',
    by: 'bookingId',
    steps: {
      PlaceHeld: ['none', 'PlaceReleased', 'HoldExpired', ...held],
      CapacityOverridden: ['none', 'PlaceReleased', 'HoldExpired'],
      ...{ HoldExtended: held, PlaceTaken: held, PlaceReleased: [...held, 'PlaceTaken'], HoldExpired: held },
    },
  },
  {
    category: 'entitlement',
    by: 'bookingId',
    steps: {
      RoomReserved: ['none', 'RoomReleased', 'RoomLapsed', 'RoomReserved'],
      RoomKept: ['RoomReserved', 'RoomLapsed'],
      RoomLapsed: ['RoomReserved'],
      RoomReleased: ['RoomReserved', 'RoomKept', 'RoomLapsed'],
      // Of an award that came after the booking nothing was reserved; divided anew, it is consumed anew.
      RoomConsumed: ['none', 'RoomKept', 'RoomLapsed', 'RoomReleased', 'RoomConsumed'],
    },
  },
  {
    category: 'match',
    steps: {
      MatchOpened: ['none'],
      HelperProposed: sought,
      ...{ HelperApproved: ['HelperProposed'], HelperNotWanted: ['HelperProposed'] },
      ...{ ProposalRefused: found, ProposalLapsed: found, HelperMatched: found },
      MatchClosed: [...sought, ...found],
      MatchCancelled: [...sought, ...found, 'HelperMatched'],
    },
  },
  {
    category: 'helper',
    by: 'matchId',
    steps: { HelperAssigned: ['none', 'HelperReleased', 'HelperAssigned'], HelperReleased: ['HelperAssigned'] },
  },
  {
    category: 'claim',
    steps: {
      ClaimOpened: ['none'],
      RoomAnswered: ['ClaimOpened', 'RoomAnswered', ...toldAnew],
      BudgetAnswered: ['RoomAnswered', ...toldAnew],
      ClaimSettled: ['ClaimOpened', ...answered, ...toldAnew],
      ...{ FundingDeclined: anyMoment, AwardFound: anyMoment, PolicyFound: anyMoment, BudgetFound: anyMoment },
      ClaimReallocated: [...answered, ...toldAnew],
      AllocationKept: [...answered, ...toldAnew],
    },
  },
  {
    category: 'invoice',
    steps: {
      InvoiceDrafted: ['none'],
      InvoiceLinesAdded: ['InvoiceDrafted', 'InvoiceLinesAdded'],
      InvoiceIssued: ['InvoiceLinesAdded'],
    },
  },
  {
    category: 'offer',
    steps: {
      OfferPublished: ['none'],
      TariffChanged: ['OfferPublished', 'TariffChanged'],
      OfferWithdrawn: ['OfferPublished', 'TariffChanged'],
    },
  },
  {
    category: 'funding',
    by: 'entitlementId',
    steps: { SchemeAwarded: ['none'], AwardExtended: ['SchemeAwarded', 'AwardExtended'] },
  },
  { category: 'person', steps: { PersonForgotten: ['none'] } },
];

/** Every event follows one that it may follow: nothing without what comes before it, and nothing twice. */
export const checkSteps = (log: readonly Fact[]): string[] =>
  allLives.flatMap(({ category, by, steps }) =>
    ofCategory(log, category).flatMap(([stream, events]) => {
      const violations: string[] = [];
      const last = new Map<string, Fact>();
      for (const event of events) {
        const from = steps[event.type];
        if (from === undefined) continue;
        const life = by === undefined ? '' : text(event, by);
        const before = last.get(life);
        const mayFollow =
          from.includes(before?.type ?? 'none') && mayBeAgain(before, event) && isAnswered(before, event);
        if (!mayFollow)
          violations.push(`${stream}: ${event.type}${life && ` of ${life}`} after ${before?.type ?? 'nothing'}.`);
        last.set(life, event);
      }
      return violations;
    }),
  );

/** As long as the family's yes is awaited the helper knows of nothing, and says nothing (R51); nor does it wait in vain. */
const isAnswered = (before: Fact | undefined, event: Fact): boolean => {
  const { type } = event;
  // Without a reservation only an award that came after the booking is used.
  const isReserved = before !== undefined && before.type !== 'RoomReleased';
  if (type === 'RoomConsumed' && !isReserved) return text(object(event, 'found'), 'form') !== '';
  if (before?.type !== 'HelperProposed') return true;
  const awaitsFamily = text(before, 'awaits') === 'family';
  if (type === 'HelperMatched' || type === 'ProposalRefused') return !awaitsFamily;
  return awaitsFamily || (type !== 'HelperApproved' && type !== 'HelperNotWanted');
};

const mayBeAgain = (before: Fact | undefined, event: Fact): boolean => {
  const isAgain = before !== undefined && (before.type === event.type || held.includes(before.type));
  const rule = afresh[event.type];
  return !isAgain || rule === undefined || rule(before, event);
};
