import { CareTrait, Condition, formOf, HighRiskAct } from '@adempauze/contracts';
import { freshUntilMs, servedAtOf } from './facts.rules.ts';
import type { Offer } from './offer.state.rules.ts';
import { type Need, servesUntilMs } from './terms.rules.ts';

const needs: readonly Partial<Need>[] = [
  ...Condition.options.map((it) => ({ conditions: [it] })),
  ...HighRiskAct.options.map((it) => ({ highRiskActs: [it] })),
  ...CareTrait.options.map((it) => ({ traits: [it] })),
];
const untilMs = (offer: Offer, need: Partial<Need>): number =>
  servesUntilMs(offer, { conditions: [], highRiskActs: [], traits: [], ...need }) ?? 0;

const reachKm = ({ form, nationwide, travelKm }: Offer): number =>
  nationwide || !formOf(form).atHome ? Number.POSITIVE_INFINITY : travelKm;

const takesBoth = ({ caregiverJoins }: Offer): boolean => caregiverJoins !== 'no';
const takesOne = ({ caregiverJoins }: Offer): boolean => caregiverJoins !== 'always';

/** Bounds of how long it is given; what is not said keeps nobody out. */
const leasts = ({ minMinutes = 0, minNights = 0, leadTimeMinutes }: Offer) => [minMinutes, minNights, leadTimeMinutes];
const mosts = ({
  maxMinutes = Number.POSITIVE_INFINITY,
  maxNights = Number.POSITIVE_INFINITY,
  ...offer
}: Offer): number[] => [maxMinutes, maxNights, reachKm(offer)];

const anyMore = (before: readonly number[], after: readonly number[]): boolean =>
  after.some((it, index) => it > (before[index] ?? it));

/**
 * Whether the later of two states of an offer may suit somebody, from now on, whom the earlier did not: in anything that a
 * hold, a look for times or a search asks of it. A price keeps nobody out, but a day without one does. What it is called, or
 * whether its provider accepts first, makes no difference to who may come.
 */
export const isWider = (before: Offer, after: Offer, nowMs: number): boolean => {
  // Nothing comes free where somebody is sought first.
  if (after.needsHelper || after.status === 'withdrawn') return false;
  return (
    needs.some((it) => untilMs(after, it) > Math.max(nowMs, untilMs(before, it))) ||
    servedAtOf(after).some((it) => !servedAtOf(before).includes(it)) ||
    (takesBoth(after) && !takesBoth(before)) ||
    (takesOne(after) && !takesOne(before)) ||
    anyMore(mosts(before), mosts(after)) ||
    anyMore(leasts(after), leasts(before)) ||
    firstPricedMs(after) < firstPricedMs(before) ||
    // Search left it out (R31), and does no more: a price is no word of its provider.
    (freshUntilMs(before) <= nowMs && freshUntilMs(after) > nowMs)
  );
};

const firstPricedMs = ({ tariffs }: Offer): number => tariffs[0]?.fromMs ?? Number.POSITIVE_INFINITY;
