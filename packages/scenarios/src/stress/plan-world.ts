import { openTestStore } from '@adempauze/event-store/testing';
import type { Clock } from '@adempauze/kernel';
import { type House, type Houses, startHouses } from './houses.ts';
import type { Meeting, Side } from './meeting.ts';

export type PlanWorld = Houses & { readonly replicas: Readonly<Record<Side, House>> };

/** Two replicas of the marketplace, that meet before they write. */
export const startPlanWorld = async (clock: Clock, meeting: Meeting): Promise<PlanWorld> => {
  const store = await openTestStore({ clock });
  const houses = await startHouses(clock, store, [meeting.storeOf('one', store), meeting.storeOf('two', store)]);
  const [one, two] = houses.all;
  if (one === undefined || two === undefined) throw new Error('Two were started.');
  return { ...houses, replicas: { one, two } };
};
