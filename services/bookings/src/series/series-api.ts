import type { Bookings, Offers, SeriesId, SeriesView } from '@adempauze/contracts';
import type { ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { decodeCursor, encodeCursor } from '../booking-overview/cursor.ts';
import { rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { SeriesCommand, SeriesState } from './series.decider.ts';
import { bookingOfDate, seriesView } from './series.view.ts';
import { listedSeries } from './series-list.ts';

type SeriesApi = Pick<
  Bookings,
  'requestSeries' | 'confirmSeries' | 'acceptSeries' | 'extendSeries' | 'endSeries' | 'findSeries' | 'listSeries'
>;

/** How long a list may wait for its read model. */
const waitMs = 2000;

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
}): SeriesApi => {
  const find = async (seriesId: SeriesId): Promise<SeriesView | undefined> => {
    const { state, revision } = await handler.load(seriesId);
    if (state === undefined || revision === undefined) return undefined;
    const ids = [...state.dates.keys()].map((on) => bookingOfDate(seriesId, on));
    const known = await Promise.all(ids.map(async (id) => [id, (await bookings.load(id)).state] as const));
    return seriesView(state, new Map(known), revision);
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

  return {
    async requestSeries({ purpose, resourceId, ...asked }, context) {
      const brief = await briefs.find(asked.householdId);
      if (brief === undefined) return rejection('household-not-found');
      if (brief === 'forgotten') return rejection('person-forgotten');
      const offer = await offers.findOffer({ offerId: asked.offerId });
      if (offer === undefined) return rejection('offer-not-found');
      if (resourceId === undefined && !offer.needsHelper) return rejection('resource-required');
      const data = {
        ...{ ...asked, caregiverId: brief.caregiverId, providerId: offer.providerId, form: offer.form },
        ...(resourceId === undefined ? {} : { resourceId }),
        purpose: purpose === '' ? null : purpose,
      };
      return take(asked.seriesId, { type: 'RequestSeries', data, now: clock() }, context);
    },
    confirmSeries: ({ seriesId }, context) => take(seriesId, { type: 'ConfirmSeries', now: clock() }, context),
    acceptSeries: ({ seriesId }, context) => take(seriesId, { type: 'AcceptSeries', now: clock() }, context),
    extendSeries: ({ seriesId, ...data }, context) =>
      take(seriesId, { type: 'ExtendSeries', data, now: clock() }, context),
    endSeries: ({ seriesId, ...data }, context) => take(seriesId, { type: 'EndSeries', data, now: clock() }, context),
    findSeries: ({ seriesId }) => find(seriesId),
    async listSeries({ waitFor, page, ...of }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const after = page.after === undefined ? undefined : Number(decodeCursor(page.after));
      if (Number.isNaN(after)) return { items: [], hasMore: false };
      const rows = listedSeries(readModel.db, of, after ?? Number.MAX_SAFE_INTEGER, page.first + 1);
      const items = await Promise.all(
        rows.slice(0, page.first).map(async ({ place, seriesId }) => {
          const item = await find(seriesId);
          return item === undefined ? [] : [{ cursor: encodeCursor(place), item }];
        }),
      );
      return { items: items.flat(), hasMore: rows.length > page.first };
    },
  };
};
