import type { PartEnd } from '@adempauze/contracts';
import {
  accept,
  type Day,
  type Decider,
  type Decision,
  type Instant,
  isRedacted,
  msOf,
  plusMs,
  type Rejection,
  reject,
  type Span,
} from '@adempauze/kernel';
import type { AtCost } from '../cancelling/charge.rules.ts';
import type { ArrangementData, ArrangementEvent, AskedPart } from './arrangement.events.ts';
import {
  type Arrangement,
  type ArrangementState,
  confirmable,
  evolveArrangement,
  firstDayOf,
  isBlocked,
  isGone,
  isLiving,
  type Part,
  partsOf,
  tripsOf,
} from './arrangement.state.rules.ts';

/** Why something could not be had; absent: it could. */
type No = { readonly no?: { readonly code: string; readonly facts: Rejection['facts'] } };

export type ArrangementCommand = { readonly now: Instant } & (
  | { readonly type: 'PlanArrangement'; readonly data: Omit<ArrangementData<'ArrangementPlanned'>, 'plannedAt'> }
  | { readonly type: 'AddParts'; readonly parts: readonly AskedPart[] }
  /** `agreed`: it was there already, and had every yes that the household gives. */
  | ({ readonly type: 'RecordHold'; readonly partId: string; readonly agreed?: true } & No)
  | { readonly type: 'ConfirmArrangement' }
  | ({ readonly type: 'RecordYes'; readonly partId: string } & No)
  | AtCost<{
      readonly type: 'EndParts';
      readonly partIds: readonly string[];
      readonly from?: Day;
      /** The caregiver wanted it, unless told. */
      readonly why?: 'caregiver' | 'care-ended';
    }>
  /** `ends`: which of the times that it was to be let go of. */
  | { readonly type: 'RecordRelease'; readonly partId: string; readonly ends: number }
  /** What a part is has ended by itself: declined, expired, or ended elsewhere. A series from a day. */
  | { readonly type: 'LosePart'; readonly partId: string; readonly from?: Day }
  /** What a part is has moved. */
  | { readonly type: 'FollowMove'; readonly partId: string; readonly from: Span; readonly to: Span }
  | ({ readonly type: 'RecordMove'; readonly partId: string; readonly to: Span } & No)
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

/** The most parts that an arrangement ever has, ended ones too. */
export const mostPartsEver = 40;

export type ArrangementRejection = Rejection<
  | 'already-exists'
  | 'arrangement-not-found'
  | 'arrangement-not-held'
  | 'part-not-found'
  | 'too-many-parts'
  | 'transport-first'
>;
type Answer = Decision<ArrangementEvent, ArrangementRejection>;

/**
 * Several forms under one plan (R11), asked for and confirmed in one action each. Every part goes its own way, and ends
 * without touching another, but for its trips (R22): they are confirmed with it, move with it and end with it.
 */
export const arrangementDecider: Decider<ArrangementCommand, ArrangementState, ArrangementEvent, ArrangementRejection> =
  {
    initialState: undefined,
    evolve: evolveArrangement,
    decide(command, state) {
      if (command.type === 'PlanArrangement') return plan(command, state);
      return state === undefined ? reject('arrangement-not-found') : decideOn(state, command);
    },
  };

const decideOn = (state: Arrangement, command: Exclude<ArrangementCommand, { type: 'PlanArrangement' }>): Answer => {
  const { now } = command;
  const about = aboutOf(state);
  switch (command.type) {
    case 'AddParts':
      return add(state, command.parts, now);
    case 'RecordHold':
      return recordHold(state, command);
    case 'ConfirmArrangement': {
      const partIds = [...confirmable(state)];
      if (partIds.length > 0)
        return accept({ type: 'ArrangedPartsConfirmed', data: { ...about, partIds, confirmedAt: now } });
      const parts = partsOf(state);
      if (parts.some(({ stage }) => stage === 'confirm-asked')) return accept();
      if (parts.some((part) => isBlocked(state, part))) return reject('transport-first');
      return parts.some(({ stage }) => stage === 'agreed') ? accept() : reject('arrangement-not-held');
    }
    case 'RecordYes':
      return recordYes(state, command);
    case 'EndParts':
      return end(state, command);
    case 'RecordRelease':
      if (!isToBeReleased(state.parts.get(command.partId), command.ends)) return accept();
      return accept({ type: 'ArrangedPartReleased', data: { ...about, partId: command.partId, releasedAt: now } });
    case 'LosePart': {
      const part = state.parts.get(command.partId);
      if (part === undefined || !isLiving(part)) return accept();
      const { partId } = command;
      const from = command.from === undefined ? {} : { from: command.from };
      const fellAway: ArrangementEvent = {
        type: 'ArrangedPartFellAway',
        data: { ...about, partId, wasAgreed: part.stage === 'agreed', ...from, fellAwayAt: now },
      };
      return accept(
        fellAway,
        ...heldBack(state, part, now),
        ...endings(state, tripsOf(state, partId), 'with-part', now, from),
      );
    }
    case 'FollowMove':
      return follow(state, command);
    case 'RecordMove': {
      const part = state.parts.get(command.partId);
      if (part === undefined || part.moveTo === null || !isSame(part.moveTo, command.to)) return accept();
      if (command.no !== undefined) return accept(...endings(state, [part], 'could-not-move', now));
      return accept({ type: 'TripMoved', data: { ...about, partId: command.partId, span: command.to, movedAt: now } });
    }
    case 'GoOn':
      return accept();
  }
};

const plan = ({ data, now }: ArrangementCommand & { type: 'PlanArrangement' }, state: ArrangementState): Answer => {
  if (state !== undefined) return isRepeat(state, data) ? accept() : reject('already-exists');
  if (!hangTogether(new Map(), data.parts)) return reject('part-not-found');
  return accept({ type: 'ArrangementPlanned', data: { ...data, plannedAt: now } });
};

const add = (state: Arrangement, asked: readonly AskedPart[], now: Instant): Answer => {
  const known = asked.map((it) => state.parts.get(it.partId));
  if (known.every((it, index) => it !== undefined && canonical(it.asked) === canonical(asked[index]))) return accept();
  if (known.some((it) => it !== undefined)) return reject('already-exists');
  if (state.parts.size + asked.length > mostPartsEver) return reject('too-many-parts', { most: mostPartsEver });
  if (!hangTogether(state.parts, asked)) return reject('part-not-found');
  return accept({ type: 'ArrangedPartsAdded', data: { ...aboutOf(state), parts: [...asked], addedAt: now } });
};

/** A trip is of a part that goes on, and of its kind: of a series by series. What is replaced is there. */
const hangTogether = (there: Arrangement['parts'], asked: readonly AskedPart[]): boolean =>
  asked.every(({ kind, tripOf, instead }) => {
    if (instead !== undefined && !there.has(instead)) return false;
    if (tripOf === undefined) return true;
    const known = there.get(tripOf.partId);
    const main =
      asked.find(({ partId }) => partId === tripOf.partId) ?? (known && isLiving(known) ? known.asked : undefined);
    return main !== undefined && main.tripOf === undefined && (main.kind === 'series') === (kind === 'series');
  });

const recordHold = (
  state: Arrangement,
  { partId, no, agreed, now }: ArrangementCommand & { type: 'RecordHold' },
): Answer => {
  const part = state.parts.get(partId);
  if (part === undefined) return accept();
  const about = aboutOf(state);
  if (part.stage === 'hold-asked') {
    if (no === undefined) {
      const held: ArrangementEvent = { type: 'ArrangedPartHeld', data: { ...about, partId, heldAt: now } };
      if (agreed === undefined) return accept(held);
      return accept<ArrangementEvent>(held, { type: 'ArrangedPartAgreed', data: { ...about, partId, agreedAt: now } });
    }
    const refused: ArrangementEvent = {
      type: 'ArrangedPartRefused',
      data: { ...about, partId, code: no.code, facts: { ...no.facts }, refusedAt: now },
    };
    return accept(refused, ...endings(state, tripsOf(state, partId), 'with-part', now));
  }
  if (no !== undefined || part.wasHeld || part.end === null) return accept();
  // It was let go of while it was being asked for, and came all the same: it is let go of once more.
  const held: ArrangementEvent = { type: 'ArrangedPartHeld', data: { ...about, partId, heldAt: now } };
  return accept(held, ended(state, [{ partId, why: part.end }], now));
};

/** An answer to an earlier time says nothing of what came after it. */
const isToBeReleased = (part: Part | undefined, ends: number): boolean =>
  part?.stage === 'end-asked' && part.ends === ends;

const recordYes = (state: Arrangement, { partId, no, now }: ArrangementCommand & { type: 'RecordYes' }): Answer => {
  const part = state.parts.get(partId);
  if (part?.stage !== 'confirm-asked') return accept();
  const about = aboutOf(state);
  if (no !== undefined) {
    const lost: ArrangementEvent = {
      type: 'ArrangedPartLost',
      data: { ...about, partId, code: no.code, facts: { ...no.facts }, lostAt: now },
    };
    return accept(lost, ...heldBack(state, part, now), ...endings(state, tripsOf(state, partId), 'with-part', now));
  }
  const agreed: ArrangementEvent = { type: 'ArrangedPartAgreed', data: { ...about, partId, agreedAt: now } };
  const old = part.asked.instead === undefined ? undefined : state.parts.get(part.asked.instead);
  if (old === undefined) return accept(agreed);
  const { partId: oldId } = old.asked;
  const from = firstDayOf(part.asked);
  const since = from === undefined ? {} : { from };
  return accept(agreed, ...endings(state, [old, ...tripsOf(state, oldId)], 'replaced', now, since));
};

const end = (
  state: Arrangement,
  { partIds, from, charges = [], why = 'caregiver', now }: ArrangementCommand & { type: 'EndParts' },
): Answer => {
  const parts = partIds.map((partId) => state.parts.get(partId));
  if (parts.includes(undefined)) return reject('part-not-found');
  const chosen = parts.filter((it) => it !== undefined);
  const ids = new Set(partIds);
  const trips = chosen
    .flatMap(({ asked }) => tripsOf(state, asked.partId))
    .filter(({ asked }) => !ids.has(asked.partId));
  const ends = [
    ...chosen.filter(isToBeEnded).map(({ asked }) => ({ partId: asked.partId, why })),
    ...trips.filter(isLiving).map(({ asked }) => ({ partId: asked.partId, why: 'with-part' as const })),
  ];
  const agreed = {
    ...(from === undefined ? {} : { from }),
    ...(charges.length === 0 ? {} : { charges: [...charges] }),
  };
  return ends.length === 0 ? accept() : accept(ended(state, ends, now, agreed));
};

/** Also what was refused, or fell away: the caregiver does without it. */
const isToBeEnded = (part: Part): boolean => isLiving(part) || part.stage === 'refused' || isGone(part);

const follow = (state: Arrangement, { partId, from, to, now }: ArrangementCommand & { type: 'FollowMove' }): Answer => {
  const trips = tripsOf(state, partId).flatMap(({ asked, stage, at, moveTo }) => {
    if (asked.span === undefined || !['held', 'confirm-asked', 'agreed'].includes(stage)) return [];
    const shiftMs = asked.tripOf?.leg === 'there' ? msOf(to.from) - msOf(from.from) : msOf(to.until) - msOf(from.until);
    const is = moveTo ?? at ?? asked.span;
    return [{ partId: asked.partId, to: { from: plusMs(is.from, shiftMs), until: plusMs(is.until, shiftMs) } }];
  });
  if (trips.length === 0) return accept();
  return accept({ type: 'TripsToMove', data: { ...aboutOf(state), trips, askedAt: now } });
};

/** What waited for this trip goes back to being held, with its other trips: the caregiver decides again. */
const heldBack = (state: Arrangement, { asked }: Part, now: Instant): ArrangementEvent[] => {
  if (asked.tripOf?.blocks !== true) return [];
  const main = state.parts.get(asked.tripOf.partId);
  if (main?.stage !== 'confirm-asked') return [];
  const waiting = [main, ...tripsOf(state, main.asked.partId)].filter(
    (it) => it.stage === 'confirm-asked' && it.asked.partId !== asked.partId,
  );
  const partIds = waiting.map((it) => it.asked.partId);
  return [{ type: 'ArrangedPartsHeldBack', data: { ...aboutOf(state), partIds, heldBackAt: now } }];
};

const endings = (
  state: Arrangement,
  parts: readonly Part[],
  why: PartEnd,
  now: Instant,
  from: { readonly from?: Day } = {},
): ArrangementEvent[] => {
  const ends = parts.filter(isLiving).map(({ asked }) => ({ partId: asked.partId, why }));
  return ends.length === 0 ? [] : [ended(state, ends, now, from)];
};

const ended = (
  state: Arrangement,
  parts: ArrangementData<'ArrangedPartsEnded'>['parts'],
  now: Instant,
  more: Pick<ArrangementData<'ArrangedPartsEnded'>, 'from' | 'charges'> = {},
): ArrangementEvent => ({ type: 'ArrangedPartsEnded', data: { ...aboutOf(state), parts, ...more, endedAt: now } });

const aboutOf = ({ planned: { arrangementId, householdId } }: Arrangement) => ({ arrangementId, householdId });

const isSame = (a: Span, b: Span): boolean => a.from === b.from && a.until === b.until;

/** Words that were forgotten are not compared. */
const isRepeat = (
  { planned, first }: Arrangement,
  { parts, purpose: again, ...asked }: (ArrangementCommand & { type: 'PlanArrangement' })['data'],
): boolean => {
  const { plannedAt: _at, purpose, ...kept } = planned;
  const words = isRedacted(purpose) || isRedacted(again) || purpose === again;
  return words && canonical(kept) === canonical(asked) && canonical(first) === canonical(parts);
};

/** Keys have an order of their own in the log. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
