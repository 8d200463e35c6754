import type { PartEnd } from '@adempauze/contracts';
import { type Day, dayOf, type Instant, type Rejection, type Span } from '@adempauze/kernel';
import type { Charge } from '../cancelling/charge.rules.ts';
import type { ArrangementData, ArrangementEvent, AskedPart } from './arrangement.events.ts';

/**
 * How far a part has come, as far as the arrangement is concerned; its booking, series or stay says the rest. What ends
 * in `-asked` is outstanding: the process has recorded that it wants it and has no answer yet.
 */
export type PartStage = 'hold-asked' | 'held' | 'refused' | 'confirm-asked' | 'agreed' | 'end-asked' | 'ended';

export type Part = {
  readonly asked: AskedPart;
  readonly stage: PartStage;
  /** Why it was refused or lost. */
  readonly no: { readonly code: string; readonly facts: Rejection['facts'] } | null;
  readonly end: PartEnd | null;
  /** From which day a series has no more dates. */
  readonly endFrom: Day | null;
  /** What the caregiver agreed to for ending it late. */
  readonly charges: readonly Charge[];
  /** Where a trip is now, once it has moved. */
  readonly at: Span | null;
  /** Where a trip is to move to, and how often it was asked to: each time is a question of its own. */
  readonly moveTo: Span | null;
  readonly moves: number;
  readonly confirms: number;
  readonly ends: number;
  /** It came once, however late. */
  readonly wasHeld: boolean;
  readonly askedAt: Instant;
  /** Since when it had every yes that the household gives. */
  readonly agreedAt: Instant | null;
  readonly since: Instant;
};
export type Arrangement = {
  readonly planned: Omit<ArrangementData<'ArrangementPlanned'>, 'parts'>;
  /** What was asked at once, to know a repeat by. */
  readonly first: readonly AskedPart[];
  readonly parts: ReadonlyMap<string, Part>;
};
export type ArrangementState = Arrangement | undefined;

/** It is, or may still be, held or agreed. */
const living: readonly PartStage[] = ['hold-asked', 'held', 'confirm-asked', 'agreed'];
export const isLiving = ({ stage }: Part): boolean => living.includes(stage);

export const partsOf = ({ parts }: Arrangement): readonly Part[] => [...parts.values()];
export const tripsOf = (state: Arrangement, partId: string): readonly Part[] =>
  partsOf(state).filter(({ asked }) => asked.tripOf?.partId === partId);

/** It is over, and not because anybody of the household wanted that. */
export const isGone = ({ stage, end }: Part): boolean =>
  (stage === 'ended' || stage === 'end-asked') && (end === 'lost' || end === 'by-itself' || end === 'could-not-move');

/** A trip without which its part is not to be confirmed, that is not there, and that the caregiver does not do without. */
const isMissing = (part: Part): boolean =>
  part.asked.tripOf?.blocks === true &&
  (part.stage === 'refused' || part.stage === 'hold-asked' || isGone(part) || part.end === 'with-part');

/** Whether the household still has to say what now: it could not be had, or what it counted on is gone. */
export const isOpenQuestion = (state: Arrangement, part: Part): boolean => {
  const hadYes = part.agreedAt !== null || part.end === 'lost';
  if (part.stage !== 'refused' && !(isGone(part) && hadYes)) return false;
  const { partId } = part.asked;
  return !partsOf(state).some((it) => it.asked.instead === partId && isLiving(it));
};

/** Held, and not to be confirmed (R22): only where the caregiver said so. */
export const isBlocked = (state: Arrangement, part: Part): boolean =>
  part.stage === 'held' && tripsOf(state, part.asked.partId).some(isMissing);

/** What a yes of the caregiver says yes to now: all that is held, but nothing without what it belongs to. */
export const confirmable = (state: Arrangement): readonly string[] =>
  partsOf(state)
    .filter((part) => part.stage === 'held' && !isBlocked(state, part))
    .filter(({ asked }) => {
      if (asked.tripOf === undefined) return true;
      const main = state.parts.get(asked.tripOf.partId);
      return main !== undefined && isLiving(main) && main.stage !== 'hold-asked' && !isBlocked(state, main);
    })
    .map(({ asked }) => asked.partId);

/** The first day on which a part takes place; undefined where only what it is knows. */
export const firstDayOf = ({ ask, span }: AskedPart): Day | undefined => {
  if (ask.kind === 'series') return ask.rule.from;
  if (ask.kind === 'stay') return dayOf((ask.steps[0] ?? ask).span.from);
  return span && dayOf(span.from);
};

export const evolveArrangement = (state: ArrangementState, { type, data }: ArrangementEvent): ArrangementState => {
  if (type === 'ArrangementPlanned') {
    const { parts, ...planned } = data;
    return { planned, first: parts, parts: added(new Map(), parts, data.plannedAt) };
  }
  if (state === undefined) return state;
  switch (type) {
    case 'ArrangedPartsAdded':
      return { ...state, parts: added(state.parts, data.parts, data.addedAt) };
    case 'ArrangedPartHeld':
      return changed(state, [data.partId], () => ({ stage: 'held', wasHeld: true, since: data.heldAt }));
    case 'ArrangedPartRefused': {
      const no = { code: data.code, facts: data.facts };
      return changed(state, [data.partId], () => ({ stage: 'refused', no, since: data.refusedAt }));
    }
    case 'ArrangedPartsConfirmed':
      return changed(state, data.partIds, ({ confirms }) => ({
        ...{ stage: 'confirm-asked', confirms: confirms + 1, since: data.confirmedAt },
      }));
    case 'ArrangedPartAgreed':
      return changed(state, [data.partId], () => ({
        ...{ stage: 'agreed', agreedAt: data.agreedAt, since: data.agreedAt },
      }));
    case 'ArrangedPartsHeldBack':
      return changed(state, data.partIds, () => ({ stage: 'held', since: data.heldBackAt }));
    case 'ArrangedPartLost': {
      const no = { code: data.code, facts: data.facts };
      return changed(state, [data.partId], ({ ends }) => ({
        ...{ stage: 'end-asked', no, end: 'lost', ends: ends + 1, moveTo: null, since: data.lostAt },
      }));
    }
    case 'ArrangedPartsEnded': {
      const whyOf = new Map(data.parts.map(({ partId, why }) => [partId, why]));
      return changed(state, [...whyOf.keys()], ({ asked, stage, ends, endFrom: before }) => {
        const end = whyOf.get(asked.partId) ?? 'caregiver';
        // Of what was refused nothing is held, so there is nothing to let go of.
        if (stage === 'refused') return { stage: 'ended', end, since: data.endedAt };
        const endFrom = data.from ?? before;
        const charges = data.charges ?? [];
        return { stage: 'end-asked', end, endFrom, charges, ends: ends + 1, moveTo: null, since: data.endedAt };
      });
    }
    case 'ArrangedPartReleased':
      return changed(state, [data.partId], () => ({ stage: 'ended', since: data.releasedAt }));
    case 'ArrangedPartFellAway':
      return changed(state, [data.partId], () => ({
        ...{ stage: 'ended', end: 'by-itself', endFrom: data.from ?? null, moveTo: null, since: data.fellAwayAt },
      }));
    case 'TripsToMove': {
      const placeOf = new Map(data.trips.map(({ partId, to }) => [partId, to]));
      return changed(state, [...placeOf.keys()], ({ asked, moves }) => ({
        ...{ moveTo: placeOf.get(asked.partId) ?? null, moves: moves + 1 },
      }));
    }
    case 'TripMoved':
      return changed(state, [data.partId], () => ({ at: data.span, moveTo: null }));
  }
};

const added = (parts: Arrangement['parts'], asked: readonly AskedPart[], since: Instant): Arrangement['parts'] => {
  const fresh = asked
    .filter(({ partId }) => !parts.has(partId))
    .map((it): [string, Part] => [
      it.partId,
      {
        ...{ asked: it, stage: 'hold-asked', no: null, end: null, endFrom: null, charges: [] },
        ...{
          at: null,
          moveTo: null,
          moves: 0,
          confirms: 0,
          ends: 0,
          wasHeld: false,
          agreedAt: null,
          askedAt: since,
          since,
        },
      },
    ]);
  return new Map([...parts, ...fresh]);
};

const changed = (state: Arrangement, ids: readonly string[], change: (part: Part) => Partial<Part>): Arrangement => {
  const parts = new Map(state.parts);
  for (const id of ids) {
    const part = parts.get(id);
    if (part !== undefined) parts.set(id, { ...part, ...change(part) });
  }
  return { ...state, parts };
};
