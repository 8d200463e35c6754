import { type BookingId, type StayId, StayId as StayIdSchema, type StayView } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import type { Services } from './history.ts';
import { type Act, hoursOn, nightsFrom, type Stage } from './plan-stage.ts';
import { context, granted, offerIdOf } from './publish.ts';

/** A stay of the demonstration: who stays where, and on which days, counted from the present. */
type Plan = {
  readonly key: string;
  readonly week: number;
  /** Households in the order in which they may be the one; the first whom a house takes in. */
  readonly households: readonly number[];
  readonly houses: readonly string[];
  readonly visit: number;
  readonly partDay: number;
  readonly night: number;
  readonly stay: readonly [day: number, nights: number];
  readonly purpose: string;
  /** Whether the house said yes to what it was asked. */
  readonly accepted: boolean;
};

/** One that is half way, one that is going on, one that did not fit, and one that a house has to answer. */
const plans: readonly Plan[] = [
  {
    ...{ key: 'half-way', week: 0, households: [0], houses: ['duinroos', 'zilverzand', 'tuin-van-toos'] },
    ...{ visit: -22, partDay: -8, night: 5, stay: [12, 5], accepted: true },
    purpose: 'Een week naar mijn dochter in Groningen.',
  },
  {
    ...{ key: 'going-on', week: 0, households: [1], houses: ['bloemhof', 'tuin-van-toos', 'weidezicht'] },
    ...{ visit: -29, partDay: -22, night: -16, stay: [-2, 5], accepted: true },
    purpose: 'Een paar dagen fietsen met mijn broer.',
  },
  {
    ...{ key: 'does-not-fit', week: 1, households: [7, 8, 9], houses: ['weidezicht', 'zilverzand'] },
    ...{ visit: -15, partDay: 4, night: 11, stay: [18, 3], accepted: true },
    purpose: 'Een operatie aan mijn knie.',
  },
  {
    ...{ key: 'asked', week: 5, households: [10, 11, 12], houses: ['duinroos'] },
    ...{ visit: 6, partDay: 13, night: 20, stay: [27, 4], accepted: false },
    purpose: 'Een bruiloft in de familie.',
  },
];

/** So often a plan is tried: each with its own id, since a plan that was refused stays refused. */
const stayIdOf = (key: string, attempt: number): StayId =>
  StayIdSchema.parse(derivedId('demonstration', 'stay', key, attempt));
const attemptsOf = ({ households, houses }: Plan) =>
  houses.flatMap((house) => households.map((household) => ({ house, household })));

/** The stay that came of a plan; undefined when nobody could have it. */
const find = async ({ bookings }: Services, plan: Plan): Promise<StayView | undefined> => {
  for (const attempt of attemptsOf(plan).keys()) {
    const stay = await bookings.findStay({ stayId: stayIdOf(plan.key, attempt) });
    if (stay && stay.status !== 'refused') return stay;
  }
  return undefined;
};

const planAndConfirm = async (stage: Stage, plan: Plan): Promise<void> => {
  const { services, households } = stage;
  const { bookings } = services;
  for (const [attempt, { house, household }] of attemptsOf(plan).entries()) {
    const guest = households[household];
    const worker = stage.supply.find(({ provider }) => provider.key === house)?.workers[0];
    if (guest === undefined || worker === undefined) continue;
    const stayId = stayIdOf(plan.key, attempt);
    const planned = await bookings.planStay(
      {
        ...{ stayId, householdId: guest.householdId, requestedBy: guest.accountId, purpose: plan.purpose },
        ...{ offerId: offerIdOf(house, 0, 'F12'), resourceId: worker.resourceId, placeOfService: 'provider' },
        ...{ span: nightsFrom(stage, ...plan.stay), waived: [] },
        steps: [
          { kind: 'visit', span: hoursOn(stage, plan.visit, '10:00', '11:30') },
          { kind: 'part-day', span: hoursOn(stage, plan.partDay, '10:00', '15:00') },
          { kind: 'night', span: nightsFrom(stage, plan.night, 1) },
        ],
      },
      context('plan', stayId),
    );
    if (!planned.accepted || planned.value.status === 'refused') continue;
    granted('confirm a stay', await bookings.confirmStay({ stayId }, context('confirm', stayId)));
    if (plan.accepted) await acceptAll(stage, plan);
    return;
  }
};

/** The house says yes to every step that waits for it. */
const acceptAll = async (stage: Stage, plan: Plan): Promise<void> => {
  const { bookings } = stage.services;
  for (const { status, bookingId } of (await find(stage.services, plan))?.steps ?? []) {
    if (status !== 'awaiting-acceptance' || bookingId === null) continue;
    granted('accept a step', await bookings.acceptBooking({ bookingId }, context('accept', bookingId)));
  }
  await stage.settled();
};

/** How a step was: all three let it go on, or the recipient could not settle. */
const outcome = async (stage: Stage, key: string, step: number, recipient: 'go-on' | 'stop'): Promise<void> => {
  const { bookings } = stage.services;
  const plan = plans.find((it) => it.key === key);
  const stay = plan && (await find(stage.services, plan));
  if (stay === undefined || stay.status !== 'confirmed') return;
  const { stayId } = stay;
  for (const voice of ['recipient', 'caregiver', 'house'] as const) {
    const word = voice === 'recipient' ? recipient : 'go-on';
    const said = await bookings.sayOutcome(
      { stayId, step, voice, word, metWorkerIds: [] },
      context('outcome', stayId, step, voice),
    );
    // A stop is the last word: what follows is told that the stay has ended.
    if (word === 'stop') return;
    granted('say how a step was', said);
  }
  if (plan?.accepted) await acceptAll(stage, plan);
};

export const livedStays: readonly Act[] = [
  ...plans.map((plan) => ({ week: plan.week, act: (stage: Stage) => planAndConfirm(stage, plan) })),
  { week: 1, act: (stage) => outcome(stage, 'going-on', 0, 'go-on') },
  { week: 2, act: (stage) => outcome(stage, 'half-way', 0, 'go-on') },
  { week: 2, act: (stage) => outcome(stage, 'going-on', 1, 'go-on') },
  { week: 3, act: (stage) => outcome(stage, 'going-on', 2, 'go-on') },
  { week: 3, act: (stage) => outcome(stage, 'does-not-fit', 0, 'stop') },
  { week: 4, act: (stage) => outcome(stage, 'half-way', 1, 'go-on') },
];

export const bookingsOfStays = async (services: Services): Promise<BookingId[]> => {
  const stays = await Promise.all(plans.map((plan) => find(services, plan)));
  return stays.flatMap((stay) => stay?.steps.flatMap(({ bookingId }) => bookingId ?? []) ?? []);
};

/** What households say of why; personal. */
export const purposesOfStays = plans.map(({ purpose }) => purpose);
