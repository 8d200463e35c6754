import { type BookingView, mostPlacesAtOnce, type Offers, type Terms } from '@adempauze/contracts';
import type { Ask, Log, ProcessManager } from '@adempauze/event-bus';
import { createProcessManager } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  type Day,
  type Instant,
  isRedacted,
  type Outcome,
  plusMs,
  type Span,
} from '@adempauze/kernel';
import { atMost } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import { chargeOf } from '../cancelling/charge.rules.ts';
import type { OwnWork } from '../promising/own-work.ts';
import { endingTogether } from '../promising/place.ts';
import type { Promising } from '../promising/promising.ts';
import type { HeldLimit } from '../requesting/held-limit.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import { holdMs, needOf, type Requesting } from '../requesting/request-booking.ts';
import { daysIn, type Series, type SeriesCommand, type SeriesDateState, type SeriesState } from './series.decider.ts';
import type { NoOnDate } from './series.events.ts';
import { bookingOfDate } from './series.view.ts';

type SeriesAsk = Ask & { readonly series: Series } & (
    | { readonly kind: 'hold'; readonly dates: readonly SeriesDateState[] }
    | { readonly kind: 'confirm' | 'accept' | 'decline' | 'cancel'; readonly days: readonly Day[] }
  );

type DateToHold = { readonly on: Day; readonly span: Span };

/** So many dates ask at a time what they cost; all else is done for `mostPlacesAtOnce`, in one decision of the calendar. */
const datesAtATime = 40;

/** What the series still wants of its dates, some at a time. */
export const asksOf = (series: SeriesState): SeriesAsk[] => {
  if (series === undefined) return [];
  const asks: SeriesAsk[] = [];
  const open = [...series.dates.values()].filter(({ stage }) => stage === 'hold-asked').slice(0, mostPlacesAtOnce);
  if (open[0] !== undefined) asks.push({ id: `hold-${open[0].on}`, kind: 'hold', dates: open, series });
  for (const kind of ['confirm', 'accept', 'decline', 'cancel'] as const) {
    const days = daysIn(series, [`${kind}-asked`]).slice(0, mostPlacesAtOnce);
    if (days[0] !== undefined) asks.push({ id: idOfAsk(kind, days[0], series), kind, days, series });
  }
  return asks;
};

/** A date is asked once to hold, confirm and cancel; a provider may be asked to accept or decline the same date again. */
const idOfAsk = (kind: 'confirm' | 'accept' | 'decline' | 'cancel', on: Day, series: Series): string => {
  if (kind === 'decline') return `${kind}-${on}-${series.declined?.number ?? 0}`;
  return kind === 'accept' ? `${kind}-${on}-${series.acceptances}` : `${kind}-${on}`;
};

/**
 * Makes of a series its bookings. Each date is an ordinary booking with an id derived from series and date, so that asked
 * again it is the same booking; what cannot be had is written down with its reason and stops no other date.
 */
export const createSeriesProcess = ({
  handler,
  requestBooking,
  heldLimit,
  promising,
  briefs,
  offers,
  ownReleases,
  clock,
  log,
}: {
  readonly handler: CommandHandler<SeriesCommand, SeriesState>;
  readonly requestBooking: Requesting;
  readonly heldLimit: HeldLimit;
  readonly promising: Pick<Promising, 'confirmTogether' | 'acceptTogether' | 'declineOfSeries' | 'cancelAsAgreed'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'holdPlaces' | 'releasePlaces'>;
  readonly ownReleases: OwnWork;
  readonly clock: Clock;
  readonly log: Log;
}): ProcessManager<SeriesCommand, SeriesState> => {
  const endTogether = endingTogether({ offers, ownReleases, log });

  /** All dates in one decision of the calendar; undefined where there is no calendar, or nobody to ask for. */
  const holdTogether = async (
    { asked }: Series,
    dates: readonly DateToHold[],
    heldUntil: Instant,
    context: CallContext,
  ): Promise<((bookingId: string) => Outcome<Terms>) | undefined> => {
    const { seriesId, householdId, offerId, resourceId } = asked;
    const brief = await briefs.find(householdId);
    if (resourceId === undefined || brief === undefined || brief === 'forgotten' || dates.length === 0)
      return undefined;
    const outcome = await offers.holdPlaces(
      {
        ...{ resourceId, householdId, offerId, ...needOf(asked, brief), expiresAt: heldUntil, mode: 'fitting' },
        places: dates.map(({ on, span }) => ({ bookingId: bookingOfDate(seriesId, on), span })),
      },
      callOf(context, `hold/${heldUntil}`),
    );
    if (!outcome.accepted) return () => outcome;
    const held = new Map<string, Terms>(outcome.value.held.map((it) => [it.bookingId, it.terms]));
    const refused = new Map<string, Outcome<Terms>>(
      outcome.value.refused.map(({ bookingId, code, facts }) => [bookingId, rejection(code, facts)]),
    );
    return (bookingId) => {
      const terms = held.get(bookingId);
      if (terms !== undefined) return { accepted: true, position: outcome.position, value: terms };
      return refused.get(bookingId) ?? rejection('time-not-offered');
    };
  };

  const hold = async (series: Series, dates: readonly SeriesDateState[], context: CallContext) => {
    const { seriesId, householdId, offerId, resourceId, purpose, placeOfService, requestedBy } = series.asked;
    const { caregiverJoins } = series.asked;
    const now = clock();
    const coming = dates.flatMap(({ on, span }) => (span !== undefined && span.from > now ? [{ on, span }] : []));
    const first = coming.reduce((earliest, { span }) => atMost(earliest, span.from), heldUntil(series, now));
    if (coming.length === 0) return dates.map(() => rejection('time-in-the-past'));
    // Once for all dates, which then do not count against each other, however many come before the last.
    const bookingIds = coming.map(({ on }) => bookingOfDate(seriesId, on));
    const asking = { householdId, of: seriesId, bookingIds, heldUntil: first };
    return heldLimit.within(asking, async (tooMany) => {
      const placeOfDate =
        tooMany === undefined ? await holdTogether(series, coming, first, context) : (): Outcome<Terms> => tooMany;
      const request = ({ on, span }: DateToHold) => {
        const bookingId = bookingOfDate(seriesId, on);
        return requestBooking(
          {
            ...{ bookingId, householdId, offerId, span, requestedBy, placeOfService },
            ...(resourceId === undefined ? {} : { resourceId }),
            ...(caregiverJoins === undefined ? {} : { caregiverJoins }),
            purpose: isRedacted(purpose) ? '' : (purpose ?? ''),
            partOf: { kind: 'series', id: seriesId },
            isCounted: true,
            ...(placeOfDate === undefined ? {} : { place: { answer: placeOfDate(bookingId), heldUntil: first } }),
          },
          callOf(context, on),
        );
      };
      const answers = new Map<Day, Outcome<BookingView>>();
      // Each asks what it costs whom, which is answered one after the other where it counts towards one cap.
      for (let from = 0; from < coming.length; from += datesAtATime) {
        const some = coming.slice(from, from + datesAtATime);
        const outcomes = await Promise.all(some.map(request));
        some.forEach(({ on }, index) => {
          const outcome = outcomes[index];
          if (outcome !== undefined) answers.set(on, outcome);
        });
      }
      return dates.map(({ on }) => answers.get(on) ?? rejection('time-in-the-past'));
    });
  };

  return createProcessManager<SeriesCommand, SeriesState, SeriesAsk>({
    name: 'series',
    ...{ handler, asks: asksOf, log },
    async perform(ask, context) {
      const { series } = ask;
      if (ask.kind === 'hold') {
        const days = ask.dates.map(({ on }) => on);
        const answers = await hold(series, ask.dates, context);
        const { yes: held, no: skipped } = sorted(days, answers);
        return { type: 'RecordAnswers', held, skipped, now: clock() };
      }
      const { seriesId, resourceId } = series.asked;
      const { days } = ask;
      const yeses = days.map((on) => ({ bookingId: bookingOfDate(seriesId, on), context: callOf(context, on) }));
      const bookingIds = yeses.map(({ bookingId }) => bookingId);
      const endEach = (
        reason: 'cancelled' | 'declined',
        end: (bookingId: BookingView['bookingId'], on: Day) => Promise<Outcome<BookingView>>,
      ) =>
        endTogether(
          { resourceId, bookingIds, reason },
          () => Promise.all(days.map((on) => end(bookingOfDate(seriesId, on), on))),
          context,
        );
      switch (ask.kind) {
        case 'confirm': {
          const answers = await promising.confirmTogether(yeses, 'fitting', context);
          const { yes: agreed, no: lost } = sorted(days, answers);
          return { type: 'RecordAgreed', agreed, lost, now: clock() };
        }
        case 'accept':
          // A date that waits for nobody answers no, and stays as it is.
          await promising.acceptTogether(yeses, 'fitting', context);
          return { type: 'RecordAccepted', dates: days, now: clock() };
        case 'decline': {
          const { declined } = series;
          const reason = declined?.reason ?? 'other';
          const answers = await endEach('declined', (bookingId, on) =>
            promising.declineOfSeries({ bookingId, reason, isCounted: on === declined?.first }, callOf(context, on)),
          );
          const { yes, no } = sorted(days, answers);
          return { type: 'RecordDeclined', declined: yes, kept: no.map(({ on }) => on), now: clock() };
        }
        case 'cancel': {
          // What had begun before it was ended, or is over, answers no, and stays what it is.
          await endEach('cancelled', (bookingId, on) => {
            const { by, agreedAt } = series.dates.get(on)?.letGo ?? { by: 'caregiver', agreedAt: undefined };
            const charge = chargeOf(series.charges, bookingId);
            const input = { bookingId, by, charge, agreedAt, keepsPlace: true as const };
            return promising.cancelAsAgreed(input, callOf(context, on));
          });
          return { type: 'RecordCancelled', dates: days, now: clock() };
        }
      }
    },
  });
};

/** What a professional proposes is held longer than what the caregiver asks for herself (R02). */
const heldUntil = ({ asked: { proposedUntil } }: Series, now: Instant): Instant => {
  const usual = plusMs(now, holdMs);
  return proposedUntil === undefined || proposedUntil < usual ? usual : proposedUntil;
};

/** Which dates had a yes, and which a no with its reason. */
const sorted = (days: readonly Day[], answers: readonly Outcome<BookingView>[]) => {
  const yes: Day[] = [];
  const no: NoOnDate[] = [];
  days.forEach((on, index) => {
    const answer = answers[index];
    if (answer === undefined) return;
    if (answer.accepted) yes.push(on);
    else no.push({ on, code: answer.rejection.code, facts: { ...answer.rejection.facts } });
  });
  return { yes, no };
};
