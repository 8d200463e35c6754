import type {
  ArrangementView,
  BookingId,
  Bookings,
  EndParts,
  EndSeries,
  EndStay,
  HouseholdId,
  SeriesView,
  StayView,
} from '@adempauze/contracts';
import { type CallContext, type Clock, type Day, dayOf, type Outcome } from '@adempauze/kernel';
import { rejection } from '../calls.ts';
import { isToEnd } from '../series/series.view.ts';
import type { NeedsAdult } from '../signal/needs-adult.ts';
import { type AtCost, type Charge, ownCostOf } from './charge.rules.ts';
import type { Charging } from './charging.ts';

type Endings = Pick<Bookings, 'endSeries' | 'endStay' | 'endArrangementParts'>;
/** What makes an end of it; charged only what it is told. */
type Ends = {
  endSeries(input: AtCost<EndSeries>, context: CallContext): ReturnType<Bookings['endSeries']>;
  endStay(input: AtCost<EndStay>, context: CallContext): ReturnType<Bookings['endStay']>;
  endArrangementParts(input: AtCost<EndParts>, context: CallContext): ReturnType<Bookings['endArrangementParts']>;
} & Pick<Bookings, 'findSeries' | 'findStay' | 'findArrangement'>;

/**
 * Ending as people do it. A caregiver who ends a series, a stay or part of a plan of their own accord bears for each booking
 * what its terms say, as with a single cancellation: the sum is said first (`ending-costs`), and what was accepted is written
 * down with the end, booking by booking, so that it is that to the cent, however long letting go takes. What a provider or
 * a process ends is free: care that ended (R28), a stay that does not fit; and, once a step of it has begun, one that proves
 * untenable (A15). A yes to a sum is not a young caregiver's to give (A14).
 */
export const createEndingAtCost = ({
  chargesOf,
  needsAdult,
  plans,
  clock,
}: {
  readonly chargesOf: Charging;
  readonly needsAdult: NeedsAdult;
  readonly plans: Ends;
  readonly clock: Clock;
}): Endings => {
  const atCost = async <V>(
    of: { readonly householdId: HouseholdId } | undefined,
    bookingIds: readonly BookingId[],
    { acceptCostCents, context }: { readonly acceptCostCents: number; readonly context: CallContext },
    end: (charges: readonly Charge[]) => Promise<Outcome<V>>,
  ): Promise<Outcome<V>> => {
    // What is in a plan twice ends once.
    const charges = await chargesOf([...new Set(bookingIds)], clock());
    const ownCostCents = ownCostOf(charges);
    if (ownCostCents > acceptCostCents) return rejection('ending-costs', { ownCostCents });
    const isAdults = of !== undefined && ownCostCents > 0 && (await needsAdult(of.householdId, context.actor));
    return isAdults ? rejection('adult-needed') : end(charges);
  };

  /** The bookings of the dates that would end; none that another end let go of. */
  const datesFrom = (series: SeriesView | undefined, from: Day): BookingId[] => {
    if (series === undefined) return [];
    const today = dayOf(clock());
    return series.dates.flatMap(({ on, bookingId }) =>
      on >= from && isToEnd(on, series.endedFrom, today) ? (bookingId ?? []) : [],
    );
  };
  const stepsOf = (stay: StayView | undefined): BookingId[] =>
    stay === undefined || stay.status === 'ended' ? [] : stay.steps.flatMap(({ bookingId }) => bookingId ?? []);
  /** Of these parts, and of the trips that end with them. */
  const partsOf = async (
    plan: ArrangementView | undefined,
    { partIds, from = dayOf(clock()) }: EndParts,
  ): Promise<BookingId[]> => {
    const parts = (plan?.parts ?? []).filter(
      ({ partId, tripOf, status }) =>
        status !== 'ended' && (partIds.includes(partId) || (tripOf !== null && partIds.includes(tripOf.partId))),
    );
    const found = await Promise.all(
      parts.map(async ({ bookingId, seriesId, stayId }) => {
        if (seriesId !== null) return datesFrom(await plans.findSeries({ seriesId }), from);
        return stayId === null ? (bookingId ?? []) : stepsOf(await plans.findStay({ stayId }));
      }),
    );
    return found.flat();
  };

  return {
    async endSeries({ acceptCostCents = 0, ...input }, context) {
      if (input.by === 'provider') return plans.endSeries(input, context);
      const series = await plans.findSeries({ seriesId: input.seriesId });
      return atCost(series, datesFrom(series, input.from), { acceptCostCents, context }, (charges) =>
        plans.endSeries({ ...input, charges }, context),
      );
    },
    async endStay({ acceptCostCents = 0, ...input }, context) {
      if (input.by === 'provider') return plans.endStay(input, context);
      const stay = await plans.findStay({ stayId: input.stayId });
      const now = clock();
      // What nobody has tried cannot have proved untenable.
      const isTried = stay?.steps.some(({ span }) => span.from <= now) ?? false;
      if (input.reason === 'untenable' && isTried) return plans.endStay(input, context);
      return atCost(stay, stepsOf(stay), { acceptCostCents, context }, (charges) =>
        plans.endStay({ ...input, charges }, context),
      );
    },
    async endArrangementParts({ acceptCostCents = 0, ...input }, context) {
      const plan = await plans.findArrangement({ arrangementId: input.arrangementId });
      return atCost(plan, await partsOf(plan, input), { acceptCostCents, context }, (charges) =>
        plans.endArrangementParts({ ...input, charges }, context),
      );
    },
  };
};
