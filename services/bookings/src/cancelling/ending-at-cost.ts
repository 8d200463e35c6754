import type { BookingId, Bookings, EndParts, EndSeries, EndStay } from '@adempauze/contracts';
import { type CallContext, type Clock, dayOf, type Outcome } from '@adempauze/kernel';
import { rejection } from '../calls.ts';
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
 * a process ends is free: care that ended (R28), a stay that proves untenable or does not fit (A15).
 */
export const createEndingAtCost = ({
  chargesOf,
  plans,
  clock,
}: {
  readonly chargesOf: Charging;
  readonly plans: Ends;
  readonly clock: Clock;
}): Endings => {
  const atCost = async <V>(
    bookingIds: readonly BookingId[],
    acceptCostCents: number,
    end: (charges: readonly Charge[]) => Promise<Outcome<V>>,
  ): Promise<Outcome<V>> => {
    const charges = await chargesOf(bookingIds, clock());
    const ownCostCents = ownCostOf(charges);
    return ownCostCents > acceptCostCents ? rejection('ending-costs', { ownCostCents }) : end(charges);
  };

  /** The bookings of the dates that would end; none of a series that has ended by then. */
  const datesFrom = async ({ seriesId, from }: Pick<EndSeries, 'seriesId' | 'from'>): Promise<BookingId[]> => {
    const series = await plans.findSeries({ seriesId });
    if (series === undefined || (series.endedFrom !== null && series.endedFrom <= from)) return [];
    const today = dayOf(clock());
    return series.dates.flatMap(({ on, bookingId }) => (on < from || on < today ? [] : (bookingId ?? [])));
  };
  const stepsOf = async (stayId: EndStay['stayId']): Promise<BookingId[]> => {
    const stay = await plans.findStay({ stayId });
    if (stay === undefined || stay.status === 'ended') return [];
    return stay.steps.flatMap(({ bookingId }) => bookingId ?? []);
  };
  /** Of these parts, and of the trips that end with them. */
  const partsOf = async ({ arrangementId, partIds, from = dayOf(clock()) }: EndParts): Promise<BookingId[]> => {
    const plan = await plans.findArrangement({ arrangementId });
    const parts = (plan?.parts ?? []).filter(
      ({ partId, tripOf, status }) =>
        status !== 'ended' && (partIds.includes(partId) || (tripOf !== null && partIds.includes(tripOf.partId))),
    );
    const found = await Promise.all(
      parts.map(({ bookingId, seriesId, stayId }) => {
        if (seriesId !== null) return datesFrom({ seriesId, from });
        return stayId === null ? (bookingId ?? []) : stepsOf(stayId);
      }),
    );
    return found.flat();
  };

  return {
    async endSeries({ acceptCostCents = 0, ...input }, context) {
      if (input.by === 'provider') return plans.endSeries(input, context);
      return atCost(await datesFrom(input), acceptCostCents, (charges) =>
        plans.endSeries({ ...input, charges }, context),
      );
    },
    async endStay({ acceptCostCents = 0, ...input }, context) {
      if (input.by === 'provider' || input.reason === 'untenable') return plans.endStay(input, context);
      return atCost(await stepsOf(input.stayId), acceptCostCents, (charges) =>
        plans.endStay({ ...input, charges }, context),
      );
    },
    async endArrangementParts({ acceptCostCents = 0, ...input }, context) {
      return atCost(await partsOf(input), acceptCostCents, (charges) =>
        plans.endArrangementParts({ ...input, charges }, context),
      );
    },
  };
};
