import { BookingId, type OfferId, type TimeSpan, WaitingId } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import { type Act, dayFrom, firstWeekday, hoursFrom, type Stage, workersOf } from './plan-stage.ts';
import { context, granted } from './publish.ts';

/** A time that one household has and others wait for. */
type Plan = {
  readonly key: string;
  readonly provider: string;
  /** Days from the present. */
  readonly day: number;
  readonly holder: number;
  /** In the order in which they joined. */
  readonly waiting: readonly number[];
};

/** One whose freed place was taken weeks ago, and one that is offered now, to the first of three. */
const served: Plan = { key: 'served', provider: 'bij-saskia', day: -10, holder: 13, waiting: [14, 0] };
const now: Plan = { key: 'now', provider: 'bij-saskia', day: 9, holder: 15, waiting: [0, 16, 17] };

const attempts = 8;
const bookingIdOf = (key: string, attempt: number) => BookingId.parse(derivedId('demonstration', 'full', key, attempt));
const waitingIdOf = (key: string, household: number) =>
  WaitingId.parse(derivedId('demonstration', 'waiting', key, household));

type Held = { readonly bookingId: BookingId; readonly offerId: OfferId; readonly span: TimeSpan };

/** The booking that stands in the way of the others; undefined when there is none. */
const find = async ({ services: { bookings } }: Stage, { key }: Plan): Promise<Held | undefined> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const booking = await bookings.findBooking({ bookingId: bookingIdOf(key, attempt) });
    if (booking && booking.status !== 'refused') return booking;
  }
  return undefined;
};

/** One household books the time, at the first worker who has it. */
const book = async (stage: Stage, plan: Plan): Promise<void> => {
  const { bookings } = stage.services;
  const holder = stage.households[plan.holder];
  if (holder === undefined) return;
  const workers = workersOf(stage, plan.provider, 'F05').filter(({ instant, from }) => instant && from < '13:00');
  for (const [attempt, worker] of workers.slice(0, attempts).entries()) {
    const bookingId = bookingIdOf(plan.key, attempt);
    const asked = await bookings.requestBooking(
      {
        ...{ bookingId, householdId: holder.householdId, requestedBy: holder.accountId },
        ...{ offerId: worker.offerId, resourceId: worker.resourceId, placeOfService: 'recipient-home' },
        span: hoursFrom(firstWeekday(dayFrom(stage, plan.day), worker.weekday), worker.from, 4),
        purpose: 'Een middag naar het museum.',
      },
      context('request', bookingId),
    );
    if (!asked.accepted) continue;
    granted('confirm', await bookings.confirmBooking({ bookingId }, context('confirm', bookingId)));
    return;
  }
};

const join = async (stage: Stage, plan: Plan): Promise<void> => {
  const full = await find(stage, plan);
  if (full === undefined) return;
  for (const number of plan.waiting) {
    const household = stage.households[number];
    if (household === undefined) continue;
    const waitingId = waitingIdOf(plan.key, number);
    const { householdId, accountId } = household;
    granted(
      'join a waiting list',
      await stage.services.bookings.joinWaitingList(
        {
          ...{ waitingId, householdId, offerId: full.offerId, window: full.span, requestedBy: accountId },
          ...{ minMinutes: 60, maxMinutes: 480, lane: 'normal', placeOfService: 'recipient-home' },
        },
        context('join', waitingId),
      ),
    );
  }
};

/** The place comes free, and is offered to the one who has waited longest. */
const free = async (stage: Stage, plan: Plan): Promise<void> => {
  const full = await find(stage, plan);
  if (full === undefined) return;
  const { bookingId } = full;
  const { bookings } = stage.services;
  granted('cancel', await bookings.cancelBooking({ bookingId, by: 'caregiver' }, context('free', bookingId)));
  await stage.settled();
};

/** Whoever it is offered to says yes. */
const take = async (stage: Stage, plan: Plan): Promise<void> => {
  const full = await find(stage, plan);
  if (full === undefined) return;
  const { bookings } = stage.services;
  const { waiting } = await bookings.findWaitingList({ offerId: full.offerId });
  const offered = waiting.flatMap(({ offers }) => offers).find(({ outcome }) => outcome === 'offered');
  if (offered === undefined) return;
  const { bookingId } = offered;
  granted('take what is offered', await bookings.confirmBooking({ bookingId }, context('take', bookingId)));
};

export const livedWaiting: readonly Act[] = [
  { week: 1, act: (stage) => book(stage, served) },
  { week: 2, act: (stage) => join(stage, served) },
  {
    week: 3,
    async act(stage) {
      await free(stage, served);
      await take(stage, served);
    },
  },
  { week: 3, act: (stage) => book(stage, now) },
  { week: 4, act: (stage) => join(stage, now) },
  { week: 5, act: (stage) => free(stage, now) },
];
