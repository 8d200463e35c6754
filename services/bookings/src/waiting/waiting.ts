import type { Bookings, OfferId, WaitingListView, WaitingView, WishId } from '@adempauze/contracts';
import { type Ask, createProcessManager, type Log } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import type { BookingCommand } from '../booking/booking.decider.ts';
import type { BookingState } from '../booking/booking.state.rules.ts';
import { callOf, rejection } from '../calls.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { Requesting } from '../requesting/request-booking.ts';
import type { UnderWay } from '../under-way.ts';
import type { FitFacts } from './fit-facts.ts';
import { type Entry, goesBefore, type Place } from './order.rules.ts';
import type { Joining, WaitingCommand, WaitingList } from './waiting.decider.ts';
import type { WaitingData } from './waiting.events.ts';
import { listsOfHousehold } from './waiting-lists.ts';

const waitMs = 2000;
/** Refusals that say that the place itself is gone; any other is about the household, and the next is asked. */
const placeIsGone = new Set([
  'place-taken',
  'time-not-offered',
  'offer-withdrawn',
  'time-in-the-past',
  'calendar-busy',
]);
/** Refusals of which the reason goes by itself; for any other the offer, or what they need, has to change first. */
const mayPass = new Set(['too-many-holds', 'household-not-found']);
const reasonOf = (code: string) => {
  if (placeIsGone.has(code)) return 'place-gone';
  if (code === 'person-forgotten') return 'forgotten';
  return mayPass.has(code) ? 'may-pass' : 'other';
};

type OfferAsk = Ask & { readonly place: Place; readonly offer: WaitingData<'PlaceOffered'>; readonly entry: Entry };

/** What is offered has to be held for who it is offered to. */
const asksOf = ({ places, entries }: WaitingList): OfferAsk[] =>
  [...places.values()].flatMap((place) => {
    const last = place.offers.at(-1);
    const entry = last && entries.get(last.data.waitingId);
    if (last?.stage !== 'asked' || entry === undefined) return [];
    return [{ id: `offer-${place.placeId}-${entry.waitingId}`, place, offer: last.data, entry }];
  });

export const createWaiting = ({
  handler,
  bookings,
  requestBooking,
  briefs,
  readModel,
  fitFacts,
  claims,
  underWay,
  clock,
  log,
}: {
  readonly handler: CommandHandler<WaitingCommand, WaitingList>;
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly requestBooking: Requesting;
  readonly briefs: HouseholdBriefs;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly fitFacts: FitFacts;
  /** Whether a wish may be offered this place now, by its own word; whoever asks again gets the same answer. */
  readonly claims: (wishId: WishId, offer: WaitingData<'PlaceOffered'>, context: CallContext) => Promise<boolean>;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const process = createProcessManager<WaitingCommand, WaitingList, OfferAsk>({
    name: 'waiting',
    ...{ handler, asks: asksOf, log },
    async perform({ place, offer, entry }, context) {
      const { placeId, waitingId, bookingId, until, offerId, householdId } = offer;
      const { resourceId, span } = place;
      const { placeOfService, caregiverJoins, requestedBy, wishId } = entry;
      // They never heard of it while it was theirs, and nothing is held until then any more: the next, and not stuck here.
      if (until <= clock() && (await bookings.load(bookingId)).state === undefined)
        return { type: 'RecordRefused', placeId, waitingId, because: 'may-pass', now: clock() };
      if (wishId !== undefined && !(await claims(wishId, offer, callOf(context, 'claim'))))
        return { type: 'RecordRefused', placeId, waitingId, because: 'elsewhere', now: clock() };
      const outcome = await requestBooking(
        {
          ...{ bookingId, householdId, offerId, resourceId, span, placeOfService, requestedBy, purpose: '' },
          ...(caregiverJoins === undefined ? {} : { caregiverJoins }),
          ...{ partOf: { kind: 'waiting', id: offerId }, holdUntil: until },
          // That they wait is counted already (R35).
          isDemand: false,
        },
        callOf(context, bookingId),
      );
      if (outcome.accepted) return { type: 'RecordHeld', placeId, waitingId, now: clock() };
      const { code } = outcome.rejection;
      return { type: 'RecordRefused', placeId, waitingId, because: reasonOf(code), now: clock() };
    },
  });
  const take = (offerId: string, command: WaitingCommand, context: CallContext) =>
    underWay.track(offerId, () => process.take(offerId, command, context));

  const answer = async (
    { offerId, waitingId }: { offerId: OfferId; waitingId: Entry['waitingId'] },
    command: WaitingCommand,
    context: CallContext,
  ): Promise<Outcome<WaitingView>> => {
    const outcome = await take(offerId, command, context);
    if (!outcome.accepted) return outcome;
    const entry = outcome.value.entries.get(waitingId);
    if (entry === undefined) return rejection('waiting-not-found');
    return { accepted: true, position: outcome.position, value: viewOf(entry, outcome.value, clock()) };
  };

  const api: Pick<
    Bookings,
    'joinWaitingList' | 'leaveWaitingList' | 'findWaiting' | 'findWaitingList' | 'listWaiting'
  > = {
    async joinWaitingList(data, context) {
      const brief = await briefs.find(data.householdId);
      if (brief === undefined) return rejection('household-not-found');
      if (brief === 'forgotten') return rejection('person-forgotten');
      const joining: Joining = {
        ...data,
        ...(await fitFacts(data)),
        homeMunicipality: brief.recipientPlace.municipality,
      };
      return answer(data, { type: 'Join', data: joining, now: clock() }, context);
    },
    leaveWaitingList: ({ offerId, waitingId }, context) =>
      answer({ offerId, waitingId }, { type: 'Leave', waitingId, now: clock() }, context),
    async findWaiting({ offerId, waitingId }) {
      const { state } = await handler.load(offerId);
      const entry = state.entries.get(waitingId);
      return entry && viewOf(entry, state, clock());
    },
    async findWaitingList({ offerId }) {
      const { state } = await handler.load(offerId);
      return listView(offerId, state, clock());
    },
    async listWaiting({ householdId, waitFor }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const lists = listsOfHousehold(readModel.db, householdId);
      const found = await Promise.all(
        lists.map(async ({ offerId, waitingId }) => api.findWaiting({ offerId, waitingId })),
      );
      return found.filter((it): it is WaitingView => it !== undefined);
    },
  };
  return { api, take, handler };
};

export const viewOf = (entry: Entry, { entries, places }: WaitingList, now: string): WaitingView => {
  const { requestedBy: _by, form: _form, homeMunicipality: _home, wishId: _wish, status, ...known } = entry;
  const { fit: _fit, had: _had, missed: _missed, refused: _refused, ...rest } = known;
  const ahead = [...entries.values()].filter(
    (it) =>
      it.status === 'waiting' && it.window.until > now && it.householdId !== entry.householdId && goesBefore(it, entry),
  );
  // Households, however many times each of them waits for.
  const households = (all: readonly Entry[]) => new Set(all.map(({ householdId }) => householdId)).size;
  const aheadUrgent = entry.lane === 'urgent' ? 0 : households(ahead.filter(({ lane }) => lane === 'urgent'));
  const offers = [...places.values()].flatMap(({ span, cause, offers: all }) =>
    // What has yet to be held for them is no offer that they could answer.
    all.flatMap(({ data, stage, outcome }) =>
      data.waitingId === entry.waitingId && stage !== 'asked'
        ? [{ bookingId: data.bookingId, span, until: data.until, outcome, cause, why: data.why ?? null }]
        : [],
    ),
  );
  const isOver = status === 'waiting' && entry.window.until <= now;
  return {
    ...rest,
    caregiverJoins: entry.caregiverJoins ?? null,
    status: isOver ? 'over' : status,
    ...(status === 'waiting'
      ? { aheadUrgent, aheadLonger: households(ahead) - aheadUrgent }
      : { aheadUrgent: 0, aheadLonger: 0 }),
    offers: offers.toReversed(),
  };
};

const listView = (offerId: OfferId, state: WaitingList, now: string): WaitingListView => ({
  offerId,
  waiting: [...state.entries.values()]
    .filter((it) => it.status === 'waiting' && it.window.until > now)
    .toSorted((a, b) => (goesBefore(a, b) ? -1 : 1))
    .map((it) => viewOf(it, state, now)),
  places: [...state.places.values()].toReversed().map(({ resourceId, span, freedAt, cause, status, offers }) => ({
    ...{ resourceId, span, freedAt, cause, status },
    offeredTo: offers.flatMap(({ data: { waitingId, why = null }, stage, outcome }) => {
      const entry = state.entries.get(waitingId);
      // A provider that changes whom it takes in would read in a no what somebody needs; what is not held yet may become one.
      if (entry === undefined || stage === 'asked' || outcome === 'refused') return [];
      return [{ waitingId, lane: entry.lane, since: entry.since, outcome, why }];
    }),
  })),
});
