import { SeekRespite, type StayEndReason, type StayView } from '@adempauze/contracts';
import { dayOf, daysBetween, plusDays } from '@adempauze/kernel';
import type { Context } from '../context.ts';
import { actsForHousehold } from '../policy/sight.ts';
import { checked } from './input.ts';
import { type CostedOption, costsFor } from './own-costs.ts';
import { seekWished, wishedBy } from './seek-wishes.ts';

/** After these the family still needs its break; a stay that it cancelled itself needs no other (R15, A15). */
const leavesNeed: readonly (StayEndReason | null)[] = ['does-not-fit', 'untenable', 'step-lost'];

const longestSoughtNights = 60;

/**
 * What the household could have instead, at home first: the nights of the stay that are still to come, near the recipient
 * and with the needs told once (R26). Null when there is nothing to replace; without the offer that it was.
 */
export const alternativesOf = async (it: StayView, { viewer, services }: Context): Promise<CostedOption[] | null> => {
  const span = it.steps.at(-1)?.span;
  if (!viewer || !span || !leavesNeed.includes(it.endReason)) return null;
  const [now, last] = [services.clock(), dayOf(span.until)];
  const from = dayOf(span.from > now ? span.from : now);
  const nights = Math.min(daysBetween(from, last), longestSoughtNights);
  if (nights < 1) return null;
  const household = await services.bookings.findHousehold({ householdId: it.householdId });
  const { place, conditions, highRiskActs, traits } = household?.recipient ?? {};
  if (!household || !place || !actsForHousehold(viewer, household)) return null;
  const input = checked(SeekRespite, {
    ...{ near: place.point, municipality: place.municipality, conditions, highRiskActs, traits, nights },
    when: { kind: 'range', from, until: plusDays(last, 1) },
  });
  const { options } = await seekWished(services.offers, input, wishedBy(household));
  return costsFor(household, services).add(options.filter(({ hit }) => hit.offer.offerId !== it.offerId));
};
