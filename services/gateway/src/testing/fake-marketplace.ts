import {
  type Bookings,
  BookingsApi,
  type Invoicing,
  InvoicingApi,
  type Matching,
  MatchingApi,
  type Offers,
  OffersApi,
} from '@adempauze/contracts';
import { asOverTheWire } from '@adempauze/testing';
import type { Operations } from '../dependencies.ts';
import { arrangementsWorld, fakeArrangements } from './fake-arrangements.ts';
import { type Called, createKit, first, type PlannedAnswer } from './fake-basics.ts';
import { bookingsWorld, createWatchers, fakeBookings } from './fake-bookings.ts';
import { fakeCalendars, fakeFeeds, feedsWorld } from './fake-feeds.ts';
import { fakeHouseholds, householdsWorld } from './fake-households.ts';
import { fakeInvoicing, invoicingWorld } from './fake-invoicing.ts';
import { fakeLanes, lanesWorld } from './fake-lanes.ts';
import { fakeMatching, matchingWorld } from './fake-matching.ts';
import { fakeMessages } from './fake-messages.ts';
import { fakeOffers, offersWorld } from './fake-offers.ts';
import { fakeOperations } from './fake-operations.ts';
import { fakeProfessionals, professionalsWorld } from './fake-professionals.ts';
import { fakeReports, fakeSupplyReport } from './fake-reports.ts';
import { fakeSeries, seriesWorld } from './fake-series.ts';
import { fakeStays, staysWorld } from './fake-stays.ts';
import { agreementsWorld, fakeTaskAgreements } from './fake-task-agreements.ts';
import { fakeWaiting, waitingWorld } from './fake-waiting.ts';
import { fakeWishes, wishesWorld } from './fake-wishes.ts';

/*
 * A small marketplace in memory that speaks the contracts and keeps no rules: enough to see who gets to see what, and
 * which commands reach a service. Everything of it comes in two: one that is theirs and one that is somebody else's.
 * Each feature has a file of its own, with its part of the world and its operations.
 */

const makeWorld = () => ({
  ...feedsWorld(),
  ...offersWorld(),
  ...householdsWorld(),
  ...bookingsWorld(),
  ...seriesWorld(),
  ...staysWorld(),
  ...arrangementsWorld(),
  ...agreementsWorld(),
  ...waitingWorld(),
  ...professionalsWorld(),
  ...wishesWorld(),
  ...lanesWorld(),
  ...matchingWorld(),
  ...invoicingWorld(),
});

export type FakeMarketplace = {
  readonly offers: Offers;
  readonly bookings: Bookings;
  readonly matching: Matching;
  readonly invoicing: Invoicing;
  readonly operations: Operations;
  readonly world: ReturnType<typeof makeWorld>;
  /** Every command that reached a service, in order. */
  readonly called: Called[];
  /** Makes the next command answer so, or throw. */
  readonly answerNext: (answer: PlannedAnswer) => void;
  readonly changed: (bookingId: string) => void;
  readonly watchers: () => number;
};

export const createFakeMarketplace = (): FakeMarketplace => {
  const world = makeWorld();
  const kit = createKit();
  const { watchers, changed } = createWatchers();

  return {
    world,
    called: kit.called,
    answerNext: kit.answerNext,
    changed,
    watchers: () => watchers.size,
    offers: asOverTheWire(OffersApi, {
      ...fakeOffers(kit, world, () => first(world.bookings).terms),
      ...fakeCalendars(kit),
      ...fakeSupplyReport(),
    }),
    bookings: asOverTheWire(BookingsApi, {
      ...fakeFeeds(kit, world),
      ...fakeHouseholds(kit, world),
      ...fakeBookings(kit, world, watchers),
      ...fakeSeries(kit, world),
      ...fakeStays(kit, world),
      ...fakeArrangements(kit, world),
      ...fakeMessages(),
      ...fakeTaskAgreements(kit, world),
      ...fakeWaiting(kit, world),
      ...fakeProfessionals(kit, world),
      ...fakeWishes(kit, world),
      ...fakeReports(),
      ...fakeLanes(kit, world),
    }),
    matching: asOverTheWire(MatchingApi, fakeMatching(kit, world)),
    invoicing: asOverTheWire(
      InvoicingApi,
      fakeInvoicing(kit, world, () => first(world.bookings).quote),
    ),
    operations: fakeOperations(kit),
  };
};
