import { accept, type Decider, msOf, reject } from '@adempauze/kernel';
import {
  closeDays,
  extendHorizon,
  publishTimes,
  readCalendar,
  reopenDays,
  rosterWorker,
  setAvailability,
  setCapacity,
  unrosterWorker,
  withdrawTimes,
} from './opening.rules.ts';
import {
  expire,
  extend,
  extendAll,
  hold,
  holdAll,
  move,
  override,
  release,
  releaseAll,
  take,
  takeAll,
} from './placing.rules.ts';
import type { Answer, CommandOf, ResourceCommand, ResourceRejection } from './resource.commands.ts';
import type { ResourceEvent } from './resource.events.ts';
import { evolveResource, type Resource, type ResourceState } from './resource.state.rules.ts';
import { withRoom } from './room.rules.ts';

/** Whatever can be occupied, and who occupies it: never more than fit, at any instant, but for what is knowingly beyond. */
export const resourceDecider: Decider<ResourceCommand, ResourceState, ResourceEvent, ResourceRejection> = {
  initialState: undefined,
  evolve: evolveResource,
  decide(command, state) {
    if (command.type === 'OpenResource') return open(command, state);
    // A place that was not there is as good as freed.
    const frees = command.type === 'ReleasePlace' || command.type === 'ReleasePlaces';
    if (state === undefined) return frees ? accept() : reject('resource-not-found');
    const answer = decideOn(command, state);
    return answer.accepted ? { ...answer, events: withRoom(state, answer.events) } : answer;
  },
};

const decideOn = (command: Exclude<ResourceCommand, { type: 'OpenResource' }>, state: Resource): Answer => {
  const nowMs = Math.max(msOf(command.now), state.latestMs);
  switch (command.type) {
    case 'PublishTimes':
      return publishTimes(command.data, state, nowMs);
    case 'WithdrawTimes':
      return withdrawTimes(command.data, state, nowMs);
    case 'SetCapacity':
      return setCapacity(command.data, state, nowMs);
    case 'SetAvailability':
      return setAvailability(command.data, state, nowMs);
    case 'ExtendHorizon':
      return extendHorizon(state, nowMs);
    case 'CloseDays':
      return closeDays(command.data, state, nowMs);
    case 'ReopenDays':
      return reopenDays(command.data, state, nowMs);
    case 'ReadCalendar':
      return readCalendar(command, state, nowMs);
    case 'RosterWorker':
      return rosterWorker(command.data, state, nowMs);
    case 'UnrosterWorker':
      return unrosterWorker(command.data, state, nowMs);
    case 'HoldPlace':
      return hold(command, state, nowMs);
    case 'HoldPlaces':
      return holdAll(command, state, nowMs);
    case 'MovePlace':
      return move(command, state, nowMs);
    case 'OverrideCapacity':
      return override(command, state, nowMs);
    case 'ExtendHold':
      return extend(command.data, state, nowMs);
    case 'ExtendHolds':
      return extendAll(command.data, state, nowMs);
    case 'TakePlace':
      return take(command.data, state, nowMs);
    case 'TakePlaces':
      return takeAll(command.data, state, nowMs);
    case 'ReleasePlace':
      return release(command.data, state, nowMs);
    case 'ReleasePlaces':
      return releaseAll(command.data, state, nowMs);
    case 'ExpireHold':
      return expire(command.data, state, nowMs);
  }
};

const open = ({ data, offers, now }: CommandOf<'OpenResource'>, state: ResourceState): Answer => {
  const offerIds = [...new Set(data.offerIds)];
  if (state !== undefined) {
    const isSame =
      state.providerId === data.providerId &&
      state.openedCapacity === data.capacity &&
      state.bufferMinutes === data.bufferMinutes &&
      state.travelMinutes === data.travelMinutes &&
      new Set(state.offerIds).symmetricDifference(new Set(offerIds)).size === 0;
    return isSame ? accept() : reject('already-exists');
  }
  for (const offerId of offerIds) {
    const offer = offers.find((it) => it.offerId === offerId);
    if (offer === undefined) return reject('offer-not-found');
    if (offer.needsHelper) return reject('helper-offer-has-no-places');
  }
  return accept({ type: 'ResourceOpened', data: { ...data, offerIds, openedAt: now } });
};
