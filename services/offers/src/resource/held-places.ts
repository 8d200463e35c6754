import type { BookingId, HeldPlaces, KeptPlaces, RefusedPlace } from '@adempauze/contracts';
import { msOf } from '@adempauze/kernel';
import { isLive } from './calendar.rules.ts';
import type { CommandOf, ResourceCommand } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import { findOccupation, type Occupation, pruned, type ResourceState } from './resource.state.rules.ts';

/**
 * What came of holding several places, read from the state after it: those that are there, and why the others are not.
 */
export const heldPlacesOf = (command: CommandOf<'HoldPlaces'>, state: ResourceState): HeldPlaces => {
  const nowMs = Math.max(msOf(command.now), state?.latestMs ?? 0);
  const held: HeldPlaces['held'] = [];
  const refused: HeldPlaces['refused'] = [];
  for (const place of command.data.places) {
    const { bookingId } = place;
    const own = findOccupation(state, bookingId);
    if (own !== undefined && isLive(own, nowMs) && own.householdId === command.data.householdId) {
      held.push({ bookingId, terms: own.terms });
      continue;
    }
    const alone = { ...command, data: { ...command.data, places: [place] } };
    const others = state && { ...state, occupations: othersOf(state, command) };
    refused.push({ bookingId, ...whyNot(alone, others) });
  }
  return { held, refused };
};

/** Without the household's own other holds, which are counted against its limit only before the decision. */
const othersOf = (state: NonNullable<ResourceState>, { data }: CommandOf<'HoldPlaces'>) =>
  state.occupations.map((it) =>
    it.householdId === data.householdId && it.expiresAtMs !== null
      ? { ...it, householdId: '' as typeof it.householdId }
      : it,
  );

/**
 * What came of taking several places, or of keeping their holds, read from the state after it. Why one is not kept is of
 * now: for a repeat, what became of it since.
 */
export const keptPlacesOf = (
  command: CommandOf<'TakePlaces'> | CommandOf<'ExtendHolds'>,
  after: ResourceState,
): KeptPlaces => {
  const nowMs = Math.max(msOf(command.now), after?.latestMs ?? 0);
  // What is over is let go of by the next event, so it counts as gone already: the answer is the same before and after.
  const state = after && pruned(after, nowMs);
  const untilMs = command.type === 'TakePlaces' ? Number.POSITIVE_INFINITY : msOf(command.data.expiresAt);
  const isKept = (own: Occupation | undefined) =>
    own !== undefined && isLive(own, nowMs) && (own.expiresAtMs ?? Number.POSITIVE_INFINITY) >= untilMs;
  const { now } = command;
  const { resourceId, bookingIds } = command.data;
  const alone = (bookingId: BookingId): ResourceCommand =>
    command.type === 'TakePlaces'
      ? { type: 'TakePlace', data: { resourceId, bookingId }, now }
      : { type: 'ExtendHold', data: { resourceId, bookingId, expiresAt: command.data.expiresAt }, now };
  const kept: KeptPlaces['kept'] = [];
  const refused: KeptPlaces['refused'] = [];
  for (const bookingId of new Set(bookingIds)) {
    if (isKept(findOccupation(state, bookingId))) kept.push(bookingId);
    else refused.push({ bookingId, ...whyNot(alone(bookingId), state) });
  }
  return { kept, refused };
};

const whyNot = (alone: ResourceCommand, state: ResourceState): Pick<RefusedPlace, 'code' | 'facts'> => {
  const decision = resourceDecider.decide(alone, state);
  // A repeat decides nothing: what was refused and could be had by now counts as taken.
  if (decision.accepted) return { code: 'place-taken', facts: {} };
  const { code, facts } = decision.rejection;
  return { code, facts: { ...facts } };
};
