import type { HeldPlaces } from '@adempauze/contracts';
import { msOf } from '@adempauze/kernel';
import { isLive } from './calendar.rules.ts';
import type { CommandOf } from './resource.commands.ts';
import { resourceDecider } from './resource.decider.ts';
import { findOccupation, type ResourceState } from './resource.state.rules.ts';

/**
 * What came of holding several places, read from the state after it: those that are there, and why the others are not.
 * A place that was refused and is free again by the time the same command is repeated counts as taken.
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
    const decision = resourceDecider.decide(alone, state && { ...state, occupations: othersOf(state, command) });
    const { code, facts } = decision.accepted ? { code: 'place-taken', facts: {} } : decision.rejection;
    refused.push({ bookingId, code, facts: { ...facts } });
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
