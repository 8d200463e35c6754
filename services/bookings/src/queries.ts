import type { Bookings, HouseholdView } from '@adempauze/contracts';
import type { CommandHandler, OwnLog, ReadModel } from '@adempauze/event-store';
import type { Clock, Vault } from '@adempauze/kernel';
import type { BookingCommand } from './booking/booking.decider.ts';
import type { BookingState } from './booking/booking.state.rules.ts';
import { bookingView } from './booking/booking.view.ts';
import { listBookings } from './booking-overview/booking-queries.ts';
import { decodeCursor, encodeCursor } from './booking-overview/cursor.ts';
import type { HouseholdCommand, HouseholdState } from './household/household.decider.ts';
import { householdView } from './household/household.view.ts';
import { householdsOfAccount } from './households/households-by-account.ts';
import { unmetDemand } from './unmet-demand/unmet-demand.ts';

/** How long a list may wait for its read model; after that it answers with what there is. */
const waitMs = 2000;

type Queries = Pick<Bookings, 'findBooking' | 'findHousehold' | 'listBookings' | 'listHouseholds' | 'unmetDemand'>;

/** One aggregate is answered from its own stream, always as it is now; lists come from the read model. */
export const createQueries = ({
  bookings,
  households,
  db,
  waitFor: waitForLists,
  vault,
  clock,
}: {
  readonly bookings: Pick<CommandHandler<BookingCommand, BookingState>, 'load'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly db: ReadModel['db'];
  readonly waitFor: OwnLog['waitFor'];
  readonly vault: Vault;
  readonly clock: Clock;
}): Queries => {
  const findHousehold: Queries['findHousehold'] = async ({ householdId }) => {
    const { state } = await households.load(householdId);
    return state && householdView(state);
  };
  const upTo = async (position: string | undefined) => {
    if (position !== undefined) await waitForLists(position, waitMs);
  };

  return {
    findHousehold,
    async findBooking({ bookingId, asOf }) {
      const { state, revision } = await bookings.load(bookingId, asOf === undefined ? {} : { asOf });
      return state === undefined || revision === undefined ? undefined : bookingView(state, revision, asOf ?? clock());
    },
    async listBookings(filter) {
      await upTo(filter.waitFor);
      return listBookings(db, vault, filter, clock());
    },
    async listHouseholds({ accountId, waitFor, page }) {
      await upTo(waitFor);
      const after = page.after === undefined ? '' : decodeCursor(page.after);
      if (after === undefined) return { items: [], hasMore: false };
      const found = householdsOfAccount(db, accountId, after, page.first + 1);
      const views = await Promise.all(found.slice(0, page.first).map((householdId) => findHousehold({ householdId })));
      const items = views
        .filter((item): item is HouseholdView => item !== undefined)
        .map((item) => ({ cursor: encodeCursor(item.householdId), item }));
      return { items, hasMore: found.length > page.first };
    },
    async unmetDemand({ municipality, waitFor }) {
      await upTo(waitFor);
      return unmetDemand(db, municipality);
    },
  };
};
