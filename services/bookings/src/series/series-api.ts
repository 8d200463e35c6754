import type { Bookings, EndSeries, Offers, RequestSeries, SeriesId, SeriesView } from '@adempauze/contracts';
import type { ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Instant, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { latestFirst } from '../booking-overview/latest-first.ts';
import { rejection } from '../calls.ts';
import type { AtCost } from '../cancelling/charge.rules.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { SeriesCommand, SeriesState } from './series.decider.ts';
import { bookingOfDate, seriesView } from './series.view.ts';
import { listedSeries } from './series-list.ts';

type SeriesApi = Pick<
  Bookings,
  | 'requestSeries'
  | 'confirmSeries'
  | 'acceptSeries'
  | 'declineSeries'
  | 'extendSeries'
  | 'endSeries'
  | 'findSeries'
  | 'listSeries'
>;

/** A request; with until when it is held, where a professional proposes it. */
type Asked = RequestSeries & { readonly proposedUntil?: Instant };
type Requesting = {
  requestSeries(input: Asked, context: CallContext): Promise<Outcome<SeriesView>>;
  endSeries(input: AtCost<EndSeries>, context: CallContext): Promise<Outcome<SeriesView>>;
};

export const createSeriesApi = ({
  handler,
  process,
  bookings,
  briefs,
  offers,
  readModel,
  clock,
}: {
  readonly handler: Pick<CommandHandler<SeriesCommand, SeriesState>, 'load'>;
  readonly process: Pick<ProcessManager<SeriesCommand, SeriesState>, 'take'>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): SeriesApi & Requesting => {
  const find = async (seriesId: SeriesId): Promise<SeriesView | undefined> => {
    const { state, revision } = await handler.load(seriesId);
    if (state === undefined || revision === undefined) return undefined;
    const ids = [...state.dates.keys()].map((on) => bookingOfDate(seriesId, on));
    const known = await Promise.all(ids.map(async (id) => [id, (await bookings.load(id)).state] as const));
    return seriesView(state, new Map(known), revision, clock());
  };

  const take = async (
    seriesId: SeriesId,
    command: SeriesCommand,
    context: CallContext,
  ): Promise<Outcome<SeriesView>> => {
    try {
      const outcome = await process.take(seriesId, command, context);
      if (!outcome.accepted) return outcome;
      const value = await find(seriesId);
      return value === undefined
        ? rejection('series-not-found')
        : { accepted: true, position: outcome.position, value };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  /** Whose and of whom a series is, or would be. Asked again it is what it was then; only what was sent can differ. */
  const aboutOf = async (asked: Asked) => {
    const { state } = await handler.load(asked.seriesId);
    if (state !== undefined) {
      const { caregiverId, providerId, form } = state.asked;
      return { accepted: true, value: { caregiverId, providerId, form } } as const;
    }
    const brief = await briefs.find(asked.householdId);
    if (brief === undefined) return rejection('household-not-found');
    if (brief === 'forgotten') return rejection('person-forgotten');
    const offer = await offers.findOffer({ offerId: asked.offerId });
    if (offer === undefined) return rejection('offer-not-found');
    if (asked.resourceId === undefined && !offer.needsHelper) return rejection('resource-required');
    // No date could be had like that, so that it is no question of dates.
    if (asked.caregiverJoins && offer.caregiverJoins === 'no') return rejection('caregiver-cannot-join');
    const { providerId, form } = offer;
    return { accepted: true, value: { caregiverId: brief.caregiverId, providerId, form } } as const;
  };

  return {
    async requestSeries(input: Asked, context) {
      const about = await aboutOf(input);
      if (!about.accepted) return about;
      const { purpose, resourceId, ...asked } = input;
      const data = {
        ...{ ...asked, ...about.value },
        ...(resourceId === undefined ? {} : { resourceId }),
        purpose: purpose === '' ? null : purpose,
      };
      return take(asked.seriesId, { type: 'RequestSeries', data, now: clock() }, context);
    },
    confirmSeries: ({ seriesId }, context) => take(seriesId, { type: 'ConfirmSeries', now: clock() }, context),
    acceptSeries: ({ seriesId }, context) => take(seriesId, { type: 'AcceptSeries', now: clock() }, context),
    async declineSeries({ seriesId, reason }, context) {
      const dates = (await find(seriesId))?.dates ?? [];
      const waiting = dates.flatMap(({ on, status }) => (status === 'awaiting-acceptance' ? [on] : []));
      return take(seriesId, { type: 'DeclineSeries', waiting, reason, now: clock() }, context);
    },
    extendSeries: ({ seriesId, ...data }, context) =>
      take(seriesId, { type: 'ExtendSeries', data, now: clock() }, context),
    endSeries: ({ seriesId, acceptCostCents: _accepted, ...data }: AtCost<EndSeries>, context) =>
      take(seriesId, { type: 'EndSeries', data, now: clock() }, context),
    findSeries: ({ seriesId }) => find(seriesId),
    listSeries: ({ waitFor, page, ...of }) =>
      latestFirst(
        readModel,
        { waitFor, page },
        (before, limit) => listedSeries(readModel.db, of, before, limit),
        ({ seriesId }) => find(seriesId),
      ),
  };
};
